# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of resets: would its sender use that number, and does its receiver accept it?

In: an Observation whose segment has RST. Out: events for both endpoints (RFC 9293 3.10.7, RFC 5961 3.2), facts.
A reset is easily forged, so its sender's own end is provisional: what it sends later takes it back.
"""

from __future__ import annotations

from ..model.names import (
    ACK,
    BY_IMPLICATION,
    BY_RECEIVING,
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
from .answers import arrived_before_answer, reset_that_fits, takes_earlier_answer
from .cookies import may_stand, refuses
from .evidence import cause, cause_of_fin, disprove, had_edge, offer, proves, refused_fin
from .facts import HALF, LOST_HANDSHAKE_ACK, RST_FOREIGN, RST_IGNORED, RST_IN_TIME_WAIT, RST_TAKEN
from .inbox import chain_of
from .life import ROW_WIDTH, WITHDRAWN
from .opening import imply_syn_ack
from .timestamps import echoes_wrongly, is_old
from .transitions import (
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_RST,
    SENDS_SYN,
)
from .unseen import sure_edge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .observation import Observation

ENOUGH = 4


def sends_rst(o: Observation) -> None:
    """A segment with RST."""
    e = o.sender
    p = o.receiver
    odd = e.own_odd()
    odd.resets += 1
    if e.stateless and not o.flags & ACK:
        odd_one = o.life.incidents.odd_packet == p.last_packet and o.life.incidents.odd_side == p.side
        refuses(e, p, o.segment.seq, odd_one or o.life.view(e) in (CLOSED, LISTEN))
    state = o.life.view(p)
    o.edge_before = sure_edge(e)
    reaches = _accepts(o, p, state) or (p.state == SYN_SENT and _accepts(o, p, SYN_SENT))
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
        if p.state == SYN_SENT and state != SYN_SENT and p.inbox is not None and not _accepts(o, p, state):
            p.inbox.refuse_latest()  # it has opened, as it seems
        late = 0 < p.ack <= o.seq < _next(e) and not o.seq == e.fin <= e.edge
        if late and p.inbox is not None and e.based and p.last_packet < e.last_packet:
            p.inbox.doubt_latest()  # exact only if what was sent since the receiver's last word has not arrived
        elif state == FIN_WAIT_2 and p.attended and p.inbox is not None and not _accepts(o, p, ESTABLISHED):
            p.inbox.doubt_latest()  # inexact, and perhaps not closed
        elif p.ack > 1 and o.length and o.end > p.right >= 0 and p.inbox is not None:
            p.inbox.refuse_latest()  # beyond the window, where something waits to be read (Linux tcp_sequence)
        if not o.life.close_packet:
            o.life.close_packet = o.segment.packet
    else:
        o.facts |= RST_IGNORED
        if state == SYN_RECEIVED and p.syns == 0 and p.ack <= 1 and not p.after_life:
            _perhaps_forgets_request(o, p)
        elif o.seq == _next_if_taken(e) > p.ack >= 0 and state in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2):
            if refused_fin(p):
                return
            offer(o, p, GETS_RST)  # exact if it has taken what it could refuse
            if p.inbox is not None:
                p.inbox.doubt_latest()
    if not p.packets and e.packets == e.odd.resets:
        e.based = p.based = False  # nothing else was seen yet: its numbers may be far beyond what its peer has had


def _perhaps_forgets_request(o: Observation, p: Endpoint) -> None:
    """What it has of the SYN goes with whatever comes next, once its listener is closed; a reset is then answered by
    nothing (Linux inet_csk_reqsk_queue_drop). Nothing tells, unless it sends its SYN+ACK again.
    """
    offer(o, p, GETS_RST_AFTER_LISTEN)
    if p.inbox is not None:
        p.inbox.doubt_latest()


def _next(e: Endpoint) -> int:
    """What its peer expects next if everything has arrived."""
    return e.fin + 1 if e.edge >= e.fin >= 0 else sure_edge(e)


def _next_if_taken(e: Endpoint) -> int:
    """The same if nothing of it was refused."""
    return e.fin + 1 if e.edge >= e.fin >= 0 else e.edge


def _ends_sender(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """The sender has ended, unless it only answers something stray or the number is not one it would use."""
    answers = o.segment.seq == 0  # as to a segment without ACK (3.10.7.1); an abort has a number of its own
    abort = o.flags & ACK and not answers
    if e.after_life and not abort:
        return  # of the connection that is over
    if answers and o.ack == 1 and (e.syns or e.syn_acks) and p.ack_raw_packet:
        o.facts |= RST_FOREIGN  # for want of a socket, to a SYN: it came before its own, and was overtaken
        return
    if answers and e.packets == e.odd.resets:
        e.based = False  # it answers for want of a socket: no number of its own
    if (abort and _is_of_life_before(o, e)) or (not abort and _stands_behind_request(o, e, p)):
        o.facts |= RST_FOREIGN
        return
    if e.state in (UNKNOWN, LISTEN):
        if o.flags & ACK or p.state == SYN_SENT or _answers_stranger(o, e, p):
            if _had_opened(o, p):
                _imply_opening(o, e, p)
            elif e.packets == e.odd.resets and answers and o.flags & ACK:
                e.state = LISTEN  # nothing but such answers was ever seen of it: there was no socket (3.10.7.1)
            _close(o, e)
        return
    if e.state != CLOSED and e.packets == e.odd.resets and not o.flags & ACK and o.segment.seq == p.ack_raw:
        o.life.begin_again(e)  # what it was taken to have sent was implied by a peer that it does not know
        _close(o, e)
        return
    if e.state == CLOSED:
        if not abort or e.odd.gone_rows < 0 or not _is_own(o, e, p):
            return
        _was_still_there(o, e)
    if e.state == SYN_SENT:
        if abort and p.odd.isn_before >= 0:
            takes_earlier_answer(o, p)
        if abort and o.ack >= 1 and (o.segment.ts_val >= 0 or not (e.timestamps and p.timestamps)):
            _open_before_abort(o, e)
        elif (
            o.seq < 1
            or o.seq > e.snd_max
            or (not abort and e.odd.refused_packet > 0 and e.odd.refused_packet == p.last_packet)
        ):
            return  # it answers an ACK of a SYN that it did not send: RFC 9293 3.10.7.3 first, figures 8 and 9
    if e.state == SYN_RECEIVED and not 1 <= o.seq <= e.snd_max and not o.flags & ACK:
        # It answers an unacceptable ACK (3.10.7.4 fifth), so whatever should have opened it was passed over.
        if o.segment.seq == p.ack_raw and reset_that_fits(o, e, p) is None:
            disprove(o, e, GETS_ACK_OF_SYN, LOST_HANDSHAKE_ACK)
        if e.inbox is not None and o.segment.seq == p.ack_raw:
            e.inbox.disprove(GETS_FIN, p.last_ns)  # a FIN, too
        return
    if not _is_own(o, e, p):
        o.facts |= RST_FOREIGN
        return
    if not abort:
        _remember(o, e)
    if abort:
        _arrived_before_abort(o, e, p)
    elif e.inbox is not None:
        arrived_before_answer(o, e, p)
        if e.state == LISTEN:
            return
    _close(o, e)


def _is_of_life_before(o: Observation, e: Endpoint) -> bool:
    """By its timestamp it was sent before the SYN+ACK by which its sender listens, or is open, now: a copy, or late."""
    value = o.segment.ts_val
    return e.syn_acks > 0 and value >= 0 <= e.syn_ts_val and 0 < (e.syn_ts_val - value & M32) < HALF


def _stands_behind_request(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """A Fast Open server's socket answers a SYN by a reset as long as its own is not acknowledged, and lives on (Linux
    tcp_check_req). That it has taken octets of the SYN shows that there is one.
    """
    life = o.life
    return (
        (e.state == SYN_RECEIVED or (e.state == FIN_WAIT_1 and p.ack < 1))
        and e.syn_acks > 0
        and p.early
        and e.ack > 1
        and life.incidents.odd_packet == p.last_packet
        and life.incidents.odd_side == p.side
        and (e.inbox is None or not e.inbox.has(GETS_ACK_OF_SYN))
    )


def _remember(o: Observation, e: Endpoint) -> None:
    """What is known of it before a reset without ACK tells that it is gone."""
    odd = e.own_odd()
    odd.gone_rows = len(o.life.rows)
    odd.gone_state = e.state
    odd.gone_inbox = None if e.inbox is None else e.inbox.all()


def _was_still_there(o: Observation, e: Endpoint) -> None:
    """An abort is sent by a socket, a reset without ACK for want of one: the abort was overtaken by its successors."""
    rows = o.life.rows
    odd = e.odd
    for at in range(odd.gone_rows, len(rows), ROW_WIDTH):
        if rows[at + 2] >= 0 and rows[at + 2] & 1 == e.side:
            rows[at + 2] = WITHDRAWN
    e.state = odd.gone_state
    e.inbox = None if odd.gone_inbox is None else chain_of(odd.gone_inbox)
    odd.gone_inbox = None
    odd.gone_rows = -1
    odd.rst_packet = 0


def _answers_stranger(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """It answers a segment of a connection older than the capture, by that segment's own number: it knows it no more."""
    life = o.life
    return life.syn_side < 0 and life.synack_side < 0 and p.packets > 0 and o.segment.seq == p.ack_raw


