cimport cython

from tcplife.decode.fragments cimport Fragments
from tcplife.decode.tunnels cimport TunnelNames


@cython.final
cdef class Cursor:
    cdef const unsigned char* data
    cdef public Py_ssize_t at, end, limit
    cdef public int kind, tunnel, nested, quoted
    cdef public long long stamp_ns
    cdef public bytes kept
    cdef public TunnelNames names
    cdef public Fragments fragments

    cpdef aim(self, object data, Py_ssize_t wire_len, int kind)
    cpdef void shorten(self, Py_ssize_t limit) noexcept
    cpdef int enter(self, int kind, long long number) except -1
