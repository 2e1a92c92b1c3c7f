# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Does a segment belong to the known life of its 4-tuple, or does it begin a new one?

In: a life, and a segment with SYN (or any while a SYN is held). Out: JOIN, FRESH, HOLD... A SYN with another ISN is
held back until what follows tells a new incarnation (a matching SYN+ACK that the opener takes) from an old duplicate
(RFC 9293 figure 8), a half-open discovery (figure 9) or a forged one: those stay in the old life.
"""

from __future__ import annotations

from ..model.names import (
    ACK,
    BY_RECEIVING,
    CLOSED,
    FIN,
    FIN_WAIT_1,
    LISTEN,
    M32,
    RST,
    SYN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    UNKNOWN,
)
from .timestamps import is_older
from .transitions import EVENT_OF, GETS_ACK_OF_SYN, GETS_FIN, GETS_NEW_SYN, GETS_RST, GETS_SYN_ACK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation

JOIN, FRESH, HOLD, FRESH_WITH_HELD, JOIN_AFTER_HELD = range(5)
"""join the life; begin a new one; hold the segment back; begin a new one with what was held; the held ones first."""

MAX_HELD = 8
HALF = 0x80000000
RETRY_NS = 1_000_000_000
"""An unanswered opener repeats its own ISN for a second at least; another ISN after that is another attempt."""
ISN_TICK_NS = 64
ISN_SLACK_NS = 2_000_000
"""What two SYNs' ways to the capture point may differ by: one ISN in 65,000 drawn at random lies within."""
REUSE_STEP = 65537
SLOWEST_TICK_NS = 120_000_000
"""Timestamp clocks in use tick at least ten times a second (RFC 7323 5.4 allows once)."""
IDLE_NS = 24 * 3600 * 1_000_000_000
"""Idle beyond doubt: no keep-alive default is longer than 2 hours; a day allows for a sleeping laptop."""


def decide(life: Life, side: int, s: Segment) -> int:
    """Where the segment goes. `life.held` is a list of copies of held segments, or None."""
    if life.held is not None:
        return _decide_held(life, side, s)
    if not s.flags & SYN:
        return JOIN
    e = life.a if side == 0 else life.b
    p = life.b if side == 0 else life.a
    if not e.based or (p.state == SYN_SENT and not e.syns and not e.syn_acks):
        return JOIN
    if s.signed and p.packets > p.odd.resets and not p.odd.signed and life.view(p) != TIME_WAIT:
        return JOIN  # it is dropped unread
    if s.seq == e.base:
        stands = s.ts_val >= 0 and s.ts_val == e.syn_ts_val and (s.length > 0) == e.early
        stands = stands and (s.ts_ns - e.syn_ns > SLOWEST_TICK_NS or s.ip_id == e.syn_id > 0)
        is_copy = stands or (is_older(e, s) and ((e.syn_ts_val - s.ts_val) & M32 < HALF or not life.is_over()))
        if s.flags & ACK or not p.syn_acks or is_copy:
            return JOIN
        if not life.is_over() and (life.view(p) not in (TIME_WAIT, CLOSED) or e.state == SYN_SENT):
            return JOIN
        life.held_over = False
        return HOLD
    if s.flags & RST:
        return JOIN
    if s.flags & ACK:
        if is_older(e, s):
            return JOIN
        if life.is_over() and not 0 <= (s.ack - p.base & M32) <= p.snd_max and e.state != CLOSED:
            life.held_over = True
            return HOLD  # it may answer another SYN, which was not captured
        return JOIN
    if s.flags & FIN:
        life.held_over = False  # Linux passes it over (tcp_rcv_state_process), so it begins nothing unless answered
        return HOLD
    waits = TIME_WAIT in (life.view(e), life.view_but_for(p, GETS_RST))  # a reset may be refused, too (RFC 1337)
    if waits or life.is_over():
        life.held_over = True
        return HOLD if waits else FRESH
    if s.ts_ns - life.last_ns > IDLE_NS:
        return FRESH
    again = _asks_again(e, s)
    life.held_over = again or life.view(e) == CLOSED
    if e.state == SYN_SENT and not p.syns and not p.syn_acks:
        if again or (p.packets == 0 and s.ts_ns - e.last_ns > RETRY_NS):
            return FRESH
        life.held_over = True
    return HOLD


def reopens_in_vain(o: Observation, p: Endpoint) -> None:
    """A SYN with another number and with FIN ends TIME_WAIT as any SYN does; then the listener passes it over."""
    life = o.life
    s = o.segment
    e = o.sender
    if not s.flags & FIN or p.syns or p.last_packet > s.packet or life.view(p) != TIME_WAIT:
        return
    if o.seq <= p.ack and not _is_newer(e, p, s.ts_val):
        return
    for candidate in () if p.inbox is None else p.inbox.all():
        if candidate.packet > s.packet:
            return  # it was held back, and in TIME_WAIT only since
    life.take_tentative(p)
    life.move(p, GETS_NEW_SYN, s.packet, o.ts_ns, BY_RECEIVING, 0)


