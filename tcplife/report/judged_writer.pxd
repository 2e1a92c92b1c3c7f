cimport cython

from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement, ResetFacts, is_first_ttl
from tcplife.report cimport native
from tcplife.report.buffer cimport Buffer

cdef extern from *:
    long long LONG_NS "((long long){0x38d7ea4c68000LL})"
    long long TINY_MS "((long long){100LL})"
    long long TINY_SECOND "((long long){100000LL})"


@cython.final
cdef class JudgedWriter:
    cdef Buffer _buffer
    cdef list _opened, _places, _slowest, _states, _turns

    @cython.locals(b=Buffer, j=Judgement, d="unsigned char*", at=Py_ssize_t)
    cpdef int write(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _turn_and_fins(self, Connection c, Judgement j) except -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _end(self, Connection c, Judgement j, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _role(self, Py_ssize_t at, int side) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _answer(self, Py_ssize_t at, int known) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _ms(self, Py_ssize_t at, long long ns) except? -1
    cdef Py_ssize_t _known_ms(self, Py_ssize_t at, long long ns) except? -1
    @cython.locals(d="unsigned char*", client=SideStats, server=SideStats)
    cdef Py_ssize_t _fins(self, Connection c, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _fin(self, SideStats s, Py_ssize_t at) except? -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _reset(self, ResetFacts r) except -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _circumstances(self, ResetFacts r, Py_ssize_t at) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _known(self, Py_ssize_t at, long long value) noexcept
    @cython.locals(d="unsigned char*", longest=cython.int)
    cdef Py_ssize_t _split(self, Judgement j, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _place_why(self, Connection c, Judgement j, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*", micro=cython.longlong)
    cdef Py_ssize_t _thousandths(self, Py_ssize_t at, long long ns) except? -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _half(self, Judgement j, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _handshake(self, Connection c, Judgement j, Py_ssize_t at) except? -1
