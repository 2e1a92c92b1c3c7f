"""What was changed on the way: addresses, numbers, options, payload; and where the two taps' stories part.

In: Pairs whose segments have their mates. Out: Changes and Disagreements.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.names import STATES, SYN
from .tap import client_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from ..model.connection import Connection
    from .clocks import Between
    from .pairing import Pair
    from .tap import Seen

NAMES: Final = {
    2: "mss", 3: "window scale", 4: "sack permitted", 5: "sack", 8: "timestamps", 19: "md5", 29: "tcp-ao", 30: "mptcp",
    34: "fast open",
}  # fmt: skip
MOVING: Final = {5, 8}
"""Options whose value changes from segment to segment: only their presence is compared."""
OVER: Final = {"CLOSED", "TIME_WAIT"}
UNSURE: Final = {"UNKNOWN", "LISTEN"}


@dataclass(frozen=True, slots=True)
class Change:
    """Something is another at tap b than at tap a. way: 0 sent by the client. packets: of the first such segment."""

    what: str
    way: int
    a: str
    b: str
    packet_a: int
    packet_b: int
    count: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The taps see an endpoint (0 client) end in different states, or the ends themselves are left apart (side 2).

    trusted: the tap nearer to that endpoint, "" where both are meant.
    """

    side: int
    a: str
    b: str
    trusted: str


def options_of(octets: bytes) -> dict[int, bytes]:
    """Kind -> value; stops where the field makes no sense. Source: RFC 9293 3.1."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(octets) and octets[at] != 0:
        if octets[at] == 1:
            at += 1
            continue
        if at + 1 >= len(octets) or octets[at + 1] < 2 or at + octets[at + 1] > len(octets):
            break
        found.setdefault(octets[at], octets[at + 2 : at + octets[at + 1]])
        at += octets[at + 1]
    return found


def changes(pair: Pair) -> list[Change]:
    """Everything that was changed, each kind once per direction with its count."""
    made: list[Change] = []
    for way in (0, 1):
        first: dict[tuple[str, str, str], tuple[int, int]] = {}
        counts: dict[tuple[str, str, str], int] = {}
        for s in pair.a.ways[way]:
            if s.mate is not None:
                for key in _changed(s, s.mate):
                    first.setdefault(key, (s.packet, s.mate.packet))
                    counts[key] = counts.get(key, 0) + 1
        made += [Change(*_placed(key, way, first[key]), counts[key]) for key in first]
    for side in (0, 1):
        if pair.a.ends[side] != pair.b.ends[side] and pair.a.ways[side] and pair.b.ways[side]:
            one, two = pair.a.ways[side][0].packet, pair.b.ways[side][0].packet
            made.append(Change("address", side, pair.a.name(side), pair.b.name(side), one, two, 1))
        if pair.shifts[side]:
            here, there = pair.a.ways[side][0], pair.b.ways[side][0]
            made.append(Change("initial number", side, str(here.seq), str(there.seq), here.packet, there.packet, 1))
    return made


def _placed(key: tuple[str, str, str], way: int, packets: tuple[int, int]) -> tuple[str, int, str, str, int, int]:
    return (key[0], way, key[1], key[2], *packets)


def _changed(one: Seen, two: Seen) -> Iterator[tuple[str, str, str]]:
    if one.options != two.options:
        here, there = options_of(one.options), options_of(two.options)
        for kind in sorted(here.keys() | there.keys()):
            old, new = here.get(kind), there.get(kind)
            if old == new or (old is not None and new is not None and kind in MOVING):
                continue
            yield NAMES.get(kind, f"option {kind}"), _value(kind, old), _value(kind, new)
    if one.payload != two.payload and len(one.payload) == len(two.payload):
        yield "payload", "other octets", "other octets"
    if one.flags & SYN and two.flags & SYN and one.window != two.window:
        yield "window", str(one.window), str(two.window)


def _value(kind: int, value: bytes | None) -> str:
    if value is None:
        return "none"
    if kind in {2, 3}:
        return str(int.from_bytes(value, "big"))
    return value.hex() if value and kind not in MOVING else "present"


def disagreements(pair: Pair, where: Between) -> list[Disagreement]:
    """What the taps' finished records say differently of the last connection of this pair."""
    if not pair.a.connections or not pair.b.connections:
        return []
    one, two = _finals(pair.a.connections[-1]), _finals(pair.b.connections[-1])
    if pair.a.ends[0] != client_of(pair.a.connections[-1]):
        one = one[::-1]
    if pair.b.ends[0] != client_of(pair.b.connections[-1]):
        two = two[::-1]
    made = []
    for side in (0, 1):
        states = {one[side], two[side]}
        if len(states) > 1 and not states & UNSURE and states != OVER:
            made.append(Disagreement(side, one[side], two[side], "a" if side == where.near else "b"))
    ends = (one[0], two[1]) if where.near == 0 else (two[0], one[1])
    if len({end in OVER for end in ends}) > 1 and not set(ends) & UNSURE:
        made.append(Disagreement(2, ends[0], ends[1], ""))
    return made


def _finals(c: Connection) -> tuple[str, str]:
    return (str(STATES[c.final_client]), str(STATES[c.final_server]))
