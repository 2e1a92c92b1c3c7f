from tcplife.decode cimport wire
from tcplife.model.segment cimport Segment

# Each header in as few loads as it has eights of octets: from the EtherType, the addresses, and the ports on. Nobody owns
# the segment here: to hold it would be two counts per record.

# The TCP header at `tcp`, but for what `rest` says; False, with nothing changed, if it has other options.
cdef inline bint numbers(
    void* s, const unsigned char* b, Py_ssize_t tcp, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    cdef unsigned long long word = wire.u64(b, tcp + 8)
    cdef Py_ssize_t size = word >> 26 & 0x3C
    if end > limit:
        end = limit
    if size == 32 and end - tcp >= 32 and wire.u32(b, tcp + 20) == 0x0101080A:
        (<Segment>s).ts_val = wire.u32(b, tcp + 24)
    elif size == 20:
        (<Segment>s).ts_val = -1
    else:
        return False
    (<Segment>s).ack = word >> 32
    (<Segment>s).flags = <unsigned int>word >> 16 & 0x1FF
    (<Segment>s).window = <unsigned short>word
    (<Segment>s).seq = wire.u32(b, tcp + 4)
    (<Segment>s).checksum = wire.u16(b, tcp + 16)
    tcp += size
    (<Segment>s).payload_at = tcp
    (<Segment>s).payload_end = end
    (<Segment>s).length = limit - tcp
    return True


# What else there is to say of a TCP header, after `numbers`.
cdef inline void rest(void* s, const unsigned char* b, Py_ssize_t tcp) noexcept:
    (<Segment>s).ts_ecr = wire.u32(b, tcp + 28) if (<Segment>s).ts_val >= 0 else -1
    (<Segment>s).sport = wire.u16(b, tcp)
    (<Segment>s).dport = wire.u16(b, tcp + 2)
    (<Segment>s).urgent = wire.u16(b, tcp + 18)
    (<Segment>s).opt_end = (<Segment>s).payload_at
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
    (<Segment>s).signed = 0
    (<Segment>s).tunnel = 0


# Begin to fill the segment, of IPv4: with all that a plain segment needs of it once its flow is found.
cdef inline bint begin(
    void* s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    cdef unsigned long long first = wire.u64(b, at + 12)
    cdef unsigned int second = wire.u32(b, at + 20)
    cdef Py_ssize_t total = first >> 16 & 0xFFFF
    if first >> 40 != 0x080045 or second & 0x3FFF00FF != 6 or total < 40:
        return False
    total += at + 14
    if not numbers(s, b, at + 34, end, limit if limit < total else total):
        return False
    (<Segment>s).bare = <unsigned int>(~first >> 32) & 3
    (<Segment>s).ip_id = <unsigned short>first
    (<Segment>s).ttl = second >> 8 & 0xFF
    return True


# What tells the flow of such a segment: its addresses, and its ports.
cdef inline unsigned long long addresses(const unsigned char* b, Py_ssize_t at) noexcept:
    return wire.u64(b, at + 26)


cdef inline unsigned int ports(const unsigned char* b, Py_ssize_t at) noexcept:
    return wire.u32(b, at + 34)


# All that `begin` has left.
cdef inline void complete(void* s, const unsigned char* b, Py_ssize_t at) noexcept:
    (<Segment>s).ecn = b[at + 15] & 3
    (<Segment>s).src_lo = wire.u32(b, at + 26)
    (<Segment>s).dst_lo = wire.u32(b, at + 30)
    (<Segment>s).src_hi = 0
    (<Segment>s).dst_hi = 0
    (<Segment>s).ip_version = 4
    (<Segment>s).ip_at = at + 14
    rest(s, b, at + 34)


# The same of IPv6, all at once.
cdef inline bint fill_six(
    void* s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    cdef Py_ssize_t tcp = at + 54
    cdef unsigned int word
    if end - at < 74 or wire.u64(b, at + 12) >> 44 != 0x86DD6:
        return False
    word = wire.u32(b, at + 18)
    if (word >> 8 & 0xFF) != 6 or word >> 16 < 20:
        return False
    if not numbers(s, b, tcp, end, min(limit, <Py_ssize_t>(tcp + (word >> 16)))):
        return False
    wire.ipv6_head(<Segment>s, b, at + 14)
    (<Segment>s).bare = (<Segment>s).ecn != 3
    rest(s, b, tcp)
    return True


cdef inline bint fill(
    Segment s, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, Py_ssize_t limit
) noexcept:
    if begin(<void*>s, b, at, end, limit):
        complete(<void*>s, b, at)
        return True
    return fill_six(<void*>s, b, at, end, limit)
