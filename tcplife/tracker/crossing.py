# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Two FINs that met on their ways: in which order an endpoint sent its own and got the peer's.

In: an Observation, and the endpoint's rows. Out: the same rows in the other order, where the numbers used, the timestamps
or an answer out of TIME_WAIT tell that the first FIN captured was not the first one sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import BY_SENDING, M32
from .evidence import cause, hop_ns
from .facts import CROSSING_NS, HALF, SOONEST_REPEAT_NS
from .life import ROW_WIDTH
from .transitions import EVENT_OF, GETS_ACK_OF_FIN, GETS_FIN, SENDS_FIN

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation


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
    if 0 < (odd.jump_ts_val - o.segment.ts_val & M32) < HALF and odd.jump_ts_val >= 0 <= o.segment.ts_val:
        return False  # this was sent before that use, and overtaken
    if odd.jump_dsack:
        if not e.syn_packet:
            o.life.doubtful = True  # that FIN is perhaps a repeat itself
        elif odd.jump_ns - p.fins.ts_ns < hop_ns(e, p) + CROSSING_NS:
            return True
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
        or not _uncross(life, e, life.row_of(e, SENDS_FIN), e.fins.packet, e.fins.ts_ns)
    ):
        return False
    life.settle(e, answered, o.segment.packet)
    return True


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
