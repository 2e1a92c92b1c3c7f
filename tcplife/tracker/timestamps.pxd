cimport cython

from tcplife.model.names cimport M32, SYN
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport AFTER_CLOSE, HALF, STALE_CLOCK_NS, TICK_NS, TIMESTAMP_BACK
from tcplife.tracker.observation cimport Observation

cdef long long PACE_TICKS

@cython.locals(value=cython.longlong, now=cython.longlong, ahead=cython.longlong, span=cython.longlong, ticks=cython.longlong, at=cython.longlong)
cpdef date(Observation o, Endpoint e)
@cython.locals(value=cython.longlong, recent=cython.longlong, age=cython.longlong, begins=cython.bint)
cpdef note_timestamp(Observation o, Endpoint e, Endpoint p)
