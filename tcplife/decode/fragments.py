# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""IP fragments, held until their datagram is whole.

In: the pieces with their offsets and capture times. Out: the whole datagram's octets with the piece that completes it.
A piece seen twice changes nothing; pieces that overlap with other octets make the datagram worthless (a receiver that
follows RFC 5722, as Linux does for both versions, drops it). Knows nothing of what is inside.
Source: RFC 791 3.2, RFC 8200 4.5, RFC 5722; times: Linux net.ipv4.ipfrag_time 30 s, RFC 8200 60 s.
"""

from __future__ import annotations

MAX_DATAGRAMS = 1024
MAX_PIECES = 16384  # in all: a piece costs about 200 octets besides its own
MAX_PIECES_EACH = 2048  # a path of 68 octets, the smallest IPv4 must carry, makes 1366
MAX_OCTETS = 4 << 20
MAX_DATAGRAM = 65535
PATIENCE_NS = {4: 30_000_000_000, 6: 60_000_000_000}

HELD, WHOLE, BAD = range(3)

Key = tuple[int, int, int, int, int, int, int]  # version, addresses, identification, protocol


class Datagram:
    """One datagram in pieces. total: its length once the last piece was seen, else -1. kind: protocol of the first."""

    __slots__ = ("begun_ns", "kind", "octets", "pieces", "records", "total")

    def __init__(self, begun_ns: int) -> None:
        self.begun_ns = begun_ns
        self.kind = -1
        self.octets = 0
        self.pieces: list[tuple[int, bytes]] = []
        self.records = 0
        self.total = -1


class Fragments:
    """All datagrams in pieces, the oldest first.

    whole, kind: the octets and the protocol of the datagram completed last. lost: records whose datagram was given up.
    Bounds: MAX_DATAGRAMS, MAX_PIECES, MAX_OCTETS; the oldest go first.
    """

    __slots__ = ("held", "kind", "lost", "octets", "pieces", "whole")

    def __init__(self) -> None:
        self.held: dict[Key, Datagram] = {}
        self.whole = b""
        self.kind = 0
        self.lost = 0
        self.octets = 0
        self.pieces = 0

    def add(self, key: Key, offset: int, more: int, octets: bytes, stamp_ns: int, kind: int) -> int:
        """Take one piece; return HELD, BAD, or WHOLE with the datagram in self.whole and self.kind."""
        datagram = self.waiting(key, stamp_ns)
        if not self.insert(datagram, offset, more, octets):
            self.give_up(key)
            return BAD
        if offset == 0:
            datagram.kind = kind
        if datagram.total >= 0 and datagram.octets >= datagram.total:
            whole = joined(datagram)
            if len(whole) == datagram.total:
                self.whole = whole
                self.kind = datagram.kind
                self.forget(key)
                return WHOLE
        datagram.records += 1
        self.keep_bounds()
        return HELD

    def waiting(self, key: Key, now_ns: int) -> Datagram:
        """Return the datagram a piece belongs to, a new one if need be; those too old are given up."""
        while self.held:
            oldest = next(iter(self.held))
            if now_ns - self.held[oldest].begun_ns <= PATIENCE_NS[6]:
                break
            self.give_up(oldest)
        datagram = self.held.get(key)
        if datagram is not None:
            if now_ns - datagram.begun_ns <= PATIENCE_NS[key[0]]:
                return datagram
            self.give_up(key)
        datagram = Datagram(now_ns)
        self.held[key] = datagram
        return datagram

    def insert(self, datagram: Datagram, offset: int, more: int, octets: bytes) -> bool:
        """Put a piece among the others; False when it cannot belong to the same datagram."""
        end = offset + len(octets)
        if not octets or end > MAX_DATAGRAM or (more and len(octets) & 7) or len(datagram.pieces) >= MAX_PIECES_EACH:
            return False
        if datagram.total >= 0 and (end > datagram.total or (not more and end != datagram.total)):
            return False
        known = False
        for at, there in datagram.pieces:
            there_end = at + len(there)
            if not more and there_end > end:
                return False
            low = max(at, offset)
            high = min(there_end, end)
            if low < high and there[low - at : high - at] != octets[low - offset : high - offset]:
                return False
            known = known or (at <= offset and end <= there_end)
        if not more:
            datagram.total = end
        if not known:
            from bisect import insort  # rare

            insort(datagram.pieces, (offset, octets))
            datagram.octets += len(octets)
            self.octets += len(octets)
            self.pieces += 1
        return True

    def keep_bounds(self) -> None:
        """Give up the oldest while there are too many."""
        while len(self.held) > MAX_DATAGRAMS or self.pieces > MAX_PIECES or self.octets > MAX_OCTETS:
            self.give_up(next(iter(self.held)))

    def give_up(self, key: Key) -> None:
        """Drop a datagram that will not be completed."""
        self.lost += self.held[key].records
        self.forget(key)

    def forget(self, key: Key) -> None:
        """Take a datagram out of the books."""
        datagram = self.held.pop(key)
        self.octets -= datagram.octets
        self.pieces -= len(datagram.pieces)


def joined(datagram: Datagram) -> bytes:
    """Join the pieces up to the first hole; where two have the same octets, they are taken once."""
    parts = []
    at = 0
    for offset, octets in datagram.pieces:
        if offset > at:
            break
        if offset + len(octets) > at:
            parts.append(octets[at - offset :])
            at = offset + len(octets)
    return b"".join(parts)
