# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of the opening: what a SYN or SYN+ACK says of its sender, and what it may do to its receiver.

In: an Observation whose segment has SYN. Out: events for both endpoints (RFC 9293 3.5 and 3.10.7.1-3), facts.
"""

from __future__ import annotations

from ..model.names import (
    BY_IMPLICATION,
    BY_SENDING,
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    CWR,
    ECE,
    ESTABLISHED,
    FIN,
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
from .closing import fin_with_syn_ack
from .cookies import lies_back, may_keep_nothing
from .crossing import was_active, was_crossed
from .evidence import before_its_reset, disprove, disprove_reset, hop_ns, is_copy, offer
from .facts import (
    AFTER_CLOSE,
    LOST_FIN,
    LOST_HANDSHAKE_ACK,
    LOST_RST,
    LOST_SYN_ACK,
    MSS_CHANGED,
    SOONEST_REPEAT_NS,
    SYN_ACK_OTHER,
    SYN_ACK_REPEATED,
    SYN_IN_LIFE,
    SYN_OTHER,
    SYN_REPEATED,
    UNSURE,
)
from .log import withdraw_first
from .reuse import reopens_in_vain
from .stragglers import answers_copy, calls_no_more, calls_still
from .timestamps import echoes_wrongly, is_older
from .timing import new_timing
from .transitions import (
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_ICMP_ERROR,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_RST,
    SENDS_SYN,
    SENDS_SYN_ACK,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .observation import Observation

SYNCHRONIZED = (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK)
"""States in which a SYN changes nothing (RFC 5961 4.2)."""


def note_options(e: Endpoint, s: Segment) -> None:
    """What the endpoint offers in its SYN (RFC 9293 3.7.1, RFC 7323, RFC 2018, RFC 7413)."""
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
    if e.middle and e.state == CLOSED and e.syn_ns and not e.syns and o.seq == 0 and not is_older(e, o.segment):
        calls_still(o, e)
    overtaken = (
        o.seq == 0 and e.ack >= 1 and not e.syns and is_older(e, o.segment) and life.row_of(e, SENDS_SYN_ACK) >= 0
    )
    if not overtaken and _spoke_in_vain(e, p):
        if p.state == CLOSED and p.packets == p.odd.resets:
            life.begin_again(p)  # those were strays to it, and it answered for want of a socket
            e.ts_recent = -1
        life.begin_again(e)
        _start_at(o, e)
    if o.seq != 0:
        o.facts |= SYN_OTHER
        reopens_in_vain(o, p)
        return
    gone = is_older(e, o.segment) or (e.odd.rst_packet > 0 and p.syn_acks > 0)
    if e.state == CLOSED and e.syns and (gone or life.view(p) in SYNCHRONIZED):
        o.facts |= SYN_REPEATED | SYN_IN_LIFE  # passed over
        return
    if e.syns:
        e.syns += 1
        o.facts |= SYN_REPEATED
        if p.state == SYN_SENT and (p.inbox is None or p.inbox.first(GETS_SYN) is None):
            offer(o, p, GETS_SYN)  # the one before was refused: it had not called yet
        if is_copy(o, e.syn_id, e.syn_ts_val, e.syn_ns):
            if o.segment.mss != e.mss:
                o.facts |= MSS_CHANGED
            return
        if e.state == SYN_SENT:
            disprove(o, e, GETS_SYN_ACK, LOST_SYN_ACK)
            disprove_reset(o, e, GETS_RST)
            disprove(o, e, GETS_ICMP_ERROR, LOST_RST)
        elif e.state != CLOSED:
            o.facts |= SYN_IN_LIFE
    elif e.syn_acks and (e.state not in (LISTEN, CLOSED, UNKNOWN) or life.last_row(e) >= 0):
        if was_active(o, e) and e.state == CLOSED:
            return
    else:
        e.syns = 1
        e.syn_packet = o.segment.packet
        e.syn_ns = o.ts_ns
        e.syn_id = o.segment.ip_id
        e.syn_ts_val = o.segment.ts_val
        note_options(e, o.segment)
        if life.syn_side < 0:
            life.syn_side = e.side
        if overtaken:  # by an answer to its peer's SYN
            was_active(o, e)
            e.middle = False
            _start_numbers(o, e)
            if e.state == CLOSED:
                return
    if e.state in (UNKNOWN, LISTEN):
        e.state = CLOSED
    if e.state == CLOSED:
        life.move(e, SENDS_SYN, o.segment.packet, o.ts_ns, BY_SENDING, 0)
    e.early |= o.length > 0
    if e.state == SYN_SENT:
        _start_numbers(o, e)
    if p.state == UNKNOWN and p.packets == 0:
        p.state = LISTEN
    if p.state in (LISTEN, SYN_SENT) and not o.facts & SYN_REPEATED:
        offer(o, p, GETS_SYN)


def sends_syn_ack(o: Observation) -> None:
    """A SYN with ACK."""
    e = o.sender
    p = o.receiver
    life = o.life
    packet = o.segment.packet
    if o.ack < 1 or o.ack > max(p.snd_max, 1):
        _answers_stale_syn(o, e)
        return
    again = o.seq == 0
    if again:
        if _spoke_in_vain(e, p):
            _forget_octets(e, p)
    elif not _restarts(o, e):
        o.facts |= SYN_ACK_OTHER
        return
    if e.state == CLOSED and ((again and before_its_reset(o, e)) or (e.syns and o.seq == 0)):
        o.facts |= AFTER_CLOSE  # by its own reset; or a copy, as one that has called never listens
        e.syn_acks += again
        if o.seq == 0 and e.syns:
            was_crossed(o, e, p)
            if p.state == SYN_RECEIVED and p.syns and o.end == 1:
                offer(o, p, GETS_ACK_OF_SYN)  # whatever its sender is by now
        return
    if e.state == LISTEN and e.syn_acks and is_copy(o, e.syn_id, e.syn_ts_val, e.syn_ns):
        o.facts |= SYN_ACK_REPEATED  # of the one that was reset
        return
    if life.synack_side < 0:
        life.synack_side = e.side
        life.cookies |= life.incidents.gap_before == (o.segment.seq - o.segment.ack + 1 & M32)
    if e.state == CLOSED and e.fin < 0:
        withdraw_first(life.rows, e.side, SENDS_RST)  # it had answered something stray
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
        if e.inbox is not None:
            e.inbox.keep_exact(GETS_RST)  # in SYN_SENT it did not arrive
    else:
        o.facts |= SYN_ACK_REPEATED
        if is_copy(o, e.syn_id, e.syn_ts_val, e.syn_ns):
            if o.segment.mss != e.mss:
                o.facts |= MSS_CHANGED
        elif e.state == SYN_RECEIVED and (hop_ns(e, p) > 0 or o.ts_ns - e.last_ns >= SOONEST_REPEAT_NS):
            disprove(o, e, GETS_ACK_OF_SYN, LOST_HANDSHAKE_ACK)
            disprove(o, e, GETS_FIN, LOST_FIN)
            disprove_reset(o, e, GETS_RST_AFTER_LISTEN)
            disprove_reset(o, e, GETS_RST)
        elif e.syns:
            was_crossed(o, e, p)
    _start_numbers(o, e)
    _time_handshake(o, e, p)
    e.syn_acks += 1
    if p.state == SYN_SENT and echoes_wrongly(o, p):
        p.own_odd().refused_packet = packet
        return
    if p.state == SYN_SENT:
        offer(o, p, GETS_SYN_ACK)
        if o.flags & FIN and (p.tfo >= 0 or p.early) and e.fin < 0:
            fin_with_syn_ack(o, e, p)
    if p.state == SYN_SENT or (p.state == SYN_RECEIVED and o.end == o.seq + 1):
        offer(o, p, GETS_ACK_OF_SYN)
        if p.state == SYN_RECEIVED and not p.syns and p.inbox is not None:
            p.inbox.doubt_latest()  # who listens expects no SYN any more


def _start_numbers(o: Observation, e: Endpoint) -> None:
    e.syn_ts_last = o.segment.ts_val
    if e.edge == 0:
        e.edge = 1
    if o.length:
        if e.sure < 0:
            e.sure = e.edge  # often refused (RFC 7413 2): only an ACK, or a repeat, makes sure of them
        repeated = e.odd.repeated_bytes
        o.facts |= e.octets(1, 1 + o.length)
        o.repeated = e.odd.repeated_bytes - repeated
        if e.sure >= e.edge:
            e.sure = -1
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
        note_options(e, o.segment)
        e.stateless = may_keep_nothing(e, p) or lies_back(o.life.incidents.clock_zero_ns, o.segment.ts_val, p.syn_ns)
    if p.syns == 1:
        if p.timing is None:
            p.timing = new_timing()
        p.timing.sample(o.ts_ns - p.syn_ns)


def _imply_syn(o: Observation, p: Endpoint) -> None:
    """A SYN+ACK whose SYN was not captured."""
    if p.state == UNKNOWN:
        p.state = CLOSED
        o.life.move(p, SENDS_SYN, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)
        o.life.syn_side = p.side if o.life.syn_side < 0 else o.life.syn_side


def imply_syn_ack(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """It has answered the peer's SYN, but its SYN+ACK was not captured."""
    life = o.life
    if p.syns:
        life.move(e, SENDS_SYN_ACK, p.syn_packet, life.time_of(p.syn_packet, o.ts_ns), BY_IMPLICATION, o.segment.packet)
    else:
        life.move(e, SENDS_SYN_ACK, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)


