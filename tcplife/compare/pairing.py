"""Which pair of endpoints of one tap is which of the other, also behind address translation.

In: two Taps. Out: Pairs. What speaks for a match: initial sequence numbers, timestamps, payload, the addresses
themselves; never the clock. A pair without enough of it is matched with none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ..model.names import M32, SYN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tap import Flow, Tap

ISN, ADDRESS, NUMBER, STAMP, PAYLOAD = 4, 3, 2, 2, 2
ENOUGH = 4
"""Two weak signs or an initial sequence number; an address pair alone comes back with other connections."""
LOOKED_AT = 5
"""Segments of each way with timestamps or payload that are looked at."""
USUAL = 50
"""A sign that so many pairs share tells nothing."""

Sign = tuple[str, int, object]


@dataclass(slots=True, eq=False)
class Pair:
    """One pair of endpoints at both taps, turned alike. shifts: what was added to each way's numbers from a to b."""

    a: Flow
    b: Flow
    shifts: tuple[int, int]


def pairs(a: Tap, b: Tap) -> list[Pair]:
    """The pairs of endpoints that both taps have."""
    votes = _votes(a, b)
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    made = []
    for (i, j, turned), score in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if score < ENOUGH or i in taken_a or j in taken_b:
            continue
        taken_a.add(i)
        taken_b.add(j)
        if turned:
            b.flows[j].turn()
        made.append((i, Pair(a.flows[i], b.flows[j], _shifts(a.flows[i], b.flows[j]))))
    return [pair for _, pair in sorted(made, key=lambda entry: entry[0])]


def _votes(a: Tap, b: Tap) -> dict[tuple[int, int, bool], int]:
    known: defaultdict[Sign, list[int]] = defaultdict(list)
    for j, flow in enumerate(b.flows):
        for sign in {sign for sign, _ in _signs(flow)}:
            known[sign].append(j)
    votes: defaultdict[tuple[int, int, bool], int] = defaultdict(int)
    for i, flow in enumerate(a.flows):
        for (kind, way, value), weight in dict(_signs(flow)).items():
            for turned in (False, True):
                matches = known.get((kind, 1 - way if turned else way, value), [])
                for j in matches if len(matches) < USUAL else ():
                    votes[i, j, turned] += weight
    return votes


def _signs(flow: Flow) -> Iterator[tuple[Sign, int]]:
    for way, segments in enumerate(flow.ways):
        yield ("address", way, (flow.ends[way], flow.ends[1 - way])), ADDRESS
        stamps = payloads = 0
        for number, s in enumerate(segments):
            if s.flags & SYN:
                yield ("isn", way, s.seq), ISN
            if number == 0:
                yield ("number", way, s.seq), NUMBER
            if s.ts_val >= 0 and stamps < LOOKED_AT:
                stamps += 1
                yield ("stamp", way, (s.ts_val, s.length)), STAMP
            if len(s.payload) >= 8 and payloads < LOOKED_AT:
                payloads += 1
                yield ("payload", way, s.payload), PAYLOAD


def _shifts(a: Flow, b: Flow) -> tuple[int, int]:
    """0, unless something in between chooses its own initial numbers."""
    made = []
    for one, two in zip(a.ways, b.ways, strict=True):
        here = [s.seq for s in one if s.flags & SYN]
        there = [s.seq for s in two if s.flags & SYN]
        shifted = here and there and not set(here) & set(there)
        made.append((there[0] - here[0]) & M32 if shifted else 0)
    return made[0], made[1]
