cimport cython

from tcplife.cluster.rows cimport RowReader
from tcplife.decode.decoder cimport Decoder
from tcplife.flows.seedling cimport Seedling
from tcplife.flows.table cimport Flow, Table
from tcplife.model.segment cimport Segment
from tcplife.pipeline.analysis cimport Analysis
from tcplife.tracker.life cimport Life

cdef extern from *:
    int DUE "((int){-1})"
    int READY "((int){256})"
    int LEFT_CLOSED "((int){3})"


@cython.final
cdef class Feed:
    cdef public RowReader rows
    cdef const long long[::1] _starts, _shifts
    cdef Py_ssize_t _at
    cdef long long _shift, _end
    cdef public list tunnels
    cdef public long long packet

    @cython.locals(rows=RowReader, position=cython.longlong)
    cpdef bint more(self) except -1


cdef class Bucket(Analysis):
    cdef const long long[::1] _tick_packets, _tick_times
    cdef Py_ssize_t _tick_at
    cdef long long _now_packet, _phase, _turn_ns, _turn_index
    cdef int _depth
    cdef bytearray _sack
    cdef public object leaves, opens
    cdef public long long peak

    @cython.locals(s=Segment, rows=RowReader)
    cpdef bint take_rows(self, Feed feed, long long limit) except -1
    cdef _show_sack(self, Segment s, long long start)
    cpdef take_ticks(self, long long packet)
    @cython.locals(flow=Flow)
    cpdef bint close_some(self) except -1
    cdef _sow(self, Segment s)
    cdef bint _leave_unanswered(self, Seedling seedling, int left) except -1
    cdef _note_opening(self)
    cdef Life _open(self, Segment s, Life old)
    cdef _retire(self, Life life)
