"""What one tap saw and the other did not: lost on the way, sent from in between, or merely not captured.

In: a Pair whose segments have found their mates, and where the taps are. Out: Misses. Octets that were cut or joined
anew (offload, proxies) are followed as octets, not as segments.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.connection import flag_letters
from ..model.names import ACK, FIN, M32, RST, SYN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .clocks import Between
    from .pairing import Pair
    from .tap import Seen, Tap

LOST = "lost"
INJECTED = "injected"
NOT_CAPTURED = "not_captured"
DOUBLED = "doubled"
BEYOND = "beyond"
HALF = 1 << 31


@dataclass(frozen=True, slots=True)
class Miss:
    """A segment that one tap alone has. way: 0 sent by the client. tap: 0 a, 1 b, the one that has it, at `packet`.

    what: lost (the tap nearer to its sender has it), injected (only the one nearer to its receiver: something in
    between sent it), doubled (likewise, a copy of one that both have), not_captured (it passed all the same), beyond
    (the other capture did not run that early or late). octets: how many of its payload are concerned.
    """

    what: str
    way: int
    tap: int
    packet: int
    kind: str
    flags: str
    octets: int


@dataclass(frozen=True, slots=True)
class Span:
    """When a capture ran, in its own time; early, late: surely not before its first, after its last packet."""

    first_ns: int
    last_ns: int
    early: bool
    late: bool

    def ran(self, ts_ns: int) -> bool:
        """Whether it may have been running then."""
        return not ((self.early and ts_ns < self.first_ns) or (self.late and ts_ns > self.last_ns))


def spans(pairs: Sequence[tuple[Pair, Between]], taps: tuple[Tap, Tap]) -> tuple[Span, Span]:
    """When each capture ran.

    A packet that comes from the far side has passed the far tap: if that has nothing so early or late, it was not
    running. One that goes there may have been lost on the way; a RST or SYN may be somebody else's.
    """
    made = []
    for tap in (0, 1):
        early = late = False
        for pair, where in pairs:
            step = where.offset_ns if tap == 1 else -where.offset_ns
            sent = (pair.b, pair.a)[tap].ways[_side_of(tap, where)]
            alone = [s.ts_ns + step for s in sent if s.mate is None and not s.flags & (RST | SYN)]
            early = early or any(ts_ns < taps[tap].first_ns for ts_ns in alone)
            late = late or any(ts_ns > taps[tap].last_ns for ts_ns in alone)
        made.append(Span(taps[tap].first_ns, taps[tap].last_ns, early, late))
    return made[0], made[1]


def _side_of(tap: int, where: Between) -> int:
    """The side (0 client) that this tap is nearer to."""
    return where.near if tap == 0 else 1 - where.near


def misses(pair: Pair, ran: tuple[Span, Span], where: Between) -> list[Miss]:
    """Everything that only one tap saw, in order of its packets."""
    made: list[Miss] = []
    for way in (0, 1):
        ways = (pair.a.ways[way], pair.b.ways[way])
        back = (pair.a.ways[1 - way], pair.b.ways[1 - way])
        shifts = (0, pair.shifts[way])
        near = 0 if way == where.near else 1
        for tap in (0, 1):
            _resegment(ways[tap], ways[1 - tap], shifts[tap], shifts[1 - tap])
        for tap in (0, 1):
            step = where.offset_ns if tap == 0 else -where.offset_ns
            for s in ways[tap]:
                if s.mate is None and not s.spoken:
                    ack_shift = shifts[1 - tap] - shifts[tap]
                    passed = s.length and _passed(s, ways[1 - tap], back[1 - tap], ack_shift)
                    what = NOT_CAPTURED if passed else LOST if tap == near else INJECTED
                    if what == INJECTED and _is_copy(s, ways[tap]):
                        what = DOUBLED
                    if what != DOUBLED and not ran[1 - tap].ran(s.ts_ns + step):
                        what = BEYOND
                    made.append(Miss(what, way, tap, s.packet, kind_of(s), flag_letters(s.flags), s.length))
    return sorted(made, key=lambda miss: (miss.tap, miss.packet))


def kind_of(s: Seen) -> str:
    """What a segment is, in one word."""
    if s.flags & RST:
        return "RST"
    if s.flags & SYN:
        return "SYN+ACK" if s.flags & ACK else "SYN"
    if s.flags & FIN:
        return "FIN"
    return "data" if s.length else "ACK"


def _is_copy(s: Seen, way: Sequence[Seen]) -> bool:
    """Another segment of the same tap, which the other tap has, is the same packet."""
    return any(
        one.mate is not None
        and one.seq == s.seq
        and one.ack == s.ack
        and one.flags == s.flags
        and one.ip_id == s.ip_id
        and one.options == s.options
        and one.payload == s.payload
        for one in way
    )


def _covers(s: Seen, low: int, high: int, shift: int) -> tuple[int, int] | None:
    """The part of low..high (numbers of the other tap, unwrapped) that this segment has."""
    start = (s.seq - shift - low + HALF & M32) - HALF + low
    first, last = max(start, low), min(start + s.length, high)
    return (first, last) if first < last else None


def _resegment(ours: Sequence[Seen], theirs: Sequence[Seen], shift: int, other: int) -> None:
    """Mark what the other tap has in other pieces: wholly covered by its segments that have no mate either."""
    spare = [s for s in theirs if s.mate is None and s.length]
    if not spare:
        return
    for s in ours:
        if s.mate is not None or not s.length or s.spoken:
            continue
        low = (s.seq - shift) & M32
        parts = [
            (part, one)
            for one in spare
            if (part := _covers(one, low, low + s.length, other))
            and (one.length != s.length or part != (low, low + s.length))  # the same once more is no piece
        ]
        reached = low
        for (first, last), _ in sorted(parts, key=lambda entry: entry[0]):
            if first <= reached:
                reached = max(reached, last)
        if reached >= low + s.length:
            s.spoken = True
            for (first, last), one in parts:
                if last - first == one.length:
                    one.spoken = True


def _passed(s: Seen, there: Sequence[Seen], back: Sequence[Seen], shift: int) -> bool:
    """The other tap never has these octets, and yet sees them acknowledged: it missed them."""
    low = (s.seq + shift) & M32
    if any(_covers(one, low, low + s.length, 0) for one in there if one.length):
        return False
    end = (low + s.length) & M32
    return any(one.flags & ACK and not one.flags & RST and (one.ack - end) & M32 < HALF for one in back)
