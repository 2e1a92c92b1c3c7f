cimport cython

from tcplife.anomalies cimport parting as wire_parting
from tcplife.anomalies.wireshark cimport WireStream, WireWay
from tcplife.model.names cimport ACK, FIN, M32
from tcplife.model.segment cimport Segment, copy_of
from tcplife.pipeline.sleep cimport wake
from tcplife.summary cimport zeek_parting
from tcplife.summary.zeek cimport ZeekLife
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide
from tcplife.tracker cimport parting
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport STEP_NS
from tcplife.tracker.life cimport Life
from tcplife.tracker.tracker cimport Tracker

cdef extern from *:
    int FIN_ACK "((int){17})"
    long long EDGE "((long long){0xfffffffbLL})"


@cython.final
@cython.no_gc
cdef class Parting:
    cdef public Segment answer, began, closing
    cdef public long long last_ns
    cdef public Life life
    cdef public object run
    cdef public int side

    cpdef close(self)


@cython.locals(e=Endpoint, p=Endpoint, waiting=Parting)
cpdef bint begins(object run, Life life, int side, Segment s) except -1
cpdef bint is_next(Segment s, int flags, long long seq, long long ack, long long before_ns) noexcept
@cython.locals(e=Endpoint, p=Endpoint, waiting=Parting)
cpdef bint goes_on(Life life, int side, Segment s, Tracker tracker) except -1
@cython.locals(closing=Segment)
cdef bint _parts(Parting waiting, Life life, Segment s, Tracker tracker) except -1
@cython.locals(e=Endpoint, p=Endpoint, stream=WireStream, zeek=ZeekLife, row=ZeekRow, me=WireWay, peer=WireWay, mine=ZeekSide, other=ZeekSide, first=Segment)
cpdef bint parts(Life life, int side, Segment began, Segment answer, Segment closing, Segment last, Tracker tracker) except -1
cdef _rouse_views(Parting waiting, Life life)
@cython.locals(side=cython.int)
cdef _one_by_one(Parting waiting, Life life)
