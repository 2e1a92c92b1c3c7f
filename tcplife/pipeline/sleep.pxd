cimport cython

from tcplife.anomalies.judge cimport add
from tcplife.anomalies.kinds cimport DUPLICATE_ACK, KEEP_ALIVE
from tcplife.anomalies.wireshark cimport WireStream, WireWay
from tcplife.decode.decoder cimport Decoder
from tcplife.model.names cimport ESTABLISHED, M32
from tcplife.model.segment cimport Segment
from tcplife.summary.zeek cimport ZeekLife
from tcplife.summary.zeek_ending cimport goes_on
from tcplife.summary.zeek_names cimport CUT_OFF, HELD, HOLED, SAID_ACK, SAID_DATA, SKIPPED, UNACKED, WHOLE
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide
from tcplife.tracker.duplicate cimport is_duplicate, take_duplicate
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport CONTROL
from tcplife.tracker.life cimport Life
from tcplife.tracker.plain cimport plain, rouse

cdef int DUPLICATE_ACK_KIND
cdef extern from *:
    long long FAR "((long long){536870912LL})"
    int CUT "((int){4})"
    int FEW "((int){4096})"
    int FIRST_ACK "((int){2})"
    int FIRST_OCTETS "((int){1})"
    int NO_END "((int){1073741824})"
    int RISES "((int){8})"
    int UNKNOWN_SCALE "((int){-1})"

@cython.locals(wire=WireStream, zeek=ZeekLife, row=ZeekRow, a=Endpoint, b=Endpoint, way_a=WireWay, way_b=WireWay)
cpdef fall_asleep(Life life)
@cython.locals(scale=cython.int, top=cython.longlong, behind=cython.longlong, sent=cython.longlong, reach=cython.longlong, opens=cython.bint)
cdef bint _is_plain(Endpoint e, Endpoint p, WireWay way, ZeekSide z) noexcept
cdef void _leave_word(Endpoint e, WireWay way, ZeekRow row, ZeekSide z) noexcept
@cython.locals(e=Endpoint, p=Endpoint, limit=cython.longlong, news=cython.int)
cpdef bint hear_news(Life life, int side, Segment s) except -1
@cython.locals(zeek=ZeekLife, row=ZeekRow, mine=ZeekSide, other=ZeekSide, news=cython.int)
cdef int begins_news(Life life, Endpoint e, Endpoint p, int length, bint whole) except -1
@cython.locals(zeek=ZeekLife, row=ZeekRow, mine=ZeekSide)
cdef void drop_news(Life life, Endpoint e, Endpoint p, int news, long long limit) noexcept
@cython.locals(zeek=ZeekLife, row=ZeekRow, mine=ZeekSide, other=ZeekSide, ack=cython.longlong)
cdef tell_news(Life life, Endpoint e, Endpoint p, int news)
@cython.locals(told=cython.longlong)
cdef Py_ssize_t _rises(long long gaps) noexcept
@cython.locals(wire=WireStream, zeek=ZeekLife, row=ZeekRow, a=Endpoint, b=Endpoint, way_a=WireWay, way_b=WireWay, operations=cython.int)
cpdef wake(Life life)
cpdef bint take_plain(Life life, int side, Segment s) except -1
cpdef bint hear(Life life, int side, Segment s, Decoder decoder) except -1
@cython.locals(zeek=ZeekLife, row=ZeekRow)
cdef bint _looks(Life life, long long now_ns) except -1
@cython.locals(e=Endpoint, zeek=ZeekLife, row=ZeekRow, mine=ZeekSide, end=cython.longlong)
cdef bint _goes_further(Life life, int side, Segment s) except -1
@cython.locals(e=Endpoint, p=Endpoint, wire=WireStream, zeek=ZeekLife, row=ZeekRow, way=WireWay, back=WireWay, z=ZeekSide, sack_start=cython.longlong)
cpdef bint hear_duplicate(Life life, int side, Segment s, Decoder decoder) except -1
@cython.locals(top=cython.longlong, sent=cython.longlong, ack=cython.longlong, octets=cython.longlong)
cdef _tell_sent(Endpoint e, Endpoint p, WireWay way, int operations, ZeekSide z)
@cython.locals(top=cython.longlong, ack=cython.longlong)
cdef _tell(Endpoint e, Endpoint p, WireWay way, int operations, ZeekRow row, ZeekSide z)
