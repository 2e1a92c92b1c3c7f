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
from ..model.pairs import PARTS, part_of
from .wireshark import WireStream

GENERATION = 128
"""Two generations of so many in every part take about 25 MB."""


def is_above(flow: Flow) -> bool:
    """Whether end a is the higher one of the two; a stream's side 0 is always the lower end."""
    return (flow.a_hi, flow.a_lo, flow.a_port) > (flow.b_hi, flow.b_lo, flow.b_port)


def key_of(flow: Flow) -> int:
    """One number for the pair of endpoints, whichever of them is a."""
    if flow.ip_version != 4:
        return _key_of_six(flow)
    one = flow.a_lo << 16 | flow.a_port
    two = flow.b_lo << 16 | flow.b_port
    if one > two:
        other = one
        one = two
        two = other
    low: int = one
    return low << 49 | two << 1


def _key_of_six(flow: Flow) -> int:
    ends = sorted(((flow.a_hi, flow.a_lo, flow.a_port), (flow.b_hi, flow.b_lo, flow.b_port)))
    key = 0
    for hi, lo, port in ends:
        key = ((key << 64 | hi) << 64 | lo) << 16 | port
    return key << 1 | 1


class Streams:
    """The streams that wait for their pair to show again. forgotten: how many were given up for want of room.

    A lone SYN's waits as its seedling, and is made when somebody takes it.
    """

    __slots__ = ("_old", "_young", "forgotten")

    def __init__(self) -> None:
        self._young: list[dict[int, WireStream | Seedling] | None] = [None] * PARTS
        self._old: list[dict[int, WireStream | Seedling] | None] = [None] * PARTS
        self.forgotten = 0

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(part) for part in self._young + self._old if part)

    def put(self, flow: Flow, stream: WireStream) -> None:
        """The pair's connection left the table."""
        self._room(_part(flow))[key_of(flow)] = stream

    def _room(self, at: int) -> dict[int, WireStream | Seedling]:
        """Where there is room in a part; the older generation may have to go for it."""
        young = self._young[at]
        if young is None:
            young = self._young[at] = {}
        elif len(young) >= GENERATION:
            old = self._old[at]
            self.forgotten += len(old) if old else 0
            self._old[at] = young
            young = self._young[at] = {}
        return young

    def take(self, flow: Flow) -> WireStream | None:
        """The stream of a pair that shows again, None when it is new (or forgotten); it no longer waits here."""
        at = _part(flow)
        young = self._young[at]
        if young is None:
            return None
        key = key_of(flow)
        old = self._old[at]
        stream = young.pop(key, None) or (old.pop(key, None) if old else None)
        return _grown(stream) if isinstance(stream, Seedling) else stream

    def pass_by(self, flow: Seedling, keep: bool) -> bool:
        """A lone SYN left the table: as take() and, to keep it, put(). False, and nothing done, if the pair waits."""
        at = _part(flow)
        young = self._young[at]
        if young is None and not keep:
            return True
        key = key_of(flow)
        old = self._old[at]
        if young is not None and (key in young or (old is not None and key in old)):
            return False
        if keep:
            self._room(at)[key] = flow
        return True


def _grown(flow: Seedling) -> WireStream:
    """The stream of a pair of which one SYN was seen."""
    wire = WireStream(0)
    wire.analyse(flow.segment(), 1 if is_above(flow) else 0)
    return wire


def _part(flow: Flow) -> int:
    return part_of(flow.a_hi, flow.a_lo, flow.a_port, flow.b_hi, flow.b_lo, flow.b_port)
