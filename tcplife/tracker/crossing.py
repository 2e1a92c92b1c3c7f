# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Two that open at once, or close at once (RFC 9293 figures 7 and 13), found out late: by what was overtaken, by a report,
by the numbers used, by an answer out of TIME_WAIT.

In: an Observation whose sender seems to have opened, or closed, otherwise. Out: its rows, put in the right order.
"""

from __future__ import annotations

from ..model.names import BY_IMPLICATION, BY_RECEIVING, BY_SENDING, CLOSED, M32
from .evidence import cause, hop_ns
from .facts import CROSSING_NS, DSACK, HALF, SOONEST_REPEAT_NS
from .life import ROW_WIDTH
from .transitions import (
    EVENT_OF,
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_FIN,
    SENDS_SYN,
    SENDS_SYN_ACK,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation


def was_active(o: Observation, e: Endpoint) -> bool:
    """Its bare SYN, overtaken by its SYN+ACK: it was no listener, both ends opened at once (RFC 9293 figure 7)."""
    life = o.life
    p = o.receiver
    at = life.row_of(e, SENDS_SYN_ACK)
    if at < 0:
        return False
    syn_ack = life.rows[at]
    shown = life.rows[at + 3] or syn_ack  # itself, or what implied it
    e.syns = 1
    later = life.take_back_from(e, at)
    e.state = CLOSED
    life.move(e, SENDS_SYN, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    if p.syns and p.syn_packet < shown:
        life.move(e, GETS_SYN, p.syn_packet, life.time_of(p.syn_packet, o.ts_ns), BY_RECEIVING, shown)
    else:
        life.move(e, GETS_SYN, syn_ack, o.ts_ns, BY_IMPLICATION, syn_ack)
    life.tell_again(e, later)
    return True


def was_crossed(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """Its SYN+ACK comes late, of one that had called: it had got the peer's SYN first, so both opened at once."""
    life = o.life
    at = life.row_of(e, GETS_SYN_ACK)
    if at < 0 or not p.syns:
        return
    packet = life.rows[at]
    ts_ns = life.rows[at + 1]
    basis = life.rows[at + 2] >> 1 & 3
    later = life.take_back_from(e, at)
    life.move(e, GETS_SYN, p.syn_packet, life.time_of(p.syn_packet, o.ts_ns), BY_RECEIVING, o.segment.packet)
    life.move(e, GETS_ACK_OF_SYN, packet, ts_ns, basis, 0)
    life.tell_again(e, later)


def had_crossed(o: Observation, e: Endpoint) -> None:
    """It reports the peer's SYN as a duplicate, so the SYN had come before the SYN+ACK: both opened at once. Out of
    ESTABLISHED a SYN is answered without a report (RFC 5961 4).
    """
    life = o.life
    p = o.receiver
    at = life.last_row(e)
    if at < 0 or EVENT_OF[life.rows[at + 2] >> 3] != GETS_SYN_ACK:
        return
    basis = life.rows[at + 2] >> 1 & 3
    life.take_back(e, at)
    life.move(e, GETS_SYN, p.syn_packet, life.time_of(p.syn_packet, o.ts_ns), BY_RECEIVING, o.segment.packet)
    life.move(e, GETS_ACK_OF_SYN, life.rows[at], life.rows[at + 1], basis, o.segment.packet)


