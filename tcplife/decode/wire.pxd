from tcplife.model.segment cimport Segment
from tcplife.model.words cimport le16, u16, u32, u64


cdef inline void ipv4_head(Segment s, const unsigned char* b, Py_ssize_t o) noexcept:
    s.ecn = b[o + 1] & 3
    s.ip_id = u16(b, o + 4)
    s.ttl = b[o + 8]
    s.src_lo = u32(b, o + 12)
    s.dst_lo = u32(b, o + 16)
    s.ip_version = 4
    s.ip_at = o
    s.src_hi = 0
    s.dst_hi = 0


cdef inline void ipv6_head(Segment s, const unsigned char* b, Py_ssize_t o) noexcept:
    s.ecn = b[o + 1] >> 4 & 3
    s.ttl = b[o + 7]
    s.src_hi = u64(b, o + 8)
    s.src_lo = u64(b, o + 16)
    s.dst_hi = u64(b, o + 24)
    s.dst_lo = u64(b, o + 32)
    s.ip_version = 6
    s.ip_at = o
    s.ip_id = -1


cdef inline int tcp_head(Segment s, const unsigned char* b, Py_ssize_t o) noexcept:
    s.sport = u16(b, o)
    s.dport = u16(b, o + 2)
    s.seq = u32(b, o + 4)
    s.ack = u32(b, o + 8)
    s.flags = (b[o + 12] & 1) << 8 | b[o + 13]
    s.window = u16(b, o + 14)
    s.checksum = u16(b, o + 16)
    s.urgent = u16(b, o + 18)
    return b[o + 12] >> 2 & 0x3C
