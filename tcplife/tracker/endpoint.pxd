cimport cython

from tcplife.model.segment cimport Segment
from tcplife.tracker.inbox cimport Inbox
from tcplife.tracker.stream cimport Islands
from tcplife.tracker.timing cimport Recent, Timing

cdef long long M32
cdef int UNKNOWN
cdef long long FILLS_GAP, OPENS_GAP, PARTLY_SEEN, SEEN_BEFORE


@cython.final
@cython.no_gc
cdef class Endpoint:
    cdef public int side, state, undo_state, gone_state, ack_raw_count
    cdef public bint based, cut, early, ids_vary, jump_dsack, middle, talked
    cdef public Islands islands
    cdef public Inbox inbox, gone_inbox
    cdef public Py_ssize_t gone_rows
    cdef public Timing timing
    cdef public Recent recent
    cdef public long long base, next_raw, snd_max, edge, ack, ack_before, ack_raw, right, last_right, fin
    cdef public long long fin_packet, fin_ns, fin_last_packet, fin_last_ns, fin_acked_packet, fin_acked_ns
    cdef public long long tw_ns, fin_ts_val, fin_seen_packet, fin_cause_packet, jump_packet, syn_ts_val, stale_ack, rst_packet, rst_ns, syn_packet, syn_ns, last_ns, last_packet, end_ns, ts_recent
    cdef public long long clock_raw, clock_from_ns, clock_ns, clock_max, clock_max_ns, data_end, fin_ack, floor, jump_seq, jump_ack, ack_raw_packet
    cdef public long long bytes, unique, unseen, acked_unseen, repeated_bytes
    cdef public long long offered, window_min, window_max
    cdef public int window, scale, fin_tries, fin_ttl, fin_id, syn_id, syns, syn_acks, packets, data_packets, repeated_packets, out_of_order
    cdef public int duplicates, keep_alives, zero_windows, sack_blocks, resets, max_segment, mss, wscale, sack_ok
    cdef public int timestamps, tfo, mptcp, ecn_ce, ecn_offer, first_window, ttl, ttl_min, ttl_max, ip_id

    cpdef start_at(self, long long raw, long long offset)
    @cython.locals(ttl=cython.int)
    cpdef note_header(self, Segment s)
    @cython.locals(size=cython.longlong)
    cpdef Py_ssize_t octets(self, long long start, long long end) except -1
    @cython.locals(facts=cython.longlong, edge=cython.longlong, islands=Islands, low=cython.longlong, new=cython.longlong)
    cpdef Py_ssize_t _octets_out_of_order(self, long long start, long long end, long long size) except -1
    cpdef advance(self, long long end)
    @cython.locals(edge=cython.longlong, missing=cython.longlong, islands=Islands)
    cpdef Py_ssize_t acknowledged(self, long long upto) except -1
