"""Numbers (`model.words`) and whole headers read from a buffer, most significant octet first.

In: a buffer and a position the caller has proved to lie inside. Out: integers, or a filled Segment. Knows nothing
of lengths: every caller holds `end` before it reads. `wire.pxd` has the same functions for the compiled rooms, as
C inline; this file is what plain Python runs (one struct call for a whole header), so it is never compiled itself.
Source: RFC 791 3.1, RFC 8200 3, RFC 9293 3.1.
"""

from __future__ import annotations

from struct import Struct

from ..model.words import le16, u16, u32, u64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcplife.model.segment import Segment

__all__ = ["ipv4_head", "ipv6_head", "le16", "tcp_head", "u16", "u32", "u64"]

_IPV4 = Struct(">xB2xHxxB3xII").unpack_from
_IPV6 = Struct(">I3xBQQQQ").unpack_from
_TCP = Struct(">HHIIHHHH").unpack_from


def ipv4_head(s: Segment, b: bytes | bytearray, o: int) -> None:
    """Take what a Segment wants of the 20 octets of an IPv4 header at o."""
    tos, s.ip_id, s.ttl, s.src_lo, s.dst_lo = _IPV4(b, o)
    s.ecn = tos & 3
    s.ip_version = 4
    s.ip_at = o
    s.src_hi = 0
    s.dst_hi = 0


def ipv6_head(s: Segment, b: bytes | bytearray, o: int) -> None:
    """Take what a Segment wants of the 40 octets of an IPv6 header at o; there is no identification: -1."""
    first, s.ttl, s.src_hi, s.src_lo, s.dst_hi, s.dst_lo = _IPV6(b, o)
    s.ecn = first >> 20 & 3
    s.ip_version = 6
    s.ip_at = o
    s.ip_id = -1


def tcp_head(s: Segment, b: bytes | bytearray, o: int) -> int:
    """Take the 20 octets of a TCP header at o; return the header's length in octets as it says itself."""
    word: int
    s.sport, s.dport, s.seq, s.ack, word, s.window, s.checksum, s.urgent = _TCP(b, o)
    s.flags = word & 0x1FF
    return word >> 10 & 0x3C
