# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's view of a life is shown each segment before anybody else, and what ICMP errors quote.

In: a life, and a segment as it came. Out: what Wireshark would show of it, in the segment itself.
"""

from __future__ import annotations

from ..anomalies.wireshark import WireStream
from ..model.names import ACK, SYN
from ..tracker.icmp import icmp_error
from .sleep import wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from ..tracker.life import Life


def show(life: Life, side: int, s: Segment) -> None:
    """Wireshark's flags, in order of arrival: a segment that is held back gets them now and not later."""
    wire: WireStream | None = life.wire
    side ^= life.wire_flip
    if wire is None:
        wire = life.wire = WireStream(0)
    if s.flags & (SYN | ACK) == SYN and wire.splits(s, side):
        wire = WireStream(1)
        life.wire = wire
    s.wire_flags = wire.analyse(s, side)
    s.wire_number = wire.number
    s.wire_window = wire.window


def show_error(life: Life, side: int, s: Segment) -> None:
    """An ICMP error about a segment of that side, whose header it quotes: the sender's own."""
    wake(life)
    icmp_error(life, side, s)
    wire: WireStream = life.wire
    if s.flags and wire.quotes(s, side ^ life.wire_flip):
        life.wire = WireStream(0)
