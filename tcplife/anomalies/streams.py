"""Wireshark's streams of pairs of endpoints whose connection has left the table: there a stream never ends.

In: a `WireStream` as its connection leaves. Out: the same one when the pair shows again, so that a late segment is
judged by the old numbers and a new SYN is told `reused_ports`, as tshark does. Bounded: in two generations of
GENERATION pairs each; beyond that the older generation goes, and `forgotten` counts what went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..flows.table import Flow
    from .wireshark import WireStream

GENERATION: Final = 32_768
"""Two generations of so many take about 25 MB."""


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
        self._young: dict[int, WireStream] = {}
        self._old: dict[int, WireStream] = {}
        self.forgotten = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._young) + len(self._old)

    def put(self, flow: Flow, stream: WireStream) -> None:
        """The pair's connection left the table."""
        if len(self._young) >= GENERATION:
            self.forgotten += len(self._old)
            self._old = self._young
            self._young = {}
        self._young[key_of(flow)] = stream

    def take(self, flow: Flow) -> WireStream | None:
        """The stream of a pair that shows again, None when it is new (or forgotten); it no longer waits here."""
        if not self._young and not self._old:
            return None
        key = key_of(flow)
        return self._young.pop(key, None) or self._old.pop(key, None)
