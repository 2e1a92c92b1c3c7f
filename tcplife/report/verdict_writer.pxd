cimport cython

from tcplife.model.close_kinds cimport THE_CONNECTION, UNFINISHED
from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement, ResetFacts
from tcplife.model.verdict cimport is_half_closed, is_out_of_sight, span, start_of
from tcplife.report cimport native
from tcplife.report.buffer cimport Buffer

cdef extern from *:
    long long SECOND_NS "((long long){1000000000LL})"
    long long TEN_MS_NS "((long long){10000000LL})"
    long long MS_NS "((long long){1000000LL})"


@cython.final
cdef class VerdictWriter:
    cdef Buffer _buffer
    cdef list _owed, _starts, _states, _who

    @cython.locals(b=Buffer, at=Py_ssize_t)
    cpdef int write(self, Connection c) except -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _start(self, Connection c, int by, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*", j=Judgement)
    cdef Py_ssize_t _open(self, Connection c, Py_ssize_t at) except? -2
    @cython.locals(d="unsigned char*", by=cython.int)
    cdef Py_ssize_t _three_segments(self, Connection c, Py_ssize_t at) except? -2
    @cython.locals(d="unsigned char*", by=cython.int, first=SideStats, second=SideStats, half_ns=cython.longlong)
    cdef Py_ssize_t _four_segments(self, Connection c, Py_ssize_t at) except? -2
    @cython.locals(d="unsigned char*", hundredths=cython.longlong)
    cdef Py_ssize_t _span(self, Py_ssize_t at, long long ns) except? -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _refused(self, Connection c, Py_ssize_t at) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _unanswered(self, Connection c, Py_ssize_t at) noexcept
    @cython.locals(d="unsigned char*", j=Judgement, r=ResetFacts, by=cython.int)
    cdef Py_ssize_t _reset(self, Connection c, Py_ssize_t at) except? -2
    @cython.locals(d="unsigned char*", client=SideStats, server=SideStats)
    cdef Py_ssize_t _acknowledged(self, Connection c, Py_ssize_t at) except? -1
    @cython.locals(d="unsigned char*", client=SideStats, server=SideStats)
    cdef Py_ssize_t _unacknowledged(self, Connection c, Py_ssize_t at) except? -1
    cdef Py_ssize_t _octets(self, Py_ssize_t at, long long count) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _grouped(self, Py_ssize_t at, long long count) noexcept
