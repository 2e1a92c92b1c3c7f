cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.model.names cimport ACK, FIN, M32, RST, SYN
from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport (
    BELOW_ACK, CALM_IDS, DSACK, DUPLICATE, FILLS_GAP, FIN_REPEATED, KEEP_ALIVE, LATE_COPY, LOST_AFTER,
    LOST_BEFORE, OPENS_GAP, OVERTAKEN, PARTLY_SEEN, REFUSED, RST_TAKEN, SEEN_BEFORE, TIMESTAMP_BACK, TWIN
)
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.evidence cimport hop_ns

cdef arrays.array NUMBERS
cdef int MAX_REPEATS
cdef bint COMPILED
cdef long long HALF, OVERTAKEN_NS
cdef long long REPEATS


@cython.final
@cython.no_gc
cdef class SideAccount:
    cdef public long long right
    cdef public int window, probes, ip_id
    cdef public short ttl_min, ttl_max
    cdef public long long fin_ack, gap_ns, gap_ts_ecr, gap_ts_val, peer_sent_at_fin, probe_packet, refused_end, tries_before_ns, tries_ns, tries_packet
    cdef public int gap_ip_id, late_packets, lost_after, lost_before, reordered, spurious, twins
    cdef public arrays.array repeats

    cpdef void begin(self, Endpoint e) noexcept


@cython.final
@cython.no_gc
cdef class Account:
    cdef public long long window_ns, recovery_ns
    cdef public SideAccount a, b
    cdef public long long closing_ns, established_ns, handshake_ns, idle_ns
    cdef public object reset

    cpdef begin(self, Life life)

@cython.locals(account=Account, mine=SideAccount, other=SideAccount, facts=cython.longlong, flags=cython.int)
cpdef charge(Observation o, Life life, Endpoint e, Endpoint p)
@cython.locals(ttl=cython.int, ip_id=cython.int)
cpdef void note_sent(SideAccount mine, SideAccount other, Endpoint e, Endpoint p, Segment s, long long ts_ns, bint rises) noexcept
@cython.locals(flags=cython.int)
cdef _note_refusal(Observation o, Endpoint p, SideAccount mine, SideAccount other)
@cython.locals(facts=cython.longlong, end=cython.longlong)
cdef _note_repeat(Observation o, Endpoint e, SideAccount mine)
@cython.locals(repeats=arrays.array)
cdef _keep_repeat(Observation o, SideAccount mine, int before)
@cython.locals(repeats=arrays.array, numbers="long long*", at=Py_ssize_t, before=cython.int)
cdef _was_not_lost(Observation o, SideAccount sender, long long start)
@cython.locals(ip_id=cython.int, s=Segment, e=Endpoint, way=cython.longlong)
cdef bint _was_overtaken(Observation o, SideAccount mine) except -1
@cython.locals(gap=cython.longlong, flags=cython.int, length=cython.longlong)
cdef _spend(Observation o, Account account, Endpoint e, Endpoint p, SideAccount mine, SideAccount other)
cpdef bint awaits_repeat(Endpoint e, Endpoint p, long long before, long long taken) noexcept
@cython.locals(way=cython.longlong)
cdef _spend_on_answer(Endpoint e, Endpoint p, long long gap)
@cython.locals(e=Endpoint, p=Endpoint, s=Segment)
cdef _note_reset(Observation o, Account account, SideAccount mine, SideAccount other)