def crossed(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """Whether it had sent this FIN before it received the peer's: it does not acknowledge that one, or it used the
    number after its own already when it did not acknowledge the peer's FIN yet, or did so for the first time; or this
    is a repeat, sent so soon that the first one was earlier.
    """
    if o.ack <= p.fin:
        return True
    odd = e.odd
    if odd.jump_seq != o.end or not odd.jump_packet:
        return False
    age = odd.jump_ts_val - o.segment.ts_val & M32 if odd.jump_ts_val >= 0 <= o.segment.ts_val else HALF
    if 0 < age < HALF or (not age and odd.jump_dsack):
        return False  # this was sent before that use, and overtaken; no timer fires in the tick of a report
    if odd.jump_dsack:
        if not e.syn_packet:
            o.life.doubtful = True  # that FIN is perhaps a repeat itself
        elif 0 < odd.jump_ns - p.fins.ts_ns - hop_ns(e, p) < CROSSING_NS:
            return True  # no time to close in between; of its own way alone the shortest one tells nothing
        return p.ack == o.end - 1 and o.ts_ns - p.fins.ts_ns < SOONEST_REPEAT_NS
    if o.segment.options_cut:
        o.life.doubtful = True  # whether a duplicate was reported, and when what was sent, is cut off
    return odd.jump_ack <= p.fin or odd.jump_packet == e.fins.seen_packet


def fins_crossed(o: Observation, e: Endpoint) -> None:
    """Its FIN was sent before, but not captured: simultaneous close, and this is only a repeat."""
    life = o.life
    at = life.last_row(e)
    basis = life.rows[at + 2] >> 1 & 3
    life.take_back(e, at)
    life.move(e, SENDS_FIN, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    life.move(e, GETS_FIN, life.rows[at], life.rows[at + 1], basis, e.fins.seen_packet)


def had_sent_fin(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """Sent before the FIN that was seen of it, with the number behind that and no duplicate to report: so it had sent its
    FIN before it got the peer's, which this acknowledges for the first time (RFC 2883). That comes late.
    """
    age = (e.fins.ts_val - o.segment.ts_val) & M32
    if (
        o.segment.ts_val < 0
        or e.fins.ts_val < 0
        or not 0 < age < HALF
        or o.facts & DSACK
        or not (e.sack_ok and p.sack_ok)
    ):
        return
    _had_closed_first(o, e)


def was_held_back(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """Whether it answers, though its FIN was acknowledged: out of TIME_WAIT, for LAST_ACK ends without a word. So it had
    closed before it got the peer's FIN, and the peer's closed window had held its own back: simultaneous close.
    """
    life = o.life
    answered = cause(o, e, GETS_ACK_OF_FIN)
    if (
        not p.odd.zero_windows
        or answered is None
        or not answered.alive
        or o.length
        or o.ack != o.ack_before
        or p.last_packet <= max(answered.packet, e.last_packet)
        or answered.ts_ns > o.sent_ns - hop_ns(e, p)
        or not _had_closed_first(o, e)
    ):
        return False
    life.settle(e, answered, o.segment.packet)
    return True


def lives_on(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """It echoes an acknowledgement of its FIN, and yet it is there: not in LAST_ACK then, but TIME_WAIT. So it had closed
    before it got the peer's FIN, though its own was held back, or lost. An echo proves nothing if another segment had the
    same timestamp before.
    """
    if e.inbox is None or o.segment.ts_ecr <= 0 or o.segment.ts_ecr != p.clock_max or o.length:
        return False
    for candidate in e.inbox.all():
        if (
            candidate.event == GETS_ACK_OF_FIN
            and candidate.alive
            and candidate.echoes
            and candidate.ts_val == p.clock_max
            and p.clock_max_ns >= candidate.ts_ns
        ):
            return _had_closed_first(o, e)
    return False


def note_earlier_fin(o: Observation, e: Endpoint, p: Endpoint, fin: int) -> None:
    """A repeated FIN that was sent before the one seen first: that one had overtaken it.

    By its timestamp; and if it does not acknowledge the peer's FIN, its sender had not received that one by then.
    """
    if fin != e.fin:
        return
    age = (e.fins.ts_val - o.segment.ts_val) & M32
    if o.segment.ts_val < 0 or e.fins.ts_val < 0 or not 0 < age < HALF:
        return
    life = o.life
    at = life.row_of(e, SENDS_FIN)
    if at < 0:
        return
    fins = e.own_fins()
    fins.packet = o.segment.packet
    fins.ts_val = o.segment.ts_val
    if e.fins.ack > p.fin >= o.ack and _uncross(life, e, at, o.segment.packet, o.ts_ns):
        fins.ack = o.ack
    elif not (p.fin < o.ack and 0 < (e.odd.jump_ts_val - o.segment.ts_val & M32) < HALF and _cross_back(o, e, at)):
        life.rows[at] = o.segment.packet
        life.rows[at + 1] = o.ts_ns


def _had_closed_first(o: Observation, e: Endpoint) -> bool:
    """Put its FIN before the peer's."""
    at = o.life.row_of(e, SENDS_FIN)
    return at >= 0 and _uncross(o.life, e, at, e.fins.packet, e.fins.ts_ns)


def _cross_back(o: Observation, e: Endpoint, sent: int) -> bool:
    """Its FIN (row at `sent`) was sent after it got the peer's, whatever it used its numbers for: put them so."""
    life = o.life
    rows = life.rows
    got = -1
    for at in range(len(rows) - ROW_WIDTH, sent, -ROW_WIDTH):
        if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
            got = at
    if got < 0 or EVENT_OF[rows[got + 2] >> 3] != GETS_FIN:
        return False
    later = life.take_back_from(e, sent)
    life.tell_again(e, later[:1])
    life.move(e, SENDS_FIN, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    life.tell_again(e, later[1:])
    return True


def _uncross(life: Life, e: Endpoint, sent: int, packet: int, ts_ns: int) -> bool:
    """Its FIN (row at `sent`) was sent before it got the peer's: put both in that order, from ESTABLISHED on.

    False if the row before is not the peer's FIN.
    """
    rows = life.rows
    got = -1
    for at in range(0, sent, ROW_WIDTH):
        if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
            got = at
    if got < 0 or EVENT_OF[rows[got + 2] >> 3] != GETS_FIN:
        return False
    basis = rows[got + 2] >> 1 & 3
    later = life.take_back_from(e, got)
    event, _, _, sent_basis, confirmed = later[0]
    life.move(e, event, packet, ts_ns, sent_basis, confirmed)
    life.move(e, GETS_FIN, rows[got], rows[got + 1], basis, rows[got + 3])
    life.tell_again(e, later[1:])
    return True