def _had_opened(o: Observation, p: Endpoint) -> bool:
    """A reset from a socket, not from a closed port (whose number is 0, 3.10.7.1)."""
    return bool(p.syns and o.segment.seq and o.segment.ts_val >= 0 and o.ack >= 1)


def _imply_opening(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """Fast Open, its SYN+ACK not seen; nobody else has a socket to abort before the handshake is complete, but one
    that opened itself: its SYN was not seen.
    """
    life = o.life
    if p.tfo >= 0 or p.early:
        e.state = LISTEN
        imply_syn_ack(o, e, p)
        return
    e.state = CLOSED
    life.move(e, SENDS_SYN, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)
    life.move(e, GETS_SYN, p.syn_packet, life.time_of(p.syn_packet, o.ts_ns), BY_IMPLICATION, o.segment.packet)


def _open_before_abort(o: Observation, e: Endpoint) -> None:
    """It aborts with the peer's number acknowledged, so it had opened: by the SYN+ACK, or by a SYN that crossed."""
    life = o.life
    packet = o.segment.packet
    crossing = cause(o, e, GETS_SYN)
    answer = cause(o, e, GETS_SYN_ACK)
    if crossing is not None and (answer is None or not answer.alive or crossing.packet < answer.packet):
        life.settle(e, crossing, packet if answer is None else 0)  # or by the answer alone: the SYN was lost
        answer = cause(o, e, GETS_ACK_OF_SYN)
        if answer is not None:
            life.settle(e, answer, 0)
    elif answer is not None:
        life.settle(e, answer, packet if crossing is None else 0)


def _close(o: Observation, e: Endpoint) -> None:
    before = e.state
    if before == LISTEN:
        if o.life.last_row(e) >= 0:
            return  # it listens again
        e.state = CLOSED
    elif o.life.move(e, SENDS_RST, o.segment.packet, o.ts_ns, BY_SENDING, 0):
        e.own_odd().undo_state = before
    if not e.odd.rst_packet:
        odd = e.own_odd()
        odd.rst_packet = o.segment.packet
        odd.rst_ns = o.ts_ns
    if e.inbox is not None:
        if before == LISTEN:
            e.inbox.disprove(GETS_SYN, o.ts_ns)  # unless a copy of it comes when it opens itself
        else:
            e.inbox = None


def _arrived_before_abort(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """An abort carries an ACK and a timestamp (Linux tcp_send_active_reset): they tell what had arrived.

    What they leave open is taken, unconfirmed.
    """
    life = o.life
    packet = o.segment.packet
    if e.state == SYN_RECEIVED:
        candidate = cause(o, e, GETS_ACK_OF_SYN)
        if candidate is not None and (proves(o, candidate) or candidate.alive or candidate.doubted):
            told_apart = candidate.mark < o.ack or o.segment.ts_ecr != p.syn_ts_val  # else it may be the SYN's echo
            life.settle(e, candidate, packet if told_apart and not candidate.doubted else 0)
    fin = cause_of_fin(o, e) if p.fin >= 0 and o.ack == p.fin + 1 else None
    if e.state in (FIN_WAIT_1, LAST_ACK):
        candidate = cause(o, e, GETS_ACK_OF_FIN)
        if candidate is not None and (proves(o, candidate) or candidate.alive):
            if fin is not None and fin.packet < candidate.packet:
                life.settle(e, fin, packet)
                fin = None
            # An echo proves nothing if another segment had the same timestamp before, as it may have if the clock went on.
            first = candidate.ts_val == p.clock_max and p.clock_max_ns >= candidate.ts_ns
            certain = candidate.mark < o.ack or (proves(o, candidate) and first)
            life.settle(e, candidate, packet if certain else 0)
    if fin is None and p.joined and p.fin < 0:
        joined = cause(o, e, GETS_FIN)
        if joined is not None:
            life.settle(e, joined, 0)  # perhaps: see `undo_fin`
    if fin is not None:
        life.settle(e, fin, packet)
    elif p.fin >= 0 and o.ack == p.fin + 1 and e.state in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2):
        if p.fins.tries == 1 and p.fins.packet:
            life.move(e, GETS_FIN, p.fins.packet, p.fins.ts_ns, BY_RECEIVING, packet)  # it seemed to be refused
        else:
            life.move(e, GETS_FIN, packet, o.ts_ns, BY_IMPLICATION, 0)


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
        return 1 <= o.ack <= p.snd_max and not echoes_wrongly(o, p)
    if state == LISTEN:
        return False
    if state == SYN_RECEIVED:
        if not p.syns and not may_stand(e, p) and echoes_wrongly(o, p):
            return False
        if p.odd.stale_ack >= 0:
            return o.segment.seq == p.odd.stale_ack
        return o.seq == p.ack or o.seq == e.snd_max
    if not e.based:
        return True
    if p.ack < 0 < p.ack_raw_packet and o.segment.seq == p.ack_raw:
        return True  # it waits for octets older than the capture
    if state == TIME_WAIT and e.fin >= 0 and p.ack == e.fin + 1:
        return o.seq == p.ack and not is_old(o, e)
    has_fin = state in (CLOSE_WAIT, LAST_ACK, CLOSING)
    edge = had_edge(o) if e.sure >= 0 or e.edge > p.right >= 0 else e.edge  # what may have been refused, is
    if o.seq == p.ack or (o.seq == edge and not (has_fin and e.edge > e.fin + 1)):
        return True
    if state == FIN_WAIT_2 and p.ack <= o.seq <= p.right:
        return not is_old(o, e)
    if e.fin >= 0 and o.seq in (e.fin + 1, e.fin):
        if sure_edge(e) >= e.fin:
            waits = p.odd.sack_blocks > 0 and p.ack < e.fin and not p.odd.zero_windows  # laid aside behind a hole
            return has_fin or (o.seq == e.fin + 1 and (waits or not refused_fin(p)))
        if o.seq == e.fin + 1 and ((p.sack_ok and e.sack_ok) or p.odd.sack_blocks):
            return True
    counted = e.fins.later if e.fins.later == p.ack else sure_edge(e)
    if o.seq == e.fins.later + 1 and sure_edge(e) >= e.fins.later >= counted and has_fin:
        return True  # behind octets that overlap the FIN: passed over, and counted all the same (Linux tcp_data_queue)
    if (
        o.seq == e.fins.later + 1 > e.edge + 1
        and state in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)
        and e.fins.later <= p.right
    ):
        return p.odd.sack_blocks > 0 or (p.sack_ok > 0 and e.sack_ok > 0)
    islands = e.islands
    if (
        islands is not None
        and ((p.sack_ok and e.sack_ok) or p.odd.sack_blocks)
        and state in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)  # with the FIN it forgets what it had laid aside
        and o.seq == islands.end_within(p.right)
    ):
        return True
    # Octets that were not captured: the receiver may well have them.
    return bool(e.acked_unseen and o.seq == e.acked_unseen)
