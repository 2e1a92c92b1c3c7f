"""Which segment at one tap is which at the other.

In: a Pair. Out: each segment's mate, set in place. Equal numbers alone do not tell a segment from its repetition:
the whole segment, the timestamp, the IP id and, last, the usual time between the taps do.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median_low

from ..model.names import ACK, FIN, M32, RST, SYN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .pairing import Pair
    from .tap import Seen

    Key = Callable[[Seen, int, int], tuple[object, ...]]

SHAPE = SYN | FIN | RST


def _numbers(s: Seen, shift: int, other: int) -> tuple[int, ...]:
    ack = (s.ack - other) & M32 if s.flags & ACK else -1
    return ((s.seq - shift) & M32, s.length, s.flags & SHAPE, ack)


def _stamped(s: Seen, shift: int, other: int) -> tuple[int, ...]:
    return (*_numbers(s, shift, other), s.ts_val)


def _exact(s: Seen, shift: int, other: int) -> tuple[int, ...]:
    return (*_stamped(s, shift, other), s.ip_id)


def _whole(s: Seen, shift: int, other: int) -> tuple[object, ...]:
    """Nothing differs: an ACK's SACK blocks and window tell it from a copy of another (IPv6 has no id)."""
    return (*_exact(s, shift, other), s.flags, s.window, s.options, s.payload)


def _may_change(s: Seen) -> bool:
    """Whether it may differ at the other tap where empty ACKs do not: in its options (SYN), or cut and joined anew."""
    return s.length > 0 or s.flags & SHAPE > 0


def find_mates(pair: Pair) -> None:
    """Set the mates of both ways, the surest first."""
    for way in (0, 1):
        shift, other = pair.shifts[way], pair.shifts[1 - way]
        here, there = pair.a.ways[way], pair.b.ways[way]
        _match(here, there, _whole, shift, other)
        if any(s.mate is not None and not _may_change(s) for s in here):
            here, there = [s for s in here if _may_change(s)], [s for s in there if _may_change(s)]
        for key in (_exact, _stamped):
            _match(here, there, key, shift, other)
        # Where timestamps come through as they are, segments of different ones are never the same.
        if not any(s.mate is not None and s.ts_val >= 0 for s in pair.a.ways[way]):
            _match(here, there, _numbers, shift, other)


def differences(pair: Pair, way: int) -> list[int]:
    """Time at b less time at a, of every segment of the way that both have."""
    return [s.mate.ts_ns - s.ts_ns for s in pair.a.ways[way] if s.mate is not None]


def _match(here: Sequence[Seen], there: Sequence[Seen], key: Key, shift: int, other: int) -> None:
    groups: defaultdict[tuple[object, ...], tuple[list[Seen], list[Seen]]] = defaultdict(lambda: ([], []))
    for s in here:
        if s.mate is None:
            groups[key(s, 0, 0)][0].append(s)
    for s in there:
        if s.mate is None:
            groups[key(s, shift, other)][1].append(s)
    unequal = []
    for ours, theirs in groups.values():
        if len(ours) == len(theirs):
            for one, two in zip(ours, theirs, strict=True):
                _join(one, two)
        elif ours and theirs:
            unequal.append((ours, theirs))
    known = [s.mate.ts_ns - s.ts_ns for s in here if s.mate is not None]
    for ours, theirs in unequal:
        _align(ours, theirs, median_low(known) if known else None)


def _join(one: Seen, two: Seen) -> None:
    one.mate = two
    two.mate = one


def _align(ours: list[Seen], theirs: list[Seen], usual_ns: int | None) -> None:
    """More copies here than there: those go together, in order, whose times differ as usual."""
    few, many, sign = (ours, theirs, 1) if len(ours) < len(theirs) else (theirs, ours, -1)
    at = 0
    for number, s in enumerate(few):
        last = len(many) - (len(few) - number)
        best = last
        if usual_ns is not None:
            best = min(range(at, last + 1), key=lambda i: abs(many[i].ts_ns - s.ts_ns - sign * usual_ns))
        _join(s, many[best])
        at = best + 1
