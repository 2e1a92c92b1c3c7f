"""Which records of a capture belong to chosen connections: their segments, the fragments these came in, ICMP errors.

In: connections (with their segments kept), then the capture once more. Out: a bit per record.
"""

from __future__ import annotations

from ..capture.formats import END, RECORD
from ..decode.decoder import Decoder
from ..decode.fragments import BAD, WHOLE, Fragments
from ..model.connection import SEGMENT_WIDTH
from ..model.names import Skip
from ..model.segment import Segment
from .walk import PIECE, Walk, whole_packet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from ..capture.reader import Reader
    from ..model.connection import Connection
    from .redact import Redactor
    from .walk import Piece

    Ends = tuple[int, int, int, int, int, int]

FRAGMENTS: Final = frozenset({Skip.FRAGMENT.code, Skip.FRAGMENT_LOST.code, Skip.BAD_FRAGMENT.code})
ICMP_ERROR: Final = Skip.ICMP_ERROR.code
MOST_PENDING: Final = 1024
"""Datagrams in pieces that are kept in mind, as many as the decoder holds."""
SILENCE_NS: Final = 60_000_000_000
"""Between two chosen records so far apart, a blank one stands for the others: the clock of the capture."""


class Bits:
    """A set of record numbers, one bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.count = 0

    def add(self, number: int) -> None:
        """Take a number, from 0."""
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(max(place + 1 - len(self._bits), 4096)))
        bit = 1 << (number & 7)
        if not self._bits[place] & bit:
            self._bits[place] |= bit
            self.count += 1

    def __contains__(self, number: int) -> bool:
        """Whether it was taken."""
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (number & 7))


class _Datagram:
    """A datagram in pieces: the records and places of those seen; ends of the TCP header the first one shows."""

    __slots__ = ("ends", "parts")

    def __init__(self) -> None:
        self.parts: list[tuple[int, Piece]] = []
        self.ends: Ends | None = None


class Belonging:
    """Records by number. connections: how many were chosen; ports: of all of them, for who maps ports."""

    def __init__(self) -> None:
        self.records = Bits()
        self.connections = 0
        self.ports: set[int] = set()
        self._lives: dict[Ends, list[int]] = {}
        self._chosen: set[tuple[Ends, int]] = set()
        self._pending: dict[tuple[int, bytes, int, int], _Datagram] = {}
        self._fragments = Fragments()

    def take(self, c: Connection, *, chosen: bool) -> None:
        """Take note of a finished connection, and of its segments' records when it is chosen."""
        ends = _sorted((c.client_hi, c.client_lo, c.client_port, c.server_hi, c.server_lo, c.server_port))
        self._lives.setdefault(ends, []).append(c.first_packet)
        if chosen:
            self.connections += 1
            self._chosen.add((ends, c.first_packet))
            self.ports |= {c.client_port, c.server_port}
            for number in (c.segment_rows or ())[::SEGMENT_WIDTH]:
                self.records.add(number)

    def complete(self, reader: Reader, redactor: Callable[[set[int]], Redactor] | None = None) -> Redactor | None:
        """Read the capture again for what belongs to the segments; also redact datagrams that came in pieces."""
        for lives in self._lives.values():
            lives.sort()
        made = None if redactor is None else redactor(self.ports)
        decoder, s = Decoder(), Segment()
        while True:
            state = reader.next()
            if state == END:
                break
            if state != RECORD or reader.link < 0:
                continue
            s.packet, s.ts_ns = reader.packet, reader.ts_ns
            octets = bytes(reader.buf[reader.at : reader.end])
            code = decoder.decode(octets, 0, len(octets), reader.wire_len, reader.link, s)
            if code == ICMP_ERROR and self._is_chosen(_ends(s), reader.packet):
                self.records.add(reader.packet)
            if code in FRAGMENTS or self._pending:
                self._look(octets, reader, made)
        while self._pending:
            self._give_up(next(iter(self._pending)))
        return made

    def _look(self, octets: bytes, reader: Reader, redactor: Redactor | None) -> None:
        """A record that may be a fragment."""
        walk = Walk(octets, reader.wire_len, reader.link)
        piece = walk.piece
        if walk.code != PIECE or piece is None:
            return
        datagram = self._pending.get(piece.key)
        if datagram is None:
            datagram = self._pending[piece.key] = _Datagram()
            if len(self._pending) > MOST_PENDING:
                self._give_up(next(iter(self._pending)))
        datagram.parts.append((reader.packet, piece))
        whole = octets[piece.at : piece.end]
        if piece.offset == 0 and datagram.ends is None:
            datagram.ends = _shown(piece, whole)
        key = (piece.key[0], *(int.from_bytes(piece.ends[o : o + 8], "big") for o in (0, 8, 16, 24)), *piece.key[2:])
        done = self._fragments.add(key, piece.offset, int(piece.more), whole, reader.ts_ns, piece.kind)  # type: ignore[arg-type]
        if done == WHOLE:
            self._finish(piece, datagram, self._fragments.whole, redactor)
        elif done == BAD:
            if redactor is not None:
                redactor.contradicts(reader.packet)
            self._give_up(piece.key)

    def _finish(self, piece: Piece, datagram: _Datagram, octets: bytes, redactor: Redactor | None) -> None:
        """A datagram is whole: it belongs if the segment or ICMP error in it does."""
        del self._pending[piece.key]
        ends = _shown(datagram.parts[0][1], octets)
        if datagram.parts[-1][0] in self.records or self._is_chosen(ends, datagram.parts[-1][0]):
            for number, _ in datagram.parts:
                self.records.add(number)
            if redactor is not None:
                redactor.datagram(datagram.parts, octets)

    def _give_up(self, key: tuple[int, bytes, int, int]) -> None:
        """A datagram that never became whole belongs by the header that its first fragment shows."""
        datagram = self._pending.pop(key)
        if datagram.ends is not None and self._is_chosen(datagram.ends, datagram.parts[-1][0]):
            for number, _ in datagram.parts:
                self.records.add(number)

    def _is_chosen(self, ends: Ends | None, packet: int) -> bool:
        """Whether the connection these ends had at this record is one of the chosen."""
        if ends is None:
            return False
        begun = [first for first in self._lives.get(ends, ()) if first <= packet]
        return bool(begun) and (ends, begun[-1]) in self._chosen


def _ends(s: Segment) -> Ends:
    return _sorted((s.src_hi, s.src_lo, s.sport, s.dst_hi, s.dst_lo, s.dport))


def _sorted(ends: Ends) -> Ends:
    """Both ways round are one connection."""
    return min(ends, ends[3:] + ends[:3])


def _shown(piece: Piece, octets: bytes) -> Ends | None:
    """The ends of the TCP header, or of the one an ICMP error quotes, at the front of a datagram."""
    packet = whole_packet(piece, octets)
    walk = Walk(packet, len(packet), 101)
    s = walk.segment
    return _ends(s) if walk.code in (0, ICMP_ERROR) else None
