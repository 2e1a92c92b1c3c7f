# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of resets without ACK: what had reached a host by the time that it answers for want of a socket.

In: an Observation whose segment has RST and no ACK, and its sender's inbox. Out: the events that had taken place. Such
a reset takes over the acknowledgement number of the segment it answers, and so tells which one that may have been.
"""

from __future__ import annotations

from ..model.names import ACK, CLOSING, ESTABLISHED, FIN_WAIT_1, LAST_ACK, M32, SYN_RECEIVED, SYN_SENT
from .evidence import cause, hop_ns
from .transitions import (
    GETS_ACK_OF_FIN,
    GETS_ACK_OF_SYN,
    GETS_FIN,
    GETS_RST,
    GETS_RST_AFTER_LISTEN,
    GETS_SYN,
    GETS_SYN_ACK,
)
from .unseen import sure_edge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .inbox import Candidate
    from .observation import Observation

ANSWER_NS = 5_000_000
"""A host that finds no socket answers at once; what is this much later than a round trip answers something else."""


def arrived_before_answer(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """A reset without ACK answers a segment that found no socket, or ended it, and takes over that one's ACK number.

    So the socket was gone by then: by a reset that had passed, by octets that found it closed by its application
    (RFC 9293 3.10.7.4, RFC 1122 4.2.2.13), or for reasons that do not show.
    """
    if e.state == SYN_SENT:
        refusal = reset_that_fits(o, e, p)
        if not _had_taken_answer(o, e, p, refusal):
            if refusal is not None:
                crossing = cause(o, e, GETS_SYN)
                if crossing is not None and crossing.alive and crossing.packet < refusal.packet:
                    o.life.settle(e, crossing, 0)  # its answer to that was perhaps lost
                o.life.settle(e, refusal, o.segment.packet)
            return
    _deny_what_is_answered(o, e, p)
    reset = reset_that_fits(o, e, p)
    if e.state == SYN_RECEIVED and (reset is not None or not o.flags & ACK):
        _answers_in_syn_received(o, e, p, reset)
    if e.state == FIN_WAIT_1:
        if _answers_in_fin_wait_1(o, e, p, reset):
            reset = None
        elif reset is not None and p.fin >= 0 and reset.seq in (p.fin, p.fin + 1):
            fin = cause(o, e, GETS_FIN)
            if fin is not None and fin.alive and fin.packet < reset.packet:
                o.life.settle(e, fin, 0)
        elif reset is None and e.state == FIN_WAIT_1:
            fin = cause(o, e, GETS_FIN)
            if fin is not None and fin.alive and p.last_packet > fin.packet and p.last_ns - fin.ts_ns > hop_ns(e, p):
                o.life.settle(e, fin, 0)  # else it would have been answered itself
    elif e.state == LAST_ACK:
        answered = cause(o, e, GETS_ACK_OF_FIN)
        if (
            answered is not None
            and (reset is None or answered.packet < reset.packet)
            and not _came_too_late(o, p, answered)
        ):
            o.life.settle(e, answered, o.segment.packet)
    elif e.state == CLOSING:
        answered = cause(o, e, GETS_ACK_OF_FIN)
        came_first = answered is not None and (reset is None or answered.packet < reset.packet)
        if answered is not None and answered.alive and came_first and not _came_too_late(o, p, answered):
            o.life.settle(e, answered, 0)
    elif e.state == ESTABLISHED:
        _answers_in_established(o, e, p, reset)
    if reset is not None and e.inbox is not None:
        o.life.settle(e, reset, 0 if _was_overtaken(e, reset) else o.segment.packet)


def _was_overtaken(e: Endpoint, reset: Candidate) -> bool:
    """Whether what had passed before the reset, and would have moved it, seems to have come later, or twice."""
    inbox = e.inbox
    if inbox is None:
        return False
    for candidate in inbox.all():
        if (
            candidate.packet < reset.packet
            and candidate.event in (GETS_FIN, GETS_ACK_OF_FIN)
            and (candidate.alive or candidate.doubted)
        ):
            return True
    return False


def _had_taken_answer(o: Observation, e: Endpoint, p: Endpoint, refusal: Candidate | None) -> bool:
    """Whether it had opened though its ACK never showed (it may be held back: Linux tcp_rcv_synsent_state_process).

    A reset without ACK refuses nobody who has not opened (RFC 9293 3.10.7.3); nor does SYN_SENT answer an ACK of its SYN
    from a peer who has gone on: the SYN+ACK would have drawn a reset first.
    """
    answer = cause(o, e, GETS_SYN_ACK)
    if answer is None or not answer.alive or cause(o, e, GETS_SYN) is not None:
        return False
    if refusal is None:
        gone_on = p.packets > p.syns + p.syn_acks + p.odd.resets + p.odd.duplicates
        if not gone_on or p.ack_raw_packet <= answer.packet or o.seq != 1:
            return False
    elif refusal.packet < answer.packet:
        return False
    elif refusal.seq < 1 and e.inbox is not None:
        e.inbox.keep_from(GETS_RST, 1)  # out of SYN_SENT its number must be exact
    o.life.settle(e, answer, 0)
    return True


def _deny_what_is_answered(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """The only segment with the number that this reset takes over is what it answers: that one came too late to do
    anything, unless its octets ended the connection, or it is an ACK that ended it (TCP_LINGER2 < 0 in Linux).
    """
    inbox = e.inbox
    if inbox is None or o.segment.seq != p.ack_raw or p.ack_raw_count > 1:
        return
    for candidate in inbox.all():
        if candidate.packet == p.ack_raw_packet and candidate.event == GETS_FIN:
            candidate.alive = False
            candidate.doubted = True


def _came_too_late(o: Observation, p: Endpoint, answered: Candidate) -> bool:
    """Whether this answers the very ACK of its FIN, which a socket takes without a word: it was gone (a timer, an abort)."""
    return answered.packet == p.ack_raw_packet and p.ack_raw_count == 1 and o.segment.seq == p.ack_raw


def reset_that_fits(o: Observation, e: Endpoint, p: Endpoint) -> Candidate | None:
    """The first reset alive; not one whose number follows a FIN that had not arrived, if there is another."""
    inbox = e.inbox
    found = None
    if inbox is None:
        return None
    for candidate in inbox.all():
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
    if candidate.octets or candidate.packet < p.ack_raw_packet or late or reset is not None:
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
    if reset is None and first.alive and first.packet < answered == o.life.incidents.odd_packet:
        o.life.settle(e, first, 0)  # a SYN: in FIN_WAIT_1 it would have drawn an ACK (RFC 5961 4)
        return False
    for candidate in e.inbox.all():
        if (
            candidate.event == GETS_ACK_OF_FIN
            and candidate.octets
            and (reset is None or candidate.packet < reset.packet)
        ):
            o.life.settle(e, first, 0)
            return True
    sent = p.data_end - 1 if p.fin >= 0 and p.data_end > p.fin else p.data_end
    # What else was sent lies behind a hole, and this ACK alone is answered.
    alone = answered == first.packet and p.ack_raw_count == 1 and sure_edge(p) <= e.ack
    if (reset is None and (sent <= e.ack or alone)) or (first.alive and answered and p.ack_raw_count > 1):
        o.life.settle(e, first, 0)
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
        if fin.packet < reset.packet and (reset.seq == p.fin + 1 or fin.alive):
            o.life.settle(e, fin, 0)
    elif fin.alive and p.last_packet > fin.packet:
        if p.snd_max > p.fin + 1 or p.last_ns - fin.ts_ns > hop_ns(e, p):
            o.life.settle(e, fin, 0)


def takes_earlier_answer(o: Observation, p: Endpoint) -> None:
    """In SYN_SENT it acknowledges the one before the peer's last SYN+ACK: that one has opened it."""
    odd = p.odd
    if o.flags & ACK and o.segment.ack == odd.isn_before + 1 & M32:
        p.start_at(odd.isn_before, 0)
        p.advance(1)
        p.edge = 1
        o.ack = 1
    odd.isn_before = -1
