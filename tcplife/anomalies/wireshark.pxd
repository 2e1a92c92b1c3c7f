cimport cython
from tcplife.anomalies.kinds cimport (
    ACK_LOST_SEGMENT, DUPLICATE_ACK, FAST_RETRANSMISSION, KEEP_ALIVE, KEEP_ALIVE_ACK, LOST_SEGMENT, OUT_OF_ORDER,
    RETRANSMISSION, REUSED_PORTS, SPURIOUS_RETRANSMISSION, WINDOW_FULL, WINDOW_UPDATE, ZERO_WINDOW,
    ZERO_WINDOW_PROBE, ZERO_WINDOW_PROBE_ACK
)
from tcplife.model.names cimport ACK, FIN, M32, M64, RST, SYN
from tcplife.model.segment cimport Segment

cdef extern from *:
    int SYN_FIN "((int){3})"
    int SYN_FIN_RST "((int){7})"
    int SYN_FIN_RST_ACK "((int){23})"
    int SYN_ACK "((int){18})"
    long long HALF "((long long){0x80000000LL})"
    long long NOT_AFTER "((long long){2147483647LL})"
    long long FAST_NS "((long long){20000000LL})"
    long long REORDER_NS "((long long){3000000LL})"
    int UNKNOWN "((int){-1})"
    int UNUSED "((int){-2})"
    int MAX_SHIFT "((int){14})"
    int MAX_UNACKED "((int){10000})"
    int MPTCP_SUBTYPES "((int){65535})"
    int MPTCP_KEYLESS "((int){65536})"
    int ENOUGH_DUPLICATES "((int){2})"


@cython.final
@cython.no_gc
cdef class WireWay:
    cdef long long top_ns, last_ns
    cdef unsigned int base, top, maxack, win, lastack, dup, mark
    cdef int fresh, stale, lastflags
    cdef unsigned short operations
    cdef signed char scale, firstack

    cdef void begin(self) noexcept


cdef WireWay NOBODY, NOBODY_SCALES


@cython.final
@cython.no_gc
cdef class WireStream:
    cdef public long long syn_ns, first_rtt_ns
    cdef public unsigned int number, window
    cdef WireWay way0, way1
    cdef public unsigned short operations
    cdef public signed char reused, unscaled

    @cython.locals(me=WireWay)
    cpdef bint splits(self, Segment segment, int side) noexcept

    @cython.locals(me=WireWay)
    cpdef bint quotes(self, Segment segment, int side) noexcept

    @cython.locals(me=WireWay)
    cpdef long long rel_seq(self, Segment segment, int side) noexcept

    @cython.locals(peer=WireWay)
    cpdef long long rel_ack(self, Segment segment, int side) noexcept

    @cython.locals(me=WireWay, peer=WireWay, seq=cython.longlong, ack=cython.longlong, length=cython.longlong, end=cython.longlong,
                   window=cython.int, ts_ns=cython.longlong)
    cpdef int analyse(self, Segment segment, int side) except -1

    @cython.locals(me=WireWay, peer=WireWay, seq=cython.longlong, ack=cython.longlong, flags=cython.int, length=cython.longlong,
                   found=cython.int, top=cython.longlong, end=cython.longlong)
    cpdef int weigh(self, Segment segment, int side) except -1

    @cython.locals(way=WireWay)
    cpdef WireWay open_way(self, int side, long long base)

    @cython.locals(probed=cython.int)
    cdef int _repeats(self, WireWay me, WireWay peer, Segment segment) noexcept

    @cython.locals(flags=cython.int)
    cpdef void scale_and_time(self, WireWay me, Segment segment, int side) noexcept

    @cython.locals(peer=WireWay)
    cdef void _syn_done(self, WireWay me, Segment segment, int side) noexcept


cdef int _syn_again(WireWay me, long long seq, int flags) noexcept

@cython.locals(lost=cython.int)
cdef int _displaced(long long top, long long seq, long long length, int flags) noexcept

@cython.locals(shift=cython.int)
cdef int _fills(WireWay peer, long long end) noexcept

@cython.locals(first=cython.int)
cdef int _unseen(WireWay peer) noexcept

@cython.locals(seq=cython.longlong, end=cython.longlong, old=cython.int, limit="unsigned long long")
cdef int _again(WireWay me, WireWay peer, Segment segment, int found, long long first_rtt_ns) noexcept

cdef void _acknowledge(WireWay peer, long long ack) noexcept
