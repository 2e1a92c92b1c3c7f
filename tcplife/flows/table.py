# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Who talks to whom: finds the flow of a segment by its 4-tuple, keeps the table bounded, tells who must leave.

In: segments. Out: flows, and which side of the flow sent the segment. What a flow holds is not known here: the
caller adds its own subclass of Flow. Nothing is judged; leaving is decided by capture time and by the bound.

A chained hash over the flow objects themselves: one entry per connection and no key object (measured: 1.5 times a dict of
tuples when compiled; plain Python has such a dict beside it, of what was found). The hash is symmetric in the two ends and
seeded anew in every process, so nobody can send a capture that fills one chain.
"""

from __future__ import annotations

import os
from heapq import heappop, heappush

from ..model import fetch
from ..model.compiled import COMPILED
from . import mix
from .ends import ends_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.segment import Segment

SECOND_NS = 1_000_000_000
SLACK = 1024
"""The heap of `evict` may hold so many flows that are gone, besides as many as are there."""
STALE = 256
SHARE = 16 if COMPILED else 2
"""Visits to flows that are gone may be so many, besides this part of those that are there: each keeps half a kilobyte."""


class Flow:
    """One 4-tuple while the table knows it: its two ends (a sent the first packet), and when it was last active.

    sown: it is a `seedling`, of which one SYN was seen, and has nothing yet that a life needs. asleep: as `pipeline.sleep` says.
    """

    __slots__ = (
        "a_hi", "a_lo", "a_port", "asked_ns", "asleep", "b_hi", "b_lo", "b_port", "chain", "gone", "hash", "index",
        "ip_version", "last_ns", "leaves_ns", "sown",
    )  # fmt: skip

    def __init__(self) -> None:
        self.unnamed()

    def unnamed(self) -> None:
        """Nobody's yet."""
        self.hash = self.index = 0
        self.a_hi = self.a_lo = self.b_hi = self.b_lo = 0
        self.a_port = self.b_port = 0
        self.ip_version = 4
        self.last_ns = self.leaves_ns = self.asked_ns = 0
        self.gone = False
        self.chain: Flow | None = None
        self.sown = False
        self.asleep = False

    def __lt__(self, other: Flow) -> bool:
        """Whether it was active earlier, as far as it was asked; of two at the same time the one that began first."""
        if self.asked_ns != other.asked_ns:
            return self.asked_ns < other.asked_ns
        return self.index < other.index


