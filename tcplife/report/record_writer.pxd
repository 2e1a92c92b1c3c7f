cimport cython

from tcplife.model cimport digest, longs
from tcplife.model.connection cimport Connection, SideStats
from tcplife.report cimport native
from tcplife.report.buffer cimport Buffer
from tcplife.report.judged_writer cimport JudgedWriter
from tcplife.report.stats_writer cimport StatsWriter

cdef long long NO_VALUE, M32
cdef Py_ssize_t MOST
cdef int TRANSITION_WIDTH, ANOMALY_WIDTH, SEGMENT_WIDTH


@cython.final
cdef class RecordWriter:
    cdef Buffer _buffer
    cdef StatsWriter _stats
    cdef JudgedWriter _judged
    cdef list _bases, _flags, _kind_ends, _kind_tails, _kinds, _rfcs, _roles, _states, _values

    @cython.locals(b=Buffer)
    cpdef int write(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _ends(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _times(self, Connection c) except -1
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t)
    cdef int _transitions(self, Connection c) except -1
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t, base=bytes)
    cdef int _transition(self, long long packet, long long offset_ns, Py_ssize_t code, long long confirmed) except -1
    cdef bytes _base(self, Py_ssize_t code)
    @cython.locals(b=Buffer)
    cdef _close(self, Connection c)
    @cython.locals(b=Buffer, d="unsigned char*", at=Py_ssize_t)
    cdef int _zeek(self, Connection c) except -1
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t)
    cdef int _anomalies(self, Connection c) except -1
    @cython.locals(b=Buffer, kind=Py_ssize_t)
    cdef int _anomaly(self, long long packet, Py_ssize_t code, long long value, long long related) except -1
    @cython.locals(tail=bytes)
    cdef bytes _kind_tail(self, Py_ssize_t code)
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t, code=Py_ssize_t)
    cdef int _segments(self, Connection c, object packed) except -1
    @cython.locals(b=Buffer, rows="long long*", row=Py_ssize_t)
    cdef int _kinds_of(self, object packed, Py_ssize_t first, Py_ssize_t count) except -1
    @cython.locals(b=Buffer, at=Py_ssize_t, size=Py_ssize_t)
    cpdef Py_ssize_t write_lines(self, list connections, Py_ssize_t begin, Py_ssize_t full) except -1
