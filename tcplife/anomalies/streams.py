# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's streams of pairs of endpoints whose connection has left the table: there a stream never ends.

In: a `WireStream` as its connection leaves. Out: the same one when the pair shows again, so that a late segment is
judged by the old numbers and a new SYN is told `reused_ports`, as tshark does. Bounded: in each of the parts into
which `model.pairs` divides all pairs, two generations of GENERATION pairs; beyond that the older generation goes, and
`forgotten` counts what went. By part, so that the answer is the same when parts are shared out among processes.
"""

from __future__ import annotations

from ..flows.seedling import Seedling
from ..flows.table import Flow
from ..model import keys
from ..model.pairs import PARTS, mixed
from .wireshark import WireStream

GENERATION = 128
"""Two generations of so many in every part take about 25 MB."""


MARK_SHIFT = 16
BIT_SHIFT = 40
"""Where the bits of a pair's word are that choose its mark."""
MARKS = 256
"""Octets of marks per part and generation: with 2,048 of them, 6 % of strangers find one set."""


def is_above(flow: Flow) -> bool:
    """Whether end a is the higher one of the two; a stream's side 0 is always the lower end."""
    if flow.a_hi != flow.b_hi:
        return flow.a_hi > flow.b_hi
    if flow.a_lo != flow.b_lo:
        return flow.a_lo > flow.b_lo
    return flow.a_port > flow.b_port


def key_of(flow: Flow) -> bytes:
    """One key for the pair of endpoints, whichever of them is a."""
    if flow.ip_version == 4:
        one = flow.a_lo << 16 | flow.a_port
        two = flow.b_lo << 16 | flow.b_port
        return keys.of_two(one, two) if one < two else keys.of_two(two, one)
    if is_above(flow):
        return keys.of_five(flow.b_hi, flow.b_lo, flow.a_hi, flow.a_lo, flow.b_port << 16 | flow.a_port)
    return keys.of_five(flow.a_hi, flow.a_lo, flow.b_hi, flow.b_lo, flow.a_port << 16 | flow.b_port)


class Streams:
    """The streams that wait for their pair to show again. forgotten: how many were given up for want of room.

    A lone SYN's waits as its seedling, and is made when somebody takes it. A pair that waits has its mark set, one bit of
    each part's and generation's: nearly all that ask are strangers, and need not look further.
    """

    __slots__ = ("_old", "_old_marks", "_young", "_young_marks", "forgotten")

    def __init__(self) -> None:
        self._young: list[dict[bytes, WireStream | Seedling] | None] = [None] * PARTS
        self._old: list[dict[bytes, WireStream | Seedling] | None] = [None] * PARTS
        self._young_marks = bytearray(MARKS * PARTS)
        self._old_marks = bytearray(MARKS * PARTS)
        self.forgotten = 0

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(part) for part in self._young + self._old if part)

    def put(self, flow: Flow, stream: WireStream) -> None:
        """The pair's connection left the table."""
        self._keep(_mixed(flow), flow, stream)

    def _keep(self, word: int, flow: Flow, stream: WireStream | Seedling) -> None:
        """Keep what belongs to a pair; the older generation of its part may have to go for it."""
        at = word & (PARTS - 1)
        young = self._young[at]
        if young is None:
            young = self._young[at] = {}
        elif len(young) >= GENERATION:
            old = self._old[at]
            self.forgotten += len(old) if old else 0
            self._old[at] = young
            young = self._young[at] = {}
            marks = slice(MARKS * at, MARKS * (at + 1))
            self._old_marks[marks] = self._young_marks[marks]
            self._young_marks[marks] = bytes(MARKS)
        young[key_of(flow)] = stream
        self._young_marks[_mark(word)] |= 1 << (word >> BIT_SHIFT & 7)

    def _may_wait(self, word: int) -> bool:
        """Whether the pair's mark is set: it waits, or another one with the same mark does or did."""
        at = _mark(word)
        return (self._young_marks[at] | self._old_marks[at]) >> (word >> BIT_SHIFT & 7) & 1 > 0

    def take(self, flow: Flow) -> WireStream | None:
        """The stream of a pair that shows again, None when it is new (or forgotten); it no longer waits here."""
        word = _mixed(flow)
        at = word & (PARTS - 1)
        young = self._young[at]
        if young is None or not self._may_wait(word):
            return None
        key = key_of(flow)
        old = self._old[at]
        stream = young.pop(key, None) or (old.pop(key, None) if old else None)
        return _grown(stream) if isinstance(stream, Seedling) else stream

    def pass_by(self, flow: Seedling, keep: bool) -> bool:
        """A lone SYN left the table: as take() and, to keep it, put(). False, and nothing done, if the pair waits."""
        word = _mixed(flow)
        at = word & (PARTS - 1)
        young = self._young[at]
        if young is not None and self._may_wait(word):
            old = self._old[at]
            key = key_of(flow)
            if key in young or (old is not None and key in old):
                return False
        if keep:
            self._keep(word, flow, flow)
        return True


def _grown(flow: Seedling) -> WireStream:
    """The stream of a pair of which one SYN was seen."""
    wire = WireStream(0)
    wire.analyse(flow.segment(), 1 if is_above(flow) else 0)
    return wire


def _mixed(flow: Flow) -> int:
    return mixed(flow.a_hi, flow.a_lo, flow.a_port, flow.b_hi, flow.b_lo, flow.b_port)


def _mark(word: int) -> int:
    """The octet of a pair's mark: bits of the word that do not tell its part."""
    return MARKS * (word & (PARTS - 1)) + (word >> MARK_SHIFT & (MARKS - 1))
