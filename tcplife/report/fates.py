"""What became of each segment, as far as a drawing cares: a repeat of an earlier one, or lost after the capture point.

In: the segments of a Connection. Out: one Fate each. Lost means: sent again while neither an acknowledgement nor a SACK
block had covered it (`SideStats.lost_after` counts by the same test).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.names import Role
from .sacks import sack_blocks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from ..model.connection import Connection
    from ..model.values import SegmentLine

REPEATS: Final = frozenset(
    {"retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "syn_repeated"}
)
"""Kinds that only a segment sent again has; out_of_order only where its octets were there before."""
SACKED: Final = 64
"""Blocks that are remembered of a direction: what is older is acknowledged by then, or its fate is not told."""


@dataclass(slots=True)
class Fate:
    """repeat_of: packet of the segment that carried its first octet before, 0 for none. lost: sent again in need."""

    repeat_of: int = 0
    lost: bool = False


class _Direction:
    """What one side has sent so far, and what its peer has said of it."""

    def __init__(self) -> None:
        self.first: dict[int, int] = {}
        self.acked = 0
        self.sacked: list[tuple[int, int]] = []

    def has(self, seq: int) -> bool:
        """Whether the peer has confirmed the octet of this number."""
        return seq < self.acked or any(left <= seq < right for left, right in self.sacked)


def fates(c: Connection, segments: Sequence[SegmentLine]) -> list[Fate]:
    """One Fate per segment, in their order."""
    sent = {Role.CLIENT: _Direction(), Role.SERVER: _Direction()}
    isn = {Role.CLIENT: c.client_isn, Role.SERVER: c.server_isn}
    twins = {Role.CLIENT: c.client_stats.twin_packets, Role.SERVER: c.server_stats.twin_packets}
    told = [Fate() for _ in segments]
    for number, s in enumerate(segments):
        own, peer = sent[s.sender], Role.SERVER if s.sender is Role.CLIENT else Role.CLIENT
        if s.length or "S" in s.flags or "F" in s.flags:
            before = own.first.get(s.seq)
            again = before is not None and REPEATS.intersection(s.anomalies)
            if before is not None and again and not (twins[s.sender] and _same(s, segments[before])):
                told[number].repeat_of = segments[before].packet
                told[before].lost = not own.has(s.seq)
            own.first[s.seq] = number
        if s.ack is not None:
            heard = sent[peer]
            heard.acked = max(heard.acked, s.ack)
            blocks = sack_blocks(s.options, isn[peer], s.ack)
            heard.sacked = [*blocks, *(block for block in heard.sacked if block[1] > heard.acked)][:SACKED]
    return told


def _same(a: SegmentLine, b: SegmentLine) -> bool:
    """Whether two segments may be one packet, captured at two places: even the timestamps are the same."""
    return (a.flags, a.ack, a.length, a.options) == (b.flags, b.ack, b.length, b.options)
