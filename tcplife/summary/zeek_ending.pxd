cimport cython
from tcplife.model.names cimport ACK, SYN
from tcplife.summary.zeek_names cimport (
    BOTH_OPENED, EXPIRED, FINISHED, GOES_ON, INACTIVE, LINGER_NS, LOOK_AGAIN_NS, NEVER, NEW_NUMBERS, RESET,
    SILENT, SYN_ACK_SENT, SYN_AFTER_CLOSE, SYN_SENT, UNANSWERED
)
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide


@cython.locals(why=cython.int)
cpdef int why_ended(ZeekRow row, int side, long long ts_ns, int flags, long long seq) except -1
cpdef bint goes_on(ZeekRow row, long long last_ns, long long now_ns) noexcept
cdef int timer_due(ZeekRow row, long long now) noexcept
@cython.locals(orig=ZeekSide, resp=ZeekSide)
cdef bint is_unanswered(ZeekRow row) noexcept
@cython.locals(due=cython.bint)
cdef bint is_look_due(ZeekRow row, long long now) noexcept
@cython.locals(both=cython.bint)
cdef bint is_half_dead(ZeekSide a, ZeekSide b) noexcept
@cython.locals(judged=ZeekSide)
cdef int reuse_of(ZeekSide orig, ZeekSide resp, bint is_orig, int flags, long long seq) noexcept
