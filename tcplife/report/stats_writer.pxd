cimport cython

from tcplife.model.connection cimport SideStats
from tcplife.report.buffer cimport Buffer

cdef bint COMPILED


@cython.final
cdef class StatsWriter:
    cdef Buffer _buffer
    cdef SideStats _blank
    cdef bytes _blank_text

    cpdef int write(self, SideStats s) except -1
    @cython.locals(b=Buffer)
    cdef int _data_stats(self, SideStats s) except -1
    @cython.locals(b=Buffer)
    cdef int _option_stats(self, SideStats s) except -1
    @cython.locals(b=Buffer)
    cdef int _other_stats(self, SideStats s) except -1


cpdef bint is_blank(SideStats s, SideStats blank) noexcept
