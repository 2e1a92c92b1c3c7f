# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""IPv4 with options, IPv6 with extension headers, and what an ICMP error quotes.

In: a cursor at an IP header. Out: addresses in the Segment, the next layer or the Skip code that ends the walk.
Source: RFC 791, RFC 8200, RFC 792, RFC 4443, RFC 4302 (AH).
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .fragments import BAD, WHOLE
from .layers import (
    ETHERNET,
    GRE,
    IN_4IN6,
    IN_6IN4,
    IN_6IN6,
    IN_ETHERIP,
    IN_ETHERNET_IP,
    IN_IPIP,
    IN_MPLS_IP,
    IPV4,
    IPV6,
    MAX_NESTED,
    MPLS,
    NETWORK,
    PROTO_AH,
    PROTO_DSTOPTS,
    PROTO_ETHERIP,
    PROTO_ETHERNET,
    PROTO_FRAGMENT,
    PROTO_GRE,
    PROTO_HOPOPTS,
    PROTO_ICMP,
    PROTO_ICMPV6,
    PROTO_IPCOMP,
    PROTO_IPV4,
    PROTO_IPV6,
    PROTO_MPLS,
    PROTO_ROUTING,
    PROTO_SCTP,
    PROTO_SHIM6,
    PROTO_TCP,
    PROTO_UDP,
    PROTOCOL,
    UDP,
)
from .tcp import read_tcp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcplife.model.segment import Segment

    from .cursor import Cursor

BAD_FRAGMENT = Skip.BAD_FRAGMENT.code
BAD_IP = Skip.BAD_IP.code
FRAGMENT = Skip.FRAGMENT.code
FRAGMENT_LOST = Skip.FRAGMENT_LOST.code
ICMP = Skip.ICMP.code
ICMP_ERROR = Skip.ICMP_ERROR.code
OTHER_IP = Skip.OTHER_IP.code
SCTP = Skip.SCTP.code
SHORT_IP = Skip.SHORT_IP.code
TOO_DEEP = Skip.TOO_DEEP.code

LSRR, SSRR = 131, 137  # RFC 791 3.1: loose and strict source route
SOURCE_ROUTING, MOBILE_ROUTING, RPL_ROUTING, SEGMENT_ROUTING = 0, 2, 3, 4  # IANA "Routing Types"


def network(c: Cursor) -> int:
    """Tell the IP version by the first four bits."""
    if c.end <= c.at:
        return SHORT_IP
    version = c.data[c.at] >> 4
    if version == 4:
        return IPV4
    if version == 6:
        return IPV6
    return BAD_IP


def ipv4(c: Cursor, s: Segment) -> int:
    """Read an IPv4 header; a total length of 0 is offload at work: the rest of the frame.

    Where version 6 comes under version 4's name (LINKTYPE_IPV4 and the like), the version is believed.
    """
    b = c.data
    o = c.at
    if c.end - o < 20:
        return SHORT_IP if c.limit - o >= 20 else BAD_IP
    if b[o] >> 4 == 6:
        return IPV6
    c.nested += 1
    if c.nested > MAX_NESTED:
        return TOO_DEEP
    size = (b[o] & 15) * 4
    total = wire.u16(b, o + 2)
    if b[o] >> 4 != 4 or size < 20 or (total != 0 and total < size):
        return BAD_IP
    if total != 0:
        c.shorten(o + total)
    if size > c.end - o:
        return SHORT_IP if size <= c.limit - o else BAD_IP
    wire.ipv4_head(s, b, o)
    if size > 20:
        source_route(s, b, o + 20, o + size)
    c.kind = b[o + 9]
    c.at = o + size
    if b[o + 6] & 0x3F or b[o + 7]:
        return piece(c, s, (wire.u16(b, o + 6) & 0x1FFF) * 8, b[o + 6] & 0x20, s.ip_id)
    return PROTOCOL


def source_route(s: Segment, b: bytes | bytearray, o: int, end: int) -> None:
    """Take the last address of a source route which has not been reached for the destination: there the segment goes.

    Source: RFC 791 3.1: the smallest legal pointer is 4; one greater than the length means that the route is empty.
    """
    while end - o >= 2 and b[o] != 0:
        if b[o] == 1:
            o += 1
            continue
        size = b[o + 1]
        if size < 2 or size > end - o:
            return
        if (b[o] == LSRR or b[o] == SSRR) and size >= 7:
            if b[o + 2] < size and b[o + 2] & 3 == 0:
                s.dst_lo = wire.u32(b, o + size - 4)
            return
        o += size


