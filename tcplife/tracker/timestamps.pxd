cimport cython

from tcplife.model.names cimport M32, SYN, SYN_SENT, TIME_WAIT
from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport AFTER_CLOSE, DATA_AFTER_FIN, HALF, STALE_CLOCK_NS, TICK_NS, TIME_WAIT_REACK, TIMESTAMP_BACK
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    long long NEVER "((long long){0x4000000000000000LL})"
    long long PACE_TICKS "((long long){10LL})"

@cython.locals(value=cython.longlong, now=cython.longlong, ahead=cython.longlong)
cpdef void date(Observation o, Endpoint e) noexcept
@cython.locals(by_ns=cython.longlong, ahead=cython.longlong)
cpdef long long sent_by(Endpoint e, long long value, long long now_ns) noexcept
@cython.locals(span=cython.longlong, ticks=cython.longlong)
cdef long long _ticked_ns(Endpoint e, long long value) noexcept
@cython.locals(value=cython.longlong, recent=cython.longlong, age=cython.longlong, begins=cython.bint)
cpdef void note_timestamp(Observation o, Endpoint e, Endpoint p) except *
@cython.locals(value=cython.longlong)
cpdef void note_newer(Endpoint e, Endpoint p, Segment s, long long sent) noexcept
@cython.locals(since=cython.longlong)
cpdef void tick(Endpoint e, long long value, long long ts_ns) noexcept
@cython.locals(s=Segment, most=cython.longlong)
cpdef bint echoes_wrongly(Observation o, Endpoint p) except -1
@cython.locals(value=cython.longlong)
cpdef bint is_old(Observation o, Endpoint e) except -1
cpdef bint is_older(Endpoint e, Segment s) except -1
