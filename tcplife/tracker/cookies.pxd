cimport cython

from tcplife.model.names cimport CLOSED, LISTEN, SYN_RECEIVED
from tcplife.tracker.endpoint cimport Endpoint

cdef int IPV4, KEEPS_NOTHING, GOT_LATE_ACK, PERHAPS_BACK
cdef bytes FROM_OF

cpdef bint may_keep_nothing(Endpoint e, Endpoint p) except -1
cpdef comes_late(Endpoint p, int state, long long off)
@cython.locals(index=cython.longlong)
cpdef Py_ssize_t left_over(Endpoint e, int ip_version, long long ahead) except? -99
cpdef refuses(Endpoint e, Endpoint p, long long seq_raw)
cpdef bint is_in_doubt(Endpoint e) except -1
@cython.locals(at=Py_ssize_t, code=cython.longlong)
cpdef bint had_opened(rows, int side) except -1
