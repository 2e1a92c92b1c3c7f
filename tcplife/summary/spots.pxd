cimport cython

from tcplife.flows cimport mix
from tcplife.summary.levels cimport Level

cdef extern from *:
    Py_ssize_t FEWEST "((Py_ssize_t){128})"


@cython.no_gc
cdef class Spot(Level):
    cdef public unsigned long long hi, lo, peer_hi, peer_lo, hash
    cdef public int port, ip_version, what
    cdef public Spot chain


@cython.final
@cython.no_gc
cdef class Spots:
    cdef public list all
    cdef list _heads
    cdef unsigned long long _mask, _secret

    @cython.locals(heads=list, h=cython.ulonglong, at=Py_ssize_t, spot=Spot)
    cpdef Spot find(
        self, unsigned long long hi, unsigned long long lo, unsigned long long peer_hi, unsigned long long peer_lo,
        int port, int ip_version, int what
    )
    @cython.locals(heads=list, at=Py_ssize_t)
    cpdef add(self, Spot spot)
    cpdef keep(self, list spots)
    @cython.locals(what=cython.int)
    cdef unsigned long long _hash(self, Spot spot) noexcept
    @cython.locals(heads=list, size=Py_ssize_t, at=Py_ssize_t, spot=Spot)
    cdef list _placed(self)
