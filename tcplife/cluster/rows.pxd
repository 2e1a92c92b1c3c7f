cimport cython

from tcplife.model.segment cimport Segment

cdef int BLOCK, LONGEST
cdef unsigned long long M16, M32, M36, BIT63, IS_BARE
cdef unsigned long long HAS_IPV6, HAS_TIMES, HAS_OPTIONS, HAS_SACK, IS_LATE, HAS_TUNNEL, HAS_ICMP


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
