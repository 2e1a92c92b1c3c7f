cimport cython

from tcplife.anomalies.judge cimport judge
from tcplife.anomalies.streams cimport Streams, is_above
from tcplife.anomalies.wireshark cimport WireStream
from tcplife.decode.decoder cimport Decoder
from tcplife.flows.queue cimport Queue
from tcplife.flows.seedling cimport Nursery, Seedling, SynShape
from tcplife.flows.table cimport Flow, Table
from tcplife.model.compiled cimport COMPILED
from tcplife.model.connection cimport Connection
from tcplife.model.names cimport FIN, RST, SYN
from tcplife.model.pairs cimport part_of
from tcplife.model.segment cimport Segment, copy_of
from tcplife.pipeline cimport hints, parting
from tcplife.pipeline.birth cimport born
from tcplife.pipeline.handshake cimport greets, may_wait
from tcplife.pipeline.hearing cimport doze, listen
from tcplife.pipeline.keeping cimport keep_segment
from tcplife.pipeline.showing cimport show, show_error
from tcplife.pipeline.sleep cimport fall_asleep, wake
from tcplife.summary.conclude cimport conclude
from tcplife.summary.finished cimport Finished
from tcplife.summary.unanswered cimport Likenesses, is_ordinary
from tcplife.summary.zeek cimport ZeekLife, new_zeek_life
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life
from tcplife.tracker.facts cimport CONTROL
from tcplife.tracker.reuse cimport decide
from tcplife.tracker.tracker cimport Tracker
from tcplife.tracker.transitions cimport GETS_NEW_SYN, SENDS_NEW_SYN

cdef extern from *:
    long long SECOND "((long long){1000000000LL})"
    int LEFT_IDLE "((int){1})"
    int LEFT_EARLY "((int){2})"
    int FRESH "((int){1})"
    int FRESH_WITH_HELD "((int){3})"
    int HOLD "((int){2})"
    int JOIN "((int){0})"
    int JOIN_AFTER_HELD "((int){4})"


cdef class Lives:
    cdef public object totals
    cdef public long long linger_ns
    cdef public bint is_live, lets_wait, sleeps
    cdef readonly object options
    cdef public object waits
    cdef Decoder _decoder
    cdef Table _table
    cdef Tracker _tracker
    cdef Finished _finished
    cdef Nursery _nursery
    cdef Segment _grown
    cdef Likenesses _likenesses
    cdef Streams _streams
    cdef object _pace, _endings, _happenings
    cdef list _closed, _rest
    cdef bint _ended, _keep, _sows, _attended
    cdef Py_ssize_t _anomalies_before
    cdef long long _next_index, _idle_ns, _last_ns, _max_connections, _max_closed, _ahead_ns

    cdef long long _now_ns(self) noexcept
    @cython.locals(life=Life, seedling=Seedling, side=cython.int, choice=cython.int)
    cdef _take(self, Flow flow, Segment s)
    cdef bint _waits_on(self, Life life, int side, Segment s) except -1
    cpdef give(self, Life life, int side, Segment s)
    cdef _take_first(self, Segment s)
    @cython.locals(fresh=Life, segment=Segment)
    cdef _choose(self, int choice, Life life, int side, Segment s)
    @cython.locals(fresh=Life, e=Endpoint, reopened=cython.int)
    cdef Life _reopen(self, Life old, Segment s)
    @cython.locals(segment=Segment)
    cdef _join_held(self, Life life)
    cdef _feed_copy(self, Life life, Segment s)
    @cython.locals(table=Table, life=Life, wire=WireStream)
    cdef Life _open(self, Segment s, Life old)
    @cython.locals(sack_start=cython.longlong, facts=cython.longlong, zeek=ZeekLife)
    cdef _feed(self, Life life, int side, Segment s)
    cdef _attend(self, Life life)
    cdef _note_segment(self, Life life, Segment s)
    @cython.locals(part=cython.int, closed=Queue)
    cdef _note_end(self, Life life)
    @cython.locals(life=Life)
    cdef _keep_closed(self, Queue closed, Py_ssize_t most)
    @cython.locals(flow=Flow, side=cython.int)
    cdef _take_icmp(self, Segment s)
    @cython.locals(flow=Flow, life=Life, ended=cython.bint, now=cython.longlong, leaves=cython.longlong, idle_ns=cython.longlong)
    cdef _retire_due(self)
    @cython.locals(flow=Flow)
    cdef _evict(self)
    @cython.locals(life=Life)
    cdef _leave(self, Flow flow, int left)
    @cython.locals(likenesses=Likenesses, shape=SynShape, quiet_ns=cython.longlong, like=Connection)
    cdef bint _leave_unanswered(self, Seedling seedling, int left) except -1
    @cython.locals(s=Segment, life=Life)
    cdef Connection _likeness(self, Seedling seedling, long long quiet_ns)
    cdef _retire(self, Life life)
    @cython.locals(fresh=Life, segment=Segment)
    cdef _settle_held(self, Life life)
    @cython.locals(table=Table, flow=Seedling)
    cdef _sow(self, Segment s)
    @cython.locals(seedling=Seedling, s=Segment, answer=Segment, life=Life)
    cdef Life _hatch(self, Flow flow, Segment latest, int side)
    cdef _begin(self, Life life, Segment s, WireStream wire)
