# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of the opening: what a SYN or SYN+ACK says of its sender, and what it may do to its receiver.

In: an Observation whose segment has SYN. Out: events for both endpoints (RFC 9293 3.5 and 3.10.7.1-3), facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import (
    BY_IMPLICATION,
    BY_SENDING,
    CLOSED,
    CWR,
    ECE,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    UNKNOWN,
)
from .facts import (
    LOST_HANDSHAKE_ACK,
    LOST_RST,
    LOST_SYN_ACK,
    MSS_CHANGED,
    SYN_ACK_OTHER,
    SYN_ACK_REPEATED,
    SYN_IN_LIFE,
    SYN_OTHER,
    SYN_REPEATED,
    UNSURE,
)
from .timing import Timing
from .transitions import (
    GETS_ACK_OF_SYN,
    GETS_ICMP_ERROR,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_SYN,
    SENDS_SYN_ACK,
)

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation


STALE_CLOCK_NS = 20_000_000
"""A timestamp clock ticks at least every 10 ms in practice (RFC 7323 5.4 allows 1 s): a repeat has a newer one."""


def hop_ns(e: Endpoint, p: Endpoint) -> int:
    """Shortest way capture - e - capture seen so far, 0 if none: nothing e sends earlier than that answers a packet."""
    timing = p.timing
    if timing is None or timing.min_ns < 0:
        return 0
    return timing.min_ns


def disprove(o: Observation, e: Endpoint, event: int, fact: int) -> None:
    """The sender shows that what passed towards it long enough ago never arrived."""
    inbox = e.inbox
    if inbox is None:
        return
    candidate = inbox.first(event)
    if candidate is not None and inbox.disprove(event, o.ts_ns - hop_ns(e, o.receiver)):
        o.facts |= fact
        o.lost = candidate.packet


def is_copy(o: Observation, ip_id: int, ts_val: int, sent_ns: int) -> bool:
    """The network's copy of an earlier segment, not a repeat by its sender: same IP id, or same old timestamp."""
    s = o.segment
    if s.ip_id > 0 and ip_id > 0:
        return s.ip_id == ip_id
    return s.ts_val >= 0 and s.ts_val == ts_val and o.ts_ns - sent_ns > STALE_CLOCK_NS


def note_options(e: Endpoint, o: Observation) -> None:
    """What the endpoint offers in its SYN (RFC 9293 3.7.1, RFC 7323, RFC 2018, RFC 7413)."""
    s = o.segment
    e.mss = s.mss
    e.wscale = s.wscale
    e.scale = min(s.wscale, 14) if s.wscale >= 0 else UNSURE if s.options_cut else -1
    e.sack_ok = s.sack_ok
    e.timestamps = 1 if s.ts_val >= 0 else 0
    e.tfo = s.tfo
    e.first_window = s.window
    e.ecn_offer = s.flags & (ECE | CWR)


