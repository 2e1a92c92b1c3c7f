# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The segments of one endpoint that are in flight: its round-trip times.

In: what it sends and when it is acknowledged. Out: RTT samples by Karn's rule. Made only once there is something to time.
"""

from __future__ import annotations

from array import array

from ..model import longs
from .facts import FLIGHT_ROOM

MAX_SAMPLES = 128
"""RTT samples kept for median and p95; beyond it every second one is dropped and every 2nd, 4th... is kept."""
MAX_FLIGHT = 1024
"""Segments in flight that are timed; a longer flight is timed in part."""
NUMBERS = array("q")


class Timing:
    """Segments of one endpoint in flight, as (end, ts_ns) pairs in order; ts_ns -1: not to be timed (Karn).

    near: the pairs, as long as they fit; far: the pairs since then.
    """

    __slots__ = (
        "count",
        "far",
        "from_",
        "in_flight",
        "max_ns",
        "min_ns",
        "near",
        "room",
        "samples",
        "skip",
        "step",
        "sum_ns",
    )

    def __init__(self) -> None:
        self.near: list[int] | array[int] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        self.far: array[int] | None = None
        self.from_ = 0
        self.in_flight = 0
        self.room = FLIGHT_ROOM
        self.count = 0
        self.min_ns = -1
        self.max_ns = -1
        self.sum_ns = 0
        self.step = 1
        self.skip = 0
        self.samples: array[int] | None = None

    def _pairs(self) -> list[int] | array[int]:
        if self.far is None:
            return self.near
        return longs.of(self.far)

    def sends(self, end: int, ts_ns: int) -> None:
        """Begin to time a segment of new octets that ends at `end`."""
        if self.from_ + self.in_flight >= self.room and not self._make_room():
            return
        at = (self.from_ + self.in_flight) * 2
        if self.far is None:
            flight = self.near
        else:
            flight = self._pairs()
        flight[at] = end
        flight[at + 1] = ts_ns
        self.in_flight += 1

    def _make_room(self) -> bool:
        flight = self._pairs()
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
        self.far = room
        self.room *= 2
        return True

    def repeats(self, start: int) -> None:
        """Octets from `start` on are sent again: what ends beyond it is not timed (Karn, RFC 6298 3)."""
        flight = self._pairs()
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
        flight = self._pairs()
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
        if self.far is None:
            flight = self.near
        else:
            flight = self._pairs()
        while at < stop and flight[2 * at] <= upto:
            at += 1
        sent = -1
        if at > self.from_ and flight[2 * at - 2] == upto:
            sent = flight[2 * at - 1]
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
        samples = self.samples
        if samples is None:
            self.samples = samples = longs.zeros(NUMBERS, 1)
            longs.of(samples)[0] = rtt_ns
            return
        longs.push(samples, rtt_ns)
        if len(samples) >= MAX_SAMPLES:
            self.samples = samples[::2]
            self.step *= 2
