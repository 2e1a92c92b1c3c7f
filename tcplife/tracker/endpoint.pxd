cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.flag cimport flag
from tcplife.model.names cimport M32, UNKNOWN
from tcplife.model.segment cimport Segment
from tcplife.tracker cimport named
from tcplife.tracker.facts cimport FILLS_GAP, LAST_PLACE, OPENS_GAP, PARTLY_SEEN, SEEN_BEFORE
from tcplife.tracker.fins cimport Fins
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.oddity cimport Oddity
from tcplife.tracker.stream cimport Islands
from tcplife.tracker.timing cimport Timing

cdef Fins NO_FINS
cdef Oddity NO_ODDITY


@cython.final
@cython.no_gc
cdef class Endpoint:
    # What a plain segment reads or writes stands first, in as few cache lines as can be (measured: ten thousand connections
    # at once do not stay in the nearest cache). Counted as if it began with a line, which has room for 40 octets behind its
    # head, and 64 in each further one; that it really does so was tried, and won nothing. Of its receiver two are asked for,
    cdef public long long snd_max, ack, right, last_right, last_ns
    cdef public unsigned int next_raw
    cdef public int fresh, stale, rises, tries
    cdef public signed char shift
    cdef public flag whole, mute, patchy
    cdef public Timing timing
    cdef public Islands islands
    cdef public long long mark, edge, repeat_end
    # of its sender two more, and one or two of these: when it acknowledges, and for what it remembers of it.
    cdef public long long limit, until_ns, data_ns, ts_recent, clock_max, clock_max_ns, clock_ns, last_packet
    cdef public int packets, data_packets, max_segment, window, window_min, window_max, ip_id, ip_calm
    cdef public long long clock_raw, network_ns, own_ns
    cdef public unsigned char ttl
    cdef public flag cut, ids_vary
    cdef public signed char recent_at
    cdef public short ttl_min, ttl_max
    cdef public long long ack_ns, ack_packet, ack_before
    cdef public long long[12] recent
    cdef public long long data_end, bytes, unique
    cdef public short wscale

    cdef public signed char side, state, scale
    cdef public flag based, after_life, attended, early, joined, low, middle
    cdef public unsigned char ecn_offer
    cdef public signed char sack_ok, timestamps, tfo, mptcp
    cdef public Candidate inbox
    cdef public Fins fins
    cdef public Oddity odd
    cdef public long long base, fin, acked_unseen, sure
    cdef public long long syn_packet

    cdef public int ip_jumps, ack_raw_count, syn_id, syns, syn_acks, mss, first_window
    cdef public signed char stateless
    cdef public long long ack_raw, ack_raw_packet, syn_ts_val, syn_ts_last, syn_ns, end_ns, clock_from_ns

    cpdef begin(self, int side)
    @cython.locals(fins=Fins)
    cpdef Fins own_fins(self)
    @cython.locals(odd=Oddity)
    cpdef Oddity own_odd(self)
    cpdef empty(self)
    cpdef void forget_fins(self) noexcept
    cpdef void forget_reset(self) noexcept
    cpdef void start_at(self, long long raw, long long offset) noexcept
    @cython.locals(ttl=cython.int, odd=Oddity)
    cpdef note_header(self, Segment s)
    @cython.locals(recent="long long*", at=Py_ssize_t)
    cpdef void note_packet(self, long long first, long long second, long long ts_ns) noexcept
    @cython.locals(recent="long long*", at=Py_ssize_t, _=cython.int)
    cpdef long long age(self, long long first, long long second, long long ts_ns) noexcept
    cpdef goes_on(self, long long end)
    cpdef void await_event(self, Candidate candidate) noexcept
    @cython.locals(size=cython.longlong, odd=Oddity)
    cpdef Py_ssize_t octets(self, long long start, long long end) except? -1
    @cython.locals(facts=cython.longlong, edge=cython.longlong, islands=Islands, low=cython.longlong, new=cython.longlong, odd=Oddity)
    cpdef Py_ssize_t _octets_out_of_order(self, long long start, long long end, long long size) except? -1
    cpdef void advance(self, long long end) noexcept
    @cython.locals(edge=cython.longlong, missing=cython.longlong, islands=Islands, odd=Oddity)
    cpdef Py_ssize_t acknowledged(self, long long upto) except? -1


cpdef long long first_word(Segment s) noexcept
@cython.locals(ident=cython.longlong, proof=cython.longlong)
cpdef long long second_word(Segment s) noexcept
