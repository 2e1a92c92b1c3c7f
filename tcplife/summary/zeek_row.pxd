cimport cython
from tcplife.model.compiled cimport COMPILED
from tcplife.model.names cimport ACK, FIN, M32, RST, SYN
from tcplife.summary.zeek_names cimport (
    ATTEMPT_NS, CLOSED, CLOSE_DELAY_NS, ESTABLISHED, FIRST_LOOK_NS, HISTORY_LIMIT, INACTIVE, LOOK_AGAIN_NS, NEVER,
    PARTIAL, RESET, RESPONDER, SAID_ACK, SAID_BOTH, SAID_DATA, SAID_FIN, SAID_MIX, SAID_RST, SAID_SYN,
    SILENT_LOGIN_NS, SILENT_NS, SILENT_OPENING_NS, SYN_ACK_SENT, SYN_SENT
)
from tcplife.summary.zeek_side cimport ZeekSide
from tcplife.summary.zeek_state cimport is_clean, is_from_server, is_login_port, spelled

cdef extern from *:
    int FULL "((int){54})"
    int LETTER_BASE "((int){64})"
    int LETTER_BITS "((int){6})"
    int SMALL "((int){32})"
    long long LONE_ANSWER "((long long){8LL})"
    long long TURNED_ANSWER "((long long){1960LL})"


@cython.final
@cython.no_gc
cdef class ZeekRow:
    # What each segment reads stands first.
    cdef public ZeekSide a, b
    cdef public long long last_ns, look_ns
    cdef public signed char steady, clean, orig, partial, active, deferred
    cdef public int once
    cdef public long long letters
    cdef public str told
    cdef public long long start_ns, clock_ns, attempt_ns, removal_ns, look_too_ns, limit_ns
    cdef public unsigned short orig_port, resp_port

    cpdef clear(self)
    cpdef int begin(self, int side, long long ts_ns, int flags, int sport, int dport, bint broadcast) except -1
    cpdef void follow(self, ZeekRow before) noexcept
    @cython.locals(port=cython.int)
    cdef int turn(self) except -1
    @cython.locals(e=ZeekSide, p=ZeekSide, both=cython.bint)
    cpdef void take(self, int side, long long ts_ns, long long seq, long long ack, int flags, int window, long long length, bint whole, bint bad) except *
    cpdef int wake(self) except -1
    @cython.locals(a=ZeekSide, b=ZeekSide, said_by_orig=cython.int, said_by_resp=cython.int)
    cdef int settle(self) except -1
    @cython.locals(orig=ZeekSide, is_orig=cython.bint, seg_len=cython.longlong, end=cython.longlong, rel=cython.longlong, acked=cython.longlong, closing=cython.bint, at=cython.longlong)
    cdef int take_valid(self, ZeekSide e, ZeekSide p, long long ts_ns, long long seq, long long ack, int flags, int window, long long length, bint whole) except -1
    @cython.locals(acked=cython.longlong)
    cdef long long take_ack_number(self, ZeekSide p, long long ack, int flags) noexcept
    @cython.locals(gaps=cython.longlong)
    cdef void take_ack(self, ZeekSide e, ZeekSide p, long long acked) except *
    cdef void enter(self, ZeekSide e, ZeekSide p, int state) noexcept
    @cython.locals(state=cython.int)
    cdef int move(self, ZeekSide e, ZeekSide p, long long ts_ns, long long seq, int flags, long long length, bint is_orig) except -1
    cdef void move_established(self, ZeekSide e, ZeekSide p, int flags) noexcept
    @cython.locals(orig=ZeekSide)
    cdef int move_inactive(self, ZeekSide e, ZeekSide p, long long ts_ns, long long seq, int flags, long long length, bint is_orig) except -1
    cdef int answer(self, ZeekSide e, ZeekSide p, long long seq, int flags) except -1
    cdef void close(self, ZeekSide e, ZeekSide p) except *
    cdef void check_end(self, ZeekSide e, ZeekSide p) except *
    cdef int put(self, int letter) except -1
    @cython.locals(code=cython.int)
    cdef int say(self, ZeekSide e, Py_UCS4 letter) except -1
    @cython.locals(bit=cython.int)
    cdef int say_once(self, ZeekSide e, int what, Py_UCS4 letter) except -1
    cpdef int say_plain(self, ZeekSide e, int what) except -1
    cdef int say_scaled(self, ZeekSide e, Py_UCS4 letter, long long count) except -1
    @cython.locals(kind=cython.int, letter="Py_UCS4")
    cdef int say_flags(self, ZeekSide e, int flags, long long rel, long long length) except -1
    @cython.locals(orig=ZeekSide)
    cdef int turn_if_answered(self) except -1
    cpdef str history(self)
