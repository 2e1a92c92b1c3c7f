# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""From a captured record to a TCP segment: the fast path, and the walk through everything else.

In: a buffer, where the record lies in it, its original length, its link type. Out: a Skip code, and the Segment
filled when the code is TCP (or ICMP_ERROR). Never raises and never reads outside at..end, whatever the octets are;
knows no connections. The fast paths take plain IP in Ethernet in one flat run, the usual frame at once (`straight`), others
with VLAN tags and TCP options, and what is no TCP at first sight (`aside`); whatever they do not know at a glance goes
through `walk`, which says the same of all they take.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import aside, straight, wire
from .cursor import Cursor
from .gre import gre
from .ip import ipv4, ipv6, network, protocol
from .layers import (
    ETHERNET,
    ETHERTYPE,
    GRE,
    IPV4,
    IPV6,
    LINK,
    LLC,
    MAX_STEPS,
    MPLS,
    NETWORK,
    PPP,
    PROTO_TCP,
    PROTOCOL,
    TYPE_ARP,
    TYPE_IPV4,
    TYPE_IPV6,
    UDP,
    UNTOLD,
)
from .link import ethernet, ethertype, llc
from .record import link
from .serial import mpls, ppp
from .tcp import bad_checksum, read_tcp
from .udp import udp
from .wifi import wifi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcplife.model.segment import Segment

ARP = Skip.ARP.code
EMPTY = Skip.EMPTY.code
ICMP = Skip.ICMP.code
ICMP_ERROR = Skip.ICMP_ERROR.code
TCP = Skip.TCP.code
TOO_DEEP = Skip.TOO_DEEP.code

LINK_ETHERNET = 1  # LINKTYPE_ETHERNET
MANY_TAGS = 14 + 8 * 4  # where the fast path stops looking for what is behind VLAN tags


class Decoder:
    """Decodes records one after the other; keeps what outlives a record: fragments and the tunnels' names.

    tunnels: names which segment.tunnel indexes, "" the first. data: the buffer that positions in the Segment mean, good
    until the next call.
    """

    __slots__ = ("checksums", "cursor", "data", "tunnels")

    def __init__(self, *, checksums: bool = False) -> None:
        self.checksums = checksums
        self.cursor = Cursor()
        self.tunnels = self.cursor.names.names
        self.data: bytes | bytearray = b""

    def decode(self, b: bytes | bytearray, at: int, end: int, wire_len: int, link_type: int, segment: Segment) -> int:
        """Decode the record in b[at:end], wire_len octets long on the wire; return its Skip code."""
        code = self.glance(b, at, end, wire_len, link_type, segment)
        if code == UNTOLD:
            return self.walk(b, at, end, wire_len, link_type, segment)
        self.data = b
        return code

    def glance(self, b: bytes | bytearray, at: int, end: int, wire_len: int, link_type: int, segment: Segment) -> int:
        """Decode like `decode` what can be told at a glance; UNTOLD where only `walk` can.

        It changes the segment and nothing else, so a record may be decoded before its turn.
        """
        o = at + 14
        limit = at + wire_len
        if limit < end:  # noqa: PLR1730 - max() costs a call
            limit = end
        if end - o < 40 or link_type != LINK_ETHERNET:
            return UNTOLD
        if not self.checksums and straight.fill(segment, b, at, end, limit):
            return TCP
        kind = wire.u16(b, at + 12)
        while kind in (0x8100, 0x88A8) and end - o >= 44 and o < at + MANY_TAGS:  # VLAN, QinQ: named, a slow tuple
            kind = wire.u16(b, o + 2)
            o += 4
        if kind == TYPE_IPV4 and b[o] == 0x45 and b[o + 6] & 0x3F == 0 and b[o + 7] == 0:
            total = wire.u16(b, o + 2)
            if b[o + 9] != PROTO_TCP:
                return aside.code_of(b, o + 20, total, b[o + 9])
            if total < 40:
                return UNTOLD
            wire.ipv4_head(segment, b, o)
            limit = min(limit, o + total)
            o += 20
        elif kind == TYPE_IPV6 and end - o >= 60 and b[o] >> 4 == 6:
            total = wire.u16(b, o + 4)
            if b[o + 6] != PROTO_TCP:
                return aside.code_of(b, o + 40, 40 + total, b[o + 6])
            if total < 20:
                return UNTOLD
            wire.ipv6_head(segment, b, o)
            o += 40
            limit = min(limit, o + total)
        else:
            return ARP if kind == TYPE_ARP else UNTOLD
        segment.tunnel = 0
        segment.icmp_type = segment.icmp_code = -1
        code = read_tcp(segment, b, o, end, limit)
        if self.checksums and code == TCP:
            segment.bad_checksum = bad_checksum(segment, b, o, end, limit)
            segment.bare = segment.bare and not segment.bad_checksum
        return code

    def walk(self, b: bytes | bytearray, at: int, end: int, wire_len: int, link_type: int, segment: Segment) -> int:
        """Decode like `decode`, header by header."""
        self.data = b
        if end <= at:
            return EMPTY
        c = self.cursor
        c.data = b
        c.at = at
        c.end = end
        c.limit = max(at + wire_len, end)
        c.kind = link_type
        c.tunnel = c.nested = c.quoted = 0
        c.stamp_ns = segment.ts_ns
        segment.icmp_type = segment.icmp_code = -1
        layer = self.steps(c, segment)
        self.data = c.data
        segment.tunnel = c.tunnel
        if self.checksums and layer == TCP:
            segment.bad_checksum = bad_checksum(segment, c.data, c.at, c.end, c.limit)
            segment.bare = segment.bare and not segment.bad_checksum
        if c.quoted and layer != ICMP_ERROR:
            return ICMP
        return layer

    def steps(self, c: Cursor, s: Segment) -> int:
        """Take header after header until a Skip code comes out."""
        layer = LINK
        for _ in range(MAX_STEPS):
            if layer == PROTOCOL:
                layer = protocol(c, s)
            elif layer == IPV4:
                layer = ipv4(c, s)
            elif layer == IPV6:
                layer = ipv6(c, s)
            elif layer == NETWORK:
                layer = network(c)
            elif layer == ETHERTYPE:
                layer = ethertype(c)
            elif layer == ETHERNET:
                layer = ethernet(c)
            elif layer == LINK:
                layer = link(c)
            elif layer == UDP:
                layer = udp(c)
            elif layer == GRE:
                layer = gre(c)
            elif layer == LLC:
                layer = llc(c)
            elif layer == PPP:
                layer = ppp(c)
            elif layer == MPLS:
                layer = mpls(c)
            else:
                layer = wifi(c, 0)
            if layer < ETHERNET:
                return layer
        return TOO_DEEP

    @property
    def fragments_lost(self) -> int:
        """Return how many records were held as fragments of datagrams that never became whole, up to now."""
        return self.cursor.fragments.lost

    def fragments_held(self) -> tuple[int, int, int]:
        """Return what is held for reassembly: datagrams, pieces, octets."""
        fragments = self.cursor.fragments
        return len(fragments.held), fragments.pieces, fragments.octets

    def octets(self, at: int, end: int) -> bytes:
        """Copy at..end out of the buffer which the last Segment's positions mean."""
        return bytes(self.data[at:end])

    def u32(self, at: int) -> int:
        """Read the 32-bit number at a position of the last Segment, such as a SACK edge."""
        return wire.u32(self.data, at)
