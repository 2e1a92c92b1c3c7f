cimport cython

from tcplife.model cimport digest, longs
from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.names cimport M32
from tcplife.report cimport native
from tcplife.report.buffer cimport Buffer
from tcplife.report.judged_writer cimport JudgedWriter
from tcplife.report.stats_writer cimport StatsWriter
from tcplife.report.stencil cimport Stencil
from tcplife.report.verdict_writer cimport VerdictWriter

cdef extern from *:
    long long NO_VALUE "((long long){-0x4000000000000000LL})"
    Py_ssize_t NUMBER "((Py_ssize_t){128})"
    int TRANSITION_WIDTH "((int){4})"
    int ANOMALY_WIDTH "((int){4})"
    int SEGMENT_WIDTH "((int){10})"
    int WORTH_A_STENCIL "((int){12})"


@cython.final
cdef class RecordWriter:
    cdef Buffer _buffer
    cdef StatsWriter _stats
    cdef JudgedWriter _judged
    cdef VerdictWriter _verdict
    cdef list _bases, _flags, _kind_heads, _kind_tails, _kinds, _rfcs, _roles, _states, _values, _wholes
    cdef Connection _like
    cdef Stencil _stencil
    cdef dict _stencils, _uses
    cdef object _reason
    cdef bytes _reason_text
    cdef Py_ssize_t _widest
    cdef bytearray _guesses

    @cython.locals(b=Buffer, stencil=Stencil)
    cpdef int write(self, Connection c) except -1
    cdef int _left_early(self, object reason) except -1
    @cython.locals(uses=cython.int)
    cdef Stencil _stencil_of(self, Connection like)
    @cython.locals(b=Buffer, begin=Py_ssize_t, made=Stencil)
    cdef Stencil _stencil_from(self, Connection like)
    @cython.locals(b=Buffer)
    cdef int _life(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _ends(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _begin(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _final(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", rows="long long*", at=Py_ssize_t, size=Py_ssize_t, number=Py_ssize_t, code=Py_ssize_t, begin=Py_ssize_t, alike=Py_ssize_t, base=bytes)
    cdef int _transitions(self, Connection c) except -1
    cdef bytes _name_transition(self, Py_ssize_t code)
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _close(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _zeek(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", rows="long long*", at=Py_ssize_t, size=Py_ssize_t, number=Py_ssize_t, code=Py_ssize_t, tail=bytes)
    cdef int _anomalies(self, Connection c) except -1
    cdef bytes _name_kind(self, Py_ssize_t code)
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t, code=Py_ssize_t)
    cdef int _segments(self, Connection c, object packed) except -1
    @cython.locals(b=Buffer, rows="long long*", row=Py_ssize_t)
    cdef int _kinds_of(self, object packed, Py_ssize_t first, Py_ssize_t count) except -1
    @cython.locals(b=Buffer, at=Py_ssize_t, size=Py_ssize_t)
    cpdef Py_ssize_t write_lines(self, list connections, Py_ssize_t begin, Py_ssize_t full) except? -1
