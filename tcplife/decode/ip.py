# cython: annotation_typing=False, language_level=3, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""IPv4 with options, IPv6 with extension headers, and what an ICMP error quotes.

In: a cursor at an IP header. Out: addresses in the Segment, the next layer or the Skip code that ends the walk.
Source: RFC 791, RFC 8200, RFC 792, RFC 4443, RFC 4302 (AH).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tcplife.model.names import Skip

from . import wire
from .layers import (
    IPV4,
    IPV6,
    MAX_NESTED,
    NETWORK,
    PROTO_AH,
    PROTO_DSTOPTS,
    PROTO_FRAGMENT,
    PROTO_HIP,
    PROTO_HOPOPTS,
    PROTO_ICMP,
    PROTO_ICMPV6,
    PROTO_IPV4,
    PROTO_IPV6,
    PROTO_MOBILITY,
    PROTO_ROUTING,
    PROTO_SCTP,
    PROTO_SHIM6,
    PROTO_TCP,
    PROTO_UDP,
    PROTOCOL,
    UDP,
)
from .tcp import read_tcp

if TYPE_CHECKING:
    from tcplife.model.segment import Segment

    from .cursor import Cursor

BAD_IP = Skip.BAD_IP.code
FRAGMENT = Skip.FRAGMENT.code
ICMP = Skip.ICMP.code
ICMP_ERROR = Skip.ICMP_ERROR.code
OTHER_IP = Skip.OTHER_IP.code
SCTP = Skip.SCTP.code
SHORT_IP = Skip.SHORT_IP.code
SHORT_TCP = Skip.SHORT_TCP.code
TOO_DEEP = Skip.TOO_DEEP.code

LSRR, SSRR = 131, 137  # RFC 791 3.1: loose and strict source route


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
    """Read an IPv4 header; a total length of 0 is offload at work: the rest of the frame."""
    b = c.data
    o = c.at
    if c.end - o < 20:
        return SHORT_IP if c.limit - o >= 20 else BAD_IP
    c.nested += 1
    if c.nested > MAX_NESTED:
        return TOO_DEEP
    size = (b[o] & 15) * 4
    total = wire.u16(b, o + 2)
    if b[o] >> 4 != 4 or size < 20 or (total != 0 and total < size):
        return BAD_IP
    if total != 0 and o + total < c.limit:
        c.limit = o + total
        c.end = min(c.end, c.limit)
    if size > c.end - o:
        return SHORT_IP if size <= c.limit - o else BAD_IP
    wire.ipv4_head(s, b, o)
    if size > 20:
        source_route(s, b, o + 20, o + size)
    c.kind = b[o + 9]
    c.at = o + size
    if b[o + 6] & 0x3F or b[o + 7]:
        return FRAGMENT
    return PROTOCOL


def source_route(s: Segment, b: bytes | bytearray, o: int, end: int) -> None:
    """Take the last address of a source route for the destination: there the segment goes.

    Source: RFC 791 3.1, "the address in destination address ... replaces the source route".
    """
    while end - o >= 2 and b[o] != 0:
        if b[o] == 1:
            o += 1
            continue
        size = b[o + 1]
        if size < 2 or size > end - o:
            return
        if (b[o] == LSRR or b[o] == SSRR) and size >= 7:
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
    if size != 0 and o + 40 + size < c.limit:
        c.limit = o + 40 + size
        c.end = min(c.end, c.limit)
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
    if kind == PROTO_IPV4 or kind == PROTO_IPV6:
        return NETWORK
    if kind == PROTO_SCTP:
        return SCTP
    if kind == PROTO_FRAGMENT:
        return fragment_header(c)
    if is_extension(kind):
        return extension(c, s)
    return OTHER_IP


def is_extension(kind: int) -> bool:
    """Tell whether the next header has a length and a next header of its own."""
    return (
        kind == PROTO_HOPOPTS
        or kind == PROTO_ROUTING
        or kind == PROTO_DSTOPTS
        or kind == PROTO_AH
        or kind == PROTO_MOBILITY
        or kind == PROTO_HIP
        or kind == PROTO_SHIM6
    )


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
    c.kind = b[o]
    c.at = o + size
    return PROTOCOL


def routing(s: Segment, b: bytes | bytearray, o: int, size: int) -> None:
    """Take the final destination of a routing header of type 0 or 2 with segments left.

    Source: RFC 2460 4.4 (type 0), RFC 6275 6.4 (type 2).
    """
    if (b[o + 2] == 0 or b[o + 2] == 2) and b[o + 3] > 0 and size >= 24:
        s.dst_hi = wire.u64(b, o + size - 16)
        s.dst_lo = wire.u64(b, o + size - 8)


def fragment_header(c: Cursor) -> int:
    """Step over the fragment header of a packet which is whole; the pieces of one are not followed yet."""
    b = c.data
    o = c.at
    if c.end - o < 8:
        return SHORT_IP if c.limit - o >= 8 else BAD_IP
    if b[o + 2] or b[o + 3] & 0xF9:
        return FRAGMENT
    c.kind = b[o]
    c.at = o + 8
    return PROTOCOL


def icmp(c: Cursor, s: Segment) -> int:
    """Enter the packet an ICMP error quotes: unreachable, quench, redirect, time exceeded, parameter problem."""
    o = c.at
    if c.quoted or c.end - o < 8:
        return ICMP
    kind = c.data[o]
    if kind != 3 and kind != 4 and kind != 5 and kind != 11 and kind != 12:
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
