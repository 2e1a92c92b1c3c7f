cimport cython

from tcplife.model.segment cimport Segment

cdef extern from *:
    int BLOCK "((int){4096})"
    int LONGEST "((int){16})"
    unsigned long long M16 "((unsigned long long){65535ULL})"
    unsigned long long M32 "((unsigned long long){0xffffffffULL})"
    unsigned long long M36 "((unsigned long long){0xfffffffffULL})"
    unsigned long long BIT63 "((unsigned long long){0x8000000000000000ULL})"
    unsigned long long IS_BARE "((unsigned long long){2048ULL})"
    unsigned long long HAS_IPV6 "((unsigned long long){1ULL})"
    unsigned long long HAS_TIMES "((unsigned long long){2ULL})"
    unsigned long long HAS_OPTIONS "((unsigned long long){4ULL})"
    unsigned long long HAS_SACK "((unsigned long long){8ULL})"
    unsigned long long IS_LATE "((unsigned long long){16ULL})"
    unsigned long long HAS_TUNNEL "((unsigned long long){32ULL})"
    unsigned long long HAS_ICMP "((unsigned long long){64ULL})"


@cython.final
cdef class RowWriter:
    cdef unsigned long long[::1] _words
    cdef Py_ssize_t _at
    cdef public long long octets
    cdef public object sink

    @cython.locals(
        at=Py_ssize_t, end=Py_ssize_t, mask=cython.ulonglong,
        one=cython.ulonglong, two=cython.ulonglong, three=cython.ulonglong
    )
    cpdef put(self, Segment s, long long position, long long key_ns, int code, long long sack_start)
    cpdef flush(self)


@cython.final
cdef class RowReader:
    cdef object _blocks, _held
    cdef const unsigned long long[::1] _words
    cdef Py_ssize_t _at, _end
    cdef public long long position, key_ns, sack_start
    cdef public int code

    cpdef bint more(self) except -1
    @cython.locals(at=Py_ssize_t, end=Py_ssize_t, mask=cython.ulonglong, word=cython.ulonglong)
    cpdef fill(self, Segment s)
    @cython.locals(word=cython.ulonglong)
    cdef _fill_rare(self, Segment s, unsigned long long mask, Py_ssize_t end)
