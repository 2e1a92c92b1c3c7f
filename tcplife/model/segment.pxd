cimport cython


@cython.final
@cython.no_gc
cdef class Segment:
    cdef public long long packet, ts_ns, seq, ack, length, ts_val, ts_ecr
    cdef public unsigned long long src_hi, src_lo, dst_hi, dst_lo
    cdef public Py_ssize_t ip_at, hop_at, payload_at, payload_end, opt_at, opt_end, sack_at
    cdef public int wire_len, ip_version, ip_id, ttl, ecn, sport, dport, flags, window, urgent, checksum, bad_checksum
    cdef public int mss, wscale, sack_ok, sack_count, tfo, mptcp, tunnel, options_cut, icmp_type, icmp_code, wire_flags
    cdef public long long wire_number, wire_window


@cython.locals(twin=Segment)
cpdef Segment copy_of(Segment segment)
