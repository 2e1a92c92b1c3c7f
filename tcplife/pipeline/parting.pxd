cimport cython

from tcplife.anomalies cimport parting as wire_parting
from tcplife.anomalies.wireshark cimport WireStream, WireWay
from tcplife.model.names cimport ACK, FIN, M32
from tcplife.model.segment cimport Segment, copy_of
from tcplife.pipeline.showing cimport show
from tcplife.pipeline.sleep cimport wake
from tcplife.summary cimport zeek_parting
from tcplife.summary.zeek cimport ZeekLife
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport STEP_NS
from tcplife.tracker.life cimport Life
from tcplife.tracker.plain cimport rouse
from tcplife.tracker.tracker cimport Tracker
from tcplife.tracker.usual cimport take_usual

cdef int ALL, FIN_ACK
cdef long long EDGE


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
cdef bint _is_next(Segment s, int flags, long long seq, long long ack, long long before_ns) noexcept
@cython.locals(e=Endpoint, p=Endpoint, waiting=Parting)
cpdef bint goes_on(Life life, int side, Segment s, Tracker tracker) except -1
@cython.locals(stream=WireStream, zeek=ZeekLife, row=ZeekRow, side=cython.int, closing=Segment, me=WireWay, peer=WireWay, mine=ZeekSide, other=ZeekSide, taken=cython.int)
cdef bint _parts(Parting waiting, Life life, Endpoint e, Endpoint p, Segment s, Tracker tracker) except -1
@cython.locals(closing=Segment)
cdef int _taken(Parting waiting, Life life, Endpoint e, Endpoint p, Segment s, long long two_msl_ns) except -1
cdef _rouse_views(Parting waiting, Life life)
@cython.locals(side=cython.int, zeek=ZeekLife, place=cython.int, who=cython.int, s=Segment)
cdef _one_by_one(Parting waiting, Life life, int taken)
