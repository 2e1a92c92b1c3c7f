# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""How many of something there are at once, from entries and leavings that come in any order, in bounded memory.

In: times. Out: the peak and when it was. Exact up to EXACT events; beyond that the oldest are folded into buckets of
time, and where a bucket is folded into twice its own peak is known to within what lies in it.
"""

from __future__ import annotations

from array import array

from ..model import longs

EXACT = 8192
"""Events kept one by one per level."""
BUCKETS = 2048
"""Buckets of time per level; one more, and they get twice as wide."""
FIRST_WIDTH_NS = 1 << 20


class Level:
    """A running count of what has entered and not left. Most see one stay only, which takes no room of its own."""

    __slots__ = ("_buckets", "_enter_ns", "_events", "_leave_ns", "_stays", "_width", "exact")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing has entered yet."""
        self._stays = 0
        self._enter_ns = -1
        self._leave_ns = -1
        self._events: array[int] | None = None
        self._buckets: dict[int, tuple[int, int]] | None = None
        self._width = FIRST_WIDTH_NS
        self.exact = True

    def stay(self, enter_ns: int, leave_ns: int) -> None:
        """One stay; leave_ns -1: never left."""
        self._stays += 1
        if self._stays == 1:
            self._enter_ns = enter_ns
            self._leave_ns = leave_ns
            return
        events = self._kept()
        _note(events, enter_ns, leave_ns)
        if len(events) >= EXACT:
            self._fold()

    def _kept(self) -> array[int]:
        """The events that are not folded yet, the first stay among them."""
        events = self._events
        if events is None:
            events = self._events = array("q")
            if self._stays:
                _note(events, self._enter_ns, self._leave_ns)
        return events

    def peak(self) -> tuple[int, int]:
        """Most at once, and when first (nanoseconds); (0, 0) when there was nothing."""
        if self._buckets is not None:
            self._fold()
            return self._peak_of_buckets(self._buckets)
        level = 0
        best = 0
        best_ns = 0
        kept = self._kept()
        longs.sort(kept)
        size = len(kept)
        events = longs.of(kept)
        for at in range(size):
            event = events[at]
            if event & 1:
                level += 1
                if level > best:
                    best = level
                    best_ns = event >> 1
            else:
                level -= 1
        return best, best_ns

    def _peak_of_buckets(self, buckets: dict[int, tuple[int, int]]) -> tuple[int, int]:
        level = 0
        best = 0
        best_ns = 0
        for index in sorted(buckets):
            net, high = buckets[index]
            if level + high > best:
                best = level + high
                best_ns = index * self._width
            level += net
        return best, best_ns

    def _fold(self) -> None:
        """Events into buckets: the net change of each, and its highest point above its beginning."""
        buckets = self._buckets
        if buckets is None:
            buckets = self._buckets = {}
        index = -1
        net = high = 0
        until = 0
        kept = self._kept()
        longs.sort(kept)
        size = len(kept)
        events = longs.of(kept)
        for number in range(size):
            event = events[number]
            if index < 0 or event >= until:  # a division costs as much as all the rest
                if index >= 0:
                    self._put(buckets, index, net, high)
                index = (event >> 1) // self._width
                until = 2 * (index + 1) * self._width
                net = high = 0
            if event & 1:
                net += 1
                high = max(high, net)
            else:
                net -= 1
        if index >= 0:
            self._put(buckets, index, net, high)
        self._events = array("q")
        while len(buckets) > BUCKETS:
            buckets = self._widen(buckets)
        self._buckets = buckets

    def _put(self, buckets: dict[int, tuple[int, int]], index: int, net: int, high: int) -> None:
        known = buckets.get(index)
        if known is not None:
            self.exact = False
            high = max(known[1], known[0] + high, known[1] + net)
            net += known[0]
        buckets[index] = (net, high)

    def _widen(self, buckets: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
        self._width *= 2
        wide: dict[int, tuple[int, int]] = {}
        for index in sorted(buckets):
            net, high = buckets[index]
            known = wide.get(index // 2)
            if known is not None:
                high = max(known[1], known[0] + high)
                net += known[0]
            wide[index // 2] = (net, high)
        return wide


def _note(events: array[int], enter_ns: int, leave_ns: int) -> None:
    """Write a stay down. At the same time the leaving counts first: bit 0 is set for an entry."""
    longs.push(events, enter_ns * 2 + 1)
    if leave_ns >= 0:
        longs.push(events, leave_ns * 2)