def ipv6(c: Cursor, s: Segment) -> int:
    """Read an IPv6 header; a payload length of 0 is offload or a jumbogram: the rest of the frame."""
    b = c.data
    o = c.at
    if c.end - o < 40:
        return SHORT_IP if c.limit - o >= 40 else BAD_IP
    c.nested += 1
    if c.nested > MAX_NESTED:
        return TOO_DEEP
    if b[o] >> 4 != 6:
        return BAD_IP
    size = wire.u16(b, o + 4)
    if size != 0:
        c.shorten(o + 40 + size)
    wire.ipv6_head(s, b, o)
    c.kind = b[o + 6]
    c.at = o + 40
    return PROTOCOL


def protocol(c: Cursor, s: Segment) -> int:
    """Follow an IP protocol number, through any extension headers."""
    kind = c.kind
    if kind == PROTO_TCP:
        if c.quoted:
            return quoted_tcp(c, s)
        return read_tcp(s, c.data, c.at, c.end, c.limit)
    if kind == PROTO_UDP:
        return UDP
    if kind == PROTO_ICMP:
        return icmp(c, s)
    if kind == PROTO_ICMPV6:
        return icmpv6(c, s)
    if kind == PROTO_SCTP:
        return SCTP
    if kind == PROTO_FRAGMENT:
        return fragment_header(c, s)
    if is_extension(kind):
        return extension(c, s)
    if c.quoted:
        return ICMP
    return tunnel(c, s, kind)


def tunnel(c: Cursor, s: Segment, kind: int) -> int:
    """Enter what IP carries directly: IP again, GRE, labels, Ethernet (RFC 3378: two octets before it)."""
    if kind == PROTO_IPV4:
        c.enter(IN_IPIP if s.ip_version == 4 else IN_4IN6, 0)
        return NETWORK
    if kind == PROTO_IPV6:
        c.enter(IN_6IN4 if s.ip_version == 4 else IN_6IN6, 0)
        return NETWORK
    if kind == PROTO_GRE:
        return GRE
    if kind == PROTO_MPLS:
        c.enter(IN_MPLS_IP, 0)
        return MPLS
    if kind == PROTO_ETHERIP:
        c.enter(IN_ETHERIP, 0)
        c.at += 2
        return ETHERNET
    if kind == PROTO_ETHERNET:  # RFC 8986 9
        c.enter(IN_ETHERNET_IP, 0)
        return ETHERNET
    if kind == PROTO_IPCOMP:
        return compressed(c, s)
    return OTHER_IP


def compressed(c: Cursor, s: Segment) -> int:
    """Inflate a compressed payload and go on in it; one that was not captured whole stays shut. RFC 3173 3."""
    o = c.at
    if c.end - o < 5 or c.end < c.limit:
        return OTHER_IP
    c.nested += 1
    if c.nested > MAX_NESTED:
        return TOO_DEEP
    from .ipcomp import inflated  # rare

    octets = inflated(bytes(c.data[o + 4 : c.end]))
    if not octets:
        return OTHER_IP
    c.kind = c.data[o]
    swap(c, s, octets)
    return PROTOCOL


def swap(c: Cursor, s: Segment, payload: bytes) -> None:
    """Go on in a buffer of our own: the IP header as it was captured, then the payload it really has."""
    size = 40 if s.ip_version == 6 else (c.data[s.ip_at] & 15) * 4
    c.kept = bytes(c.data[s.ip_at : s.ip_at + size]) + payload
    c.data = c.kept
    c.at = size
    c.end = c.limit = len(c.kept)
    s.ip_at = 0


def is_extension(kind: int) -> bool:
    """Tell whether the next header has a length and a next header of its own."""
    return kind in (PROTO_HOPOPTS, PROTO_ROUTING, PROTO_DSTOPTS, PROTO_AH, PROTO_SHIM6)


def extension(c: Cursor, s: Segment) -> int:
    """Step over an extension header; a routing header's last address is the destination.

    Source: RFC 8200 4.2, RFC 4302 2.2 (AH counts in 4 octets).
    """
    b = c.data
    o = c.at
    if c.end - o < 8:
        return SHORT_IP if c.limit - o >= 8 else BAD_IP
    size = (b[o + 1] + 2) * 4 if c.kind == PROTO_AH else (b[o + 1] + 1) * 8
    if size > c.end - o:
        return SHORT_IP if size <= c.limit - o else BAD_IP
    if c.kind == PROTO_ROUTING:
        routing(s, b, o, size)
    elif (c.kind in (PROTO_HOPOPTS, PROTO_DSTOPTS)) and not options_fit(b, o + 2, o + size):
        return BAD_IP
    c.kind = b[o]
    c.at = o + size
    return PROTOCOL


