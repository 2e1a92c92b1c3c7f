cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.judgement cimport Judgement



@cython.final
@cython.no_gc
cdef class SideStats:
    cdef public long long packets, bytes, unique_bytes, acked_bytes, unacked_bytes, unseen_bytes, retransmitted_bytes
    cdef public long long rtt_min_ns, rtt_avg_ns, rtt_max_ns, rtt_median_ns, rtt_p95_ns, window_min, window_max, initial_window, last_ack
    cdef public int data_packets, retransmitted_packets, out_of_order, duplicate_acks, duplicate_packets, keep_alives
    cdef public int zero_windows, sack_blocks, syns, fins, resets, rtt_samples, mss, wscale, sack_ok, timestamps, tfo
    cdef public int mptcp, ecn_ce, max_segment, ttl_min, ttl_max
    cdef public int lost_before, lost_after, spurious, reordered, late_packets, twin_packets
    cdef public long long fin_number, fin_packet, fin_last_packet, fin_acked_packet, fin_acked_after_ns

    cpdef begin(self)


@cython.final
@cython.no_gc
cdef class Connection:
    cdef public long long index, first_packet, last_packet, start_ns, end_ns, handshake_ns, close_packet, client_isn, server_isn
    cdef public unsigned long long client_hi, client_lo, server_hi, server_lo
    cdef public int ip_version, client_side, client_port, server_port, final_client, final_server, close_initiator, worst
    cdef public object client_guess, tunnel, transition_rows, anomaly_rows, segment_rows, details, close_kind
    cdef public object told, left_early, zeek_state, zeek_history, zeek_note, zeek_rows
    cdef public long long anomalies_omitted
    cdef public unsigned long long kinds_low, kinds_high
    cdef public SideStats client_stats, server_stats
    cdef public Judgement judgement
    cdef public Connection like
    cdef public long long zeek_bytes_orig, zeek_bytes_resp, zeek_pkts_orig, zeek_pkts_resp, zeek_missed

    cpdef begin(self)
