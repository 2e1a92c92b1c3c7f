from tcplife.decode cimport wire
from tcplife.model.segment cimport Segment


cdef inline bint fill(
    Segment s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    cdef Py_ssize_t o = at + 14
    cdef Py_ssize_t tcp, size
    cdef int kind = wire.u16(b, at + 12)
    cdef int total
    if kind == 0x0800:
        total = wire.u16(b, o + 2)
        if b[o] != 0x45 or b[o + 9] != 6 or wire.u16(b, o + 6) & 0x3FFF or total < 40:
            return False
        limit = min(limit, o + total)
        tcp = o + 20
    elif kind == 0x86DD:
        if end - o < 60 or b[o] >> 4 != 6 or b[o + 6] != 6:
            return False
        total = wire.u16(b, o + 4)
        if total < 20:
            return False
        tcp = o + 40
        limit = min(limit, tcp + total)
    else:
        return False
    end = min(end, limit)
    size = b[tcp + 12] >> 2 & 0x3C
    if size == 32 and end - tcp >= 32 and wire.u32(b, tcp + 20) == 0x0101080A:
        s.ts_val = wire.u32(b, tcp + 24)
        s.ts_ecr = wire.u32(b, tcp + 28)
    elif size == 20:
        s.ts_val = -1
        s.ts_ecr = -1
    else:
        return False
    if kind == 0x0800:
        wire.ipv4_head(s, b, o)
    else:
        wire.ipv6_head(s, b, o)
    wire.tcp_head(s, b, tcp)
    s.length = limit - tcp - size
    s.payload_end = end
    s.payload_at = tcp + size
    s.opt_end = tcp + size
    s.opt_at = tcp + 20
    s.sack_at = tcp
    s.bare = s.ecn != 3
    s.mss = -1
    s.wscale = -1
    s.tfo = -1
    s.mptcp = -1
    s.icmp_type = -1
    s.icmp_code = -1
    s.sack_ok = 0
    s.sack_count = 0
    s.bad_checksum = 0
    s.options_cut = 0
    s.tunnel = 0
    return True
