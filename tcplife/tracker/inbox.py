# cython: annotation_typing=False, language_level=3, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What passed the capture point towards an endpoint and may move it, until its own segments prove or disprove it.

In: events with the packet that carries them. Out: which of them is the cause once the endpoint shows the new state.
A candidate is alive until the endpoint sends something which it would not have sent had it got the candidate
(`disprove`); a dead one can still be the cause when nothing else is left, as it may only have been late.
"""

from __future__ import annotations

MAX_CANDIDATES = 24
"""Kept per endpoint: repeats beyond that add nothing, the first and the latest are what matters."""


class Candidate:
    """One event under way: the packet that carries it, and how far the peer had sent before that packet."""

    __slots__ = ("alive", "event", "mark", "packet", "ts_ns")

    def __init__(self, event: int, packet: int, ts_ns: int, mark: int) -> None:
        self.event = event
        self.packet = packet
        self.ts_ns = ts_ns
        self.mark = mark
        self.alive = True


class Inbox:
    """The candidates of one endpoint, in the order in which they passed."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: list[Candidate] = []

    def offer(self, event: int, packet: int, ts_ns: int, mark: int) -> None:
        """Something that would cause `event` has passed towards the endpoint."""
        if len(self.waiting) >= MAX_CANDIDATES:
            del self.waiting[MAX_CANDIDATES // 2]
        self.waiting.append(Candidate(event, packet, ts_ns, mark))

    def has(self, event: int) -> bool:
        """Whether a live candidate for the event waits."""
        for candidate in self.waiting:
            if candidate.event == event and candidate.alive:
                return True
        return False

    def first(self, event: int) -> Candidate | None:
        """The earliest live candidate for the event; failing that the latest dead one; failing that None."""
        dead = None
        for candidate in self.waiting:
            if candidate.event == event:
                if candidate.alive:
                    return candidate
                dead = candidate
        return dead

    def last(self, event: int) -> Candidate | None:
        """The latest live candidate for the event; failing that the latest dead one; failing that None."""
        found = None
        for candidate in self.waiting:
            if candidate.event == event and (candidate.alive or found is None or not found.alive):
                found = candidate
        return found

    def forget(self, event: int) -> None:
        """The event has taken place (or cannot any more): drop its candidates."""
        self.waiting = [candidate for candidate in self.waiting if candidate.event != event]

    def disprove(self, event: int, before_ns: int) -> int:
        """The endpoint shows that no candidate which passed at or before `before_ns` reached it; how many died."""
        died = 0
        for candidate in self.waiting:
            if candidate.event == event and candidate.alive and candidate.ts_ns <= before_ns:
                candidate.alive = False
                died += 1
        return died
