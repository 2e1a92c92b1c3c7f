"""Which octets of a record are which header: the decoder's own steps, taken one by one and written down.

In: a record. Out: `Step`s with their places. Fragments end the walk: their payload is part of a header or of data only
in the whole datagram, which is walked on its own. So does a compressed payload: its headers are nowhere in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple

from ..decode.cursor import Cursor
from ..decode.gre import gre
from ..decode.ip import ipv4, ipv6, network, protocol
from ..decode.layers import (
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
    PROTO_FRAGMENT,
    PROTO_IPCOMP,
    PROTOCOL,
    UDP,
    WIFI,
)
from ..decode.link import ethernet, ethertype, llc
from ..decode.record import link
from ..decode.serial import mpls, ppp
from ..decode.udp import udp
from ..decode.wifi import wifi
from ..model.names import Skip
from ..model.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Callable

TCP: Final = Skip.TCP.code
ICMP_ERROR: Final = Skip.ICMP_ERROR.code
OTHER_IP: Final = Skip.OTHER_IP.code
_ENDS: Final = Struct(">QQQQ").pack
PIECE: Final = -1
"""The code of a walk that ended at a fragment."""

_LAYERS: Final[dict[int, Callable[[Cursor], int]]] = {
    NETWORK: network,
    ETHERTYPE: ethertype,
    ETHERNET: ethernet,
    LINK: link,
    UDP: udp,
    GRE: gre,
    LLC: llc,
    PPP: ppp,
    MPLS: mpls,
    WIFI: lambda c: wifi(c, 0),
}


class Step(NamedTuple):
    """One header: its layer and kind (see `decode.layers`), where it begins and ends, the packet's ends so far.

    ends: source and destination as 16 octets each, as far as they were known before this step (for pseudo-headers).
    limit: where the packet ends by the lengths of the headers around it.
    """

    layer: int
    kind: int
    at: int
    end: int
    limit: int
    ends: bytes
    quoted: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A fragment: what datagram it belongs to, where in it, and where its octets lie in the record.

    ip_at: its IP header. kind: the protocol it names. ends: as in Step, the final destination among them.
    """

    key: tuple[int, bytes, int, int]
    offset: int
    more: bool
    at: int
    end: int
    ip_at: int
    kind: int
    ends: bytes


class Walk:
    """One record's steps. code: the Skip code it ends with, or PIECE and `piece`. segment: what the decoder filled."""

    __slots__ = ("_cursor", "code", "piece", "segment", "steps")

    def __init__(self, octets: bytes, wire_len: int, kind: int, segment: Segment | None = None) -> None:
        """segment: one to reuse; its addresses alone are looked at between the steps."""
        self._cursor = Cursor()
        self._cursor.aim(octets, wire_len, kind)
        self.segment = segment or Segment()
        self.steps: list[Step] = []
        self.piece: Piece | None = None
        self.code = self._run(octets)

    def _run(self, octets: bytes) -> int:
        c, s = self._cursor, self.segment
        s.icmp_type = -1
        layer = LINK
        for _ in range(MAX_STEPS):
            at, kind, ends, quoted = c.at, c.kind, ends_of(s), bool(c.quoted)
            if not quoted and layer in (IPV4, PROTOCOL):
                self.piece = self._piece(octets, layer)
                if self.piece is not None:
                    return PIECE
                if layer == PROTOCOL and kind == PROTO_IPCOMP:
                    return OTHER_IP
            taken = layer
            layer = self._step(c, s, layer)
            limit = c.end
            self.steps.append(Step(taken, kind, at, min(c.at, len(octets)), limit, ends, quoted))
            if layer < ETHERNET:
                return layer
        return Skip.TOO_DEEP.code

    @staticmethod
    def _step(c: Cursor, s: Segment, layer: int) -> int:
        if layer == PROTOCOL:
            return protocol(c, s)
        if layer == IPV4:
            return ipv4(c, s)
        if layer == IPV6:
            return ipv6(c, s)
        return _LAYERS[layer](c)

    def _piece(self, b: bytes, layer: int) -> Piece | None:
        """The fragment that begins here, if one does; its own headers are written down as a step."""
        c, s = self._cursor, self.segment
        o = c.at
        if layer == IPV4:
            if c.end - o < 20 or b[o] >> 4 != 4 or not (b[o + 6] & 0x3F or b[o + 7]):
                return None
            size = (b[o] & 15) * 4
            total = int.from_bytes(b[o + 2 : o + 4], "big")
            end = min(c.end, o + total) if total else c.end
            if size < 20 or size > end - o:
                return None
            ends = bytes(12) + b[o + 12 : o + 16] + bytes(12) + b[o + 16 : o + 20]
            place = int.from_bytes(b[o + 6 : o + 8], "big")
            self.steps.append(Step(IPV4, c.kind, o, o + size, end, ends, quoted=False))
            key = (4, ends, int.from_bytes(b[o + 4 : o + 6], "big"), b[o + 9])
            return Piece(key, (place & 0x1FFF) * 8, bool(place & 0x2000), o + size, end, o, b[o + 9], ends)
        if c.kind != PROTO_FRAGMENT or c.end - o < 8 or (b[o + 2] == 0 and b[o + 3] & 0xF9 == 0):
            return None
        ends = ends_of(s)
        place = int.from_bytes(b[o + 2 : o + 4], "big")
        self.steps.append(Step(PROTOCOL, PROTO_FRAGMENT, o, o + 8, c.end, ends, quoted=False))
        key = (6, ends, int.from_bytes(b[o + 4 : o + 8], "big"), 0)
        return Piece(key, place & 0xFFF8, bool(place & 1), o + 8, c.end, s.ip_at, b[o], ends)


def ends_of(s: Segment) -> bytes:
    """Source and destination, 16 octets each."""
    return _ENDS(s.src_hi, s.src_lo, s.dst_hi, s.dst_lo)


def whole_packet(piece: Piece, datagram: bytes) -> bytes:
    """The datagram behind a plain IP header, as if it had never been in pieces; ends as they finally are."""
    if piece.key[0] == 4:
        head = bytearray(20)
        head[0], head[8], head[9] = 0x45, 64, piece.kind
        head[2:4] = min(20 + len(datagram), 65535).to_bytes(2, "big")
        head[12:16], head[16:20] = piece.ends[12:16], piece.ends[28:32]
    else:
        head = bytearray(40)
        head[0], head[6], head[7] = 0x60, piece.kind, 64
        head[4:6] = min(len(datagram), 65535).to_bytes(2, "big")
        head[8:40] = piece.ends
    return bytes(head) + datagram


def tcp_place(walk: Walk) -> tuple[int, int] | None:
    """Where the TCP header of a walk that ended in one begins, and where its packet ends; None for other walks."""
    if walk.code not in (TCP, ICMP_ERROR):
        return None
    last = walk.steps[-1]
    return last.at, last.limit
