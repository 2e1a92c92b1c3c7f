# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of everything after the opening: what a segment without SYN or RST proves of its sender, and what it may
do to its receiver.

In: an Observation. Out: events for both endpoints in the RFC's order (ACK, text, FIN; RFC 9293 3.10.7.4), facts.
A sender is judged by its acknowledgement number: it tells what it had received when it sent this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import (
    ACK,
    BY_IMPLICATION,
    BY_RECEIVING,
    BY_SENDING,
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    UNKNOWN,
)
from .facts import (
    ACCEPTED_LATE,
    AFTER_CLOSE,
    BAD_ACK,
    CHALLENGE_ACK,
    DSACK,
    FIN_FOREIGN,
    FIN_REPEATED,
    LOST_ACK_OF_FIN,
    LOST_FIN,
    LOST_RST,
    OUT_OF_WINDOW,
    TIME_WAIT_REACK,
    UNDID_RST,
)
from .opening import disprove, hop_ns, is_copy
from .transitions import (
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_FIN,
    SENDS_SYN,
    SENDS_SYN_ACK,
    SHOWS_LIFE,
)

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .inbox import Candidate
    from .observation import Observation

LATE_NS = 50_000_000
"""A segment this long after a reset of the same sender is no straggler: the reset was not its own."""


def shows(o: Observation) -> None:
    """What the segment proves of its sender."""
    e = o.sender
    state = e.state
    if e.inbox is not None:
        disprove(o, e, GETS_RST, LOST_RST)
    if state == ESTABLISHED:
        pass
    elif state == SYN_SENT:
        if not _shows_open(o, e):
            return
    elif state == SYN_RECEIVED:
        _shows_accepted(o, e)
    elif state in (UNKNOWN, LISTEN):
        _shows_middle(o, e)
    elif state == CLOSED:
        _shows_after_close(o, e)
    if o.ack >= 0:
        _shows_acknowledgement(o, e)
    if o.flags & FIN:
        _sends_fin(o, e)


def _imply(o: Observation, e: Endpoint, event: int) -> None:
    o.life.move(e, event, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)


def _settle_or_imply(o: Observation, e: Endpoint, event: int) -> None:
    """The event has taken place: by the candidate that passed, else by something that was not captured."""
    inbox = e.inbox
    candidate = None
    if inbox is not None:
        if o.segment.ts_ecr > 0:
            candidate = inbox.echoed(event, o.segment.ts_ecr)
        if candidate is None:
            candidate = inbox.first(event)
    if candidate is not None:
        o.life.settle(e, candidate, o.segment.packet)
    else:
        _imply(o, e, event)


def _shows_open(o: Observation, e: Endpoint) -> bool:
    """SYN_SENT, and it sends something without SYN: it got a SYN+ACK (or, opening at once, SYN and its ACK)."""
    p = o.receiver
    if o.ack < 1 or o.seq < 0 or o.seq > e.snd_max + (1 << 30):
        return False
    inbox = e.inbox
    if inbox is not None and inbox.has(GETS_SYN) and not (inbox.has(GETS_SYN_ACK) and _sent_nothing_between(o, e)):
        _settle_or_imply(o, e, GETS_SYN)
        _settle_or_imply(o, e, GETS_ACK_OF_SYN)
        return True
    if p.state in (UNKNOWN, LISTEN):
        p.state = LISTEN
        _imply(o, p, SENDS_SYN_ACK)
    _settle_or_imply(o, e, GETS_SYN_ACK)
    if e.inbox is not None:
        e.inbox.forget(GETS_SYN)
        e.inbox.forget(GETS_ACK_OF_SYN)
        if not e.inbox.waiting:
            e.inbox = None
    return True


def _sent_nothing_between(o: Observation, e: Endpoint) -> bool:
    """By its IP ids it sent nothing between its SYN and this: no SYN+ACK of its own was lost, so no SYN drew one."""
    return e.syn_id > 0 and o.segment.ip_id == (e.syn_id + 1) & 0xFFFF


