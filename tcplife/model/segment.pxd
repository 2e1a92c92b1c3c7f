cimport cython


@cython.final
@cython.no_gc
cdef class Segment:
    # What a plain segment is known by stands first: it is written for each record, the rest only where it is wanted.
    cdef public long long packet, ts_ns, seq, ack, length, ts_val
    cdef public Py_ssize_t payload_at, payload_end
    cdef public int flags, window, ip_id, ttl, checksum
    cdef public bint bare
    cdef public int wire_len, ecn, ip_version, sport, dport, urgent
    cdef public int mss, wscale, tfo, mptcp, icmp_type, icmp_code, sack_ok, sack_count, bad_checksum, options_cut, signed, tunnel
    cdef public long long ts_ecr
    cdef public unsigned long long src_lo, dst_lo, src_hi, dst_hi
    cdef public Py_ssize_t ip_at, hop_at, opt_end, opt_at, sack_at
    cdef public int wire_flags
    cdef public long long wire_number, wire_window


@cython.locals(twin=Segment)
cpdef Segment copy_of(Segment segment)
cpdef liken(Segment twin, Segment segment)