class Table:
    """All flows at hand. `side` after find(): 0 when the segment was sent by the flow's end a, else 1.

    changes: of what is in it, so far. What was found is still what find() would answer while there was none since, and
    after one or two if it has neither the hash `changed` nor, of the one before that, `changed_before`.
    known: in plain Python, what was found for these ends (`ends_of`), and is still true; no seedlings.
    """

    __slots__ = (
        "_activity", "_due", "_heads", "_mask", "_now_s", "_queue", "_queue_at", "_secret", "_stale", "_visits", "_visits_s",
        "changed", "changed_before", "changes", "count", "known", "side",
    )  # fmt: skip

    def __init__(self, secret: int | None = None) -> None:
        self._heads: list[Flow | None] = [None] * 1024
        self._mask = 1023
        self.known: dict[bytes, tuple[Any, int]] = {}
        self._secret = int.from_bytes(os.urandom(8), "little") if secret is None else secret
        self.changed = self.changed_before = self.changes = 0
        self.count = self.side = 0
        self._due: dict[int, list[Flow]] = {}
        self._visits: list[Flow] | None = None  # of the second that was asked for last
        self._now_s = -1
        self._activity: list[Flow] | None = None
        self._queue: list[Flow] = []
        self._queue_at = self._stale = self._visits_s = 0

    def _hash(self, s: Segment) -> int:
        return mix.of(self._secret, s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, s.sport, s.dport)

    def find(self, s: Segment) -> Any:
        """The newest flow of the segment's 4-tuple, either way round, or None."""
        if not COMPILED:
            ends = ends_of(s.ip_version, s.src_hi, s.src_lo, s.sport, s.dst_hi, s.dst_lo, s.dport)
            known = self.known.get(ends)
            if known is not None:
                self.side = known[1]
                return known[0]
        flow = self.search(s, self._hash(s))
        if not COMPILED and flow is not None and not flow.sown:
            self.known[ends] = (flow, self.side)
        return flow

    def search(self, s: Segment, h: int) -> Flow | None:
        """The same for who knows the hash of the segment's 4-tuple already."""
        flow = self._heads[h & self._mask]
        while flow is not None:
            if flow.hash == h and flow.ip_version == s.ip_version:
                if (
                    flow.a_lo == s.src_lo
                    and flow.b_lo == s.dst_lo
                    and flow.a_port == s.sport
                    and flow.b_port == s.dport
                    and flow.a_hi == s.src_hi
                    and flow.b_hi == s.dst_hi
                ):
                    self.side = 0
                    return flow
                if (
                    flow.a_lo == s.dst_lo
                    and flow.b_lo == s.src_lo
                    and flow.a_port == s.dport
                    and flow.b_port == s.sport
                    and flow.a_hi == s.dst_hi
                    and flow.b_hi == s.src_hi
                ):
                    self.side = 1
                    return flow
            flow = flow.chain
        return None

    def _forget(self, flow: Flow) -> None:
        """What was found once for its 4-tuple is no longer true (used where it is not compiled)."""
        version = flow.ip_version
        forget = self.known.pop
        forget(ends_of(version, flow.a_hi, flow.a_lo, flow.a_port, flow.b_hi, flow.b_lo, flow.b_port), None)
        forget(ends_of(version, flow.b_hi, flow.b_lo, flow.b_port, flow.a_hi, flow.a_lo, flow.a_port), None)

    def add(self, flow: Flow, s: Segment) -> None:
        """Enter a flow whose end a is the sender of the segment; an older flow of the 4-tuple is shadowed."""
        h = self._hash(s)
        flow.hash = h
        self.name(flow, s)
        if not COMPILED:
            self._forget(flow)
        flow.last_ns = s.ts_ns
        at = h & self._mask
        flow.chain = self._heads[at]
        self._heads[at] = flow
        self.changes += 1
        self.changed_before = self.changed
        self.changed = h
        self.count += 1
        self.side = 0
        if self._activity is not None:
            self._note_activity(flow)
        # Where no cache holds them, who goes along a chain waits at each flow of it: then half of all chains are empty.
        if self.count > self._mask >> (self._mask > 0x8000):
            self._grow()

    def name(self, flow: Flow, s: Segment) -> None:
        """Give a flow its ends: a is the sender of the segment."""
        flow.a_hi = s.src_hi
        flow.a_lo = s.src_lo
        flow.a_port = s.sport
        flow.b_hi = s.dst_hi
        flow.b_lo = s.dst_lo
        flow.b_port = s.dport
        flow.ip_version = s.ip_version

    def _grow(self) -> None:
        old = self._heads
        size = len(old) * 4
        mask = size - 1
        heads: list[Flow | None] = [None] * size
        for head in old:
            # Reverse each chain first, so that the newest flow of a 4-tuple stays in front of older ones.
            backwards: Flow | None = None
            flow = head
            while flow is not None:
                rest = flow.chain
                flow.chain = backwards
                backwards = flow
                flow = rest
            flow = backwards
            while flow is not None:
                rest = flow.chain
                at = flow.hash & mask
                flow.chain = heads[at]
                heads[at] = flow
                flow = rest
        self._heads = heads
        self._mask = mask

    def remove(self, flow: Flow) -> None:
        """Take a flow out; it is `gone` afterwards."""
        if not COMPILED:
            self._forget(flow)
        self.changes += 1
        self.changed_before = self.changed
        self.changed = flow.hash
        at = flow.hash & self._mask
        other = self._heads[at]
        if other is flow:
            self._heads[at] = flow.chain
        else:
            while other is not None and other.chain is not flow:
                other = other.chain
            if other is None:
                return
            other.chain = flow.chain
        flow.chain = None
        flow.gone = True
        self.count -= 1
        if flow.leaves_ns:
            self._stale += 1
            if self._stale > self.count // SHARE + STALE:
                self._sweep()

    def _sweep(self) -> None:
        """Forget the visits to flows that are gone: until their time they would keep all of their memory."""
        for second in sorted(self._due):
            visits = [flow for flow in self._due[second] if not flow.gone]
            if visits:
                self._due[second] = visits
            else:
                del self._due[second]
        self._stale = 0
        self._visits = None

    def replace(self, flow: Flow, by: Flow) -> None:
        """Put another flow object in the place of one, for the same 4-tuple."""
        if not COMPILED:
            self._forget(flow)
        by.hash = flow.hash
        by.a_hi = flow.a_hi
        by.a_lo = flow.a_lo
        by.a_port = flow.a_port
        by.b_hi = flow.b_hi
        by.b_lo = flow.b_lo
        by.b_port = flow.b_port
        by.ip_version = flow.ip_version
        by.index = flow.index
        by.last_ns = flow.last_ns
        by.chain = flow.chain
        self.changes += 1
        self.changed_before = self.changed
        self.changed = flow.hash
        at = flow.hash & self._mask
        other = self._heads[at]
        if other is flow:
            self._heads[at] = by
        else:
            while other is not None and other.chain is not flow:
                other = other.chain
            if other is not None:
                other.chain = by
        flow.chain = None
        flow.gone = True
        if self._activity is not None:
            self._note_activity(by)
        if flow.leaves_ns:
            self._stale += 1
            self.schedule(by, flow.leaves_ns)

    def schedule(self, flow: Flow, leaves_ns: int) -> None:
        """Look at the flow again once capture time reaches `leaves_ns`; one visit at a time is kept."""
        if flow.leaves_ns:
            flow.leaves_ns = leaves_ns
            return
        flow.leaves_ns = leaves_ns
        second = leaves_ns // SECOND_NS
        if self._visits is None or second != self._visits_s:
            self._visits = self._due.setdefault(second, [])
            self._visits_s = second
        self._visits.append(flow)

    def has_due(self, now_ns: int) -> bool:
        """Whether a second has ended since the last look and visits may be due."""
        return now_ns // SECOND_NS > self._now_s

    def due(self, now_ns: int) -> list[Any]:
        """The flows whose visit is due, in order of (time, index); each must be scheduled again or removed."""
        now_s = now_ns // SECOND_NS
        self._now_s = now_s
        self._visits = None
        ready: list[Flow] = []
        for second in sorted([second for second in self._due if second < now_s]):
            for flow in self._due.pop(second):
                if flow.gone:
                    self._stale -= 1
                    continue
                leaves = flow.leaves_ns
                flow.leaves_ns = 0
                if leaves // SECOND_NS >= now_s:
                    self.schedule(flow, leaves)
                else:
                    ready.append(flow)
        ready.sort(key=_last_then_index)
        return ready

    def _note_activity(self, flow: Flow) -> None:
        """Enter a flow where `evict` looks; what is full of flows that are gone is made anew when it is needed."""
        activity = self._activity
        if activity is None:
            return
        if len(activity) + len(self._queue) - self._queue_at > 2 * self.count + SLACK:
            self._activity = None
            return
        self._ask(flow)

    def _ask(self, flow: Flow) -> None:
        """Ask a flow when it was active last, and put it where it belongs by its answer."""
        flow.asked_ns = flow.last_ns
        queue = self._queue
        activity = self._activity
        if activity is not None and len(queue) > self._queue_at:
            last = queue[len(queue) - 1]
            if flow.asked_ns < last.asked_ns or (flow.asked_ns == last.asked_ns and flow.index < last.index):
                heappush(activity, flow)
                return
        queue.append(flow)

    def evict(self) -> Any:
        """The least recently active flow (exactly; of several the one that began first), still in the table, or None.

        Lazy: all stand in order of when each was active last when it was asked, which is never later than when it really
        was. So the first one whose answer has not changed is the one, and packets cost nothing here. The latest answers
        come in order and wait in a queue; those that do not, in a heap.
        """
        activity = self._activity
        if activity is None:
            activity = self._activity = []
            self._queue = []
            self._queue_at = 0
            for flow in self.flows():
                self._ask(flow)
        while True:
            queue = self._queue
            queued = self._queue_at < len(queue)
            if activity and (not queued or activity[0] < queue[self._queue_at]):
                flow = activity[0]
                if not flow.gone and flow.last_ns == flow.asked_ns:
                    return flow
                heappop(activity)
            elif queued:
                flow = queue[self._queue_at]
                if not flow.gone and flow.last_ns == flow.asked_ns:
                    return flow
                self._queue_at += 1
                if self._queue_at > SLACK and self._queue_at * 2 > len(queue):
                    del queue[: self._queue_at]
                    self._queue_at = 0
            else:
                return None
            if not flow.gone:
                self._ask(flow)

    def flows(self) -> list[Any]:
        """Every flow, in order of index."""
        found: list[Flow] = []
        low = high = 0
        heads = self._heads
        for number in range(len(heads)):
            if COMPILED:
                fetch.item(heads, number + 16)
            flow = heads[number]
            while flow is not None:
                low = min(low, flow.index) if found else flow.index
                high = max(high, flow.index)
                found.append(flow)
                flow = flow.chain
        if high - low < 2 * len(found):  # each has a place of its own: nothing needs to be compared
            places: list[Flow | None] = [None] * (high - low + 1)
            for number in range(len(found)):
                if COMPILED:
                    fetch.item(found, number + 16)
                flow = found[number]
                places[flow.index - low] = flow
            ordered = [flow for flow in places if flow is not None]
            if len(ordered) == len(found):
                return ordered
        found.sort(key=_index)
        return found


def _index(flow: Flow) -> int:
    return flow.index


def _last_then_index(flow: Flow) -> tuple[int, int]:
    return (flow.last_ns, flow.index)
