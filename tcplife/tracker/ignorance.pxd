cimport cython

from tcplife.model.names cimport M32
from tcplife.tracker.endpoint cimport Endpoint

cdef extern from *:
    long long DELAYED_ACK_NS "((long long){40000000LL})"

@cython.locals(shown=cython.longlong, first=cython.longlong)
cpdef bint may_have_begun_closed(Endpoint x, Endpoint y) except -1
cpdef bint may_have_closed_before(Endpoint x, Endpoint y) except -1
@cython.locals(shown=cython.longlong)
cpdef bint may_have_closed(Endpoint x, Endpoint y) except -1
