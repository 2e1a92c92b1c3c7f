cimport cython

from tcplife.flows.table cimport Flow
from tcplife.model.segment cimport Segment, copy_of, liken

cdef extern from *:
    Py_ssize_t NEAR "((Py_ssize_t){4})"
    Py_ssize_t PLACES "((Py_ssize_t){1024})"


@cython.final
@cython.no_gc
cdef class SynShape:
    cdef public Segment segment, answer
    cdef public long long called_ns

    cpdef begin(self, Segment segment)


@cython.final
@cython.no_gc
cdef class Seedling(Flow):
    cdef public SynShape shape
    cdef public long long packet, seq, ts_val
    cdef public int ip_id, checksum

    @cython.locals(shape=SynShape)
    cpdef wait(self, Segment answer)
    cpdef Segment segment(self)
    @cython.locals(shape=SynShape)
    cpdef Segment grow(self, Segment s)


@cython.final
@cython.no_gc
cdef class Nursery:
    cdef SynShape _latest
    cdef list _shapes

    @cython.locals(shape=SynShape, seedling=Seedling)
    cpdef Seedling sow(self, Segment s)
    @cython.locals(shapes=list, first=Py_ssize_t, free=Py_ssize_t, at=Py_ssize_t, shape=SynShape)
    cdef SynShape _shape_of(self, Segment s)


cdef bint _is_alike(Segment a, Segment b) noexcept
