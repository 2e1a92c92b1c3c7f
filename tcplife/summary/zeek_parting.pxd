cimport cython

from tcplife.summary.zeek_names cimport (
    CLOSED, CLOSE_DELAY_NS, CUT_OFF, ESTABLISHED, LOOK_AGAIN_NS, NEVER, RESPONDER, SAID_ACK, SAID_FIN, WHOLE
)
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide

cdef extern from *:
    int FINS "((int){514})"
    long long NEAR "((long long){0x80000000LL})"

cpdef bint may_part(ZeekRow row, ZeekSide e, ZeekSide p, long long seq, long long other, long long began_ns, long long now_ns) noexcept
@cython.locals(at=cython.longlong)
cdef bint _has_all(ZeekSide e, long long number) noexcept
cpdef parted(ZeekRow row, ZeekSide e, ZeekSide p, long long closed_ns, long long now_ns, int answers)
@cython.locals(at=cython.longlong)
cdef void _close(ZeekSide e) noexcept
