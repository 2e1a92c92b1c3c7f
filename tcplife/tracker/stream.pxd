cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.tracker.facts cimport MAX_ISLANDS

cdef arrays.array NUMBERS


@cython.final
@cython.no_gc
cdef class Islands:
    cdef public arrays.array bounds
    cdef public long long joined
    cpdef begin(self)
    @cython.locals(bounds="long long*", count=Py_ssize_t)
    cpdef Py_ssize_t add(self, long long start, long long end) except? -1
    cdef Py_ssize_t end(self) noexcept
    cpdef bint begins_last(self, long long start) except -1
    @cython.locals(bounds="long long*", at=Py_ssize_t)
    cpdef Py_ssize_t end_within(self, long long right) except? -1
    cdef void stretch(self, long long end) noexcept
    @cython.locals(bounds="long long*", first=Py_ssize_t, count=Py_ssize_t, last=Py_ssize_t, new=cython.longlong, low=cython.longlong, high=cython.longlong)
    cpdef Py_ssize_t _add_among(self, long long start, long long end) except? -1
    @cython.locals(bounds="long long*", nearest=Py_ssize_t, at=Py_ssize_t)
    cpdef _join_nearest(self)
    @cython.locals(bounds="long long*", count=Py_ssize_t, at=Py_ssize_t)
    cpdef Py_ssize_t reach(self, long long edge) except? -1
    @cython.locals(bounds="long long*", total=cython.longlong, overlap=cython.longlong, at=Py_ssize_t)
    cpdef Py_ssize_t covered(self, long long start, long long end) except? -1
