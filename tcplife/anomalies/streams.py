"""Wireshark's streams of pairs of endpoints whose connection has left the table: there a stream never ends.

In: a `WireStream` as its connection leaves. Out: the same one when the pair shows again, so that a late segment is
judged by the old numbers and a new SYN is told `reused_ports`, as tshark does. Bounded: in each of the parts into
which `model.pairs` divides all pairs, two generations of GENERATION pairs; beyond that the older generation goes, and
`forgotten` counts what went. By part, so that the answer is the same when parts are shared out among processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..model.pairs import PARTS, part_of

if TYPE_CHECKING:
    from ..flows.table import Flow
    from .wireshark import WireStream

GENERATION: Final = 128
"""Two generations of so many in every part take about 25 MB."""


def is_above(flow: Flow) -> bool:
    """Whether end a is the higher one of the two; a stream's side 0 is always the lower end."""
    return (flow.a_hi, flow.a_lo, flow.a_port) > (flow.b_hi, flow.b_lo, flow.b_port)


def key_of(flow: Flow) -> int:
    """One number for the pair of endpoints, whichever of them is a."""
    one = (flow.a_hi << 64 | flow.a_lo) << 16 | flow.a_port
    two = (flow.b_hi << 64 | flow.b_lo) << 16 | flow.b_port
    return (min(one, two) << 144 | max(one, two)) << 1 | (flow.ip_version == 6)


class Streams:
    """The streams that wait for their pair to show again. forgotten: how many were given up for want of room."""

    __slots__ = ("_old", "_young", "forgotten")

    def __init__(self) -> None:
        self._young: list[dict[int, WireStream] | None] = [None] * PARTS
        self._old: list[dict[int, WireStream] | None] = [None] * PARTS
        self.forgotten = 0

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(part) for part in self._young + self._old if part)

    def put(self, flow: Flow, stream: WireStream) -> None:
        """The pair's connection left the table."""
        at = _part(flow)
        young = self._young[at]
        if young is None:
            young = self._young[at] = {}
        elif len(young) >= GENERATION:
            old = self._old[at]
            self.forgotten += len(old) if old else 0
            self._old[at] = young
            young = self._young[at] = {}
        young[key_of(flow)] = stream

    def take(self, flow: Flow) -> WireStream | None:
        """The stream of a pair that shows again, None when it is new (or forgotten); it no longer waits here."""
        at = _part(flow)
        young = self._young[at]
        if young is None:
            return None
        key = key_of(flow)
        old = self._old[at]
        return young.pop(key, None) or (old.pop(key, None) if old else None)


def _part(flow: Flow) -> int:
    return part_of(flow.a_hi, flow.a_lo, flow.a_port, flow.b_hi, flow.b_lo, flow.b_port)
