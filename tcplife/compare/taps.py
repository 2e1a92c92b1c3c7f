"""The comparison of two vantage points, from captures to a result.

In: the names of two captures. Out: a Comparison: the pairs both have, each with its losses, changes, delays and
disagreements, and the connections that only one has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median_low

from .changes import changes, disagreements
from .clocks import Between, between
from .losses import misses, spans
from .mates import differences, find_mates
from .pairing import pairs
from .tap import read_tap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .changes import Change, Disagreement
    from .losses import Miss
    from .pairing import Pair
    from .tap import Flow, Tap


@dataclass(frozen=True, slots=True)
class Delay:
    """What the way between the taps took beyond its shortest time, one way; the slowest segment by its packet at a."""

    way: int
    segments: int
    median_ns: int
    most_ns: int
    packet: int


@dataclass(slots=True)
class Compared:
    """One pair of endpoints at both taps."""

    pair: Pair
    where: Between
    matched: int
    misses: list[Miss]
    changes: list[Change]
    delays: list[Delay]
    disagreements: list[Disagreement]


@dataclass(slots=True)
class Comparison:
    """Both taps. where: clock offset and place by all pairs, None when no pair is at both taps."""

    a: Tap
    b: Tap
    where: Between | None
    compared: list[Compared] = field(default_factory=list)
    only_a: list[Flow] = field(default_factory=list)
    only_b: list[Flow] = field(default_factory=list)

    @property
    def overlap(self) -> bool:
        """Whether the captures were made at the same time, by their clocks set right."""
        offset = self.where.offset_ns if self.where is not None else 0
        return self.a.first_ns + offset <= self.b.last_ns and self.b.first_ns <= self.a.last_ns + offset


def compare_taps(a: str, b: str) -> Comparison:
    """Compare two captures of the same traffic. Raises: CaptureError, UsageError."""
    one, two = read_tap(a), read_tap(b)
    both = pairs(one, two)
    found = []
    for pair in both:
        find_mates(pair)
        forth, back = differences(pair, 0), differences(pair, 1)
        found.append((forth, back, between(forth, back)))
    whole = _overall([where for _, _, where in found if where is not None])
    result = Comparison(one, two, whole)
    placed = []
    for pair, (forth, back, where) in zip(both, found, strict=True):
        place = where if where is not None and where.sure else whole or where
        if place is not None:
            placed.append((pair, place, len(forth) + len(back)))
    ran = spans([(pair, place) for pair, place, _ in placed], (one, two))
    for pair, place, matched in placed:
        delays = [delay for way in (0, 1) if (delay := _delay(pair, way, place)) is not None]
        found_misses = misses(pair, ran, place)
        told = (changes(pair), delays, disagreements(pair, place))
        result.compared.append(Compared(pair, place, matched, found_misses, *told))
    mine, theirs = {id(pair.a) for pair in both}, {id(pair.b) for pair in both}
    result.only_a = [flow for flow in one.flows if id(flow) not in mine]
    result.only_b = [flow for flow in two.flows if id(flow) not in theirs]
    return result


def _overall(places: list[Between]) -> Between | None:
    """The usual place and offset of all pairs; the shortest way there and back."""
    sure = [place for place in places if place.sure] or places
    if not sure:
        return None
    near = round(sum(place.near for place in sure) / len(sure))
    rounds = [place.round_ns for place in sure if place.round_ns >= 0]
    offset = median_low([place.offset_ns for place in sure])
    return Between(offset, near, min(rounds, default=-1), sure=any(place.sure for place in sure))


def _delay(pair: Pair, way: int, where: Between) -> Delay | None:
    took = [(where.delay(s.mate.ts_ns - s.ts_ns, way), s.packet) for s in pair.a.ways[way] if s.mate is not None]
    if not took:
        return None
    least = min(took)[0]
    most, packet = max(took)
    return Delay(way, len(took), median_low([ns for ns, _ in took]) - least, most - least, packet)
