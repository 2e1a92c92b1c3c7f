# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What happens to few connections: long silences, clocks that are set, segments that nobody can accept, ICMP errors.

In: what tracker and judges find. Out: numbers that they and the summary room read. Made when there is something to
enter: until then a life shares a blank one with all others (`Life.own_incidents`).
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.pool import pooled


class Incidents:
    """odd_packet, odd_side: the last segment its receiver cannot accept. pause_*: the last long silence, and what ended
    it. step_*: by how much the clock perhaps was set, and at which packet of whom; jump_ns: by how much it was. clock_backs:
    packets at which it goes back. gap_before: by what the SYN+ACK's number was ahead of the SYN's in the life before, -1:
    unknown. clock_zero_ns: when the timestamps of who listened then were 0, by the fastest of them. icmp: errors (packet, side, type, code), or None. anomalies_omitted: beyond those that are kept. blank:
    shared by all that have nothing here; never written to.
    """

    __slots__ = (
        "anomalies_omitted", "blank", "clock_backs", "clock_zero_ns", "gap_before", "icmp", "jump_ns", "odd_packet", "odd_side",
        "pause_ns", "pause_packet", "step_ns", "step_packet", "step_side",
    )  # fmt: skip

    def begin(self) -> None:
        """Nothing yet."""
        if not COMPILED:
            self._blank()
        self.gap_before = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.anomalies_omitted = self.clock_backs = self.clock_zero_ns = self.jump_ns = self.odd_packet = (
            self.odd_side
        ) = 0
        self.pause_ns = self.pause_packet = self.step_ns = self.step_packet = self.step_side = 0
        self.blank = False
        self.icmp: list[tuple[int, int, int, int]] | None = None


NO_INCIDENTS = Incidents()
NO_INCIDENTS.begin()
NO_INCIDENTS.blank = True
pooled(Incidents)  # but for that one, which would keep its memory for ever
