cimport cython

from tcplife.model.connection cimport Connection

cdef bint COMPILED
cdef unsigned long long M32, _H1, _H2, _H4, _K2, _K3
cdef int _TCP, _SEED
cdef bytes _LETTERS


@cython.final
cdef class Digest:
    cdef unsigned long long[::1] _words
    cdef int _halves
    cdef bytearray _text

    @cython.locals(words="unsigned long long[::1]", at=cython.int, turned=cython.bint, size=cython.int)
    cpdef bytes id_of(self, Connection c)
    @cython.locals(words="unsigned long long[::1]", at=cython.int)
    cdef int _half(self, unsigned long long half) except -1
    cdef int _address(self, unsigned long long hi, unsigned long long lo, int version) except -1
    @cython.locals(words="unsigned long long[::1]", at=cython.int, a=cython.ulonglong, b=cython.ulonglong, c=cython.ulonglong,
                   d=cython.ulonglong, e=cython.ulonglong, f=cython.ulonglong, k=cython.ulonglong, x=cython.ulonglong)
    cdef bytes _hashed(self)
    @cython.locals(words="unsigned long long[::1]", number=cython.int, bit=cython.int, at=cython.int, pair=cython.ulonglong,
                   text=bytearray, letters="const unsigned char*")
    cdef bytes _base64(self)


cdef Digest _DIGEST
cpdef bytes community_id(Connection c)
cdef bint _is_turned(Connection c) noexcept
