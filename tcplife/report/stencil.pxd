cimport cython
from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.report cimport native
from tcplife.report.buffer cimport Buffer

cdef extern from *:
    Py_ssize_t NUMBER "((Py_ssize_t){128})"


@cython.final
cdef class Stencil:
    cdef bytes _text
    cdef arrays.array _holes
    cdef Py_ssize_t _size

    @cython.locals(d="unsigned char*", text="const unsigned char*", holes="long long*", at=Py_ssize_t, hole=Py_ssize_t, begin=Py_ssize_t, size=Py_ssize_t, done=Py_ssize_t)
    cpdef int fill(self, Buffer b, long long packet, long long port) except -1
