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
NUMBERS = array("q")


class Level:
    """A running count of what has entered and not left. Most see one stay only, which takes no room of its own.

    events: twice the times, one more for an entry. folded: buckets in order, each its index, the net change in it, and how high it
    went above where it began.
    """

    __slots__ = ("_enter_ns", "_events", "_folded", "_leave_ns", "_stays", "_width", "exact")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing has entered yet."""
        self._stays = 0
        self._enter_ns = -1
        self._leave_ns = -1
        self._events: array[int] | None = None
        self._folded: array[int] | None = None
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
            events = self._events = longs.zeros(NUMBERS, 0)
            if self._stays:
                _note(events, self._enter_ns, self._leave_ns)
        return events

    def peak(self) -> tuple[int, int]:
        """Most at once, and when first (nanoseconds); (0, 0) when there was nothing."""
        if self._folded is not None:
            self._fold()
            return self._peak_of_buckets(self._folded)
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

    def _peak_of_buckets(self, folded: array[int]) -> tuple[int, int]:
        level = 0
        best = 0
        best_ns = 0
        size = len(folded)
        buckets = longs.of(folded)
        for at in range(0, size, 3):
            if level + buckets[at + 2] > best:
                best = level + buckets[at + 2]
                best_ns = buckets[at] * self._width
            level += buckets[at + 1]
        return best, best_ns

    def _fold(self) -> None:
        """Events into buckets: the net change of each, and its highest point above its beginning."""
        kept = self._kept()
        longs.sort(kept)
        folded = self._joined(self._folded, self._in_buckets(kept))
        while len(folded) > 3 * BUCKETS:
            self._width *= 2
            folded = _widened(folded)
        self._folded = folded
        self._events = longs.zeros(NUMBERS, 0)

    def _in_buckets(self, kept: array[int]) -> array[int]:
        """Events in order of time as buckets of their own."""
        made = longs.zeros(NUMBERS, 0)
        index = -1
        net = high = 0
        until = 0
        size = len(kept)
        events = longs.of(kept)
        for number in range(size):
            event = events[number]
            if index < 0 or event >= until:  # a division costs as much as all the rest
                if index >= 0:
                    longs.push3(made, index, net, high)
                index = (event >> 1) // self._width
                until = 2 * (index + 1) * self._width
                net = high = 0
            if event & 1:
                net += 1
                if net > high:
                    high = net
            else:
                net -= 1
        if index >= 0:
            longs.push3(made, index, net, high)
        return made

    def _joined(self, known: array[int] | None, more: array[int]) -> array[int]:
        """Both sets of buckets as one. Where a bucket is in both, what is in `more` is taken to have come later."""
        if known is None:
            return more
        made = longs.spare(NUMBERS, len(known) + len(more))
        ours = longs.of(known)
        theirs = longs.of(more)
        our_size = len(known)
        their_size = len(more)
        at = 0
        other = 0
        while at < our_size or other < their_size:
            if other >= their_size or (at < our_size and ours[at] < theirs[other]):
                longs.push3(made, ours[at], ours[at + 1], ours[at + 2])
                at += 3
            elif at >= our_size or theirs[other] < ours[at]:
                longs.push3(made, theirs[other], theirs[other + 1], theirs[other + 2])
                other += 3
            else:
                self.exact = False
                net = ours[at + 1]
                high = max(ours[at + 2], net + theirs[other + 2], ours[at + 2] + theirs[other + 1])
                longs.push3(made, ours[at], net + theirs[other + 1], high)
                at += 3
                other += 3
        return made


def _widened(folded: array[int]) -> array[int]:
    """The same in buckets twice as wide."""
    wide = longs.spare(NUMBERS, len(folded))
    size = len(folded)
    buckets = longs.of(folded)
    at = 0
    while at < size:
        index = buckets[at] >> 1
        net = buckets[at + 1]
        high = buckets[at + 2]
        at += 3
        if at < size and buckets[at] >> 1 == index:
            high = max(high, net + buckets[at + 2])
            net += buckets[at + 1]
            at += 3
        longs.push3(wide, index, net, high)
    return wide


def _note(events: array[int], enter_ns: int, leave_ns: int) -> None:
    """Write a stay down. At the same time the leaving counts first: bit 0 is set for an entry."""
    longs.push(events, enter_ns * 2 + 1)
    if leave_ns >= 0:
        longs.push(events, leave_ns * 2)
