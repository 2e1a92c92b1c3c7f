# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of resets: would its sender use that number, and does its receiver accept it?

In: an Observation whose segment has RST. Out: events for both endpoints (RFC 9293 3.10.7, RFC 5961 3.2), facts.
A reset is easily forged, so its sender's own end is provisional: what it sends later takes it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import (
    ACK,
    BY_IMPLICATION,
    BY_SENDING,
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    M32,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    UNKNOWN,
)
from .evidence import cause, cause_of_fin, disprove, hop_ns, offer, proves
from .facts import LOST_HANDSHAKE_ACK, RST_FOREIGN, RST_IGNORED, RST_IN_TIME_WAIT, RST_TAKEN
from .inbox import Inbox
from .life import ROW_WIDTH, WITHDRAWN
from .opening import imply_syn_ack
from .transitions import (
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_RST,
)

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .inbox import Candidate
    from .observation import Observation


ANSWER_NS = 5_000_000
"""A host that finds no socket answers at once; what is this much later than a round trip answers something else."""


ENOUGH = 4
JITTER_NS = 200_000
"""What the shortest round trip seen may be longer than a quick answer: the scheduler's share on one machine."""


def sends_rst(o: Observation) -> None:
    """A segment with RST."""
    e = o.sender
    p = o.receiver
    e.resets += 1
    state = o.life.view(p)
    reaches = _accepts(o, p, state)
    # One that has passed before may not have arrived: then it is this one that counts.
    again = state == CLOSED and p.state != CLOSED and _accepts(o, p, o.life.view_but_for(p, GETS_RST))
    _ends_sender(o, e, p)
    if again and p.inbox is not None and p.inbox.count(GETS_RST) < ENOUGH:
        offer(o, p, GETS_RST)
    if reaches:
        o.facts |= RST_TAKEN
        if o.life.view(p) == TIME_WAIT:
            o.facts |= RST_IN_TIME_WAIT
        event = GETS_RST
        if o.life.view(p) == SYN_RECEIVED and p.syns == 0:
            event = GETS_RST_AFTER_LISTEN
        offer(o, p, event)
        if not o.life.close_packet:
            o.life.close_packet = o.segment.packet
    else:
        o.facts |= RST_IGNORED


