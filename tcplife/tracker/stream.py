# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The set of octets one endpoint was seen to send: contiguous up to an edge, islands beyond it.

In: half-open ranges of 64-bit offsets. Out: how many of the octets are new, and whether they fill a hole. It is
exact until the islands overflow MAX_ISLANDS; then the two nearest are joined and `joined` counts the octets that
were thereby taken for seen.
"""

from __future__ import annotations

MAX_ISLANDS = 256
"""Islands kept per direction: a receiver with a 16 MiB window and every second MSS missing has more, no real one has."""


class Islands:
    """Ranges beyond the contiguous edge, sorted and disjoint: [start0, end0, start1, end1, ...]."""

    __slots__ = ("joined", "limits")

    def __init__(self) -> None:
        self.limits: list[int] = []
        self.joined = 0

    def add(self, start: int, end: int) -> int:
        """Add [start, end); returns how many of its octets were not there yet."""
        limits = self.limits
        count = len(limits)
        reached = limits[count - 1] if count else -1
        if start > reached or not count:  # beyond all others, as most are
            limits.append(start)
            limits.append(end)
        elif start == reached:
            limits[count - 1] = end
            return end - start
        else:
            return self._add_among(start, end)
        if len(limits) > 2 * MAX_ISLANDS:
            self._join_nearest()
        return end - start

    def _add_among(self, start: int, end: int) -> int:
        limits = self.limits
        first = 0
        count = len(limits)
        while first < count and limits[first + 1] < start:
            first += 2
        last = first
        new = end - start
        low = start
        high = end
        while last < count and limits[last] <= end:
            overlap = min(end, limits[last + 1]) - max(start, limits[last])
            new -= overlap
            low = min(low, limits[last])
            high = max(high, limits[last + 1])
            last += 2
        limits[first:last] = [low, high]
        if len(limits) > 2 * MAX_ISLANDS:
            self._join_nearest()
        return new

    def _join_nearest(self) -> None:
        limits = self.limits
        gaps = [limits[i + 2] - limits[i + 1] for i in range(0, len(limits) - 2, 2)]
        at = gaps.index(min(gaps))
        self.joined += gaps[at]
        del limits[2 * at + 1 : 2 * at + 3]

    def reach(self, edge: int) -> int:
        """The contiguous edge once everything below `edge` is seen; islands it touches are swallowed."""
        limits = self.limits
        while limits:
            low = limits[0]
            if low > edge:
                break
            high = limits[1]
            if high > edge:
                edge = high
            del limits[0:2]
        return edge

    def covered(self, start: int, end: int) -> int:
        """How many octets of [start, end) lie on islands."""
        limits = self.limits
        total = 0
        for at in range(0, len(limits), 2):
            overlap = min(end, limits[at + 1]) - max(start, limits[at])
            if overlap > 0:
                total += overlap
        return total
