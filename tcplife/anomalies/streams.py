# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's streams of pairs of endpoints whose connection has left the table: there a stream never ends.

In: a `WireStream` as its connection leaves. Out: the same one when the pair shows again, so that a late segment is
judged by the old numbers and a new SYN is told `reused_ports`, as tshark does. Bounded: in each of the parts into
which `model.pairs` divides all pairs, two generations of GENERATION pairs; beyond that the older generation goes, and
`forgotten` counts what went. By part, so that the answer is the same when parts are shared out among processes.
"""

from __future__ import annotations

from array import array

from ..flows.seedling import Seedling
from ..model import keys, longs
from ..model.names import M32
from ..model.pairs import PARTS, mixed
from ..model.pool import pooled
from .wireshark import WireStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..flows.table import Flow
    from ..model.segment import Segment
    from .wireshark import WireWay

GENERATION = 128
"""Two generations of so many in every part take about 20 MB."""


MARK_SHIFT = 16
BIT_SHIFT = 40
"""Where the bits of a pair's word are that choose its mark."""
MARKS = 256
"""Octets of marks per part and generation: with 2,048 of them, 6 % of strangers find one set."""
NUMBERS = array("q")


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


class Waiting:
    """A stream that waits for its pair, whose ends these numbers are; key: IPv6 has more, and none here."""

    __slots__ = ("key", "one", "stream", "two")

    def __init__(self) -> None:
        self.one = self.two = 0
        self.key: bytes | None = None
        self.stream: WireStream | None = None


pooled(Waiting)


def _waiting(flow: Flow, stream: WireStream) -> Waiting:
    made = Waiting.__new__(Waiting)
    made.stream = stream
    if flow.ip_version == 4:
        made.one = flow.a_lo << 16 | flow.a_port
        made.two = flow.b_lo << 16 | flow.b_port
        made.key = None
    else:
        made.key = key_of(flow)
    return made


def _is_of(found: Waiting, flow: Flow) -> bool:
    """Whether it waits for this pair, whichever of its ends is a."""
    if flow.ip_version != 4 or found.key is not None:
        return found.key is not None and found.key == key_of(flow)
    one = flow.a_lo << 16 | flow.a_port
    two = flow.b_lo << 16 | flow.b_port
    return (found.one == one and found.two == two) or (found.one == two and found.two == one)


class Generation:
    """What waits in one part, in any order. words: a pair's word (half of it), so that others are hardly looked at."""

    __slots__ = ("waiting", "words")

    def __init__(self) -> None:
        self.words = longs.zeros(NUMBERS, 0)
        self.waiting: list[Waiting | Seedling] = []

    def find(self, word: int, flow: Flow) -> int:
        """The place of a pair, -1: it does not wait here."""
        words = longs.of(self.words)
        half = word >> 1
        for at in range(len(self.waiting)):
            if words[at] == half:
                found = self.waiting[at]
                if key_of(found) == key_of(flow) if isinstance(found, Seedling) else _is_of(found, flow):
                    return at
        return -1

    def put(self, word: int, waiting: Waiting | Seedling) -> None:
        """Let it wait."""
        longs.push(self.words, word >> 1)
        self.waiting.append(waiting)

    def take(self, at: int) -> Waiting | Seedling:
        """Return what waits at a place; the last one waits there instead."""
        found = self.waiting[at]
        last = len(self.waiting) - 1
        longs.of(self.words)[at] = longs.of(self.words)[last]
        longs.remove(self.words, last, 1)
        self.waiting[at] = self.waiting[last]
        del self.waiting[last]
        return found


