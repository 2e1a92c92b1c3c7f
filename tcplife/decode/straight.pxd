from tcplife.decode cimport wire
from tcplife.model.segment cimport Segment


# Each header in as few loads as it has eights of octets: from the EtherType, the addresses, and the ports on.
cdef inline bint fill(
    Segment s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    cdef unsigned long long first = wire.u64(b, at + 12)
    cdef unsigned long long second
    cdef Py_ssize_t tcp, size
    cdef bint four = first >> 40 == 0x080045
    if four:
        second = wire.u32(b, at + 20)
        if second & 0x3FFF00FF != 6 or (first >> 16 & 0xFFFF) < 40:
            return False
        limit = min(limit, <Py_ssize_t>(at + 14 + (first >> 16 & 0xFFFF)))
        tcp = at + 34
    elif first >> 44 == 0x86DD6:
        second = wire.u32(b, at + 18)
        if end - at < 74 or (second >> 8 & 0xFF) != 6 or second >> 16 < 20:
            return False
        tcp = at + 54
        limit = min(limit, <Py_ssize_t>(tcp + (second >> 16)))
    else:
        return False
    end = min(end, limit)
    size = b[tcp + 12] >> 2 & 0x3C
    if size == 32 and end - tcp >= 32 and wire.u32(b, tcp + 20) == 0x0101080A:
        second = wire.u64(b, tcp + 24)
        s.ts_val = second >> 32
        s.ts_ecr = <unsigned int>second
    elif size == 20:
        s.ts_val = -1
        s.ts_ecr = -1
    else:
        return False
    if four:
        s.ecn = first >> 32 & 3
        s.ip_id = first & 0xFFFF
        s.ttl = b[at + 22]
        first = wire.u64(b, at + 26)
        s.src_lo = first >> 32
        s.dst_lo = <unsigned int>first
        s.src_hi = 0
        s.dst_hi = 0
        s.ip_version = 4
        s.ip_at = at + 14
    else:
        wire.ipv6_head(s, b, at + 14)
    first = wire.u64(b, tcp)
    s.sport = first >> 48
    s.dport = first >> 32 & 0xFFFF
    s.seq = <unsigned int>first
    first = wire.u64(b, tcp + 8)
    s.ack = first >> 32
    s.flags = first >> 16 & 0x1FF
    s.window = first & 0xFFFF
    s.checksum = wire.u16(b, tcp + 16)
    s.urgent = wire.u16(b, tcp + 18)
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
