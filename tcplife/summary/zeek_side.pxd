cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.names cimport FIN, M32, RST, SYN
from tcplife.summary.zeek_names cimport (
    ASLEEP, CUT_OFF, ESTABLISHED, FAR, HELD, HOLED, INACTIVE, PARTIAL, RANGES_LIMIT, RESET, SKIPPED,
    STORED_LIMIT, SYN_ACK_SENT, SYN_SENT, UNACKED, UNACKED_LIMIT, WHOLE
)


cdef extern from *:
    long long CIRCLE "((long long){0x100000000LL})"
    long long HALF "((long long){0x80000000LL})"


@cython.final
@cython.no_gc
cdef class ZeekSide:
    # What each segment reads stands first.
    cdef public unsigned int last, ack, limit, packets
    cdef public signed char pace, said, state, prev_state, fins, closed, ended, seen, skipping
    cdef public unsigned int gaps, uncounted
    cdef public long long missed
    cdef public unsigned int start, last_wraps, ack_wraps, bad_checksums, retransmissions, zero_windows
    cdef public long long fin_at, syn_key, fin_key, rst_key, delivered, trimmed, floor, ranges_size
    cdef public list ranges

    @cython.locals(state=cython.int)
    cpdef clear(self)
    cdef void begin(self, int flags, long long seq, long long end) noexcept

    @cython.locals(delta=cython.longlong, start=cython.longlong)
    cdef long long relative(self, long long seq, long long near, long long wraps) noexcept

    @cython.locals(delta=cython.longlong)
    cdef void acknowledge(self, long long number) noexcept

    @cython.locals(last=cython.longlong, delta=cython.longlong, start=cython.longlong)
    cdef int send(self, int flags, long long end, long long length) noexcept

    @cython.locals(wraps=cython.longlong)
    cdef long long ack_at(self) noexcept

    @cython.locals(wraps=cython.longlong)
    cdef long long last_at(self) noexcept

    @cython.locals(ack_at=cython.longlong, size=cython.longlong)
    cpdef long long size(self, int peer_state) noexcept

    @cython.locals(behind=cython.longlong)
    cdef bint has_pending(self, ZeekSide peer) noexcept

    @cython.locals(ack_at=cython.longlong)
    cdef void store(self, long long at, long long end) except *

    @cython.locals(ranges=list, at=cython.longlong, upper=cython.longlong)
    cdef int deliver(self, long long end) except -1

    @cython.locals(ranges=list, first=cython.Py_ssize_t, beyond=cython.Py_ssize_t)
    cdef int add_range(self, long long at, long long end) except -1

    @cython.locals(ranges=list, excessive=cython.bint)
    cdef int give_up(self, long long ack_at) except -1

    @cython.locals(ranges=list)
    cdef int take_ack(self, long long at, bint partial, bint clean) except -1

    cdef int miss(self, long long at, bint clean) except -1
    cdef int count_gap(self, long long length, bint clean) noexcept

    @cython.locals(ack_at=cython.longlong, pace=cython.int)
    cpdef int wake(self) except -1

    @cython.locals(ranges=list, last_at=cython.longlong, upper=cython.longlong)
    cdef int stretch(self) except -1

    @cython.locals(ranges=list, room=cython.longlong)
    cdef long long room_beyond(self, long long ack_at, long long last_at) noexcept

    @cython.locals(unacked=cython.bint)
    cpdef long long renewed(self) noexcept

    @cython.locals(ack_at=cython.longlong, last_at=cython.longlong, limit=cython.longlong, room=cython.longlong)
    cdef void settle(self, bint partial, int said) noexcept