def _ends_sender(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """The sender has ended, unless it only answers something stray or the number is not one it would use."""
    answers = (
        o.segment.seq == 0
    )  # a segment without ACK draws a reset with this number (3.10.7.1), an abort has its own
    abort = o.flags & ACK and not answers
    if e.state in (UNKNOWN, LISTEN):
        if o.flags & ACK or p.state == SYN_SENT or _answers_stranger(o, e, p):
            if _had_opened(o, p):
                e.state = LISTEN
                imply_syn_ack(o, e, p)
            elif e.packets == e.resets and (answers if o.flags & ACK else _answers_stranger(o, e, p)):
                e.state = LISTEN  # nothing but such answers was ever seen of it: there was no socket (3.10.7.1)
            _close(o, e)
        return
    if e.packets == e.resets and not o.flags & ACK and o.segment.seq == p.ack_raw:
        o.life.begin_again(e)  # what it was taken to have sent was implied by a peer that it does not know
        _close(o, e)
        return
    if e.state == CLOSED:
        if not abort or e.gone_rows < 0 or not _is_own(o, e, p):
            return
        _was_still_there(o, e)
    if e.state == SYN_SENT:
        if abort and o.ack >= 1 and o.segment.ts_val >= 0:
            _open_before_abort(o, e)
        elif o.seq < 1 or o.seq > e.snd_max:
            return  # it answers an ACK of a SYN that it did not send: RFC 9293 3.10.7.3 first, figures 8 and 9
    if e.state == SYN_RECEIVED and o.seq != e.snd_max and not o.flags & ACK:
        # It answers an unacceptable ACK (3.10.7.4 fifth), so whatever should have opened it was passed over.
        if o.segment.seq == p.ack_raw and _reset_that_fits(o, e, p) is None:
            disprove(o, e, GETS_ACK_OF_SYN, LOST_HANDSHAKE_ACK)
        return
    if not _is_own(o, e, p):
        o.facts |= RST_FOREIGN
        return
    if not abort:
        _remember(o, e)
    if e.inbox is not None:
        if abort:
            _arrived_before_abort(o, e, p)
        else:
            _arrived_before_answer(o, e, p)
            if e.state == LISTEN:
                return
    _close(o, e)


def _remember(o: Observation, e: Endpoint) -> None:
    """What is known of it before a reset without ACK tells that it is gone."""
    e.gone_rows = len(o.life.rows)
    e.gone_state = e.state
    e.gone_inbox = None
    if e.inbox is not None:
        e.gone_inbox = Inbox()
        e.gone_inbox.waiting = list(e.inbox.waiting)


def _was_still_there(o: Observation, e: Endpoint) -> None:
    """An abort is sent by a socket, a reset without ACK for want of one: the abort was overtaken by its successors."""
    rows = o.life.rows
    for at in range(e.gone_rows, len(rows), ROW_WIDTH):
        if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
            rows[at + 2] = WITHDRAWN
    e.state = e.gone_state
    e.inbox = e.gone_inbox
    e.gone_inbox = None
    e.gone_rows = -1
    e.rst_packet = 0


def _answers_stranger(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """It answers a segment of a connection older than the capture, by that segment's own number: it knows it no more."""
    life = o.life
    return life.syn_side < 0 and life.synack_side < 0 and p.packets > 0 and o.segment.seq == p.ack_raw


def _had_opened(o: Observation, p: Endpoint) -> bool:
    """A reset from a socket, not from a closed port (whose number is 0, 3.10.7.1): Fast Open, its SYN+ACK not seen."""
    return bool(p.syns and o.segment.seq and o.segment.ts_val >= 0 and (p.tfo >= 0 or p.snd_max > 1))


def _open_before_abort(o: Observation, e: Endpoint) -> None:
    """It aborts with the peer's number acknowledged, so it had opened: by the SYN+ACK, or by a SYN that crossed."""
    life = o.life
    packet = o.segment.packet
    crossing = cause(o, e, GETS_SYN)
    answer = cause(o, e, GETS_SYN_ACK)
    if crossing is not None:
        life.settle(e, crossing, packet)
        answer = cause(o, e, GETS_ACK_OF_SYN)
        if answer is not None:
            life.settle(e, answer, 0)
    elif answer is not None:
        life.settle(e, answer, packet)


def _close(o: Observation, e: Endpoint) -> None:
    before = e.state
    if before == LISTEN:
        e.state = CLOSED
    elif o.life.move(e, SENDS_RST, o.segment.packet, o.ts_ns, BY_SENDING, 0):
        e.undo_state = before
    if not e.rst_packet:
        e.rst_packet = o.segment.packet
        e.rst_ns = o.ts_ns
    if e.inbox is not None:
        e.inbox = None


def _arrived_before_abort(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """An abort carries an ACK and a timestamp (Linux tcp_send_active_reset): they tell what had arrived.

    What they leave open is taken if it had the time to arrive, unconfirmed.
    """
    life = o.life
    packet = o.segment.packet
    since = o.ts_ns - max(hop_ns(e, p) // 2 - JITTER_NS, 0)
    if e.state == SYN_RECEIVED:
        candidate = cause(o, e, GETS_ACK_OF_SYN)
        if candidate is not None and (proves(o, candidate) or (candidate.alive and candidate.ts_ns <= since)):
            life.settle(e, candidate, packet)
    fin = cause_of_fin(o, e) if p.fin >= 0 and o.ack == p.fin + 1 else None
    if e.state in (FIN_WAIT_1, LAST_ACK):
        candidate = cause(o, e, GETS_ACK_OF_FIN)
        if candidate is not None and (proves(o, candidate) or (candidate.alive and candidate.ts_ns <= since)):
            if fin is not None and fin.packet < candidate.packet:
                life.settle(e, fin, packet)
                fin = None
            life.settle(e, candidate, packet if proves(o, candidate) else 0)
    if fin is not None:
        life.settle(e, fin, packet)
    elif p.fin >= 0 and o.ack == p.fin + 1 and e.state in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2):
        life.move(e, GETS_FIN, packet, o.ts_ns, BY_IMPLICATION, 0)


def _arrived_before_answer(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """A reset without ACK answers a segment that found no socket, or ended it, and takes over that one's ACK number.

    So the socket was gone by then: by a reset that had passed, by octets that found it closed by its application
    (RFC 9293 3.10.7.4, RFC 1122 4.2.2.13), or for reasons that do not show.
    """
    if e.state == SYN_SENT:
        return
    _deny_what_is_answered(o, e, p)
    reset = _reset_that_fits(o, e, p)
    if e.state == SYN_RECEIVED and not o.flags & ACK:
        _answers_in_syn_received(o, e, p, reset)
    if e.state == FIN_WAIT_1:
        if _answers_in_fin_wait_1(o, e, p, reset):
            reset = None
    elif e.state == LAST_ACK:
        answered = cause(o, e, GETS_ACK_OF_FIN)
        if answered is not None:
            o.life.settle(e, answered, o.segment.packet)
    elif e.state == CLOSING:
        answered = cause(o, e, GETS_ACK_OF_FIN)
        if answered is not None and answered.alive and (reset is None or answered.packet < reset.packet):
            o.life.settle(e, answered, 0)
    elif e.state == ESTABLISHED:
        _answers_in_established(o, e, p, reset)
    if reset is not None and e.inbox is not None:
        o.life.settle(e, reset, o.segment.packet)


def _deny_what_is_answered(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """The only segment with the number that this reset takes over is what it answers: that one came too late to do
    anything, unless its octets ended the connection, or it is an ACK that ended it (TCP_LINGER2 < 0 in Linux).
    """
    inbox = e.inbox
    if inbox is None or o.segment.seq != p.ack_raw or p.ack_raw_count > 1:
        return
    for candidate in inbox.waiting:
        if candidate.packet == p.ack_raw_packet and candidate.event == GETS_FIN:
            candidate.alive = False


def _reset_that_fits(o: Observation, e: Endpoint, p: Endpoint) -> Candidate | None:
    """The first reset alive; not one whose number follows a FIN that had not arrived, if there is another."""
    inbox = e.inbox
    found = None
    if inbox is None:
        return None
    for candidate in inbox.waiting:
        if candidate.event not in (GETS_RST, GETS_RST_AFTER_LISTEN) or not candidate.alive:
            continue
        if found is None:
            found = candidate
        if p.fin < e.ack or candidate.seq != p.fin + 1 or inbox.has(GETS_FIN):
            return candidate
    return found


def _answers_in_syn_received(o: Observation, e: Endpoint, p: Endpoint, reset: Candidate | None) -> None:
    """It had opened before, if what it answers is not the very ACK that would have opened it; or that was passed over
    (a full accept queue, TCP_DEFER_ACCEPT).
    """
    candidate = cause(o, e, GETS_ACK_OF_SYN)
    if candidate is None or not candidate.alive or (reset is not None and reset.packet < candidate.packet):
        return
    late = reset is None and o.ts_ns - candidate.ts_ns > 2 * hop_ns(e, p) + ANSWER_NS
    if candidate.octets or candidate.packet < p.ack_raw_packet or late:
        o.life.settle(e, candidate, 0)


def _answers_in_fin_wait_1(o: Observation, e: Endpoint, p: Endpoint, reset: Candidate | None) -> bool:
    """Whether its FIN was acknowledged before it was gone; True if octets ended it, not the reset that had passed.

    An ACK of its FIN with octets took it to FIN_WAIT_2, and they ended it. One without octets ends nothing (but for
    TCP_LINGER2 < 0 in Linux): answered by a reset, it arrived when all was over. What had passed before the segment
    that it answers, or before the reset that ended it, had arrived.
    """
    first = cause(o, e, GETS_ACK_OF_FIN)
    if first is None or e.inbox is None:
        return False
    answered = p.ack_raw_packet if o.segment.seq == p.ack_raw else 0
    if o.seq != e.fin + 1:
        if answered or first.alive:
            o.life.settle(e, first, 0)
        return False
    if reset is not None and answered > reset.packet:
        if first.packet < reset.packet:
            o.life.settle(e, first, 0)
        return False
    for candidate in e.inbox.waiting:
        if (
            candidate.event == GETS_ACK_OF_FIN
            and candidate.octets
            and (reset is None or candidate.packet < reset.packet)
        ):
            o.life.settle(e, first, o.segment.packet)
            return True
    sent = p.data_end - 1 if p.fin >= 0 and p.data_end > p.fin else p.data_end
    if reset is None and sent <= e.ack:
        o.life.settle(e, first, o.segment.packet)
    return False


def _answers_in_established(o: Observation, e: Endpoint, p: Endpoint, reset: Candidate | None) -> None:
    """Whether the peer's FIN had arrived before it was gone.

    So it was if the reset that ended it came after the FIN, or if this answers something later: the FIN would have
    been answered at once had there been no socket. Octets beyond the FIN end one that has received it.
    """
    inbox = e.inbox
    fin = cause(o, e, GETS_FIN)
    if inbox is None or fin is None:
        return
    if reset is not None:
        if fin.packet < reset.packet and (fin.alive or reset.seq == p.fin + 1):
            o.life.settle(e, fin, o.segment.packet if reset.seq == p.fin + 1 else 0)
    elif fin.alive and p.last_packet > fin.packet and p.last_ns - fin.ts_ns > hop_ns(e, p):
        o.life.settle(e, fin, 0)


def _is_own(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """An abort uses SND.NXT, or the edge of the peer's window; a host without the socket answers with SEG.ACK.

    Source: RFC 9293 3.10.7.1; Linux tcp_send_active_reset and tcp_v4_send_reset.
    """
    if not e.based or o.segment.seq == 0:
        return True
    if o.flags & ACK and e.ack <= o.ack <= p.snd_max and (o.segment.ts_val >= 0 or not (e.timestamps and p.timestamps)):
        return True  # it knows what it has received; whatever it sent before this was not captured
    if not o.flags & ACK and o.segment.seq == p.ack_raw:
        return True
    return o.seq in (e.snd_max, p.ack, p.ack_before, p.right, e.acked_unseen)


def _accepts(o: Observation, p: Endpoint, state: int) -> bool:
    """Whether the receiver takes the reset in this state.

    SYN_SENT: it acknowledges the SYN. Otherwise exactly RCV.NXT (RFC 5961 3.2), or as Linux: one less once the peer's
    FIN is in, the right edge of the highest SACK block; anywhere in the window in FIN_WAIT_2 after close(), where a
    full socket would answer by a challenge ACK; in TIME_WAIT not with an old timestamp (RFC 7323 5.3 apart).
    """
    e = o.sender
    if state in (UNKNOWN, CLOSED):
        return state == UNKNOWN and o.ack >= 0
    if state == SYN_SENT:
        return o.ack >= 1 and o.ack <= p.snd_max
    if state == LISTEN:
        return False
    if state == SYN_RECEIVED:
        if p.stale_ack >= 0:
            return o.segment.seq == p.stale_ack
        return o.seq == p.ack or o.seq == e.snd_max
    if not e.based:
        return True
    if state == TIME_WAIT and e.fin >= 0 and p.ack == e.fin + 1:
        return o.seq == p.ack and not _is_old(o, e)
    if o.seq in (e.edge, p.ack):
        return True
    if state == FIN_WAIT_2 and p.ack <= o.seq <= p.right:
        return not _is_old(o, e)
    if e.fin >= 0 and o.seq in (e.fin + 1, e.fin):
        if e.edge >= e.fin:
            return o.seq == e.fin + 1 or state in (CLOSE_WAIT, LAST_ACK, CLOSING)
        if o.seq == e.fin + 1 and p.sack_ok and e.sack_ok:
            return True
    islands = e.islands
    if islands is not None and p.sack_ok and e.sack_ok and o.seq == islands.limits[len(islands.limits) - 1]:
        return True
    # Octets that were not captured: the receiver may well have them.
    return bool(e.acked_unseen and o.seq == e.acked_unseen)


def _is_old(o: Observation, e: Endpoint) -> bool:
    """Its timestamp is older than what its receiver has had (RFC 7323 5.3)."""
    value = o.segment.ts_val
    return value >= 0 and e.ts_recent >= 0 and 0 < (e.ts_recent - value) & M32 < 0x80000000
