cimport cython

from tcplife.model.connection cimport SideStats
from tcplife.report cimport native
from tcplife.report.buffer cimport Buffer


@cython.final
cdef class StatsWriter:
    cdef Buffer _buffer
    cdef SideStats _blank
    cdef bytes _blank_text

    @cython.locals(b=Buffer)
    cpdef int write(self, SideStats s) except -1
    @cython.locals(b=Buffer)
    cdef int _write(self, SideStats s) except -1
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _data_stats(self, SideStats s, Py_ssize_t at) noexcept
    cdef Py_ssize_t _time(self, Py_ssize_t at, long long ns) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _option_stats(self, SideStats s, Py_ssize_t at) noexcept
    @cython.locals(d="unsigned char*")
    cdef Py_ssize_t _other_stats(self, SideStats s, Py_ssize_t at) noexcept
    @cython.locals(d="unsigned char*", lost=cython.int)
    cdef Py_ssize_t _rare_stats(self, SideStats s, Py_ssize_t at) noexcept


cpdef bint is_blank(SideStats s, SideStats blank) noexcept
