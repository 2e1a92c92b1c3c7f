# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One endpoint as Zeek keeps it: its sequence numbers, and how far its stream was seen and acknowledged.

In: numbers of its own segments and of the acknowledgements for them. Out: Zeek's size of what it sent, holes found by
acknowledgements, whether data is still pending. Numbers stay raw 32-bit with counted wraps, as Zeek keeps them, because
its results show it (a stream beyond 2 GiB, a first octet numbered 0). Positions are relative: the first octet is 1.
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.names import FIN, M32, RST, SYN
from ..model.pool import pooled
from .zeek_names import (
    ASLEEP,
    CUT_OFF,
    ESTABLISHED,
    FAR,
    HELD,
    HOLED,
    INACTIVE,
    PARTIAL,
    RANGES_LIMIT,
    RESET,
    SKIPPED,
    STORED_LIMIT,
    SYN_ACK_SENT,
    SYN_SENT,
    UNACKED,
    UNACKED_LIMIT,
    WHOLE,
)

CIRCLE = 0x1_0000_0000
HALF = 0x8000_0000


class ZeekSide:
    """What Zeek knows of one endpoint.

    state, prev_state: its states. start, last, ack: raw numbers of its SYN (real or pretended), of the end of what it
    sent and of what the peer acknowledged, with their wraps. delivered: the stream is whole up to here; from floor up
    to there, and in `ranges`, it is kept until acknowledged; trimmed: acknowledged up to here. pace, limit, said: the
    fast path's. uncounted: how many of its packets somebody else had counted when its life fell asleep (`pipeline.sleep`).
    """

    __slots__ = (
        "ack", "ack_wraps", "bad_checksums", "closed", "delivered", "ended", "fin_at", "fin_key", "fins", "floor",
        "gaps", "last", "last_wraps", "limit", "missed", "pace", "packets", "prev_state", "ranges", "ranges_size",
        "retransmissions", "rst_key", "said", "seen", "skipping", "start", "state", "syn_key", "trimmed",
        "uncounted", "zero_windows",
    )  # fmt: skip

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing was seen of it yet."""
        if not COMPILED:
            self._blank()
        self.delivered = 1
        self.trimmed = 1
        self.floor = 1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0 and None."""
        self.state = INACTIVE
        self.prev_state = INACTIVE
        self.start = 0
        self.last = 0
        self.ack = 0
        self.last_wraps = 0
        self.ack_wraps = 0
        self.fins = 0
        self.fin_at = 0
        self.closed = 0
        self.ended = 0
        self.seen = 0
        self.syn_key = 0
        self.fin_key = 0
        self.rst_key = 0
        self.packets = 0
        self.bad_checksums = 0
        self.retransmissions = 0
        self.zero_windows = 0
        self.gaps = 0
        self.missed = 0
        self.ranges: list[tuple[int, int]] | None = None
        self.ranges_size = 0
        self.skipping = 0
        self.pace = ASLEEP
        self.limit = 0
        self.said = 0
        self.uncounted = 0

    def begin(self, flags: int, seq: int, end: int) -> None:
        """Take the numbers of a first segment, or of a SYN that starts them anew."""
        state = self.state
        if state == INACTIVE:
            if not flags & SYN:
                # Pretend a SYN just before it, so that the first octet is 1 all the same.
                self.start = self.ack = (seq - 1) & M32
                self.last = seq
                return
        elif not flags & SYN:
            return
        elif state in (SYN_SENT, SYN_ACK_SENT):
            if seq == self.start:
                return
        elif state == RESET:
            if self.prev_state != INACTIVE:
                return
        elif state not in (ESTABLISHED, PARTIAL):
            return
        self.start = self.ack = seq
        self.last = end

    def relative(self, seq: int, near: int, wraps: int) -> int:
        """Position of a raw number, near a raw number that has wrapped so often; negative: before the start."""
        delta = (seq - near) & M32
        if delta >= HALF:
            if wraps and seq > near:
                wraps -= 1
        elif seq < near:
            wraps += 1
        start = self.start
        if wraps == 0:
            delta = (seq - start) & M32
            return delta - CIRCLE if delta >= HALF else delta
        return wraps * CIRCLE + seq - start

    def acknowledge(self, number: int) -> None:
        """Let the highest acknowledgement follow; a zero far ahead is taken for a broken segment."""
        delta = (number - self.ack) & M32
        if 0 < delta < HALF and (number != 0 or delta <= FAR):
            if number < self.ack:
                self.ack_wraps += 1
            self.ack = number

    def send(self, flags: int, end: int, length: int) -> int:
        """Let the end of what was sent follow; returns 1 for payload that brings nothing new (a retransmission)."""
        last = self.last
        delta = (end - last) & M32
        if delta >= HALF:
            delta = delta - CIRCLE
        if flags & (SYN | RST) and (delta > FAR or delta < -FAR):
            return 0
        if not (flags & FIN and last == (self.start + 1) & M32):
            if self.state == RESET:
                return 0
            if delta <= 0:
                return 1 if length else 0
        if end < last:
            self.last_wraps += 1
        self.last = end
        return 0

    def ack_at(self) -> int:
        """Position of the highest acknowledgement."""
        wraps = self.ack_wraps
        return wraps * CIRCLE + self.ack - self.start

    def last_at(self) -> int:
        """Position of the end of what was sent."""
        wraps = self.last_wraps
        return wraps * CIRCLE + self.last - self.start

    def size(self, peer_state: int) -> int:
        """Octets sent, by sequence numbers: neither SYN nor FIN counts, whether payload was seen does not matter."""
        ack_at = self.ack_at()
        if self.prev_state == SYN_SENT and self.state == RESET and peer_state == INACTIVE and ack_at not in (0, 1):
            return 0
        size = max(self.last_at(), ack_at)
        if size:
            size -= 1
        if size and self.fins:
            size -= 1
        return size

    def has_pending(self, peer: ZeekSide) -> bool:
        """Whether a close must wait: payload of this side is missing, or the peer's was not acknowledged yet."""
        if self.skipping:
            return False
        behind = self.last_at() - self.delivered
        if behind < 0:
            return False
        if behind > 1:
            return True
        return self.state != RESET and (peer.floor < peer.delivered or peer.ranges is not None)

    def store(self, at: int, end: int) -> None:
        """Take the payload [at, end) of a segment which was captured in full."""
        if self.skipping:
            return
        ack_at = self.ack_at()
        at = max(at, ack_at, self.trimmed)
        if end > at and end > self.delivered:
            if at <= self.delivered:
                self.deliver(end)
            else:
                self.add_range(at, end)
        self.give_up(ack_at)

    def deliver(self, end: int) -> None:
        """The stream is whole up to `end`, and further if ranges follow."""
        ranges = self.ranges
        if ranges is not None:
            while ranges and ranges[0][0] <= end:
                at, upper = ranges.pop(0)
                self.ranges_size -= upper - at
                end = max(end, upper)
            if not ranges:
                self.ranges = None
        self.delivered = end
        if self.ack_at() in (0, 1) and self.size(INACTIVE) > UNACKED_LIMIT:
            self.floor = self.trimmed = end

    def add_range(self, at: int, end: int) -> None:
        """Keep [at, end) above a hole, merged with what is there."""
        ranges = self.ranges
        if ranges is None:
            ranges = self.ranges = []
        first = len(ranges)
        while first and ranges[first - 1][1] >= at:
            first -= 1
        beyond = first
        while beyond < len(ranges) and ranges[beyond][0] <= end:
            at = min(at, ranges[beyond][0])
            end = max(end, ranges[beyond][1])
            self.ranges_size -= ranges[beyond][1] - ranges[beyond][0]
            beyond += 1
        ranges[first:beyond] = [(at, end)]
        self.ranges_size += end - at

    def give_up(self, ack_at: int) -> None:
        """Stop following the stream when too much of it waits."""
        ranges = self.ranges
        excessive = self.delivered - self.floor + self.ranges_size > STORED_LIMIT
        if ranges is not None:
            if ack_at in (0, 1) and ranges[len(ranges) - 1][1] - self.delivered > UNACKED_LIMIT:
                excessive = True
            if len(ranges) > RANGES_LIMIT:
                excessive = True
        if excessive:
            self.skipping = 1
            self.ranges = None
            self.ranges_size = 0
            self.floor = self.delivered

    def take_ack(self, at: int, partial: int, clean: int) -> bool:
        """The peer acknowledged up to `at`; what was never seen below it is missing. Returns whether anything moved.

        clean: both sides are established or closed from there, so that missing octets count.
        """
        if self.fins and 0 < self.fin_at <= at:
            at = self.fin_at - 1
        if at <= self.trimmed:
            return False
        if at > self.delivered and not (at <= 2 and partial):
            self.miss(at, clean)
        ranges = self.ranges
        if ranges is not None:
            while ranges and ranges[0][1] <= at:
                gone = ranges.pop(0)
                self.ranges_size -= gone[1] - gone[0]
            if not ranges:
                self.ranges = None
            elif ranges[0][0] == self.delivered:
                self.deliver(self.delivered)
        if at > self.floor:
            self.floor = min(at, self.delivered)
        self.trimmed = at
        return True

    def miss(self, at: int, clean: int) -> None:
        """Count every hole below the acknowledgement `at` and step over it."""
        if not self.skipping:
            while self.ranges is not None and self.ranges[0][0] < at:
                self.count_gap(self.ranges[0][0] - self.delivered, clean)
                self.floor = self.ranges[0][0]
                self.deliver(self.ranges[0][0])
            if at > self.delivered:
                self.count_gap(at - self.delivered, clean)
        self.delivered = max(self.delivered, at)

    def count_gap(self, length: int, clean: int) -> None:
        """One more hole of so many octets, if such holes count."""
        if clean:
            self.gaps += 1
            self.missed += length

    def wake(self) -> None:
        """Bring delivered, trimmed and floor up to the numbers which the fast path moved alone."""
        pace = self.pace
        self.pace = ASLEEP
        if pace > HELD:
            ack_at = self.ack_at()
            if pace == HOLED:
                self.stretch()
            elif pace == UNACKED:
                self.delivered = self.trimmed = self.floor = self.last_at()
            else:
                self.delivered = max(self.delivered, self.last_at() if pace == WHOLE else ack_at)
            self.trimmed = max(self.trimmed, ack_at)
            self.floor = max(self.floor, ack_at)

    def stretch(self) -> None:
        """Let the last range reach to the end of what was sent."""
        ranges = self.ranges
        if ranges is not None:
            at, upper = ranges[len(ranges) - 1]
            last_at = self.last_at()
            ranges[len(ranges) - 1] = (at, last_at)
            self.ranges_size += last_at - upper

    def room_beyond(self, ack_at: int, last_at: int) -> int:
        """How many octets more the last range may take without a look at the bounds; -1 if it is not what was sent last."""
        ranges = self.ranges
        if ranges is None or self.floor != self.trimmed or self.delivered < self.trimmed:
            return -1
        if ranges[len(ranges) - 1][1] != last_at:
            return -1
        room = STORED_LIMIT - (self.delivered - self.floor + self.ranges_size)
        if ack_at <= 1:
            room = min(room, UNACKED_LIMIT - (last_at - self.delivered))
        return max(room, 0)

    def settle(self, partial: int, said: int) -> None:
        """Find the pace at which in-order segments and their acknowledgements move `last` and `ack` alone.

        HELD: repeated acknowledgements change nothing. WHOLE: all that was sent was seen, and is kept from `ack` on.
        CUT_OFF: payloads are cut off, so nothing is kept, and each acknowledgement shows a hole. HOLED: the last range grows,
        and nothing beyond the first hole is acknowledged. UNACKED: what comes is not kept, until something is acknowledged.
        SKIPPED: octets change nothing, an acknowledgement what is behind it. limit: the raw number up to which `last` may
        move without a look at the bounds.

        Where Zeek had kept too much of what nobody acknowledged, acknowledgements follow of octets it no longer has: they
        move `ack` alone.
        """
        self.said = said
        ack_at = self.ack_at()
        last_at = self.last_at()
        self.pace = HELD if ack_at <= self.trimmed else ASLEEP
        if self.last_wraps != self.ack_wraps or self.ack > self.last:
            return
        if max(ack_at, 1) > self.trimmed or (self.last_wraps == 0 and last_at >= HALF):
            return
        limit = M32 if self.last_wraps else min(M32, self.start + HALF - 1)
        if self.skipping:
            if ack_at > (2 if partial else 0):
                self.pace = SKIPPED
        elif self.ranges is not None:
            room = self.room_beyond(ack_at, last_at)
            if room >= 0:
                self.pace = HOLED
                limit = min(limit, self.last + room)
        elif self.delivered == max(last_at, 1) and self.floor == self.trimmed:
            if ack_at > 1 or self.trimmed == 1:
                self.pace = WHOLE
                limit = min(limit, self.start + (1 + UNACKED_LIMIT) if ack_at <= 1 else self.ack + STORED_LIMIT)
            elif self.trimmed == last_at > UNACKED_LIMIT + 1 and ack_at >= 0:
                self.pace = UNACKED
        elif self.delivered == self.trimmed == max(ack_at, 1) and ack_at > (2 if partial else 0):
            self.pace = CUT_OFF
        self.limit = limit

    def renewed(self) -> int:
        """`limit`, found anew where nothing is kept above a hole: as `settle` would, as the numbers go on by themselves."""
        if self.pace > HELD and self.pace != HOLED:
            self.limit = M32 if self.last_wraps else min(M32, self.start + HALF - 1)
            if self.pace == WHOLE:
                unacked = self.ack_at() <= 1
                self.limit = min(self.limit, self.start + (1 + UNACKED_LIMIT) if unacked else self.ack + STORED_LIMIT)
        return self.limit


pooled(ZeekSide)