def _restarts(o: Observation, e: Endpoint) -> bool:
    """A listener that answers anew (after a reset, or from a SYN cookie) takes another ISN."""
    life = o.life
    p = o.receiver
    if (e.syn_acks or (e.middle and not p.syns)) and is_older(e, o.segment):
        return False  # overtaken by what it has said since
    if e.state not in (UNKNOWN, LISTEN, CLOSED, SYN_SENT, SYN_RECEIVED) and life.view(e) == CLOSED:
        life.take_tentative(e)  # a reset had ended it: nobody else answers a SYN so
    if _spoke_in_vain(e, p):
        life.begin_again(e)
    elif e.state == SYN_SENT and (p.syns or not p.syn_acks) and calls_no_more(o, e):
        e.state = LISTEN  # now it listens
        e.syns = 0
    elif e.state == SYN_RECEIVED:
        if p.ack >= 1:
            return False  # the one before is acknowledged
        inbox = e.inbox
        candidate = inbox.first(GETS_RST_AFTER_LISTEN) if inbox is not None else None
        if candidate is not None:
            life.settle(e, candidate, o.segment.packet)
        else:
            o.facts |= SYN_ACK_REPEATED
            disprove(o, e, GETS_ACK_OF_SYN, LOST_HANDSHAKE_ACK)
            isn = e.base
            _start_at(o, e)
            e.own_odd().isn_before = isn
            return True
    elif e.state not in (UNKNOWN, LISTEN, CLOSED) or (e.state != LISTEN and (e.syn_acks or e.syns) and p.ack >= 1):
        if (e.state == CLOSED and life.view(p) in (CLOSED, TIME_WAIT)) or _had_gone(o, e, p):
            answers_syn = o.ack == 1 or p.early
            if not e.syns and answers_syn:
                answers_copy(o, e)
        return False
    _start_at(o, e)
    return True


