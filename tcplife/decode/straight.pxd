from tcplife.decode cimport wire
from tcplife.model.segment cimport Segment


# Each header in as few loads as it has eights of octets: from the EtherType, the addresses, and the ports on. Nobody owns
# the segment here: to hold it would be two counts per record.
cdef inline bint fill_borrowed(
    void* s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
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
    second = wire.u64(b, tcp + 8)
    size = second >> 26 & 0x3C
    if size == 32 and end - tcp >= 32 and wire.u32(b, tcp + 20) == 0x0101080A:
        (<Segment>s).ts_val = wire.u32(b, tcp + 24)
        (<Segment>s).ts_ecr = wire.u32(b, tcp + 28)
    elif size == 20:
        (<Segment>s).ts_val = -1
        (<Segment>s).ts_ecr = -1
    else:
        return False
    (<Segment>s).ack = second >> 32
    (<Segment>s).flags = second >> 16 & 0x1FF
    (<Segment>s).window = second & 0xFFFF
    if four:
        second = wire.u64(b, at + 26)
        (<Segment>s).ecn = first >> 32 & 3
        (<Segment>s).bare = first >> 32 & 3 != 3
        (<Segment>s).ip_id = first & 0xFFFF
        (<Segment>s).ttl = b[at + 22]
        (<Segment>s).src_lo = second >> 32
        (<Segment>s).dst_lo = <unsigned int>second
        (<Segment>s).src_hi = 0
        (<Segment>s).dst_hi = 0
        (<Segment>s).ip_version = 4
        (<Segment>s).ip_at = at + 14
    else:
        wire.ipv6_head(<Segment>s, b, at + 14)
        (<Segment>s).bare = (<Segment>s).ecn != 3
    first = wire.u64(b, tcp)
    (<Segment>s).sport = first >> 48
    (<Segment>s).dport = first >> 32 & 0xFFFF
    (<Segment>s).seq = <unsigned int>first
    (<Segment>s).checksum = wire.u16(b, tcp + 16)
    (<Segment>s).urgent = wire.u16(b, tcp + 18)
    (<Segment>s).length = limit - tcp - size
    (<Segment>s).payload_end = end
    (<Segment>s).payload_at = tcp + size
    (<Segment>s).opt_end = tcp + size
    (<Segment>s).opt_at = tcp + 20
    (<Segment>s).sack_at = tcp
    (<Segment>s).mss = -1
    (<Segment>s).wscale = -1
    (<Segment>s).tfo = -1
    (<Segment>s).mptcp = -1
    (<Segment>s).icmp_type = -1
    (<Segment>s).icmp_code = -1
    (<Segment>s).sack_ok = 0
    (<Segment>s).sack_count = 0
    (<Segment>s).bad_checksum = 0
    (<Segment>s).options_cut = 0
    (<Segment>s).tunnel = 0
    return True


cdef inline bint fill(
    Segment s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    return fill_borrowed(<void*>s, b, at, end, limit)
