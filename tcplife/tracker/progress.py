# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of everything after the opening: what a segment without SYN or RST proves of its sender, and what it may
do to its receiver.

In: an Observation. Out: events for both endpoints in the RFC's order (ACK, text, FIN; RFC 9293 3.10.7.4), facts.
A sender is judged by its acknowledgement number: it tells what it had received when it sent this.
"""

from __future__ import annotations

from ..model.names import (
    ACK,
    BY_IMPLICATION,
    BY_RECEIVING,
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
    UNKNOWN,
)
from .closing import sends_fin, shows_acknowledgement
from .cookies import comes_late, is_in_doubt, left_over, may_lag, may_stand, speaks
from .crossing import had_crossed
from .evidence import (
    cause,
    disprove_reset,
    echoes_unseen,
    fills_below,
    had_edge,
    had_gone_on,
    is_refused,
    is_too_old,
    not_captured,
    offer,
    proves,
)
from .facts import (
    ACCEPTED_LATE,
    AFTER_CLOSE,
    BAD_ACK,
    CHALLENGE_ACK,
    DSACK,
    ENOUGH_ACKS,
    KEEP_ALIVE,
    OUT_OF_WINDOW,
    UNDID_RST,
)
from .opening import imply_syn_ack
from .stragglers import fin_before_close, fin_between_resets, got_fin_before_close
from .timestamps import echoes_wrongly
from .transitions import (
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
    SENDS_RST,
    SHOWS_LIFE,
)
from .unseen import sure_edge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation

LATE_NS = 50_000_000
"""A segment this long after a reset of the same sender is no straggler: the reset was not its own."""
SYN_TIMER_NS = 1_000_000_000
"""A SYN is not sent again before (RFC 6298 2.1; Linux TCP_TIMEOUT_INIT)."""

M16 = 0xFFFF
ROOM = 1 << 18


def shows(o: Observation) -> None:
    """What the segment proves of its sender."""
    e = o.sender
    state = e.state
    if state == SYN_RECEIVED and e.after_life and 0 < o.seq <= o.snd_max_before:
        o.facts |= AFTER_CLOSE  # of its last life, whose numbers these are
        if o.flags & FIN and e.fin < 0:
            fin_before_close(o, e)
        return
    if is_in_doubt(e):
        speaks(e, o.receiver, o.segment.ts_val, o.ts_ns)
    if e.inbox is not None:
        disprove_reset(o, e, GETS_RST)
        if state == SYN_RECEIVED:
            disprove_reset(o, e, GETS_RST_AFTER_LISTEN)
    if state == ESTABLISHED:
        if o.facts & DSACK and o.sack_at == 0 and e.syns and o.receiver.syns and not o.receiver.low:
            had_crossed(o, e)
    elif state == SYN_SENT and not e.syns and o.receiver.state == SYN_RECEIVED and had_gone_on(o, o.receiver):
        _came_late(o.life, e)
        _came_late(o.life, o.receiver)
        _shows_middle(o, e)
    elif state == SYN_SENT:
        if not _shows_open(o, e):
            if o.flags & FIN and o.ack == 0 and o.receiver.state in (SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1):
                sends_fin(o, e)  # out of turn, and yet its receiver takes it
            return
    elif state == SYN_RECEIVED:
        _shows_accepted(o, e)
    elif state in (UNKNOWN, LISTEN):
        _shows_middle(o, e)
    elif state == CLOSED:
        if _shows_after_close(o, e):
            return
    if o.ack >= 0 or (o.flags & ACK and o.ack_before < 0):
        shows_acknowledgement(o, e)
    if o.flags & FIN:
        sends_fin(o, e)


def _imply(o: Observation, e: Endpoint, event: int) -> None:
    o.life.move(e, event, o.segment.packet, o.ts_ns, BY_IMPLICATION, 0)


def _settle_or_imply(o: Observation, e: Endpoint, event: int) -> None:
    """The event has taken place: by the candidate that passed, else by something that was not captured."""
    candidate = None
    if e.inbox is not None and o.segment.ts_ecr > 0:
        candidate = e.inbox.echoed(event, o.segment.ts_ecr)
    if candidate is None:
        candidate = cause(o, e, event)
    if candidate is not None:
        o.life.settle(e, candidate, o.segment.packet)
    else:
        _imply(o, e, event)


def _shows_open(o: Observation, e: Endpoint) -> bool:
    """SYN_SENT, and it sends something without SYN: it got a SYN+ACK (or, opening at once, SYN and its ACK)."""
    p = o.receiver
    if o.ack < 1 or o.end < 1 or o.seq > e.snd_max + (1 << 30):
        return False
    if o.seq < 0 and p.state in (UNKNOWN, LISTEN) and not p.syn_acks:
        return False  # of the life before
    inbox = e.inbox
    if inbox is not None and inbox.has(GETS_SYN):
        answer = cause(o, e, GETS_SYN_ACK)
        if answer is not None and not answer.alive and answer is inbox.echoed(GETS_SYN_ACK, o.segment.ts_ecr):
            answer.alive = True  # a repeated SYN, overtaken, seemed to deny it
        if answer is None and inbox.has(GETS_SYN_ACK):
            _settle_or_imply(o, e, GETS_SYN)  # its timestamps tell that it had not got the SYN+ACK yet
            return True
        # In SYN_RECEIVED the peer's SYN+ACK brings its SYN a second time, and is reported so (RFC 2883).
        if o.facts & DSACK or not inbox.has(GETS_SYN_ACK):
            crossing = None if o.facts & DSACK else cause(o, e, GETS_SYN)
            if crossing is None:
                _settle_or_imply(o, e, GETS_SYN)
            else:
                o.life.settle(e, crossing, 0)  # or a SYN+ACK alone, which was not captured
            _settle_or_imply(o, e, GETS_ACK_OF_SYN)
            return True
        if e.sack_ok and p.sack_ok:
            lost = not_captured(o, e)
            if o.length or o.ack > 1 or o.flags & FIN or lost > 1:
                _shows_open_later(o, e)
                return True
            crossing = cause(o, e, GETS_SYN) if lost == 1 and o.ts_ns - e.syn_ns < SYN_TIMER_NS else None
            if crossing is not None and answer is not None and crossing.ts_val == answer.ts_val:
                o.life.settle(e, crossing, 0)  # what was lost is its SYN+ACK, as it seems, and this no answer to one
                return True
    life = o.life
    if p.syns and not p.syn_acks and life.view(p) == CLOSED and (inbox is None or not inbox.has(GETS_SYN_ACK)):
        life.move(e, GETS_SYN, p.syn_packet, life.time_of(p.syn_packet, o.ts_ns), BY_RECEIVING, 0)  # or a copy of it
        _shows_accepted(o, e)
        return True
    if p.state in (UNKNOWN, LISTEN) and not p.syn_acks:
        p.state = LISTEN
        imply_syn_ack(o, p, e)
    _settle_or_imply(o, e, GETS_SYN_ACK)
    if e.inbox is not None:
        e.inbox = e.inbox.without(GETS_SYN)
    if e.inbox is not None:
        e.inbox = e.inbox.without(GETS_ACK_OF_SYN)
    if e.inbox is not None:
        e.inbox = e.inbox.without(GETS_SYN_ACK)  # of another SYN+ACK than the one that opened it
    return True


def _shows_open_later(o: Observation, e: Endpoint) -> None:
    """Its very answer to the SYN+ACK was lost, which would have told whether it had got the crossing SYN: perhaps.

    If a FIN comes right behind its SYN, it had perhaps closed before its SYN was acknowledged.
    """
    crossing = cause(o, e, GETS_SYN)
    if crossing is None:
        return
    o.life.settle(e, crossing, 0)
    answer = cause(o, e, GETS_ACK_OF_SYN)
    if answer is not None and o.flags & FIN and o.end == 2:
        o.life.settle(e, answer, 0)
    else:
        _settle_or_imply(o, e, GETS_ACK_OF_SYN)


def _shows_accepted(o: Observation, e: Endpoint) -> None:
    """SYN_RECEIVED, and it sends something without SYN: its SYN was acknowledged, Fast Open apart.

    A Fast Open server may send octets before (RFC 7413 4.2), and any may send its FIN: they prove nothing unless an
    ACK had passed. An empty ACK with nothing waiting answers something unacceptable (challenge).
    """
    p = o.receiver
    if p.odd.repeated_packets > 1:
        o.facts |= ACCEPTED_LATE
    fast_open = p.tfo >= 0 or p.early
    probes = o.facts & KEEP_ALIVE > 0 and not fast_open and not e.syns  # no listener does in SYN_RECEIVED
    if not o.length and not o.flags & FIN and o.ack == o.ack_before and not o.segment.sack_count and not probes:
        return  # it says nothing new: an answer to what it cannot take, which it would give in either state
    candidate = cause(o, e, GETS_ACK_OF_SYN)
    if candidate is not None:
        # Who calls may close before it is open, and its SYN may not have been captured.
        early = fast_open or o.flags & FIN > 0
        certain = not early or (proves(o, candidate) and (candidate.mark < o.ack or candidate.ts_val != p.syn_ts_val))
        o.life.settle(e, candidate, o.segment.packet if certain else 0)
        if e.inbox is not None:
            e.inbox = e.inbox.without(GETS_RST_AFTER_LISTEN)
    elif (not fast_open and (o.length or o.ack > 1)) or (
        o.flags & FIN and p.ack >= 1 and not e.syns and (e.inbox is None or e.inbox.first(GETS_ACK_OF_SYN) is None)
    ):
        _imply(o, e, GETS_ACK_OF_SYN)


def _shows_middle(o: Observation, e: Endpoint) -> None:
    """Nothing was seen of it yet: the SYN+ACK was not captured, or the connection is older than the capture."""
    p = o.receiver
    if e.inbox is not None:
        e.inbox = e.inbox.without(GETS_SYN)
    late = p.ack < 0 and echoes_unseen(o)  # it has had more than those SYNs, of which this may be a late copy
    if e.state == LISTEN and p.syns and o.ack >= 1 and o.ack <= p.snd_max and not late:
        imply_syn_ack(o, e, p)
        _shows_accepted(o, e)
        return
    if p.syns and p.state == SYN_SENT:
        if had_gone_on(o, p):
            _came_late(o.life, p)
        else:
            o.facts |= CHALLENGE_ACK
    e.state = UNKNOWN
    if o.flags & ACK:
        _imply(o, e, SHOWS_LIFE)


def _came_late(life: Life, p: Endpoint) -> None:
    """Its SYN, or SYN+ACK, was sent long before it passed here: the capture begins in the middle."""
    life.forget(p)
    life.syn_side = life.synack_side = -1
    p.middle = True
    p.syns = p.syn_acks = p.syn_packet = 0


def _shows_after_close(o: Observation, e: Endpoint) -> bool:
    """Closed, and yet it sends: a straggler; or the reset in its name was not its own. True if that is all."""
    progress = o.end > o.snd_max_before or o.ack > o.ack_before
    if o.sent_ns <= e.end_ns:
        o.facts |= AFTER_CLOSE
        if o.flags & FIN and e.fin < 0:
            fin_before_close(o, e)
            return True
        if o.receiver.fin >= 0 and o.ack == o.receiver.fin + 1:
            got_fin_before_close(o, e)
    elif (
        e.odd.rst_packet
        and e.odd.undo_state != UNKNOWN
        and (progress or o.ts_ns - e.odd.rst_ns > LATE_NS)
        and o.life.take_back_if(e, SENDS_RST)
    ):
        odd = e.odd
        odd.undo_state = UNKNOWN
        odd.gone_rows = -1
        odd.gone_inbox = None
        o.facts |= UNDID_RST
        o.lost = odd.rst_packet
        if e.state == SYN_RECEIVED:
            _shows_accepted(o, e)
        return e.state == SYN_SENT and not _shows_open(o, e)
    else:
        o.facts |= AFTER_CLOSE
        if o.flags & FIN and e.fin < 0:
            if e.odd.gone_rows >= 0:
                fin_between_resets(o, e)
            if e.fin < 0:
                fin_before_close(o, e)
            return True
    return False


def passes(o: Observation) -> None:
    """What the segment may do to its receiver."""
    e = o.sender
    p = o.receiver
    packet = o.segment.packet
    if o.ack >= 0 and (p.stateless or may_lag(p)):
        comes_late(e, p, o.life.view(p), left_over(e, o.segment.ip_version, o.ack - o.seq))
    if p.state == SYN_SENT and echoes_wrongly(o, p):
        p.own_odd().refused_packet = packet
    if not _acceptable(o, p):
        if o.facts & OUT_OF_WINDOW and o.seq <= p.right + ROOM:
            _perhaps_within(o, p)
        if o.length and e.sure < 0 and e.edge > o.edge_before:
            e.sure = o.edge_before
        return
    if o.ack >= 0:
        if p.state == SYN_RECEIVED and not p.after_life:
            # Linux lets an ACK of nothing open one that has called itself (tcp_rcv_state_process).
            if (0 if p.syns else 1) <= o.ack <= p.snd_max and (
                p.inbox is None or p.inbox.count(GETS_ACK_OF_SYN) < ENOUGH_ACKS
            ):
                offer(o, p, GETS_ACK_OF_SYN)
        elif p.state == UNKNOWN:
            _implies_peer(o, p)
        if p.fin >= 0 and o.ack == p.fin + 1:
            if not p.fins.acked_packet:
                fins = p.own_fins()
                fins.acked_packet = packet
                fins.acked_ns = o.ts_ns
            if p.state in (FIN_WAIT_1, CLOSING, LAST_ACK) and (
                p.inbox is None or o.length or p.inbox.count(GETS_ACK_OF_FIN) < ENOUGH_ACKS
            ):
                offer(o, p, GETS_ACK_OF_FIN)
    edge = sure_edge(e)
    if o.flags & FIN and o.seq <= edge:
        edge = e.edge
    brings = (o.length > 0 or o.flags & FIN > 0) and p.ack <= e.fin and (o.end > p.ack or fills_below(o, p))
    if e.fin >= 0 and edge >= e.fin >= o.seq and brings:
        if o.end > e.fin + (1 if o.flags & FIN else 0):
            return  # a FIN behind the FIN, passed over; or octets over it, which bring none
        if p.state in (UNKNOWN, ESTABLISHED, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2, SYN_SENT):
            offer(o, p, GETS_FIN)
            if p.inbox is None:
                return
            if p.attended and is_too_old(o, e, p):
                p.inbox.refuse_latest()
            elif e.fin < had_edge(o) and not (e.early and p.ack <= 1):  # a SYN's octets were refused
                p.inbox.doubt_latest()


def _perhaps_within(o: Observation, p: Endpoint) -> None:
    """Beyond the largest window that the header has a number for, which its receiver's own may exceed (Linux
    tcp_select_window); or beyond one that it scales for itself alone, as both opened at once: it may be taken.
    """
    e = o.sender
    if o.flags & FIN:
        fins = e.own_fins()
        fins.later = max(fins.later, o.end - 1)  # behind a hole
    alone = p.syns and p.syn_acks and p.wscale > 0 > e.wscale
    if (p.window != M16 and not alone) or p.inbox is not None or o.facts & BAD_ACK or is_refused(o, e):
        return
    if p.state == SYN_RECEIVED and p.syns and 0 <= o.ack <= p.snd_max:
        offer(o, p, GETS_ACK_OF_SYN)
    elif p.fin >= 0 and o.ack == p.fin + 1 and p.state in (FIN_WAIT_1, CLOSING, LAST_ACK):
        offer(o, p, GETS_ACK_OF_FIN)
    if p.inbox is not None:
        p.inbox.doubt_latest()


def _implies_peer(o: Observation, p: Endpoint) -> None:
    """An endpoint that never showed, acknowledged anew: it sent octets, so it lives (one direction captured)."""
    if p.packets == 0 and o.ack_before >= 0 and o.ack > o.ack_before:
        _imply(o, p, SHOWS_LIFE)


def _acceptable(o: Observation, p: Endpoint) -> bool:
    """Whether the receiver takes the segment (RFC 9293 3.10.7.4 first and fifth; RFC 7323 5.3), as far as is known.

    Window: begins before its right edge, does not end before what it acknowledged. Its ACK may not exceed what
    was sent, if everything was seen; the FIN's number is the last there can be.
    """
    if (o.end < p.ack and not fills_below(o, p)) or o.facts & (OUT_OF_WINDOW | BAD_ACK):
        return False
    if p.fin >= 0 and o.ack > p.fin + 1:
        return False
    if p.state == SYN_RECEIVED and not p.syns and (p.inbox is None or not p.inbox.has(GETS_ACK_OF_SYN)):
        # A request refuses what brings nothing new, what acknowledges nothing, and (not Fast Open's) wrong echoes (Linux
        # tcp_check_req).
        if o.ack < 1 or o.seq < p.ack == o.end or (not may_stand(o.sender, p) and echoes_wrongly(o, p)):
            return False
    return not is_refused(o, o.sender)
