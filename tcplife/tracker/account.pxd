cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.names cimport ACK, FIN, M32, RST, SYN
from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport (
    BELOW_ACK, CALM_IDS, DSACK, DUPLICATE, FILLS_GAP, FIN_REPEATED, KEEP_ALIVE, LATE_COPY, LOST_AFTER,
    LOST_BEFORE, OPENS_GAP, OVERTAKEN, PARTLY_SEEN, REFUSED, RST_TAKEN, SEEN_BEFORE, TIMESTAMP_BACK, TWIN
)
from tcplife.tracker.life cimport Life
from tcplife.tracker.mending cimport Mending
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.evidence cimport hop_ns

cdef extern from *:
    long long HALF "((long long){0x80000000LL})"
    long long OVERTAKEN_NS "((long long){3000000LL})"
    long long REPEATS "((long long){7LL})"


@cython.final
@cython.no_gc
cdef class SideAccount:
    cdef public long long right
    cdef public int window, probes, ip_id
    cdef public short ttl_min, ttl_max
    cdef public long long refused_end
    cdef public Mending mending

    cpdef void begin(self, Endpoint e) noexcept


@cython.final
@cython.no_gc
cdef class Account:
    cdef public long long window_ns, recovery_ns
    cdef public SideAccount a, b
    cdef public long long closing_ns, established_ns, handshake_ns, idle_ns
    cdef public object reset

    cpdef begin(self, Life life)

@cython.locals(account=Account, mine=SideAccount, other=SideAccount, facts=cython.longlong, flags=cython.int, mending=Mending)
cpdef charge(Observation o, Life life, Endpoint e, Endpoint p)
@cython.locals(ttl=cython.int, ip_id=cython.int)
cpdef void note_sent(SideAccount mine, SideAccount other, Endpoint e, Endpoint p, Segment s, long long ts_ns, bint rises) noexcept
@cython.locals(flags=cython.int)
cdef _note_refusal(Observation o, Endpoint p, SideAccount mine, SideAccount other)
@cython.locals(mending=Mending)
cdef Mending _mending_of(SideAccount mine)
@cython.locals(facts=cython.longlong, end=cython.longlong)
cdef _note_repeat(Observation o, Endpoint e, SideAccount mine, Mending mending)
@cython.locals(ip_id=cython.int, s=Segment, e=Endpoint, way=cython.longlong)
cdef bint _was_overtaken(Observation o, Mending mending) except -1
@cython.locals(gap=cython.longlong, flags=cython.int, length=cython.longlong)
cdef _spend(Observation o, Account account, Endpoint e, Endpoint p, SideAccount mine, SideAccount other)
cpdef bint awaits_repeat(Endpoint e, Endpoint p, long long before, long long taken) noexcept
@cython.locals(way=cython.longlong)
cdef _spend_on_answer(Endpoint e, Endpoint p, long long gap)
@cython.locals(e=Endpoint, p=Endpoint, s=Segment)
cdef _note_reset(Observation o, Account account, SideAccount mine, SideAccount other)
