cimport cython


@cython.final
@cython.no_gc
cdef class Segment:
    # What the decoder sets alike stands side by side: it is written at once.
    cdef public long long packet, ts_ns, seq, ack, length, ts_val, ts_ecr
    cdef public unsigned long long src_lo, dst_lo, src_hi, dst_hi
    cdef public Py_ssize_t ip_at, hop_at, payload_at, opt_end, payload_end, opt_at, sack_at
    cdef public int mss, wscale, tfo, mptcp, icmp_type, icmp_code, sack_ok, sack_count, bad_checksum, options_cut, tunnel
    cdef public int wire_len, ip_version, ip_id, ttl, ecn, sport, dport, flags, window, urgent, checksum
    cdef public int wire_flags
    cdef public bint bare
    cdef public long long wire_number, wire_window


@cython.locals(twin=Segment)
cpdef Segment copy_of(Segment segment)
cpdef liken(Segment twin, Segment segment)
