# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The segments of one endpoint that are in flight: its round-trip times.

In: what it sends and when it is acknowledged. Out: RTT samples by Karn's rule. Made only once there is something to time.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.pool import pooled
from .facts import FLIGHT_ROOM

MAX_SAMPLES = 128
"""RTT samples kept for median and p95; beyond it every second one is dropped and every 2nd, 4th... is kept."""
EARLY = 16
"""Of these, the first so many lie in the Timing itself: most connections have no more."""
LONGEST = 0xFFFF_FFFF
"""Samples no longer than this take half the room: four seconds."""
MAX_FLIGHT = 1024
"""Segments in flight that are timed; a longer flight is timed in part."""
NUMBERS = array("q")
SHORT_NUMBERS = array("I")


class Timing:
    """Segments of one endpoint in flight, as (end, ts_ns) pairs in order; ts_ns -1: not to be timed (Karn).

    near: a ring of pairs, far: a wider one, used from when that is too small until nothing is in flight. head: where the
    first lies, size: how many the ring has room for. early, kept: the first samples, and how many; samples: all that are
    kept, once there are more, as short numbers while all are. from_, room: how many have been acknowledged since there was
    none, and when a flight is too long. count, max_ns, sum_ns: of all samples, but for the first ones (`sum_up`).
    """

    __slots__ = (
        "count",
        "early",
        "far",
        "from_",
        "head",
        "in_flight",
        "kept",
        "max_ns",
        "min_ns",
        "near",
        "room",
        "samples",
        "size",
        "skip",
        "step",
        "sum_ns",
    )

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing is in flight, nothing was timed."""
        self.near: list[int] | array[int] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        self.far = NUMBERS
        self.head = 0
        self.size = FLIGHT_ROOM
        self.from_ = 0
        self.in_flight = 0
        self.room = FLIGHT_ROOM
        self.count = 0
        self.min_ns = -1
        self.max_ns = -1
        self.sum_ns = 0
        self.step = 1
        self.skip = 0
        self.early: list[int] | array[int] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        self.kept = 0
        self.samples: array[int] | None = None

    def _pairs(self) -> list[int] | array[int]:
        if self.size == FLIGHT_ROOM:
            return self.near
        return longs.of(self.far)

    def sends(self, end: int, ts_ns: int) -> None:
        """Begin to time a segment of new octets that ends at `end`."""
        if not self._has_room():
            return
        at = (self.head + self.in_flight & self.size - 1) * 2
        pairs = self._pairs()
        pairs[at] = end
        pairs[at + 1] = ts_ns
        self.in_flight += 1

    def _has_room(self) -> bool:
        """Whether one more is timed; then there is room for it."""
        if self.from_ + self.in_flight >= self.room:
            if self.from_ * 2 >= self.room:
                self.from_ = 0
            elif self.room >= MAX_FLIGHT:
                return False
            else:
                self.room *= 2
        if self.in_flight >= self.size:
            self._widen()
        return True

    def _widen(self) -> None:
        """Go on in a wider ring; the first has four times the room at once: twice that is not enough for half of them."""
        wider = self.far
        if self.size > FLIGHT_ROOM:
            wider = longs.zeros(NUMBERS, 4 * self.size)
        elif not len(wider):
            wider = longs.zeros(NUMBERS, 8 * FLIGHT_ROOM)
        to = longs.of(wider)
        pairs = self._pairs()
        for at in range(self.in_flight):
            place = (self.head + at & self.size - 1) * 2
            to[2 * at] = pairs[place]
            to[2 * at + 1] = pairs[place + 1]
        self.far = wider
        self.head = 0
        self.size = len(wider) // 2

    def rest(self) -> None:
        """Its connection has ended: when nothing is in flight, the wider ring goes."""
        if not self.in_flight:
            self.far = NUMBERS
            self.head = 0
            self.size = FLIGHT_ROOM

    def repeats(self, start: int) -> None:
        """Octets from `start` on are sent again: what ends beyond it is not timed (Karn, RFC 6298 3)."""
        pairs = self._pairs()
        for at in range(self.head, self.head + self.in_flight):
            place = (at & self.size - 1) * 2
            if pairs[place] > start:
                pairs[place + 1] = -1

    def fills(self, start: int, end: int, ts_ns: int) -> None:
        """Octets below what is in flight pass for the first time: they are timed, what lies beyond them no more.

        The acknowledgement of that waits for these octets (tcptrace does the same).
        """
        self.repeats(start)
        if not self._has_room():
            return
        pairs = self._pairs()
        at = self.head + self.in_flight
        place = (at & self.size - 1) * 2
        while at > self.head:
            before = (at - 1 & self.size - 1) * 2
            if pairs[before] <= end:
                break
            pairs[place] = pairs[before]
            pairs[place + 1] = pairs[before + 1]
            place = before
            at -= 1
        pairs[place] = end
        pairs[place + 1] = ts_ns
        self.in_flight += 1

    def acknowledged(self, upto: int, ts_ns: int) -> None:
        """An acknowledgement of exactly the end of a timed segment is a sample; all below leaves the flight."""
        if self.size == FLIGHT_ROOM:  # a call less than _pairs() where it is plain Python
            pairs = self.near
        else:
            pairs = longs.of(self.far)
        room = self.size * 2
        place = self.head * 2
        left = self.in_flight
        last = -1
        while left > 0 and pairs[place] <= upto:
            last = place
            left -= 1
            place += 2
            if place == room:
                place = 0
        if left:
            self.from_ += self.in_flight - left
            self.head = place // 2
        else:
            self.from_ = 0
            self.head = 0
            self.size = FLIGHT_ROOM
        self.in_flight = left
        if last >= 0 and pairs[last] == upto and pairs[last + 1] >= 0:
            self.sample(ts_ns - pairs[last + 1])

    def sample(self, rtt_ns: int) -> None:
        """One round trip, capture - peer - capture."""
        if rtt_ns < 0:
            return
        if self.min_ns < 0 or rtt_ns < self.min_ns:
            self.min_ns = rtt_ns
        if self.samples is None and self.kept < EARLY and rtt_ns <= LONGEST:
            self.early[self.kept] = rtt_ns
            self.kept += 1
        else:
            self._sample_further(rtt_ns)

    def _sample_further(self, rtt_ns: int) -> None:
        """One for which there is no room among the first."""
        samples = self.samples
        if samples is None:
            samples = self._take_early()
        self.count += 1
        self.sum_ns += rtt_ns
        if rtt_ns > self.max_ns:
            self.max_ns = rtt_ns
        self.skip += 1
        if self.skip < self.step:
            return
        self.skip = 0
        if rtt_ns > LONGEST and longs.are_short(samples):
            samples = self.samples = longs.widened(NUMBERS, samples)
        longs.push_any(samples, rtt_ns)
        if len(samples) >= MAX_SAMPLES:
            self.samples = samples[::2]
            self.step *= 2

    def _take_early(self) -> array[int]:
        """The first samples leave for where there is room for more."""
        self.sum_up()
        samples = self.samples = longs.spare(SHORT_NUMBERS, EARLY + 8)
        for at in range(self.kept):
            longs.push_any(samples, self.early[at])
        return samples

    def sum_up(self) -> None:
        """Bring count, max_ns and sum_ns up to date: of the first samples nobody sums up before there are more."""
        if self.samples is not None:
            return
        self.count = self.kept
        self.max_ns = -1
        self.sum_ns = 0
        for at in range(self.kept):
            rtt_ns = self.early[at]
            self.sum_ns += rtt_ns
            if rtt_ns > self.max_ns:
                self.max_ns = rtt_ns

    def count_kept(self) -> int:
        """How many samples there are for median and p95."""
        return self.kept if self.samples is None else len(self.samples)

    def put_in_order(self) -> None:
        """The shortest of these samples first: nobody asks when they came any more."""
        samples = self.samples
        if samples is None:
            longs.sort_first(self.early, self.kept)
        else:
            longs.sort(samples)

    def kept_at(self, number: int) -> int:
        """One of these samples."""
        samples = self.samples
        return self.early[number] if samples is None else longs.at(samples, number)


pooled(Timing)


def new_timing() -> Timing:
    """Return a fresh one. A function, as a compiled class cannot be called but by way of Python."""
    made = Timing.__new__(Timing)
    made.begin()
    return made
