cimport cython

from tcplife.model cimport longs
from tcplife.model.community cimport community_id
from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement
from tcplife.report.buffer cimport Buffer
from tcplife.report.judged_writer cimport JudgedWriter
from tcplife.report.stats_writer cimport StatsWriter

cdef bint COMPILED
cdef long long NO_VALUE, M32
cdef int TRANSITION_WIDTH, ANOMALY_WIDTH, SEGMENT_WIDTH


@cython.final
cdef class RecordWriter:
    cdef Buffer _buffer
    cdef StatsWriter _stats
    cdef SideStats _statistics
    cdef JudgedWriter _judged
    cdef Judgement _judgement
    cdef bytes _stats_text, _judged_text
    cdef list _bases, _flags, _kind_ends, _kind_tails, _kinds, _rfcs, _roles, _states, _values

    @cython.locals(b=Buffer)
    cpdef int write(self, Connection c) except -1
    @cython.locals(b=Buffer)
    cdef int _times(self, Connection c) except -1
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t, code=Py_ssize_t)
    cdef int _transitions(self, Connection c) except -1
    cpdef bytes _plain_transitions(self, Connection c)
    @cython.locals(b=Buffer)
    cdef int _ending(self, Connection c) except -1
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t, code=Py_ssize_t)
    cdef int _anomalies(self, Connection c) except -1
    @cython.locals(b=Buffer)
    cdef int _extras(self, Connection c) except -1
    @cython.locals(b=Buffer, rows="long long*", at=Py_ssize_t, size=Py_ssize_t, code=Py_ssize_t)
    cdef int _segments(self, Connection c, object packed) except -1
    @cython.locals(b=Buffer, rows="long long*", row=Py_ssize_t)
    cdef int _kinds_of(self, object packed, Py_ssize_t first, Py_ssize_t count) except -1
    @cython.locals(b=Buffer, begin=Py_ssize_t)
    cdef _write_stats(self, Connection c)
    @cython.locals(b=Buffer, begin=Py_ssize_t)
    cdef _write_judged(self, Connection c)
    @cython.locals(b=Buffer, at=Py_ssize_t, size=Py_ssize_t)
    cpdef Py_ssize_t write_lines(self, list connections, Py_ssize_t begin, Py_ssize_t full) except -1
