cimport cython

from tcplife.model.names cimport M32
from tcplife.tracker.endpoint cimport Endpoint

@cython.locals(shown=cython.longlong)
cpdef bint may_have_begun_closed(Endpoint x, Endpoint y) except -1
@cython.locals(shown=cython.longlong)
cpdef bint may_have_closed(Endpoint x, Endpoint y) except -1