def _shows_accepted(o: Observation, e: Endpoint) -> None:
    """SYN_RECEIVED, and it sends something without SYN: its SYN was acknowledged, Fast Open apart.

    A Fast Open server may send octets before (RFC 7413 4.2), and any may send its FIN: they prove nothing unless an
    ACK had passed. An empty ACK with nothing waiting answers something unacceptable (challenge).
    """
    p = o.receiver
    if p.repeated_packets > 1:
        o.facts |= ACCEPTED_LATE
    inbox = e.inbox
    fast_open = p.tfo >= 0 or p.snd_max > 1 and p.data_packets and p.syn_packet and p.ack < 1
    candidate = inbox.first(GETS_ACK_OF_SYN) if inbox is not None else None
    if candidate is not None:
        o.life.settle(e, candidate, o.segment.packet)
        if e.inbox is not None:
            e.inbox.forget(GETS_RST_AFTER_LISTEN)
    elif not fast_open and (o.length or o.ack > 1):
        _imply(o, e, GETS_ACK_OF_SYN)


def _shows_middle(o: Observation, e: Endpoint) -> None:
    """Nothing was seen of it yet: the SYN+ACK was not captured, or the connection is older than the capture."""
    p = o.receiver
    if e.inbox is not None:
        e.inbox.forget(GETS_SYN)
        if not e.inbox.waiting:
            e.inbox = None
    if e.state == LISTEN and p.syns and o.ack >= 1 and o.ack <= p.snd_max:
        _imply(o, e, SENDS_SYN_ACK)
        _shows_accepted(o, e)
        return
    if p.syns and p.state == SYN_SENT:
        o.facts |= CHALLENGE_ACK
    e.state = UNKNOWN
    if o.flags & ACK:
        _imply(o, e, SHOWS_LIFE)


def _shows_after_close(o: Observation, e: Endpoint) -> None:
    """Closed, and yet it sends: a straggler; or the reset in its name was not its own."""
    progress = o.end > o.snd_max_before or o.ack > o.ack_before
    if e.rst_packet and e.undo_state != UNKNOWN and (progress or o.ts_ns - e.rst_ns > LATE_NS):
        o.life.withdraw(e, e.rst_packet)
        e.state = e.undo_state
        e.undo_state = UNKNOWN
        o.facts |= UNDID_RST
        o.lost = e.rst_packet
        if e.state == SYN_SENT:
            _shows_open(o, e)
    else:
        o.facts |= AFTER_CLOSE


def _shows_acknowledgement(o: Observation, e: Endpoint) -> None:
    """Its acknowledgement number covers the peer's FIN, or does not yet."""
    p = o.receiver
    fin = p.fin
    if fin < 0:
        if e.inbox is not None and e.state == FIN_WAIT_1:
            _confirm_ack_of_fin(o, e, o.ack)
        return
    if o.ack == fin + 1:
        _shows_fin_received(o, e)
    elif o.ack <= fin and e.inbox is not None and o.ack >= o.ack_before:
        _doubt_fin(o, e)
        if e.state == FIN_WAIT_1:
            _confirm_ack_of_fin(o, e, o.ack)
    if e.inbox is not None and e.state == LAST_ACK and not o.flags & FIN and o.seq > e.fin:
        disprove(o, e, GETS_ACK_OF_FIN, LOST_ACK_OF_FIN)


def _doubt_fin(o: Observation, e: Endpoint) -> None:
    """It acknowledges less than the peer's FIN, which could have arrived by now: lost, or late."""
    inbox = e.inbox
    candidate = inbox.first(GETS_FIN) if inbox is not None else None
    if inbox is not None and candidate is not None and inbox.doubt(GETS_FIN, o.ts_ns - hop_ns(e, o.receiver)):
        o.facts |= LOST_FIN
        if not o.lost:
            o.lost = candidate.packet