def _is_newer(e: Endpoint, p: Endpoint, value: int) -> bool:
    """Whether e to p the timestamp of a SYN is newer than what p has had (RFC 6191)."""
    if not (e.timestamps and p.timestamps) or value < 0:
        return False
    return e.ts_recent >= 0 and 0 < (value - e.ts_recent) & M32 < HALF


def _asks_again(e: Endpoint, s: Segment) -> bool:
    """Its ISN is ahead of its last one by what the clock of ISNs has run since: the same host, for which the old life is
    over (RFC 6528 3; in Linux, secure_tcp_seq, a tick is 64 ns); or beyond its last number by what Linux adds out of
    TIME_WAIT (tcp_twsk_unique).
    """
    if s.seq == (e.next_raw + REUSE_STEP & M32):
        return True
    since = s.ts_ns - e.syn_ns
    if not e.syn_packet or since < 10 * ISN_SLACK_NS or since >> 38:
        return False
    ahead = since - (s.seq - e.base & M32) * ISN_TICK_NS
    return -ISN_SLACK_NS < ahead < ISN_SLACK_NS


def _decide_held(life: Life, side: int, s: Segment) -> int:
    held = life.held or []
    first = held[0]
    from_opener = s.src_lo == first.src_lo and s.sport == first.sport and s.src_hi == first.src_hi
    flags = s.flags
    e = life.a if side == 0 else life.b
    p = life.b if side == 0 else life.a
    if len(held) >= MAX_HELD:
        return JOIN_AFTER_HELD
    if first.flags & ACK:
        return _decide_answer(first, s, from_opener=from_opener)
    if flags & (SYN | ACK | RST) == SYN | ACK:
        if e.inbox is not None and s.seq == (e.next_raw + REUSE_STEP & M32):
            e.inbox.disprove(GETS_RST, s.ts_ns)  # a number that Linux takes out of TIME_WAIT only: none had ended it
        if not from_opener and (s.ack - first.seq - 1 & M32) <= _longest(held):
            waits = e.state == SYN_RECEIVED or (e.state == FIN_WAIT_1 and p.ack < 1)  # closed before it was open
            called = e.syns > 0 and e.state != SYN_SENT and first.flags & FIN > 0  # its SYN is not acknowledged yet
            waits = waits or called
            if s.seq == e.base and (waits or (first.seq == p.base and is_older(p, first))):
                return JOIN_AFTER_HELD  # the very SYN+ACK of the old life: it is not over, or these are copies
            if e.syns == 0 and s.seq - e.base & M32 == first.seq - p.base & M32:
                life.cookies = True  # see `Life.follows`
            if e.syns == 0 and (e.state == SYN_RECEIVED or (e.state == CLOSED and first.seq != p.base)):
                return FRESH_WITH_HELD  # it has reset the old SYN, or given it up (a timer, an ICMP error), or kept nothing
            return HOLD if p.state == SYN_SENT else FRESH_WITH_HELD
        return FRESH_WITH_HELD if from_opener and s.seq == first.seq and _answers_crossing(held, s) else JOIN
    if flags & (SYN | RST) == SYN:
        if not from_opener:
            if life.view(e) == CLOSED or _asks_again(e, s):
                return JOIN_AFTER_HELD
            return JOIN if s.seq == e.base else HOLD  # it may cross the one that is held
        if s.seq == first.seq:
            return FRESH_WITH_HELD if _insists(life, e, p, s) else HOLD
        return JOIN_AFTER_HELD if _answer(life) is None else HOLD
    if (
        flags & (RST | ACK) == RST | ACK
        and not from_opener
        and (s.ack - first.seq - 1 & M32) == first.length + (first.flags & FIN)
    ):
        over = _asks_again(p, first) or life.view(e) in (UNKNOWN, LISTEN, CLOSED, TIME_WAIT)
        copy = first.seq == p.base and p.odd.rst_packet > 0  # of the SYN of one that has gone by its own reset
        return FRESH_WITH_HELD if over and not copy else JOIN_AFTER_HELD
    if not flags & RST and not from_opener and not _asks_again(p, first):
        life.held_over = False  # the old life answers by itself (challenge ACK, or TIME_WAIT's): a stray
    answer = _answer(life)
    if answer is not None:
        if not from_opener:
            return HOLD
        takes_it = s.seq == (first.seq + 1 & M32) or s.ack == (answer.seq + 1 & M32)
        return FRESH_WITH_HELD if takes_it and not flags & RST and e.state == SYN_SENT else JOIN_AFTER_HELD
    return JOIN


