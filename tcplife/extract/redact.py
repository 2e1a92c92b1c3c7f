"""A record without what it says and without whose it is, in which every header still does what it did.

In: a record. Out: one of the same shape: headers that were understood, with addresses and ports mapped and checksums
carried over, and zeros for everything else: payload, padding, trailers, options that hold addresses or secrets. What is
not understood is not copied. A link type whose header could hold anything is left off: the record begins with its IP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ..decode.layers import (
    ETHERNET,
    GRE,
    IPV4,
    IPV6,
    LINK,
    PROTO_AH,
    PROTO_DSTOPTS,
    PROTO_HOPOPTS,
    PROTO_ICMP,
    PROTO_ICMPV6,
    PROTO_ROUTING,
    PROTO_SHIM6,
    PROTOCOL,
    UDP,
    WIFI,
)
from .headers import blank_tcp_options, map_ipv4_options, map_link, map_routing, map_wifi
from .sums import renew, total
from .walk import PIECE, Walk, ends_of, tcp_place, whole_packet

if TYPE_CHECKING:
    from .mapping import Mapping
    from .walk import Piece, Step

RAW: Final = 101
PLAIN_LINKS: Final = frozenset({0, 1, 9, 12, 14, 50, 101, 104, 105, 108, 113, 127, 219, 228, 229, 276})
"""Link types whose headers are understood octet by octet; see `headers.map_link`."""
TEREDO: Final = 3544
OPAQUE: Final = frozenset({PROTO_HOPOPTS, PROTO_DSTOPTS, PROTO_AH, PROTO_SHIM6})
UNLIKE: Final = b"\xff"
"""What the payload of a fragment is filled with that contradicted others: it shall still do so."""


class Redacted(NamedTuple):
    """A record as it is written."""

    link: int
    octets: bytes
    wire_len: int


class Redactor:
    """Redacts records with one mapping.

    pieces: record number -> the redacted octets of its fragment, zeros at their end left off.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._map = mapping
        self.pieces: dict[int, bytes] = {}

    def datagram(self, parts: list[tuple[int, Piece]], octets: bytes) -> None:
        """Redact a datagram that came in pieces; parts: its records' numbers with their places."""
        piece = parts[0][1]
        packet = whole_packet(piece, octets)
        made = self.record(0, packet, len(packet), RAW).octets[len(packet) - len(octets) :]
        for number, each in parts:
            mine = made[each.offset : each.offset + each.end - each.at].rstrip(b"\0")
            if mine:
                self.pieces[number] = mine

    def contradicts(self, number: int) -> None:
        """The fragment of this record contradicted others."""
        self.pieces[number] = UNLIKE

    def record(self, number: int, octets: bytes, wire_len: int, link: int) -> Redacted:
        """The record, redacted."""
        walk = Walk(octets, wire_len, link)
        made = bytearray(len(octets))
        for step in walk.steps:
            self._copy(step, octets, made, link)
        place = tcp_place(walk)
        if place is not None:
            self._tcp(octets, made, *place)
        if walk.code == PIECE and walk.piece is not None:
            self._fragment(number, made, walk.piece)
        self._sums(walk, octets, made)
        if link in PLAIN_LINKS:
            return Redacted(link, bytes(made), wire_len)
        return _from_ip(walk, bytes(made), wire_len)

    def _copy(self, step: Step, old: bytes, new: bytearray, link: int) -> None:
        """Copy one header and map what is in it."""
        layer, at, end = step.layer, step.at, step.end
        if layer in (IPV4, IPV6) or layer not in (PROTOCOL, UDP, LINK):
            new[at:end] = old[at:end]
        if layer == LINK:
            map_link(self._map, link, old, new, at, end)
        elif layer == ETHERNET and end - at >= 12:
            first = at if end - at == 14 else at + 12
            for o in (first - 6, first) if first > at else (at, at + 6):
                new[o : o + 6] = self._map.mac(old[o : o + 6])
        elif layer == WIFI:
            map_wifi(self._map, old, new, at, end)
        elif layer == IPV4:
            self._addresses(old, new, (at + 12, at + 16), 4)
            map_ipv4_options(self._map, old, new, at + 20, end)
        elif layer == IPV6:
            self._addresses(old, new, (at + 8, at + 24), 16)
        elif layer == UDP:
            new[at:end] = old[at:end]
            if TEREDO in (int.from_bytes(old[at : at + 2], "big"), int.from_bytes(old[at + 2 : at + 4], "big")):
                self._teredo(old, new, at + 8, end)
        elif layer == PROTOCOL:
            self._protocol(step, old, new)

    def _addresses(self, old: bytes, new: bytearray, places: tuple[int, ...], size: int) -> None:
        for o in places:
            if o + size <= len(old):
                new[o : o + size] = self._map.address(old[o : o + size])

    @staticmethod
    def _teredo(old: bytes, new: bytearray, at: int, end: int) -> None:
        """Authentication and origin stand before the packet: only their kinds and lengths stay. RFC 4380 5.1.1."""
        new[at:end] = bytes(end - at)
        if old[at : at + 2] == b"\0\1":
            new[at : at + 4] = old[at : at + 4]

    def _protocol(self, step: Step, old: bytes, new: bytearray) -> None:
        at, end = step.at, step.end
        if step.kind == PROTO_ROUTING:
            map_routing(self._map, old, new, at, end)
        elif step.kind in OPAQUE:
            size = 12 if step.kind == PROTO_AH else 2
            new[at : at + size] = old[at : at + size]
            if step.kind in (PROTO_HOPOPTS, PROTO_DSTOPTS):
                new[at + 2 : end] = _padding(end - at - 2)
        elif step.kind == PROTO_ICMP and end - at >= 8:
            new[at : at + 8] = old[at : at + 8]
            if old[at] == 5:  # a redirect names a gateway
                new[at + 4 : at + 8] = self._map.address(old[at + 4 : at + 8])
        else:
            new[at:end] = old[at:end]

    def _tcp(self, old: bytes, new: bytearray, at: int, limit: int) -> None:
        """The header, its ports mapped, its options without secrets; as much as was captured or quoted."""
        if limit - at < 8:
            return
        size = (old[at + 12] >> 4) * 4 if limit - at >= 20 else limit - at
        end = min(at + size, limit, len(old))
        new[at:end] = old[at:end]
        for o in (at, at + 2):
            new[o : o + 2] = self._map.port(int.from_bytes(old[o : o + 2], "big")).to_bytes(2, "big")
        blank_tcp_options(old, new, at + 20, end)

    def _fragment(self, number: int, new: bytearray, piece: Piece) -> None:
        known = self.pieces.get(number, b"")
        size = piece.end - piece.at
        filled = UNLIKE * size if known == UNLIKE else known.ljust(size, b"\0")
        new[piece.at : piece.end] = filled[:size]

    def _sums(self, walk: Walk, old: bytes, new: bytearray) -> None:
        """Carry the checksums over, the innermost first: outer ones cover inner ones."""
        place = tcp_place(walk)
        if place is not None and place[1] - place[0] >= 18:
            ends = ends_of(walk.segment)
            self._covered(old, new, (place[0] + 16, *place), ends, walk.segment.ip_version)
        version = 4
        jobs: list[tuple[Step, int]] = []
        for step in walk.steps:
            version = {IPV4: 4, IPV6: 6}.get(step.layer, version)
            jobs.append((step, version))
        for step, version in reversed(jobs):
            at, limit = step.at, min(step.limit, len(old))
            if step.layer == IPV4:
                renew(old, new, at + 10, at, min(step.end, limit))
            elif step.layer == UDP and int.from_bytes(old[at + 6 : at + 8], "big"):
                self._covered(old, new, (at + 6, at, limit), step.ends, version)
            elif step.layer == PROTOCOL and step.kind == PROTO_ICMP:
                renew(old, new, at + 2, at, limit)
            elif step.layer == PROTOCOL and step.kind == PROTO_ICMPV6:
                self._covered(old, new, (at + 2, at, limit), step.ends, 6)
            elif step.layer == GRE and old[at] & 0x80:
                renew(old, new, at + 4, at, limit)

    def _covered(self, old: bytes, new: bytearray, place: tuple[int, int, int], ends: bytes, version: int) -> None:
        """A checksum that covers a pseudo-header as well; place: the field, what it covers."""
        renew(old, new, *place, total(ends), total(self._map.ends(ends, version)))


def _padding(size: int) -> bytes:
    """Options of IPv6 that say nothing, so many octets: PadN, RFC 8200 4.2."""
    made = b""
    while size > 0:
        part = min(size, 257)
        made += b"\0" if part == 1 else bytes((1, part - 2)) + bytes(part - 2)
        size -= part
    return made


def _from_ip(walk: Walk, octets: bytes, wire_len: int) -> Redacted:
    """The record without what stands before its first IP header."""
    first = next((step for step in walk.steps if step.layer in (IPV4, IPV6)), None)
    if first is None:
        return Redacted(RAW, b"", 0)
    return Redacted(RAW, octets[first.at :], max(wire_len - first.at, len(octets) - first.at))