def _confirm_ack_of_fin(o: Observation, e: Endpoint, ack: int) -> None:
    """It acknowledges octets that the peer sent after acknowledging its FIN, so that ACK (or a later one) arrived."""
    inbox = e.inbox
    candidate = inbox.first(GETS_ACK_OF_FIN) if inbox is not None else None
    if candidate is not None and candidate.alive and candidate.mark < ack:
        o.life.settle(e, candidate, o.segment.packet)


def _shows_fin_received(o: Observation, e: Endpoint) -> None:
    """It acknowledges the peer's FIN: which segment brought it, and was its own FIN acknowledged before or by it?"""
    life = o.life
    packet = o.segment.packet
    if not e.fin_seen_packet:
        e.fin_seen_packet = packet
    if e.state not in (ESTABLISHED, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2):
        return
    inbox = e.inbox
    cause = _cause_of_fin(o, inbox.first(GETS_FIN), inbox.last(GETS_FIN)) if inbox is not None else None
    if e.state == FIN_WAIT_1 and inbox is not None:
        candidate = inbox.first(GETS_ACK_OF_FIN)
        if candidate is not None and candidate.alive and (cause is None or candidate.packet <= cause.packet):
            life.settle(e, candidate, packet)
    if cause is not None:
        e.fin_cause_packet = cause.packet
        life.settle(e, cause, packet)
    else:
        e.fin_cause_packet = packet
        _imply(o, e, GETS_FIN)


def _cause_of_fin(o: Observation, first: Candidate | None, last: Candidate | None) -> Candidate | None:
    """Of several FINs (or fillers of the hole before it), the one that arrived.

    A second one that finds the first received draws a duplicate report (RFC 2883) where SACK is in use. Linux
    answers it out of TIME_WAIT from a minimal socket, whose packets have IP id 0 and echo the first one's timestamp
    (RFC 7323 4.3: only the one that moved RCV.NXT sets TS.Recent).
    """
    if first is None or last is None or first is last:
        return first
    if o.facts & DSACK:
        return first
    s = o.segment
    if s.ts_ecr > 0 and first.ts_val != last.ts_val and s.ts_ecr in (first.ts_val, last.ts_val):
        return first if s.ts_ecr == first.ts_val else last
    minimal = s.ip_version == 4 and s.ip_id == 0 and o.sender.ip_id > 0
    return first if minimal else last


def _sends_fin(o: Observation, e: Endpoint) -> None:
    life = o.life
    p = o.receiver
    packet = o.segment.packet
    fin = o.end - 1
    if (fin < p.ack and e.fin < 0) or o.facts & OUT_OF_WINDOW:
        return  # that number was acknowledged as an octet, or cannot be accepted: not its own
    e.fin_tries += 1
    e.fin_last_packet = packet
    e.fin_last_ns = o.ts_ns
    if e.fin >= 0:
        o.facts |= FIN_REPEATED
        if p.ack <= fin < e.fin:
            e.fin = fin
        if not is_copy(o, e.fin_id, e.fin_ts_val, e.fin_ns):
            disprove(o, e, GETS_ACK_OF_FIN, LOST_ACK_OF_FIN)
        if life.view(o.receiver) == TIME_WAIT:
            o.facts |= TIME_WAIT_REACK
            o.receiver.tw_ns = o.ts_ns
        return
    foreign = o.segment.ts_val < 0 and e.timestamps and p.timestamps
    if foreign:
        o.facts |= FIN_FOREIGN
    elif e.state == CLOSE_WAIT and e.jump_packet and e.jump_packet == e.fin_seen_packet and o.end == o.snd_max_before:
        _fins_crossed(o, e)
    elif e.state == UNKNOWN or not life.move(e, SENDS_FIN, packet, o.ts_ns, BY_SENDING, 0):
        return
    e.fin = fin
    e.fin_id = o.segment.ip_id
    e.fin_ts_val = o.segment.ts_val
    e.fin_packet = packet
    e.fin_ns = o.ts_ns
    if not life.close_packet:
        life.close_packet = packet


