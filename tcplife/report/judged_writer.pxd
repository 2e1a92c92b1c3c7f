cimport cython

from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement
from tcplife.report.buffer cimport Buffer

cdef long long MS_NS, SECOND_NS, LONG_NS, TINY_MS, TINY_SECOND


@cython.final
cdef class JudgedWriter:
    cdef Buffer _buffer
    cdef list _opened, _places, _slowest, _turns

    @cython.locals(b=Buffer, j=Judgement)
    cpdef int write(self, Connection c) except -1
    cpdef int finish(self, Connection c) except -1
    cdef int _role(self, int side) except -1
    cdef int _answer(self, int known) except -1
    cdef int _ms(self, long long ns) except -1
    cdef int _known_ms(self, long long ns) except -1
    cdef int _optional(self, long long packet) except -1
    @cython.locals(b=Buffer, client=SideStats, server=SideStats)
    cdef int _fins(self, Connection c) except -1
    @cython.locals(b=Buffer)
    cdef int _fin(self, SideStats s, bytes head) except -1
    @cython.locals(b=Buffer)
    cdef int _split(self, Judgement j) except -1
    @cython.locals(at=cython.int, most=cython.longlong)
    cdef int _name_slowest(self, Judgement j) except -1
    @cython.locals(b=Buffer)
    cdef _place_why(self, Connection c, Judgement j)
    @cython.locals(b=Buffer, micro=cython.longlong, rest=cython.longlong)
    cdef _thousandths(self, long long ns)
    @cython.locals(b=Buffer)
    cdef _half(self, Judgement j)
    @cython.locals(b=Buffer)
    cdef _handshake(self, Connection c, Judgement j)


cdef bint is_first_ttl(int ttl) noexcept
