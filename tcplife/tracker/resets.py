# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of resets: would its sender use that number, and does its receiver accept it?

In: an Observation whose segment has RST. Out: events for both endpoints (RFC 9293 3.10.7, RFC 5961 3.2), facts.
A reset is easily forged, so its sender's own end is provisional: what it sends later takes it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import (
    ACK,
    BY_SENDING,
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    UNKNOWN,
)
from .facts import RST_FOREIGN, RST_IGNORED, RST_IN_TIME_WAIT, RST_TAKEN
from .opening import hop_ns
from .transitions import (
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN_ACK,
    SENDS_RST,
)

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .observation import Observation


ANSWER_NS = 5_000_000
"""A host that finds no socket answers at once; what is this much later than a round trip answers something else."""


JITTER_NS = 200_000
"""What the shortest round trip seen may be longer than a quick answer: the scheduler's share on one machine."""


def sends_rst(o: Observation) -> None:
    """A segment with RST."""
    e = o.sender
    p = o.receiver
    e.resets += 1
    reaches = _accepts(o, p)
    _ends_sender(o, e, p)
    if reaches:
        o.facts |= RST_TAKEN
        if o.life.view(p) == TIME_WAIT:
            o.facts |= RST_IN_TIME_WAIT
        event = GETS_RST
        if o.life.view(p) == SYN_RECEIVED and p.syns == 0:
            event = GETS_RST_AFTER_LISTEN
        o.life.offer(p, event, o.segment.packet, o.ts_ns, o.snd_max_before, o.segment.ts_val, o.end > o.seq)
        if not o.life.close_packet:
            o.life.close_packet = o.segment.packet
    else:
        o.facts |= RST_IGNORED


def _ends_sender(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """The sender has ended, unless it only answers something stray or the number is not one it would use."""
    life = o.life
    if e.state in (UNKNOWN, LISTEN):
        # Without ACK it answers something that was not captured: it may well be listening, or opening (3.10.7.3).
        if o.flags & ACK or p.state == SYN_SENT:
            _close(o, e)
        return
    if e.state == CLOSED:
        return
    if e.state == SYN_SENT and (o.seq < 1 or o.seq > e.snd_max):
        return  # it answers an ACK of a SYN that it did not send: RFC 9293 3.10.7.3 first, figures 9 and 10
    if e.state == SYN_RECEIVED and o.seq != e.snd_max and not o.flags & ACK:
        return  # it answers an unacceptable ACK: 3.10.7.4 fifth
    if not _is_own(o, e, p):
        o.facts |= RST_FOREIGN
        return
    _take_what_came_before(o, e, p)
    _close(o, e)


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


def _take_what_came_before(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """What had the time to arrive did arrive; its own reset is then the answer, not the cause.

    An abort carries an ACK (Linux tcp_send_active_reset), which tells whether the FIN had arrived. One without ACK
    answers a segment that found no socket, or ended it: that segment itself, and a FIN never acknowledged, were
    not taken.
    """
    inbox = e.inbox
    if inbox is None:
        return
    since = o.ts_ns - max(hop_ns(e, p) // 2 - JITTER_NS, 0)
    abort = o.flags & ACK
    answer = 2 * hop_ns(e, p) + ANSWER_NS
    for candidate in list(inbox.waiting):
        event = candidate.event
        if not candidate.alive or candidate.ts_ns > since:
            continue
        if event in (GETS_FIN, GETS_SYN_ACK):
            taken = bool(abort) and o.ack == (p.fin + 1 if event == GETS_FIN else 1)
        elif event == GETS_ACK_OF_FIN:
            taken = True  # the socket lived on in FIN_WAIT_1 for just this
        elif event == GETS_ACK_OF_SYN:
            taken = bool(abort) or candidate.brings or candidate.packet < p.last_packet or o.ts_ns - candidate.ts_ns > answer
        else:
            taken = event == GETS_RST and not abort
        if taken:
            o.life.settle(e, candidate, o.segment.packet)


def _is_own(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """An abort uses SND.NXT, or the edge of the peer's window; a host without the socket answers with SEG.ACK.

    Source: RFC 9293 3.10.7.1; Linux tcp_send_active_reset and tcp_v4_send_reset.
    """
    if not e.based or o.segment.seq == 0:
        return True
    if o.flags & ACK and e.ack <= o.ack <= p.snd_max and (o.segment.ts_val >= 0 or not (e.timestamps and p.timestamps)):
        return True  # it knows what it has received; whatever it sent before this was not captured
    return o.seq in (e.snd_max, p.ack, p.ack_before, p.right, e.acked_unseen)


def _accepts(o: Observation, p: Endpoint) -> bool:
    """Whether the receiver takes the reset.

    SYN_SENT: it acknowledges the SYN. Otherwise exactly RCV.NXT (RFC 5961 3.2), or one less once the peer's FIN is
    in, or the right edge of the highest SACK block (both as Linux).
    """
    state = o.life.view(p)
    if state in (UNKNOWN, CLOSED):
        return state == UNKNOWN and o.ack >= 0
    if state == SYN_SENT:
        return o.ack >= 1 and o.ack <= p.snd_max
    if state == LISTEN:
        return False
    e = o.sender
    if state == SYN_RECEIVED:
        if p.stale_ack >= 0:
            return o.segment.seq == p.stale_ack
        return o.seq == p.ack or o.seq == e.snd_max
    if not e.based:
        return True
    if o.seq in (e.edge, p.ack):
        return True
    if e.fin >= 0 and e.edge >= e.fin and o.seq in (e.fin + 1, e.fin):
        return o.seq == e.fin + 1 or state in (CLOSE_WAIT, LAST_ACK, CLOSING)
    islands = e.islands
    if islands is not None and p.sack_ok and e.sack_ok and o.seq == islands.limits[len(islands.limits) - 1]:
        return True
    # Octets that were not captured: the receiver may well have them.
    return bool(e.acked_unseen and o.seq == e.acked_unseen)
