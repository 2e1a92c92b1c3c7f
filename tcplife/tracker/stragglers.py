# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Closed by a reset, and then an earlier segment of its own shows that it had sent a FIN, or got one, before; or a SYN,
that it had not even called in earnest; or it answers a copy of the SYN that began it.

In: an Observation whose sender seems closed. Out: its rows, put right: the FIN before the reset.
"""

from __future__ import annotations

from ..model.names import (
    BY_IMPLICATION,
    BY_RECEIVING,
    BY_SENDING,
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LISTEN,
    SYN_SENT,
    UNKNOWN,
)
from .closing import sends_fin
from .transitions import (
    EVENT_OF,
    FROM_OF,
    GETS_FIN,
    GETS_RST,
    GETS_SYN,
    SENDS_RST,
    SENDS_SYN,
    SENDS_SYN_ACK,
    SHOWS_LIFE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .observation import Observation


def fin_before_close(o: Observation, e: Endpoint) -> None:
    """Closed by a reset, and then its first FIN shows: it was sent before, and overtaken."""
    life = o.life
    at = life.row_of(e, SENDS_RST) if e.after_life else life.last_row(e)
    if at < 0:
        return
    code = life.rows[at + 2]
    event = EVENT_OF[code >> 3]
    if event not in (GETS_RST, SENDS_RST):
        return
    later = life.take_back_from(e, at) if e.after_life else None
    if later is None:
        life.take_back(e, at)
    if e.state == UNKNOWN and o.ack >= 0:
        life.move(e, SHOWS_LIFE, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)  # older than the capture
    sends_fin(o, e)
    odd = e.own_odd()
    odd.undo_state = e.state
    if odd.gone_rows >= 0:
        odd.gone_rows = len(life.rows)
        odd.gone_state = e.state
    life.move(e, event, life.rows[at], life.rows[at + 1], code >> 1 & 3, life.rows[at + 3])
    if later is not None:
        e.state = LISTEN
        life.tell_again(e, later)


def calls_still(o: Observation, e: Endpoint) -> None:
    """It was taken to have gone on long since, as it got what answers nothing of its SYN; and yet it sends that again."""
    life = o.life
    life.forget(e)
    e.middle = False
    e.syns = 1
    e.state = CLOSED
    life.syn_side = e.side
    began = e.syn_ns == life.start_ns
    e.syn_packet = life.first_packet if began else o.segment.packet
    life.move(e, SENDS_SYN, e.syn_packet, e.syn_ns if began else o.ts_ns, BY_SENDING, 0)


def calls_no_more(o: Observation, e: Endpoint) -> bool:
    """Whether a reset has ended its call, whatever it has sent since: its number is not its SYN's any more. Or it answers
    the peer's SYN, which its call would have done by that number: then it had given up without a word.
    """
    life = o.life
    inbox = e.inbox
    if life.view(e) == CLOSED:
        life.take_tentative(e)
        return True
    refusal = inbox.first(GETS_RST) if inbox is not None else None
    if refusal is not None:
        return life.settle(e, refusal, o.segment.packet)
    p = o.receiver
    if p.state != SYN_SENT or o.ack != p.snd_max or inbox is None or not inbox.has(GETS_SYN):
        return False
    return life.move(e, SENDS_RST, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)


def fin_between_resets(o: Observation, e: Endpoint) -> None:
    """Closed by a reset, and then its first FIN shows, sent after that had passed: it, or a later one, came late."""
    life = o.life
    at = life.last_row(e)
    gone = e.odd.gone_inbox
    if gone is None or at < 0 or EVENT_OF[life.rows[at + 2] >> 3] != GETS_RST or life.rows[at + 1] >= o.sent_ns:
        return
    reset = None
    for candidate in gone:
        if candidate.event == GETS_RST and (reset is None or reset.ts_ns < o.sent_ns):
            reset = candidate
    if reset is not None:
        life.take_back(e, at)
        sends_fin(o, e)
        life.move(e, GETS_RST, reset.packet, reset.ts_ns, BY_RECEIVING, 0)


def got_fin_before_close(o: Observation, e: Endpoint) -> None:
    """Closed by a reset, and an earlier segment of its own, overtaken, acknowledges the peer's FIN: it had got that."""
    life = o.life
    p = o.receiver
    at = life.last_row(e)
    if at < 0 or p.fins.packet > life.rows[at]:
        return
    code = life.rows[at + 2]
    event = EVENT_OF[code >> 3]
    if event not in (GETS_RST, SENDS_RST) or FROM_OF[code >> 3] not in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2):
        return
    life.take_back(e, at)
    life.move(e, GETS_FIN, p.fins.packet, p.fins.ts_ns, BY_RECEIVING, o.segment.packet)
    odd = e.own_odd()
    odd.undo_state = e.state
    life.move(e, event, life.rows[at], life.rows[at + 1], code >> 1 & 3, life.rows[at + 3])


def answers_copy(o: Observation, e: Endpoint) -> None:
    """A SYN+ACK of a listener whose connection is over, for the SYN that began it: a copy of that came late."""
    e.state = LISTEN
    o.life.move(e, SENDS_SYN_ACK, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    e.inbox = None
    e.own_odd().stale_ack = o.segment.ack
    e.after_life = True
    e.forget_reset()
