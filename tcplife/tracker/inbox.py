# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What passed the capture point towards an endpoint and may move it, until its own segments prove or disprove it.

In: events with the packet that carries them. Out: which of them is the cause once the endpoint shows the new state.
A candidate is alive until the endpoint sends something which it would not have sent had it got the candidate
(`disprove`); a dead one can still be the cause when nothing else is left, as it may only have been late.
"""

from __future__ import annotations

from ..model.pool import pooled
from .facts import MAX_CANDIDATES
from .transitions import GETS_ACK_OF_SYN

LATEST_NS = 1_000_000_000
"""What has not arrived after so long is not late but lost."""


class Candidate:
    """One event under way: the packet that carries it, its number, how far the peer had sent before it, its timestamp.

    Those of one endpoint are a chain in the order in which they passed: its inbox is the first of them, `later` the next.
    What is asked of an inbox is asked of that first one, about itself and all later ones.

    octets: it brings some, or a FIN beyond some that are missing. ack: what it acknowledges. echoes: its arrival in
    order would show in the receiver's timestamp echoes (RFC 7323 4.3). alive: nothing speaks against its arrival. doubted: it had not arrived when it should have;
    perhaps only late. told: that it was lost has been told.
    """

    __slots__ = (
        "ack",
        "alive",
        "doubted",
        "echoes",
        "event",
        "later",
        "mark",
        "octets",
        "packet",
        "seq",
        "told",
        "ts_ns",
        "ts_val",
    )

    event: int
    packet: int
    ts_ns: int
    mark: int
    ts_val: int
    octets: bool
    seq: int
    ack: int
    echoes: bool
    alive: bool
    doubted: bool
    told: bool
    later: Candidate | None

    def offer(self, candidate: Candidate) -> None:
        """Something else that would cause an event has passed towards the endpoint."""
        last = self
        number = 1
        while last.later is not None:
            last = last.later
            number += 1
        last.later = candidate
        if number >= MAX_CANDIDATES:
            before = self
            for _ in range(MAX_CANDIDATES // 2 - 1):
                before = before.later  # type: ignore[assignment]
            before.later = before.later.later  # type: ignore[union-attr]

    def count(self, event: int) -> int:
        """How many live candidates for the event wait."""
        found = 0
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.alive:
                found += 1
            candidate = candidate.later
        return found

    def has(self, event: int) -> bool:
        """Whether a live candidate for the event waits."""
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.alive:
                return True
            candidate = candidate.later
        return False

    def first(self, event: int) -> Candidate | None:
        """The earliest live candidate for the event; failing that the latest dead one; failing that None."""
        dead = None
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event:
                if candidate.alive:
                    return candidate
                dead = candidate
            candidate = candidate.later
        return dead

    def last(self, event: int) -> Candidate | None:
        """The latest live candidate for the event; failing that the latest dead one; failing that None."""
        found = None
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and (candidate.alive or found is None or not found.alive):
                found = candidate
            candidate = candidate.later
        return found

    def brought_by(self, event: int, packet: int) -> Candidate | None:
        """The candidate for the event that this packet carries, alive or not."""
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.packet == packet:
                return candidate
            candidate = candidate.later
        return None

    def keep_exact(self, event: int) -> None:
        """Of the candidates for the event only those with the number after the SYN count still."""
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.seq != 1:
                candidate.alive = candidate.doubted = False
            candidate = candidate.later

    def keep_from(self, event: int, number: int) -> None:
        """Of the candidates for the event those with a lower number do not count."""
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.seq < number:
                candidate.alive = candidate.doubted = False
            candidate = candidate.later

    def renumber(self, event: int) -> None:
        """Their sender counts from another number: those of its candidates for the event say nothing any more."""
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event:
                candidate.seq = -1
            candidate = candidate.later

    def without(self, event: int) -> Candidate | None:
        """The event has taken place (or cannot any more): what waits besides, the endpoint's inbox from now on."""
        first: Candidate | None = self
        while first is not None and first.event == event:
            first = first.later
        if first is None:
            return None
        before = first
        candidate = first.later
        while candidate is not None:
            if candidate.event == event:
                before.later = candidate.later
            else:
                before = candidate
            candidate = candidate.later
        return first

    def echoed(self, event: int, ts_ecr: int) -> Candidate | None:
        """The candidate whose timestamp the endpoint echoes (RFC 7323 4.1), None if none or several."""
        found = None
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.ts_val == ts_ecr:
                if found is not None:
                    return None
                found = candidate
            candidate = candidate.later
        return found

    def doubt(self, event: int, before_ns: int) -> int:
        """The endpoint did not have it yet when it could have: lost, or merely late; how many are doubted anew."""
        doubted = 0
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.ts_ns <= before_ns:
                if candidate.alive:
                    doubted += 1
                    candidate.doubted = True
                candidate.alive = False
                if candidate.ts_ns <= before_ns - LATEST_NS:
                    candidate.doubted = False
            candidate = candidate.later
        return doubted

    def doubt_below(self, event: int, number: int) -> None:
        """What brings the event with what lies below this number came, without it: refused before, or merely late."""
        candidate: Candidate | None = self
        while candidate is not None:
            if candidate.event == event and candidate.seq < number and candidate.alive:
                candidate.alive = False
                candidate.doubted = True
            candidate = candidate.later

    def doubt_latest(self) -> None:
        """What was offered last will probably not be accepted."""
        candidate = self
        while candidate.later is not None:
            candidate = candidate.later
        candidate.alive = False
        candidate.doubted = True

    def refuse_latest(self) -> None:
        """What was offered last is not accepted, unless things are not as they seem."""
        candidate = self
        while candidate.later is not None:
            candidate = candidate.later
        candidate.alive = False

    def disprove(self, event: int, before_ns: int) -> int:
        """The endpoint shows that no candidate which passed at or before `before_ns` reached it; how many died.

        An ACK of nothing opens one that has called, and its SYN is as unacknowledged as before: that shows nothing.
        """
        died = 0
        candidate: Candidate | None = self
        while candidate is not None:
            of_nothing = event == GETS_ACK_OF_SYN and candidate.ack == 0
            if candidate.event == event and candidate.ts_ns <= before_ns and not of_nothing:
                died += candidate.alive
                candidate.alive = False
                candidate.doubted = False
            candidate = candidate.later
        return died

    def all(self) -> list[Candidate]:
        """All of them, to be kept apart from the chain."""
        found = []
        candidate: Candidate | None = self
        while candidate is not None:
            found.append(candidate)
            candidate = candidate.later
        return found


pooled(Candidate)


def candidate_of(
    event: int, packet: int, ts_ns: int, mark: int, ts_val: int, octets: bool, seq: int, ack: int, echoes: bool
) -> Candidate:
    """Return a live one. A function, as a compiled class cannot be called without a Python object for each number."""
    made = Candidate.__new__(Candidate)
    made.event = event
    made.packet = packet
    made.ts_ns = ts_ns
    made.mark = mark
    made.ts_val = ts_val
    made.octets = octets
    made.seq = seq
    made.ack = ack
    made.echoes = echoes
    made.alive = True
    made.doubted = False
    made.told = False
    made.later = None
    return made


def chain_of(candidates: list[Candidate]) -> Candidate | None:
    """Return the first of these, with the others behind it; None if there is none."""
    first: Candidate | None = None
    for number in range(len(candidates) - 1, -1, -1):
        candidate = candidates[number]
        candidate.later = first
        first = candidate
    return first
