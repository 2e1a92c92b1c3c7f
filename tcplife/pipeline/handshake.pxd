cimport cython

from tcplife.anomalies.streams cimport answered_by, opened_by
from tcplife.anomalies.wireshark cimport WireStream, WireWay
from tcplife.flows.seedling cimport Seedling
from tcplife.model.names cimport ACK, CWR, ECE, M32, SYN
from tcplife.model.segment cimport Segment
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.facts cimport CONGESTED, STEP_NS, TOLD
from tcplife.tracker.greeting cimport greeted, is_usual
from tcplife.tracker.life cimport Life
from tcplife.tracker.usual_opening cimport may_answer

cdef extern from *:
    int SYN_ACK "((int){18})"

cpdef bint may_wait(Seedling seedling, Segment s) noexcept
@cython.locals(zeek=ZeekLife)
cpdef bint greets(Life life, Segment syn, Segment answer, Segment ack) except -1
@cython.locals(stream=WireStream, me=WireWay, peer=WireWay)
cdef WireStream _stream_of(Segment syn, Segment answer, Segment ack, int side)
