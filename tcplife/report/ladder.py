"""The textbook picture as data: what is drawn, in which order; how it looks is the business of the `ladder_*` modules.

In: a Connection analysed with segments. Out: Rungs (a segment as an arrow), Folds (a run of plain data), Gaps (nothing
for a while), Skips (what a bounded drawing leaves out), Asides (a state that time or another packet ended).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model.catalogue import KINDS
from ..model.names import Basis, Role, Severity
from .fates import Fate, fates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final

    from ..model.connection import Connection
    from ..model.values import SegmentLine, Transition

FOLD: Final = 5
"""Segments from which on a run is folded."""
GAP_NS: Final = 10_000_000
GAP_ROUND_TRIPS: Final = 4
"""Nothing for so long, and so many round trips, is a gap worth a line."""
BOUND: Final = 400
"""Rungs of a drawing that is not asked for all; the middle of a longer one is left out, but no change of state."""
HEAD: Final = 250
WHY: Final = {
    "GETS_ICMP_ERROR": "is an ICMP error about it",
    "SENDS_NEW_SYN": "reuses its ports",
    "GETS_NEW_SYN": "reuses its ports",
}
"""What a packet did that is no segment of the connection itself."""
PLAIN: Final = frozenset(".PeEWU")
"""Flags of segments that a run may be made of."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of state at an edge. mark: "?" tentative, never confirmed; "*" implied by what follows; "" certain."""

    state: str
    mark: str = ""


@dataclass(slots=True)
class Rung:
    """One segment. note: what is odd about it, in words. bad: the worst severity of its anomalies, 0 none."""

    segment: SegmentLine
    fate: Fate
    client: tuple[Step, ...] = ()
    server: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    bad: int = 0
    crosses: bool = False


@dataclass(slots=True)
class Fold:
    """A run of plain segments: the data of one side, and the other side's bare acknowledgements among them.

    data, octets: of `sender`; acks: of its peer, ack: the last number acknowledged.
    """

    sender: Role
    first: int
    last: int
    begins: float
    ends: float
    data: int = 0
    octets: int = 0
    acks: int = 0
    ack: int = 0
    packets: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing passed for so many nanoseconds."""

    ns: int


@dataclass(frozen=True, slots=True)
class Skip:
    """Left out for length: so many segments, their octets, the first and last packet."""

    segments: int
    octets: int
    first: int
    last: int
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Aside:
    """What changed a state and is no segment of the connection: time (packet None), an ICMP error, the next life's SYN.

    why: in words. offset: seconds after the first packet.
    """

    packet: int | None
    offset: float
    why: str = ""
    client: tuple[Step, ...] = ()
    server: tuple[Step, ...] = ()


Item = Rung | Fold | Gap | Skip | Aside


@dataclass(slots=True)
class Ladder:
    """A drawing's content: the states both begin in, the items in time order."""

    connection: Connection
    client: str
    server: str
    items: list[Item]


def ladder(c: Connection, *, unfold: bool = False, bound: int = BOUND) -> Ladder:
    """What to draw of a connection. unfold: every segment, however many; bound: most items otherwise."""
    segments = c.segments or []
    items: list[Item] = list(_rungs(c, segments))
    if not unfold:
        pause = _pause(c)
        items = list(_folded(items, pause, both=False))
        if len(items) > bound:
            items = _bounded(list(_folded(items, pause, both=True)), bound)
    client, server = _first_states(c)
    return Ladder(c, client, server, list(_with_gaps(c, _with_asides(c, segments, items))))


def _first_states(c: Connection) -> tuple[str, str]:
    """The states before the first packet: of the first transition, or the last known ones where nothing moved."""
    found = {"client": str(c.final["client"]), "server": str(c.final["server"])}
    for transition in reversed(c.transitions):
        found[str(transition.endpoint)] = str(transition.from_state)
    return found["client"], found["server"]


def _step(t: Transition) -> Step:
    tentative = t.basis is Basis.RECEIVED and t.confirmed_by is None
    return Step(str(t.to_state), "?" if tentative else "*" if t.basis is Basis.IMPLIED else "")


def _rungs(c: Connection, segments: Sequence[SegmentLine]) -> Iterator[Rung]:
    """One rung per segment, with the changes of state its packet caused."""
    moves: dict[int, tuple[list[Step], list[Step]]] = {}
    own = {s.packet for s in segments}
    reached = {Role.CLIENT: 0, Role.SERVER: 0}
    for t in c.transitions:
        if t.packet is not None and t.packet in own:
            # Of two FINs that cross, the receiver of the first has sent the second before: its states keep their order.
            reached[t.endpoint] = max(reached[t.endpoint], t.packet)
            moves.setdefault(reached[t.endpoint], ([], []))[t.endpoint is Role.SERVER].append(_step(t))
    severities = {kind.name: kind.severity for kind in KINDS}
    for number, (s, fate) in enumerate(zip(segments, fates(c, segments), strict=True)):
        client, server = moves.pop(s.packet, ([], []))
        crosses = number + 1 < len(segments) and _cross(s, segments[number + 1])
        yield Rung(
            s,
            fate,
            tuple(client),
            tuple(server),
            _notes(s, fate, segments[number + 1].packet if crosses else 0),
            max((severities[kind] for kind in s.anomalies), default=0),
            crosses,
        )


def _notes(s: SegmentLine, fate: Fate, crossed: int) -> tuple[str, ...]:
    """The anomalies in words; a repeat names its original."""
    # That octets come again is said by the repeat itself.
    notes = [kind.replace("_", " ") for kind in s.anomalies if not (fate.repeat_of and kind == "octets_repeated")]
    if fate.repeat_of:
        notes = [f"{note} of {fate.repeat_of}" if "retransmission" in note else note for note in notes]
        if not any("retransmission" in note for note in notes):
            notes.insert(0, f"sent again, first in {fate.repeat_of}")
    if fate.lost:
        notes.append("lost, sent again later")
    if crossed:
        notes.append(f"crosses {crossed} on the way")
    return tuple(notes)


