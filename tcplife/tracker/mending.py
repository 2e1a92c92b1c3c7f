# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What one side had to send again, or late, and why: counters, and what tells why.

In: what `account` finds of such segments. Out: numbers that the summary room reads. Made when there is something to
enter: most connections need none, and ten thousand of them take the less memory.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.compiled import COMPILED
from ..model.pool import pooled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .observation import Observation

MAX_REPEATS = 64
"""Repeats of one side that a duplicate report can still take back: a report comes a round trip later."""
NUMBERS = array("q")


class Mending:
    """lost_before: packets with octets that were lost before the capture point and sent again. lost_after: octets seen
    before, not acknowledged in between. spurious: octets acknowledged before. reordered: overtaken on the way.
    repeats: rows of first octet, packet, 1 if before the capture point, of the latest that were taken for lost. gap_...:
    of the segment that opened the latest hole. tries_...: of its `Endpoint.tries` the first, the times of the latest
    two. probe_packet: of its keep-alives since the peer sent anything the first. late_packets: captured after their
    acknowledgement. twins: the same IP id twice running, so one packet seen at two places.
    """

    __slots__ = (
        "gap_ip_id",
        "gap_ns",
        "gap_ts_ecr",
        "gap_ts_val",
        "late_packets",
        "lost_after",
        "lost_before",
        "probe_packet",
        "reordered",
        "repeats",
        "spurious",
        "tries_before_ns",
        "tries_ns",
        "tries_packet",
        "twins",
    )

    def begin(self) -> None:
        """Nothing yet."""
        if not COMPILED:
            self._blank()
        self.gap_ip_id = -1
        self.gap_ts_val = -1
        self.gap_ts_ecr = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.lost_before = self.lost_after = self.spurious = self.reordered = self.twins = self.late_packets = 0
        self.probe_packet = self.tries_packet = self.tries_ns = self.tries_before_ns = self.gap_ns = 0
        self.repeats: array[int] | None = None

    def keep_repeat(self, o: Observation, before: int) -> None:
        """What is taken for lost may turn out not to have been."""
        repeats = self.repeats
        if repeats is None:
            repeats = self.repeats = longs.zeros(NUMBERS, 0)
        longs.push(repeats, o.seq)
        longs.push(repeats, o.segment.packet)
        longs.push(repeats, before)
        if len(repeats) > 3 * MAX_REPEATS:
            longs.remove(repeats, 0, 3)

    def was_not_lost(self, o: Observation, start: int) -> None:
        """The first sending of a repeat that began there arrived after all: its receiver got it twice (RFC 2883), or it
        passes late. So the repeat was not needed.
        """
        repeats = self.repeats
        if repeats is None:
            return
        numbers = longs.of(repeats)
        for at in range(0, len(repeats), 3):
            if numbers[at] == start:
                before = numbers[at + 2]
                o.answers = numbers[at + 1]
                self.lost_before -= before
                self.lost_after -= 1 - before
                self.spurious += 1
                longs.remove(repeats, at, 3)
                return


pooled(Mending)
