cimport cython


@cython.final
cdef class Fragments:
    cdef public dict held
    cdef public bytes whole
    cdef public int kind
    cdef public long long lost, octets, pieces

    cpdef int add(self, tuple key, int offset, int more, bytes octets, long long stamp_ns, int kind) except -1
