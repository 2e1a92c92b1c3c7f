# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Two memories of one endpoint: its segments in flight (round-trip times), and its latest packets (doubles).

In: what it sends and when it is acknowledged. Out: RTT samples by Karn's rule; whether a packet is the very same
as one just captured. Both are made only once there is something to remember.
"""

from __future__ import annotations

from array import array

from ..model import longs

MAX_SAMPLES = 128
"""RTT samples kept for median and p95; beyond it every second one is dropped and every 2nd, 4th... is kept."""
MAX_FLIGHT = 1024
"""Segments in flight that are timed; a longer flight is timed in part."""
ROOM = 8
"""Segments in flight that there is room for at first; it doubles."""
NUMBERS = array("q")


class Timing:
    """Segments of one endpoint in flight, as (end, ts_ns) pairs in order; ts_ns -1: not to be timed (Karn)."""

    __slots__ = (
        "count",
        "flight",
        "from_",
        "in_flight",
        "max_ns",
        "min_ns",
        "room",
        "samples",
        "skip",
        "step",
        "sum_ns",
    )

    def __init__(self) -> None:
        self.flight = longs.zeros(NUMBERS, 2 * ROOM)
        self.from_ = 0
        self.in_flight = 0
        self.room = ROOM
        self.count = 0
        self.min_ns = -1
        self.max_ns = -1
        self.sum_ns = 0
        self.step = 1
        self.skip = 0
        self.samples: array[int] | None = None

    def sends(self, end: int, ts_ns: int) -> None:
        """Begin to time a segment of new octets that ends at `end`."""
        if self.from_ + self.in_flight >= self.room and not self._make_room():
            return
        at = (self.from_ + self.in_flight) * 2
        flight = longs.of(self.flight)
        flight[at] = end
        flight[at + 1] = ts_ns
        self.in_flight += 1

    def _make_room(self) -> bool:
        flight = longs.of(self.flight)
        if self.from_ * 2 >= self.room:
            base = self.from_ * 2
            for at in range(2 * self.in_flight):
                flight[at] = flight[base + at]
            self.from_ = 0
            return True
        if self.room >= MAX_FLIGHT:
            return False
        room = longs.zeros(NUMBERS, 4 * self.room)
        bigger = longs.of(room)
        for at in range(2 * self.room):
            bigger[at] = flight[at]
        self.flight = room
        self.room *= 2
        return True

    def repeats(self, start: int) -> None:
        """Octets from `start` on are sent again: what ends beyond it is not timed (Karn, RFC 6298 3)."""
        flight = longs.of(self.flight)
        for at in range(self.from_, self.from_ + self.in_flight):
            if flight[2 * at] > start:
                flight[2 * at + 1] = -1

    def fills(self, start: int, end: int, ts_ns: int) -> None:
        """Octets below what is in flight pass for the first time: they are timed, what lies beyond them no more.

        The acknowledgement of that waits for these octets (tcptrace does the same).
        """
        self.repeats(start)
        if self.from_ + self.in_flight >= self.room and not self._make_room():
            return
        flight = longs.of(self.flight)
        at = self.from_ + self.in_flight
        while at > self.from_ and flight[2 * at - 2] > end:
            flight[2 * at] = flight[2 * at - 2]
            flight[2 * at + 1] = flight[2 * at - 1]
            at -= 1
        flight[2 * at] = end
        flight[2 * at + 1] = ts_ns
        self.in_flight += 1

    def acknowledged(self, upto: int, ts_ns: int) -> None:
        """An acknowledgement of exactly the end of a timed segment is a sample; all below leaves the flight."""
        at = self.from_
        stop = at + self.in_flight
        sent = -1
        flight = longs.of(self.flight)
        while at < stop and flight[2 * at] <= upto:
            sent = flight[2 * at + 1] if flight[2 * at] == upto else -1
            at += 1
        self.in_flight = stop - at
        self.from_ = at if at < stop else 0
        if sent >= 0:
            self.sample(ts_ns - sent)

    def sample(self, rtt_ns: int) -> None:
        """One round trip, capture - peer - capture."""
        if rtt_ns < 0:
            return
        self.count += 1
        self.sum_ns += rtt_ns
        if self.min_ns < 0 or rtt_ns < self.min_ns:
            self.min_ns = rtt_ns
        if rtt_ns > self.max_ns:
            self.max_ns = rtt_ns
        self.skip += 1
        if self.skip < self.step:
            return
        self.skip = 0
        if self.samples is None:
            self.samples = array("q")
        longs.push(self.samples, rtt_ns)
        if len(self.samples) >= MAX_SAMPLES:
            self.samples = self.samples[::2]
            self.step *= 2


class Recent:
    """The four latest packets of one endpoint, each as two words that name it and its time."""

    __slots__ = ("a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3", "t0", "t1", "t2", "t3")

    def __init__(self) -> None:
        self.a0 = self.a1 = self.a2 = self.a3 = -1
        self.b0 = self.b1 = self.b2 = self.b3 = -1
        self.t0 = self.t1 = self.t2 = self.t3 = 0

    def age(self, a: int, b: int, ts_ns: int) -> int:
        """Nanoseconds since this very packet passed, -1 if it did not."""
        if a == self.a0 and b == self.b0:
            return ts_ns - self.t0
        if a == self.a1 and b == self.b1:
            return ts_ns - self.t1
        if a == self.a2 and b == self.b2:
            return ts_ns - self.t2
        if a == self.a3 and b == self.b3:
            return ts_ns - self.t3
        return -1

    def note(self, a: int, b: int, ts_ns: int) -> None:
        """Remember a packet; the oldest is forgotten."""
        self.a3 = self.a2
        self.b3 = self.b2
        self.t3 = self.t2
        self.a2 = self.a1
        self.b2 = self.b1
        self.t2 = self.t1
        self.a1 = self.a0
        self.b1 = self.b0
        self.t1 = self.t0
        self.a0 = a
        self.b0 = b
        self.t0 = ts_ns
