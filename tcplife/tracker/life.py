# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One connection while it lives: two endpoints, the log of their transitions, and the only place that changes a state.

In: events for an endpoint, each with its packet and its basis. Out: rows of the transition log. Every change goes
through `move`, which asks the table of `transitions`: no row, no change.
"""

from __future__ import annotations

from array import array

from ..flows.table import Flow
from ..model import longs
from ..model.compiled import COMPILED
from ..model.names import BY_RECEIVING, BY_TIMER, CLOSED, ESTABLISHED, LISTEN, M32, SYN_RECEIVED, TIME_WAIT, UNKNOWN
from ..model.pool import pooled
from .cookies import had_opened, is_in_doubt
from .endpoint import NOBODY, Endpoint
from .facts import TICK_NS
from .ignorance import may_have_begun_closed, may_have_closed, may_have_closed_before
from .inbox import Candidate
from .incidents import NO_INCIDENTS, Incidents
from .log import in_order
from .transitions import (
    EVENT_COUNT,
    EVENT_OF,
    FROM_OF,
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    MAY_BE_IN_TIME_WAIT,
    NEXT,
    NO_ROW,
    ROW_OF,
    SENDS_RST,
    TIMER_2MSL,
    TO_OF,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.segment import Segment

ROW_WIDTH = 4
NUMBERS = array("q")
WITHDRAWN = -1
"""Code of a log row that later evidence took back."""


class Life(Flow):
    """One incarnation of a 4-tuple; side a sent its first packet.

    raw_ns: the last packet's time as captured (last_ns never goes back). calm: see `plain`.
    cookies: a listener here was seen to keep nothing of a SYN that it answered (SYN cookies, RFC 4987 3.6). doubtful: nothing tells whether its FINs crossed.
    incidents: what few have.
    rows: the transition log as `model.connection.TRANSITION_WIDTH` describes, sides being a and b.
    """

    __slots__ = (
        "a", "anomalies", "b", "calm", "close_packet", "cookies", "details", "doubtful", "ended", "first_packet", "held", "held_over", "incidents", "last_packet", "left", "mail", "quiet_ns", "raw_ns", "reopened", "reported", "rows", "segments", "spent", "start_ns", "syn_side", "synack_side", "tunnel", "wire", "wire_flip", "zeek",
    )  # fmt: skip

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing was seen of it yet."""
        if not COMPILED:
            self._blank()
        self.unnamed()
        self.a = Endpoint.__new__(Endpoint)
        self.b = Endpoint.__new__(Endpoint)
        self.a.begin(0)
        self.b.begin(1)
        self.incidents = NO_INCIDENTS
        self.rows = longs.spare(NUMBERS, 16)  # what is open seldom has more than four rows
        self.syn_side = -1
        self.synack_side = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.first_packet = self.last_packet = self.start_ns = self.tunnel = self.left = 0
        self.close_packet = self.reopened = self.wire_flip = self.quiet_ns = self.raw_ns = 0
        self.ended = self.reported = self.held_over = self.cookies = self.doubtful = self.calm = False
        self.anomalies: array[int] | None = None
        self.segments: array[int] | None = None
        self.details: list[tuple[bytes, bytes]] | None = None
        self.held: list[Segment] | None = None
        self.mail: Any = None
        self.wire: Any = None
        self.zeek: Any = None
        self.spent: Any = None

    def own_incidents(self) -> Incidents:
        """What happened to it and to few others, to be written to."""
        incidents = self.incidents
        if incidents.blank:
            incidents = self.incidents = Incidents.__new__(Incidents)
            incidents.begin()
        return incidents

    def move(self, e: Endpoint, event: int, packet: int, ts_ns: int, basis: int, confirmed: int) -> bool:
        """Move an endpoint by the table; False when the table has no such row (then nothing happens)."""
        cell = e.state * EVENT_COUNT + event
        to = NEXT[cell]
        if to == NO_ROW:
            return False
        longs.push4(self.rows, packet, ts_ns, e.side | basis << 1 | ROW_OF[cell] << 3, confirmed)
        e.state = to
        if to == TIME_WAIT:
            e.own_fins().tw_ns = ts_ns
        elif to == CLOSED:
            e.end_ns = ts_ns
        return True

    def settle(self, e: Endpoint, candidate: Candidate, confirmed: int) -> bool:
        """A candidate is the cause: move by it, and drop the rest that waited for the same event."""
        inbox = e.inbox
        moved = self.move(e, candidate.event, candidate.packet, candidate.ts_ns, BY_RECEIVING, confirmed)
        if inbox is not None:
            e.inbox = inbox.without(candidate.event)
        return moved

    def view(self, e: Endpoint) -> int:
        """The endpoint's state with everything alive in its inbox taken as delivered."""
        if e.inbox is None:
            return e.state
        return self.view_but_for(e, -1)

    def view_but_for(self, e: Endpoint, event: int) -> int:
        """The endpoint's state with everything alive in its inbox taken as delivered, but for one kind of event."""
        inbox = e.inbox
        state = e.state
        if inbox is None:
            return state
        candidate: Candidate | None = inbox
        while candidate is not None:
            if candidate.alive and candidate.event != event:
                to = NEXT[state * EVENT_COUNT + candidate.event]
                if to != NO_ROW:
                    state = to
            candidate = candidate.later
        return state

    def take_tentative(self, e: Endpoint) -> None:
        """Apply what waits alive, unconfirmed: nothing more will come to prove or disprove it."""
        inbox = e.inbox
        if inbox is None:
            return
        e.inbox = None
        candidate: Candidate | None = inbox
        while candidate is not None:
            if candidate.alive or (candidate.doubted and self._only_late(e, inbox, candidate)):
                if candidate.event == GETS_RST:
                    self._take_fin_before(e, inbox, candidate)
                self.move(e, candidate.event, candidate.packet, candidate.ts_ns, BY_RECEIVING, 0)
            candidate = candidate.later

    def _take_fin_before(self, e: Endpoint, inbox: Candidate, reset: Candidate) -> None:
        """A reset with the number after the peer's FIN is exact only if the FIN had arrived, however late."""
        peer = self.b if e is self.a else self.a
        if peer.fin < 0 or reset.seq != peer.fin + 1:
            return
        for candidate in inbox.all():
            if candidate.event == GETS_FIN and not candidate.alive and candidate.packet < reset.packet:
                self.move(e, GETS_FIN, candidate.packet, candidate.ts_ns, BY_RECEIVING, 0)
                return

    def _only_late(self, e: Endpoint, inbox: Candidate, doubted: Candidate) -> bool:
        """Never sent again by a peer that could have: a doubted candidate without a live or later one was only late. What
        is refused is answered at once (RFC 9293 3.10.7.4), so an ACK with no word since was not.
        """
        peer = self.b if e is self.a else self.a
        if doubted.event == GETS_RST_AFTER_LISTEN:
            return inbox.last(GETS_RST_AFTER_LISTEN) is doubted and not inbox.has(GETS_ACK_OF_SYN)
        if peer.odd.rst_packet and doubted.event != GETS_RST:
            return doubted.event == GETS_ACK_OF_FIN and e.last_packet < doubted.packet
        for candidate in inbox.all():
            if candidate.event == doubted.event and candidate is not doubted:
                several = doubted.event in (GETS_RST, GETS_ACK_OF_FIN)
                if not several or candidate.doubted == (candidate.packet < doubted.packet):
                    return False  # of several resets in doubt, or ACKs of a FIN not sent again, the first
        return True

    def run_timer(self, e: Endpoint, now_ns: int, two_msl_ns: int) -> None:
        """TIME_WAIT ends when 2MSL of capture time have passed since it began or was last restarted.

        Source: RFC 9293 3.10.8.
        """
        if e.state != TIME_WAIT and (not MAY_BE_IN_TIME_WAIT[e.state] or self.view(e) != TIME_WAIT):
            return
        began = e.fins.tw_ns
        candidate = e.inbox
        while candidate is not None:
            began = max(began, candidate.ts_ns)
            candidate = candidate.later
        if began < 0 or now_ns - began < two_msl_ns:
            return
        restarted = e.fins.tw_ns
        self.take_tentative(e)
        if restarted > e.fins.tw_ns:
            e.fins.tw_ns = restarted
        self.move(e, TIMER_2MSL, 0, began + two_msl_ns, BY_TIMER, 0)

    def last_row(self, e: Endpoint) -> int:
        """Where the endpoint's latest row begins in `rows`, -1 if it has none."""
        rows = self.rows
        for at in range(len(rows) - ROW_WIDTH, -1, -ROW_WIDTH):
            if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
                return at
        return -1

    def take_back(self, e: Endpoint, at: int) -> None:
        """Take back the endpoint's latest row, which begins there."""
        rows = self.rows
        e.state = FROM_OF[rows[at + 2] >> 3]
        rows[at + 2] = WITHDRAWN

    def take_back_if(self, e: Endpoint, event: int) -> bool:
        """Take back the endpoint's latest row if it is this event."""
        at = self.last_row(e)
        if at < 0 or EVENT_OF[self.rows[at + 2] >> 3] != event:
            return False
        self.take_back(e, at)
        return True

    def row_of(self, e: Endpoint, event: int) -> int:
        """Where the endpoint's latest row of this event begins in `rows`, -1 if it has none."""
        rows = self.rows
        for at in range(len(rows) - ROW_WIDTH, -1, -ROW_WIDTH):
            code = rows[at + 2]
            if code >= 0 and code & 1 == e.side and EVENT_OF[code >> 3] == event:
                return at
        return -1

    def take_back_from(self, e: Endpoint, at: int) -> list[tuple[int, int, int, int, int]]:
        """Take back the endpoint's row that begins there and all its later ones: those, to be told again."""
        rows = self.rows
        later = []
        e.state = FROM_OF[rows[at + 2] >> 3]
        for row in range(at, len(rows), ROW_WIDTH):
            code = rows[row + 2]
            if code >= 0 and code & 1 == e.side:
                if row > at:
                    later.append((EVENT_OF[code >> 3], rows[row], rows[row + 1], code >> 1 & 3, rows[row + 3]))
                rows[row + 2] = WITHDRAWN
        for odd in (self.a.odd, self.b.odd):
            if odd.gone_rows >= 0:
                odd.gone_rows = -1
        return later

    def tell_again(self, e: Endpoint, later: list[tuple[int, int, int, int, int]]) -> None:
        """Move the endpoint as it was told before something earlier changed: it did not listen."""
        for event, packet, ts_ns, basis, confirmed in later:
            self.move(e, GETS_RST if event == GETS_RST_AFTER_LISTEN else event, packet, ts_ns, basis, confirmed)

    def time_of(self, packet: int, otherwise_ns: int) -> int:
        """When a packet that moved somebody passed."""
        rows = self.rows
        for at in range(0, len(rows), ROW_WIDTH):
            if rows[at] == packet:
                return int(rows[at + 1])
        return otherwise_ns

    def is_over(self) -> bool:
        """Whether both endpoints have reached the end of their lives, or one has and the other never showed."""
        first = self.view(self.a)
        second = self.view(self.b)
        if first in (CLOSED, TIME_WAIT):
            return second in (CLOSED, TIME_WAIT) or (second in (UNKNOWN, LISTEN))
        return second in (CLOSED, TIME_WAIT) and first in (UNKNOWN, LISTEN)

    def finish(self, now_ns: int, two_msl_ns: int) -> None:
        """Nothing more will come: take what is tentative, run the timers, put the log in order."""
        self._finish_side(self.a, now_ns, two_msl_ns)
        self._finish_side(self.b, now_ns, two_msl_ns)
        self._admit_ignorance()
        self.rows = in_order(self.rows)

    def _finish_side(self, e: Endpoint, now_ns: int, two_msl_ns: int) -> None:
        self.run_timer(e, now_ns, two_msl_ns)
        self.take_tentative(e)
        never = self.cookies and e.syn_acks > 0 and e.syns == 0 and not had_opened(self.rows, e.side)
        if (never and e.state in (LISTEN, SYN_RECEIVED, CLOSED)) or is_in_doubt(e):
            e.state = UNKNOWN
            self._reduce(e, False)
            if never:
                e.state = CLOSED
        if e.state == LISTEN and e.packets == e.odd.resets and self.last_row(e) < 0:
            e.state = UNKNOWN

    def end(self) -> None:
        """It has ended, and may wait long for late segments: what only much traffic needs goes."""
        self.ended = True
        if self.a.timing is not None:
            self.a.timing.rest()
        if self.b.timing is not None:
            self.b.timing.rest()

    def empty(self) -> None:
        """Its record is out: keep what tells late segments and another incarnation from each other, and no more."""
        self.reported = True
        self.rows = array("q")
        self.anomalies = self.segments = self.details = None
        if self.incidents.icmp is not None:
            self.incidents.icmp = None
        self.zeek = self.spent = None
        self.calm = self.asleep = False
        self.a.empty()
        self.b.empty()

    def let_go(self) -> None:
        """It has left: what it is made of goes at once, and not with the last list that knows it still (`flows.table`)."""
        self.a = self.b = NOBODY
        self.rows = NUMBERS
        self.anomalies = None
        self.wire = self.zeek = self.spent = None

    def _admit_ignorance(self) -> None:
        """A capture that begins in the middle, or lacks a packet, may lack a FIN: then its acknowledgement covers a
        number that nobody saw an octet at, and both lives read otherwise. Nothing tells; what a reset ended did end. A
        SYN+ACK without its SYN, and repeated, may be no beginning.
        """
        if self.doubtful:
            for x in (self.a, self.b):
                self._reduce(x, self.a.syn_packet > 0 and self.b.syn_packet > 0)
            return
        began = self.syn_side >= 0 or self.synack_side >= 0
        if began and (self.a.syns or self.b.syns or self.a.syn_acks + self.b.syn_acks < 2):
            if may_have_closed(self.a, self.b) or may_have_closed(self.b, self.a):
                self._reduce(self.a, True)
                self._reduce(self.b, True)
            return
        for x, y in ((self.a, self.b), (self.b, self.a)):
            if may_have_closed(x, y) if began and not x.packets else may_have_begun_closed(x, y):
                self._reduce(x, False)
                self._reduce(y, False)
                return
            if not began and y.fins.packet == self.first_packet and may_have_closed_before(x, y):
                self._reduce(x, False)

    def follows(self, old: Life) -> None:
        """It is the next life of the 4-tuple. A listener's ISN is ahead of the caller's by the same in both only with SYN
        cookies: Linux adds the SYN's number to a hash of the addresses (secure_tcp_syn_cookie).
        """
        self.cookies = old.cookies
        listened = old.b if old.b.syn_acks else old.a
        called = old.a if old.b.syn_acks else old.b
        if listened.syn_acks and not listened.syns and called.based:
            incidents = self.own_incidents()
            incidents.gap_before = listened.base - called.base & M32
            if listened.clock_raw >= 0:
                incidents.clock_zero_ns = listened.clock_ns - listened.clock_raw * TICK_NS

    def begin_again(self, e: Endpoint) -> None:
        """What it sent so far was nothing to its peer, who was waiting for a SYN (RFC 9293 3.10.7.3): it begins now."""
        rows = self.rows
        for at in range(0, len(rows), ROW_WIDTH):
            if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
                rows[at + 2] = WITHDRAWN
        e.state = LISTEN
        e.middle = False
        e.syn_acks = 0
        e.forget_reset()
        e.inbox = None
        peer = self.b if e is self.a else self.a
        if peer.inbox is not None:
            peer.inbox = peer.inbox.without(GETS_FIN)

    def forget(self, e: Endpoint) -> None:
        """It was not its own life: keep nothing."""
        e.forget_reset()
        self._reduce(e, False)

    def _reduce(self, e: Endpoint, opened: bool) -> None:
        """Keep nothing but that it ended by a reset, if it did; else how it came to be open, if that is certain."""
        rows = self.rows
        last = self.last_row(e)
        event = -1
        if last >= 0 and e.state == CLOSED:
            code = rows[last + 2]
            event = EVENT_OF[code >> 3]
        reset = event == GETS_RST or (event == SENDS_RST and e.odd.rst_packet > 0)
        for at in range(len(rows) - ROW_WIDTH, -1, -ROW_WIDTH):
            if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
                if opened and not reset and TO_OF[rows[at + 2] >> 3] == ESTABLISHED:
                    break
                rows[at + 2] = WITHDRAWN
        e.inbox = None
        e.state = UNKNOWN
        if reset:
            self.move(e, event, rows[last], rows[last + 1], code >> 1 & 3, rows[last + 3])


pooled(Life)
