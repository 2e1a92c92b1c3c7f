cimport cython

from tcplife.model.names cimport CLOSED, LISTEN, M32, SYN_RECEIVED
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport TICK_NS
from tcplife.tracker.transitions cimport GETS_ACK_OF_SYN

cdef extern from *:
    long long LAG_NS "((long long){3000000LL})"
    long long MOST_LAG_NS "((long long){66000000LL})"
    int IPV4 "((int){4})"
    int KEEPS_NOTHING "((int){1})"
    int GOT_LATE_ACK "((int){2})"
    int PERHAPS_BACK "((int){3})"
    int PERHAPS_NEVER "((int){4})"

cdef bytes FROM_OF

cpdef bint may_keep_nothing(Endpoint e, Endpoint p) except -1
@cython.locals(lag=cython.longlong)
cpdef bint lies_back(long long zero_ns, long long value, long long syn_ns) except -1
cdef bint _was_open(Endpoint p) except -1
cdef bint _may_be_older(Endpoint e, Endpoint p) except -1
cpdef comes_late(Endpoint e, Endpoint p, int state, long long off)
cpdef bint may_lag(Endpoint p) except -1
@cython.locals(since=cython.longlong)
cpdef speaks(Endpoint e, Endpoint p, long long value, long long ts_ns)
@cython.locals(index=cython.longlong)
cpdef Py_ssize_t left_over(Endpoint e, int ip_version, long long ahead) except? -99
cpdef refuses(Endpoint e, Endpoint p, long long seq_raw, bint explained)
cpdef bint is_in_doubt(Endpoint e) except -1
@cython.locals(at=Py_ssize_t, code=cython.longlong)
cpdef bint had_opened(rows, int side) except -1
cpdef bint may_stand(Endpoint e, Endpoint p) noexcept