def _cross(a: SegmentLine, b: SegmentLine) -> bool:
    """Whether two SYNs or two FINs pass each other on the way: the second does not acknowledge the first."""
    for flag in "SF":
        if flag in a.flags and flag in b.flags and a.sender is not b.sender:
            return b.ack is None or b.ack <= a.seq + a.length
    return False


def _is_plain(item: Item) -> bool:
    if isinstance(item, Fold):
        return True
    if not isinstance(item, Rung) or item.client or item.server or item.bad >= Severity.WARNING:
        return False
    fate = item.fate
    return not fate.lost and not fate.repeat_of and set(item.segment.flags) <= PLAIN and item.segment.ack is not None


def _folded(items: Sequence[Item], pause: float, *, both: bool) -> Iterator[Item]:
    """Items with runs of plain ones folded; a pause ends a run. both: a run may carry data of both sides."""
    run: list[Item] = []
    side: Role | None = None
    ended = 0.0
    for item in items:
        sender = _data_sender(item)
        begins, ends = _times(item)
        turns = not both and sender is not None and side is not None and sender is not side
        if turns or not _is_plain(item) or begins - ended >= pause:
            yield from _closed(run, side)
            run, side = [], None
        ended = ends
        if _is_plain(item):
            run.append(item)
            side = side or sender
        else:
            yield item
    yield from _closed(run, side)


def _data_sender(item: Item) -> Role | None:
    if isinstance(item, Fold):
        return item.sender
    return item.segment.sender if isinstance(item, Rung) and item.segment.length else None


def _closed(run: list[Item], side: Role | None) -> list[Item]:
    """A run as a Fold, or as it was where it is short, or bare acknowledgements only."""
    if len(run) < FOLD or side is None:
        return run
    first, last = run[0], run[-1]
    start = first.segment.packet if isinstance(first, Rung) else first.first if isinstance(first, Fold) else 0
    fold = Fold(side, start, start, _times(first)[0], _times(last)[1])
    for item in run:
        if isinstance(item, Fold):
            fold.data, fold.octets = fold.data + item.data, fold.octets + item.octets
            fold.acks, fold.ack, fold.last = fold.acks + item.acks, max(fold.ack, item.ack), item.last
            fold.packets += item.packets
        elif isinstance(item, Rung):
            s = item.segment
            fold.last = s.packet
            fold.packets.append(s.packet)
            if s.length:
                fold.data, fold.octets = fold.data + 1, fold.octets + s.length
            elif s.sender is not side:
                fold.acks, fold.ack = fold.acks + 1, max(fold.ack, s.ack or 0)
    return [fold]


def _bounded(items: list[Item], bound: int) -> list[Item]:
    """At most about `bound` items: the head, the tail, and between them every change of state."""
    if len(items) <= bound:
        return items
    head = min(HEAD, bound * 5 // 8)
    tail = len(items) - (bound - head)
    kept = items[:head]
    left: list[Item] = []
    for item in items[head:tail]:
        if isinstance(item, Rung) and (item.client or item.server):
            kept += [*_skip(left), item]
            left = []
        else:
            left.append(item)
    return [*kept, *_skip(left), *items[tail:]]


def _skip(items: list[Item]) -> list[Item]:
    segments = octets = 0
    packets: list[int] = []
    for item in items:
        if isinstance(item, Rung):
            segments, octets = segments + 1, octets + item.segment.length
            packets.append(item.segment.packet)
        elif isinstance(item, Fold):
            segments, octets = segments + len(item.packets), octets + item.octets
            packets += (item.first, item.last)
    if not packets:
        return []
    return [Skip(segments, octets, min(packets), max(packets), _times(items[0])[0], _times(items[-1])[1])]


def _times(item: Item) -> tuple[float, float]:
    """When an item begins and ends, seconds after the first packet."""
    if isinstance(item, Rung):
        return item.segment.offset, item.segment.offset
    if isinstance(item, (Fold, Skip)):
        return item.begins, item.ends
    if isinstance(item, Aside):
        return item.offset, item.offset
    return 0.0, 0.0


def _pause(c: Connection) -> float:
    """Seconds without a segment that are worth a line."""
    rtts = [side.rtt_median_ns for side in (c.client_stats, c.server_stats)]
    return max(GAP_NS, GAP_ROUND_TRIPS * max(rtts)) / 1e9


def _with_gaps(c: Connection, items: Iterable[Item]) -> Iterator[Item]:
    """Items, with a Gap wherever nothing passed for long."""
    pause = _pause(c)
    before = 0.0
    for item in items:
        begins, ends = _times(item)
        timer = isinstance(item, Aside) and item.packet is None
        if begins - before >= pause and not timer:
            yield Gap(round((begins - before) * 1e9))
        before = ends
        yield item


def _with_asides(c: Connection, segments: Sequence[SegmentLine], items: Sequence[Item]) -> Iterator[Item]:
    """Items, with the changes that none of its segments caused where their time is."""
    asides = list(_asides(c, {s.packet for s in segments}))
    for item in items:
        begins, _ = _times(item)
        while asides and asides[0].packet is not None and asides[0].offset < begins:
            yield asides.pop(0)
        yield item
    yield from asides


def _asides(c: Connection, own: set[int]) -> Iterator[Aside]:
    for t in c.transitions:
        if t.packet is None or t.packet not in own:
            step = (_step(t),)
            yield Aside(
                t.packet, t.offset, WHY.get(t.event, ""), *((step, ()) if t.endpoint is Role.CLIENT else ((), step))
            )
