cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.observation cimport Observation

cdef int SYN
cdef long long AFTER_CLOSE, HALF, M32, PACE_TICKS, STALE_CLOCK_NS, TICK_NS, TIMESTAMP_BACK

@cython.locals(value=cython.longlong, now=cython.longlong, ahead=cython.longlong, span=cython.longlong, ticks=cython.longlong, at=cython.longlong)
cpdef date(Observation o, Endpoint e)
@cython.locals(value=cython.longlong, recent=cython.longlong, age=cython.longlong, begins=cython.bint)
cpdef note_timestamp(Observation o, Endpoint e, Endpoint p)