def options_fit(b: bytes | bytearray, o: int, end: int) -> bool:
    """Tell whether the options o..end are whole; a receiver drops a packet whose options overrun their header.

    Source: RFC 8200 4.2; Linux ip6_parse_tlv.
    """
    while o < end:
        if b[o] == 0:
            o += 1
        elif end - o < 2:
            return False
        else:
            o += 2 + b[o + 1]
    return o == end


def routing(s: Segment, b: bytes | bytearray, o: int, size: int) -> None:
    """Take the final destination of a routing header with segments left; segment routing lists it first.

    Source: RFC 2460 4.4 (type 0), RFC 6275 6.4 (type 2), RFC 6554 3 (type 3), RFC 8754 2 (type 4).
    """
    if b[o + 3] == 0 or size < 24:
        return
    kind = b[o + 2]
    if kind == SEGMENT_ROUTING:
        s.dst_hi = wire.u64(b, o + 8)
        s.dst_lo = wire.u64(b, o + 16)
    elif kind in (SOURCE_ROUTING, MOBILE_ROUTING) or (kind == RPL_ROUTING and b[o + 4] == 0):  # not compressed
        s.dst_hi = wire.u64(b, o + size - 16)
        s.dst_lo = wire.u64(b, o + size - 8)


def fragment_header(c: Cursor, s: Segment) -> int:
    """Step over IPv6's fragment header; one that is first and last piece at once is the whole (RFC 6946)."""
    b = c.data
    o = c.at
    if c.end - o < 8:
        return SHORT_IP if c.limit - o >= 8 else BAD_IP
    c.kind = b[o]
    c.at = o + 8
    if b[o + 2] == 0 and b[o + 3] & 0xF9 == 0:
        return PROTOCOL
    return piece(c, s, wire.u16(b, o + 2) & 0xFFF8, b[o + 3] & 1, wire.u32(b, o + 4))


def piece(c: Cursor, s: Segment, offset: int, more: int, number: int) -> int:
    """Hold a fragment; the one that completes its datagram leads on into it.

    A quoted first fragment shows its TCP header like any quoted packet. A piece that was not captured whole is lost.
    In the new buffer stands the last piece's IP header, then the datagram's octets.
    """
    if c.quoted:
        return PROTOCOL if offset == 0 else ICMP
    if c.end < c.limit:
        return FRAGMENT_LOST
    protocol_of = c.kind if s.ip_version == 4 else 0
    key = (s.ip_version, s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, number, protocol_of)
    octets = bytes(c.data[c.at : c.end])
    done = c.fragments.add(key, offset, more, octets, c.stamp_ns, c.kind)
    if done != WHOLE:
        return BAD_FRAGMENT if done == BAD else FRAGMENT
    c.kind = c.fragments.kind
    swap(c, s, c.fragments.whole)
    return PROTOCOL


def icmp(c: Cursor, s: Segment) -> int:
    """Enter the packet an ICMP error quotes: unreachable, quench, redirect, time exceeded, parameter problem."""
    o = c.at
    if c.quoted or c.end - o < 8:
        return ICMP
    kind = c.data[o]
    if kind not in {3, 4, 5, 11, 12}:
        return ICMP
    return enter_quote(c, s, kind)


def icmpv6(c: Cursor, s: Segment) -> int:
    """Enter the packet an ICMPv6 error quotes: its types are those below 128."""
    o = c.at
    if c.quoted or c.end - o < 8 or c.data[o] >= 128:
        return ICMP
    return enter_quote(c, s, c.data[o])


def enter_quote(c: Cursor, s: Segment, kind: int) -> int:
    """Go on behind the 8 octets of the error's own header."""
    s.icmp_type = kind
    s.icmp_code = c.data[c.at + 1]
    s.hop_at = s.ip_at
    c.quoted = 1
    c.at += 8
    return NETWORK


def quoted_tcp(c: Cursor, s: Segment) -> int:
    """Take ports and sequence number of the quoted header, all of it when all of it was quoted.

    Source: RFC 792, "the first 64 bits of the original datagram's data"; RFC 1812 4.3.2.3 as much as fits.
    """
    b = c.data
    o = c.at
    if c.end - o < 8:
        return ICMP
    read_tcp(s, b, o, c.end, c.limit)
    if c.end - o < 20:
        s.sport = wire.u16(b, o)
        s.dport = wire.u16(b, o + 2)
        s.seq = wire.u32(b, o + 4)
        s.ack = s.flags = s.window = s.urgent = s.checksum = 0
    s.length = 0
    s.payload_at = s.payload_end
    return ICMP_ERROR
