cimport cython


@cython.final
cdef class Cursor:
    cdef const unsigned char* data
    cdef public Py_ssize_t at, end, limit
    cdef public int kind, tunnel, nested, quoted
    cdef public long long stamp_ns