def sends_syn(o: Observation) -> None:
    """A SYN without ACK."""
    e = o.sender
    p = o.receiver
    life = o.life
    if o.seq != 0:
        o.facts |= SYN_OTHER
        life.stale_raw = o.segment.seq
        return
    if e.syns:
        e.syns += 1
        o.facts |= SYN_REPEATED
        if is_copy(o, e.syn_id, e.syn_ts_val, e.syn_ns):
            if o.segment.mss != e.mss:
                o.facts |= MSS_CHANGED
            return
        if e.state == SYN_SENT:
            disprove(o, e, GETS_SYN_ACK, LOST_SYN_ACK)
            disprove(o, e, GETS_RST, LOST_RST)
            disprove(o, e, GETS_ICMP_ERROR, LOST_RST)
        elif e.state != CLOSED:
            o.facts |= SYN_IN_LIFE
    else:
        e.syns = 1
        e.syn_packet = o.segment.packet
        e.syn_ns = o.ts_ns
        e.syn_id = o.segment.ip_id
        e.syn_ts_val = o.segment.ts_val
        note_options(e, o)
        if life.syn_side < 0:
            life.syn_side = e.side
    if e.state in (UNKNOWN, LISTEN):
        e.state = CLOSED
    if e.state == CLOSED:
        life.move(e, SENDS_SYN, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    if e.edge == 0:
        e.edge = 1
    if o.length:
        o.facts |= e.octets(1, 1 + o.length)
    if o.end > e.snd_max:
        e.advance(o.end)
    if p.state == UNKNOWN and p.packets == 0:
        p.state = LISTEN
    if p.state in (LISTEN, SYN_SENT) and not o.facts & SYN_REPEATED:
        life.offer(p, GETS_SYN, o.segment.packet, o.ts_ns, o.snd_max_before, o.segment.ts_val, o.end > o.seq)


def sends_syn_ack(o: Observation) -> None:
    """A SYN with ACK."""
    e = o.sender
    p = o.receiver
    life = o.life
    packet = o.segment.packet
    if o.ack < 1 or o.ack > max(p.snd_max, 1):
        _answers_stale_syn(o, e)
        return
    if o.seq != 0 and not _restarts(o, e):
        o.facts |= SYN_ACK_OTHER
        return
    if life.synack_side < 0:
        life.synack_side = e.side
    if e.state == CLOSED and e.fin < 0:
        e.state = LISTEN
    if e.state in (UNKNOWN, LISTEN):
        e.state = LISTEN
        life.move(e, SENDS_SYN_ACK, packet, o.ts_ns, BY_SENDING, 0)
        e.inbox = None
        _imply_syn(o, p)
    elif e.state == SYN_SENT:
        candidate = e.inbox.first(GETS_SYN) if e.inbox is not None else None
        if candidate is not None:
            life.settle(e, candidate, packet)
        else:
            life.move(e, GETS_SYN, packet, o.ts_ns, BY_IMPLICATION, 0)
    else:
        o.facts |= SYN_ACK_REPEATED
        if is_copy(o, e.syn_id, e.syn_ts_val, e.syn_ns):
            if o.segment.mss != e.mss:
                o.facts |= MSS_CHANGED
        elif e.state == SYN_RECEIVED:
            disprove(o, e, GETS_ACK_OF_SYN, LOST_HANDSHAKE_ACK)
            disprove(o, e, GETS_RST_AFTER_LISTEN, LOST_RST)
    _start_numbers(o, e)
    _time_handshake(o, e, p)
    e.syn_acks += 1
    mark = o.snd_max_before
    if p.state == SYN_SENT:
        life.offer(p, GETS_SYN_ACK, packet, o.ts_ns, mark, o.segment.ts_val, o.end > o.seq)
    if p.state in (SYN_SENT, SYN_RECEIVED):
        life.offer(p, GETS_ACK_OF_SYN, packet, o.ts_ns, mark, o.segment.ts_val, o.end > o.seq)


def _start_numbers(o: Observation, e: Endpoint) -> None:
    if e.edge == 0:
        e.edge = 1
    if o.length:
        o.facts |= e.octets(1, 1 + o.length)
    if o.end > e.snd_max:
        e.advance(o.end)


def _time_handshake(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """The first SYN+ACK times the SYN it answers, unless that was repeated (Karn)."""
    if e.syn_acks:
        return
    e.syn_ns = o.ts_ns
    e.syn_id = o.segment.ip_id
    e.syn_ts_val = o.segment.ts_val
    if not e.syn_packet:
        e.syn_packet = o.segment.packet
        note_options(e, o)
    if p.syns == 1:
        if p.timing is None:
            p.timing = Timing()
        p.timing.sample(o.ts_ns - p.syn_ns)


def _imply_syn(o: Observation, p: Endpoint) -> None:
    """A SYN+ACK whose SYN was not captured."""
    if p.state == UNKNOWN:
        p.state = CLOSED
        o.life.move(p, SENDS_SYN, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)
        if o.life.syn_side < 0:
            o.life.syn_side = p.side


def _restarts(o: Observation, e: Endpoint) -> bool:
    """A listener that answers anew (after a reset, or from a SYN cookie) takes another ISN."""
    life = o.life
    if e.state == SYN_RECEIVED:
        inbox = e.inbox
        candidate = inbox.first(GETS_RST_AFTER_LISTEN) if inbox is not None else None
        if candidate is not None:
            life.settle(e, candidate, o.segment.packet)
        else:
            o.facts |= SYN_ACK_REPEATED
            disprove(o, e, GETS_ACK_OF_SYN, LOST_HANDSHAKE_ACK)
    elif e.state not in (UNKNOWN, LISTEN, CLOSED):
        return False
    e.inbox = None
    e.stale_ack = -1
    e.start_at(o.segment.seq, 0)
    e.syn_acks = 0
    o.receiver.ack = -1
    o.seq = 0
    o.end = o.length + 1
    o.snd_max_before = 0
    return True


def _answers_stale_syn(o: Observation, e: Endpoint) -> None:
    """A SYN+ACK for a SYN that is not the peer's present one (RFC 9293 figure 9)."""
    o.facts |= SYN_ACK_OTHER
    if e.state == CLOSED and e.fin < 0:
        e.state = LISTEN
    if e.state in (UNKNOWN, LISTEN):
        e.state = LISTEN
        o.life.move(e, SENDS_SYN_ACK, o.segment.packet, o.ts_ns, BY_SENDING, 0)
        e.inbox = None
        e.stale_ack = o.segment.ack
        e.start_at(o.segment.seq, 0)
        e.advance(1)
        e.edge = 1
        e.syn_acks = 1
        e.syn_ns = o.ts_ns
