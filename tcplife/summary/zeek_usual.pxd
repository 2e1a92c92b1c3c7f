cimport cython

from tcplife.model.names cimport ACK, FIN, M32, RST, SYN
from tcplife.model.segment cimport Segment
from tcplife.summary.zeek_names cimport (
    ATTEMPT_NS, CLOSED, ESTABLISHED, RESPONDER, SAID_ACK, SAID_FIN, SAID_SYN, SILENT_LOGIN_NS, SILENT_NS, SYN_SENT,
    UNACKED_LIMIT, WHOLE
)
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide
from tcplife.summary.zeek_state cimport is_login_port

cdef extern from *:
    int LETTER_BITS "((int){6})"
    long long FAR_AROUND "((long long){0xffffbfffLL})"
    long long LONE_SYN "((long long){19LL})"
    long long NEAR "((long long){0x80000000LL})"
    long long SYN_ANSWERED "((long long){1256LL})"

@cython.locals(e=ZeekSide)
cpdef void take_syns(ZeekRow row, long long seq, unsigned int tries, long long last_ns) noexcept
@cython.locals(e=ZeekSide, p=ZeekSide)
cpdef int take_answer(ZeekRow row, Segment s) except -1
cdef void _settle(ZeekSide e) noexcept

@cython.locals(e=ZeekSide, p=ZeekSide, fin=cython.int, last=cython.longlong, ack=cython.longlong, at=cython.longlong, acked=cython.longlong)
cpdef bint take_bare(ZeekRow row, Segment s, int side) except -1
cdef _acknowledge(ZeekRow row, ZeekSide e, ZeekSide p, long long at)
