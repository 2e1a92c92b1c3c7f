cimport cython

from tcplife.capture.formats cimport END, RECORD
from tcplife.capture.reader cimport Reader
from tcplife.decode.decoder cimport Decoder
from tcplife.decode.layers cimport UNTOLD
from tcplife.flows.table cimport Flow, Table
from tcplife.model.compiled cimport COMPILED
from tcplife.model.segment cimport Segment
from tcplife.pipeline cimport ahead, hints
from tcplife.pipeline.lives cimport Lives
from tcplife.pipeline.sleep cimport wake
from tcplife.summary.finished cimport Finished
from tcplife.tracker.life cimport Life

cdef extern from *:
    long long SECOND "((long long){1000000000LL})"
    int BATCH "((int){64})"
    int CHECK "((int){65536})"
    int GLANCE "((int){512})"
    int CODES "((int){64})"


cdef class Analysis(Lives):
    cdef public Reader reader
    cdef public long long packets_before, records, records_before, tracked
    cdef public bint stopped
    cdef Segment _segment
    cdef long long[::1] _counts
    cdef ahead.Ring _ring[1]
    cdef list _segments
    cdef object _stride
    cdef bint _live, _patient
    cdef long long _first_ns, _second_ns, _bytes_heard, _drain_until_ns, _glance

    @cython.locals(reader=Reader, decoder=Decoder, table=Table, foreseen=cython.bint, is_asked=cython.bint, s=Segment, finished=Finished, heard=cython.bint, limit=cython.longlong, state=cython.int, ts=cython.longlong, code=cython.int)
    cpdef bint step(self) except -1
    @cython.locals(foreseen=cython.bint)
    cdef bint _go_on(self, long long until_ns) except -1
    cdef _heard(self, long long ts_ns)
    @cython.locals(silent_ns=cython.longlong)
    cdef _wait(self)
    @cython.locals(flow=Flow, life=Life)
    cdef _take_pace(self, bint is_live)
    cdef _report(self, Life life)
    @cython.locals(flow=Flow)
    cdef _hatch_all(self)
    @cython.locals(flow=Flow, _=int)
    cdef bint _finish_some(self) except -1