def _longest(held: list[Segment]) -> int:
    """How much the SYN that is held brings besides itself; it may have come again with more octets."""
    first = held[0]
    most = 0
    for segment in held:
        if segment.seq == first.seq and segment.flags & (SYN | ACK) == SYN:
            most = max(most, segment.length + (segment.flags & FIN))
    return most


def _decide_answer(first: Segment, s: Segment, *, from_opener: bool) -> int:
    """A SYN+ACK is held whose SYN was not captured: another life if its peer takes it, or its sender goes on from it."""
    if s.flags & RST:
        return JOIN_AFTER_HELD
    if from_opener:
        if s.seq == first.seq:
            return HOLD
        return FRESH_WITH_HELD if s.seq - first.seq - 1 & M32 <= first.length and not s.flags & SYN else JOIN_AFTER_HELD
    return FRESH_WITH_HELD if s.seq == first.ack and s.ack - first.seq - 1 & M32 <= first.length else JOIN_AFTER_HELD


def _answers_crossing(held: list[Segment], s: Segment) -> bool:
    """Whether the opener acknowledges a SYN of its peer that is held, too: both open at once."""
    for segment in held:
        if (segment.sport != s.sport or segment.src_lo != s.src_lo) and s.ack == (segment.seq + 1 & M32):
            return True
    return False


def _insists(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """Whether a repeated SYN begins a new life: the old one is over, or its sender tries again, and is not answered
    from the old life: it had given that up without a word (retransmissions, keep-alive, an orphan's timer).
    """
    first = (life.held or [s])[0]
    if first.flags & FIN:
        return False
    late = s.ts_ns - first.ts_ns >= RETRY_NS // 2
    if life.is_over() and (life.held_over or (late and s.seq != e.base)):
        return True
    heard = max(e.last_packet, p.last_packet) > first.packet
    return late and (life.held_over or not heard)


def was_old_duplicate(life: Life, s: Segment) -> bool:
    """The life that `s` replaces began with a SYN its supposed sender reset at once, unknown to it (figure 8)."""
    e = life.a
    return (
        life.syn_side == 0
        and e.odd.rst_packet > 0
        and e.packets == 2
        and e.odd.undo_state == SYN_SENT
        and e.fin < 0
        and e.data_packets == 0
        and s.ts_ns - e.odd.rst_ns < RETRY_NS
        and s.sport == life.a_port
        and s.src_lo == life.a_lo
    )


def forget_strays(old: Life, s: Segment) -> None:
    """Take out of a life what was none, now that another begins: an old duplicate, or segments without a SYN that were
    answered by nothing but resets for want of a socket.
    """
    if was_old_duplicate(old, s):
        old.forget(old.a)
    elif not old.a.syns and not old.b.syns:
        a = old.a
        b = old.b
        if (a.odd.resets and a.packets == a.odd.resets) or (b.odd.resets and b.packets == b.odd.resets):
            old.forget(a)
            old.forget(b)


def _answer(life: Life) -> Segment | None:
    """The SYN+ACK that is held, too."""
    for segment in life.held or ():
        if segment.flags & ACK:
            return segment
    return None


def stays_behind(fresh: Life, old: Life, now_ns: int, two_msl_ns: int) -> None:
    """At the end: who was still in the old life when the SYN came, and has not answered it, is where that life left it
    (RFC 9293 figure 10: one side in SYN_SENT, the other in ESTABLISHED). Not out of TIME_WAIT, if that takes such a SYN;
    nor where its own word for what it should have answered is missing.
    """
    if old.reported or fresh.b.state not in (UNKNOWN, LISTEN):
        return
    old.finish(now_ns, two_msl_ns)
    e = old.a
    p = old.b
    if old.a_port != fresh.a_port or old.a_lo != fresh.a_lo or old.a_hi != fresh.a_hi:
        e = old.b
        p = old.a
    if p.state in (UNKNOWN, LISTEN) or (p.state == CLOSED and p.end_ns <= fresh.last_ns):
        return
    beyond = (fresh.a.base - e.base - p.ack) & M32
    silent = p.last_packet < fresh.first_packet  # else it has answered, and out of the old life
    if silent and p.fins.tw_ns >= 0 and (0 < beyond <= HALF or _is_newer(e, p, fresh.a.syn_ts_val)):
        return
    at = old.last_row(p)
    if (
        at >= 0
        and old.rows[at + 3] == 0
        and EVENT_OF[old.rows[at + 2] >> 3] in (GETS_FIN, GETS_ACK_OF_SYN, GETS_SYN_ACK)
    ):
        return
    fresh.b.state = p.state
    fresh.b.inbox = None