def _spoke_in_vain(e: Endpoint, p: Endpoint) -> bool:
    """All it sent before its first SYN came to a peer in SYN_SENT, who passes it over (RFC 9293 3.10.7.3), or to none,
    who answered by nothing but resets, a SYN+ACK too.
    """
    if p.state not in (SYN_SENT, LISTEN, CLOSED) or e.packets <= 1 or e.syns:
        return False
    return not e.syn_acks or 0 < p.packets == p.odd.resets


def _forget_octets(e: Endpoint, p: Endpoint) -> None:
    """Its peer has got none of them, nor its FIN, and what that one acknowledged was nothing of it."""
    p.ack = -1
    e.edge = 1
    e.sure = e.fin = e.data_end = -1
    e.islands = None
    e.forget_fins()
    if p.inbox is not None:
        p.inbox = p.inbox.without(GETS_FIN)


def _start_at(o: Observation, e: Endpoint) -> None:
    """The segment's number is the ISN of its sender, whatever was taken for it before."""
    e.inbox = None
    if e.odd.stale_ack >= 0:
        e.odd.stale_ack = -1
    e.start_at(o.segment.seq, 0)
    _forget_octets(e, o.receiver)
    if o.receiver.inbox is not None:
        o.receiver.inbox.renumber(GETS_RST)
    e.edge = e.acked_unseen = e.syn_acks = 0
    o.seq = o.snd_max_before = 0
    o.end = o.length + 1


def _had_gone(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """Whether it answers the SYN of its connection by another number: that one was over for it, and no reset showed.

    A socket would answer a copy of the SYN by an ACK (RFC 5961 4). Its timestamps tell that it said so last.
    """
    s = o.segment
    if (
        e.state not in SYNCHRONIZED
        or e.syns
        or not e.syn_acks
        or not p.syns
        or s.ts_val < 0
        or s.ts_ecr != p.syn_ts_val
    ):
        return False
    o.life.take_tentative(e)
    return e.state == CLOSED or o.life.move(e, SENDS_RST, s.packet, o.ts_ns, BY_IMPLICATION, 0)


def _answers_stale_syn(o: Observation, e: Endpoint) -> None:
    """A SYN+ACK for a SYN that is not the peer's present one (RFC 9293 figure 8)."""
    o.facts |= SYN_ACK_OTHER
    if e.state == CLOSED and e.fin < 0 and not e.syns and o.life.view(o.receiver) not in SYNCHRONIZED:
        e.state = CLOSED if before_its_reset(o, e) else LISTEN
    if e.state in (UNKNOWN, LISTEN):
        e.state = LISTEN
        o.life.move(e, SENDS_SYN_ACK, o.segment.packet, o.ts_ns, BY_SENDING, 0)
        e.inbox = None
        e.own_odd().stale_ack = o.segment.ack
        e.start_at(o.segment.seq, 0)
        e.advance(1)
        e.edge = 1
        e.syn_acks = 1
        e.syn_ns = o.ts_ns
