cimport cython

from tcplife.decode.layers cimport MAX_TUNNELS


@cython.final
cdef class TunnelNames:
    cdef public list names
    cdef public dict known
    cdef int last, last_parent, last_kind
    cdef long long last_number

    @cython.locals(key=tuple)
    cpdef int index(self, int parent, int kind, long long number) except -1

    cdef int name(self, int parent, int kind, long long number) except -1