class Streams:
    """The streams that wait for their pair to show again. forgotten: how many were given up for want of room.

    A lone SYN's waits as its seedling, and is made when somebody takes it. A pair that waits has its mark set, one bit of
    each part's and generation's: nearly all that ask are strangers, and need not look further.
    """

    __slots__ = ("_old", "_old_marks", "_young", "_young_marks", "forgotten")

    def __init__(self) -> None:
        self._young: list[Generation | None] = [None] * PARTS
        self._old: list[Generation | None] = [None] * PARTS
        self._young_marks = bytearray(MARKS * PARTS)
        self._old_marks = bytearray(MARKS * PARTS)
        self.forgotten = 0

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(generation.waiting) for generation in self._young + self._old if generation)

    def put(self, flow: Flow, stream: WireStream) -> None:
        """The pair's connection left the table."""
        self._keep(_mixed(flow), flow, _waiting(flow, stream))

    def _keep(self, word: int, flow: Flow, waiting: Waiting | Seedling) -> None:
        """Keep what belongs to a pair; the older generation of its part may have to go for it."""
        at = word & (PARTS - 1)
        young = self._young[at]
        if young is None:
            young = self._young[at] = Generation()
        elif len(young.waiting) >= GENERATION:
            old = self._old[at]
            self.forgotten += len(old.waiting) if old is not None else 0
            self._old[at] = young
            young = self._young[at] = Generation()
            marks = slice(MARKS * at, MARKS * (at + 1))
            self._old_marks[marks] = self._young_marks[marks]
            self._young_marks[marks] = bytes(MARKS)
        bit = 1 << (word >> BIT_SHIFT & 7)
        at = _mark(word)
        if self._young_marks[at] & bit:
            place = young.find(word, flow)
            if place >= 0:
                young.take(place)
        self._young_marks[at] |= bit
        young.put(word, waiting)

    def _waits_in(self, generations: list[Generation | None], word: int, flow: Flow) -> int:
        """The pair's place in these, -1: it does not wait there."""
        generation = generations[word & (PARTS - 1)]
        return -1 if generation is None else generation.find(word, flow)

    def _may_wait(self, word: int) -> bool:
        """Whether the pair's mark is set: it waits, or another one with the same mark does or did."""
        at = _mark(word)
        return (self._young_marks[at] | self._old_marks[at]) >> (word >> BIT_SHIFT & 7) & 1 > 0

    def may_know(self, flow: Flow) -> bool:
        """Whether take() may find something."""
        return self._may_wait(_mixed(flow))

    def take(self, flow: Flow) -> WireStream | None:
        """The stream of a pair that shows again, None when it is new (or forgotten); it no longer waits here."""
        word = _mixed(flow)
        if not self._may_wait(word):
            return None
        generations = self._young
        place = self._waits_in(generations, word, flow)
        if place < 0:
            generations = self._old
            place = self._waits_in(generations, word, flow)
        if place < 0:
            return None
        generation: Generation = generations[word & (PARTS - 1)]  # type: ignore[assignment]
        found = generation.take(place)
        return _grown(found) if isinstance(found, Seedling) else found.stream

    def pass_by(self, flow: Seedling, keep: bool) -> bool:
        """A lone SYN left the table: as take() and, to keep it, put(). False, and nothing done, if the pair waits."""
        word = _mixed(flow)
        if self._may_wait(word) and (
            self._waits_in(self._young, word, flow) >= 0 or self._waits_in(self._old, word, flow) >= 0
        ):
            return False
        if keep:
            self._keep(word, flow, flow)
        return True


def _grown(flow: Seedling) -> WireStream:
    """The stream of a pair of which one SYN was seen."""
    return opened_by(flow.segment(), 1 if is_above(flow) else 0)


def opened_by(s: Segment, side: int) -> WireStream:
    """A stream that has taken its first segment, a SYN without octets; equals `WireStream.analyse`, which shows no flags."""
    stream = WireStream.__new__(WireStream)  # all is set here: compiled, __init__ is called by way of Python
    stream.way0 = stream.way1 = None
    stream.reused = stream.unscaled = stream.operations = 0
    stream.first_rtt_ns = stream.syn_ns = stream.number = 0
    stream.scale_and_time(_begun_way(stream, s, side), s, side)
    return stream


def answered_by(stream: WireStream, s: Segment, side: int) -> None:
    """Let such a stream take its second segment, a SYN+ACK of just that SYN, without octets; equals `analyse` as well."""
    way = _begun_way(stream, s, side)
    back = stream.way0 if side else stream.way1
    if back is not None:
        back.mark = back.top
        back.fresh = 0
    stream.scale_and_time(way, s, side)


def _begun_way(stream: WireStream, s: Segment, side: int) -> WireWay:
    """The way of a side whose first segment is this one, with a SYN and no octets."""
    way = stream.open_way(side, s.seq)
    way.top = way.maxack = (s.seq + 1) & M32
    way.top_ns = way.last_ns = s.ts_ns
    way.win = s.window
    way.lastack = s.ack
    way.fresh = 1
    return way


def _mixed(flow: Flow) -> int:
    return mixed(flow.a_hi, flow.a_lo, flow.a_port, flow.b_hi, flow.b_lo, flow.b_port)


def _mark(word: int) -> int:
    """The octet of a pair's mark: bits of the word that do not tell its part."""
    return MARKS * (word & (PARTS - 1)) + (word >> MARK_SHIFT & (MARKS - 1))
