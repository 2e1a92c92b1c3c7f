# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The set of octets one endpoint was seen to send: contiguous up to an edge, islands beyond it.

In: half-open ranges of 64-bit offsets. Out: how many of the octets are new, and whether they fill a hole. It is
exact until the islands overflow MAX_ISLANDS; then the two nearest are joined and `joined` counts the octets that
were thereby taken for seen.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.pool import pooled
from .facts import MAX_ISLANDS

NUMBERS = array("q")


class Islands:
    """Ranges beyond the contiguous edge. bounds: sorted and disjoint: [start0, end0, start1, end1, ...]."""

    __slots__ = ("bounds", "joined")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """There are none."""
        self.bounds = longs.zeros(NUMBERS, 0)
        self.joined = 0

    def add(self, start: int, end: int) -> int:
        """Add [start, end); returns how many of its octets were not there yet."""
        count = len(self.bounds)
        bounds = longs.of(self.bounds)
        if not count or start > bounds[count - 1]:  # beyond all others, as most are
            longs.push(self.bounds, start)
            longs.push(self.bounds, end)
        elif start == bounds[count - 1]:
            bounds[count - 1] = end
            return end - start
        else:
            return self._add_among(start, end)
        if len(self.bounds) > 2 * MAX_ISLANDS:
            self._join_nearest()
        return end - start

    def end(self) -> int:
        """Where the last one ends."""
        return longs.of(self.bounds)[len(self.bounds) - 1]

    def begins_last(self, start: int) -> bool:
        """Whether the last one begins there."""
        return longs.of(self.bounds)[len(self.bounds) - 2] == start

    def end_within(self, right: int) -> int:
        """Where the last one ends that does not go beyond there, -1 if none; the last one if nobody knows (-1)."""
        bounds = longs.of(self.bounds)
        at = len(self.bounds) - 1
        while at > 0 and bounds[at] > right >= 0:
            at -= 2
        return bounds[at] if at > 0 else -1

    def stretch(self, end: int) -> None:
        """The last one goes on up to there."""
        longs.of(self.bounds)[len(self.bounds) - 1] = end

    def _add_among(self, start: int, end: int) -> int:
        bounds = longs.of(self.bounds)
        count = len(self.bounds)
        first = 0
        while first < count and bounds[first + 1] < start:
            first += 2
        last = first
        new = end - start
        low = start
        high = end
        while last < count and bounds[last] <= end:
            new -= min(end, bounds[last + 1]) - max(start, bounds[last])
            low = min(low, bounds[last])
            high = max(high, bounds[last + 1])
            last += 2
        if last > first:
            bounds[first] = low
            bounds[first + 1] = high
            longs.remove(self.bounds, first + 2, last - first - 2)
        else:
            longs.insert2(self.bounds, first, low, high)
            if len(self.bounds) > 2 * MAX_ISLANDS:
                self._join_nearest()
        return new

    def _join_nearest(self) -> None:
        bounds = longs.of(self.bounds)
        nearest = 0
        for at in range(2, len(self.bounds) - 2, 2):
            if bounds[at + 2] - bounds[at + 1] < bounds[nearest + 2] - bounds[nearest + 1]:
                nearest = at
        self.joined += bounds[nearest + 2] - bounds[nearest + 1]
        longs.remove(self.bounds, nearest + 1, 2)

    def reach(self, edge: int) -> int:
        """The contiguous edge once everything below `edge` is seen; islands it touches are swallowed."""
        bounds = longs.of(self.bounds)
        count = len(self.bounds)
        at = 0
        while at < count and bounds[at] <= edge:
            edge = max(edge, bounds[at + 1])
            at += 2
        if at:
            longs.remove(self.bounds, 0, at)
        return edge

    def covered(self, start: int, end: int) -> int:
        """How many octets of [start, end) lie on islands."""
        bounds = longs.of(self.bounds)
        total = 0
        for at in range(0, len(self.bounds), 2):
            overlap = min(end, bounds[at + 1]) - max(start, bounds[at])
            if overlap > 0:
                total += overlap
        return total


pooled(Islands)