def _fins_crossed(o: Observation, e: Endpoint) -> None:
    """Its FIN was sent before, but not captured: when it first acknowledged the peer's FIN, one number lay behind it
    already. So it had not received that FIN when it sent its own (simultaneous close), this is only a repeat.
    """
    life = o.life
    life.withdraw(e, e.fin_cause_packet)
    e.state = ESTABLISHED
    life.move(e, SENDS_FIN, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    life.move(e, GETS_FIN, e.fin_cause_packet, o.ts_ns, BY_RECEIVING, e.fin_seen_packet)


def undo_fin(o: Observation, e: Endpoint) -> None:
    """New octets from where its FIN was: that FIN was not its own."""
    life = o.life
    if e.state == FIN_WAIT_1:
        back = ESTABLISHED
    elif e.state == LAST_ACK:
        back = CLOSE_WAIT
    else:
        return
    life.withdraw(e, e.fin_packet)
    e.state = back
    e.fin = -1
    e.fin_tries = 0
    e.inbox = None
    if o.receiver.inbox is not None:
        o.receiver.inbox.forget(GETS_FIN)
    if life.close_packet == e.fin_packet:
        life.close_packet = 0


def passes(o: Observation) -> None:
    """What the segment may do to its receiver."""
    e = o.sender
    p = o.receiver
    life = o.life
    packet = o.segment.packet
    if not _acceptable(o, p):
        return
    mark = o.snd_max_before
    if o.ack >= 0:
        if p.state == SYN_RECEIVED:
            if o.ack >= 1 and o.ack <= p.snd_max and not (p.inbox is not None and p.inbox.has(GETS_ACK_OF_SYN)):
                life.offer(p, GETS_ACK_OF_SYN, packet, o.ts_ns, mark, o.segment.ts_val, o.end > o.seq)
        elif p.state == UNKNOWN:
            _implies_peer(o, p)
        if p.fin >= 0 and o.ack == p.fin + 1:
            if not p.fin_acked_packet:
                p.fin_acked_packet = packet
                p.fin_acked_ns = o.ts_ns
            if p.state in (FIN_WAIT_1, CLOSING, LAST_ACK) and not (
                p.inbox is not None and p.inbox.has(GETS_ACK_OF_FIN)
            ):
                life.offer(p, GETS_ACK_OF_FIN, packet, o.ts_ns, mark, o.segment.ts_val, o.end > o.seq)
    if e.fin >= 0 and e.edge >= e.fin and (o.length or o.flags & FIN) and p.ack <= e.fin and o.end > p.ack:
        if p.state in (UNKNOWN, ESTABLISHED, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2, SYN_SENT):
            life.offer(p, GETS_FIN, packet, o.ts_ns, mark, o.segment.ts_val, o.end > o.seq)


def _implies_peer(o: Observation, p: Endpoint) -> None:
    """An endpoint that never showed, acknowledged anew: it sent octets, so it lives (one direction captured)."""
    if p.packets == 0 and o.ack_before >= 0 and o.ack > o.ack_before:
        _imply(o, p, SHOWS_LIFE)


def _acceptable(o: Observation, p: Endpoint) -> bool:
    """Whether the receiver takes the segment (RFC 9293 3.10.7.4 first and fifth; RFC 7323 5.3), as far as is known.

    Window: begins before its right edge, does not end before what it acknowledged. Its ACK may not exceed what
    was sent, if everything was seen; the FIN's number is the last there can be.
    """
    if o.end < p.ack or o.facts & (OUT_OF_WINDOW | BAD_ACK):
        return False
    if p.fin >= 0 and o.ack > p.fin + 1:
        return False
    s = o.segment
    if s.ts_val >= 0 and o.sender.ts_recent >= 0:
        age = (o.sender.ts_recent - s.ts_val) & 0xFFFFFFFF
        if 1 < age < 0x80000000:
            return False
    return True
