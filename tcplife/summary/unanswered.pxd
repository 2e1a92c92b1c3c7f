cimport cython

from cpython cimport array as arrays

from tcplife.flows.seedling cimport Seedling, SynShape
from tcplife.model cimport longs
from tcplife.model.compiled cimport COMPILED
from tcplife.model.connection cimport Connection
from tcplife.summary cimport spare

cdef extern from *:
    int MAX_KEPT "((int){1024})"
    int PLACES "((int){128})"
    unsigned long long BROADCAST "((unsigned long long){0xffffffffULL})"
    long long QUIET_NS "((long long){1000000000LL})"


@cython.final
cdef class Likenesses:
    cdef SynShape _shape
    cdef Connection _like
    cdef bint _quiet
    cdef dict _kept
    cdef set _once
    cdef list _made
    cdef Py_ssize_t _next

    @cython.locals(quiet=cython.bint)
    cpdef Connection of(self, SynShape shape, long long quiet_ns)
    cpdef bint is_wanted(self, SynShape shape, long long quiet_ns) except -1
    @cython.locals(kept=Connection)
    cpdef Connection keep(self, SynShape shape, long long quiet_ns, Connection like)
    @cython.locals(c=Connection, at=Py_ssize_t)
    cpdef Connection record(self, Connection like, Seedling flow)


cpdef bint is_ordinary(Seedling flow) except -1
cdef Connection _made_from(Connection like)
@cython.locals(packet=cython.longlong, ts_ns=cython.longlong)
cdef _tell_apart(Connection c, Connection like, Seedling flow)
cdef _share(Connection c, Connection like)
cdef object _copy(object rows)
@cython.locals(numbers="long long*", alike="long long*", at=Py_ssize_t)
cdef _renumber(object rows, object like, long long packet)
