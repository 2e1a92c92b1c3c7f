cimport cython

from cpython cimport array as arrays

from tcplife.flows.seedling cimport Seedling, SynShape
from tcplife.model cimport longs
from tcplife.model.connection cimport Connection

cdef int MAX_KEPT
cdef unsigned long long BROADCAST
cdef long long QUIET_NS


@cython.final
cdef class Likenesses:
    cdef SynShape _shape
    cdef Connection _like
    cdef bint _quiet
    cdef dict _kept
    cdef set _once

    @cython.locals(quiet=cython.bint)
    cpdef Connection of(self, SynShape shape, long long quiet_ns)
    cpdef bint is_wanted(self, SynShape shape, long long quiet_ns) except -1
    @cython.locals(kept=Connection)
    cpdef Connection keep(self, SynShape shape, long long quiet_ns, Connection like)


cpdef bint is_ordinary(Seedling flow) except -1
@cython.locals(c=Connection, packet=cython.longlong, ts_ns=cython.longlong)
cpdef Connection unanswered(Connection like, Seedling flow)
cdef _share(Connection c, Connection like)
@cython.locals(copy=arrays.array, size=Py_ssize_t, numbers="long long*", at=Py_ssize_t)
cdef object _renumbered(object rows, long long packet)
