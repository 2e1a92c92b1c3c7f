# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What a segment says about the segments that passed towards its sender: which had arrived when it was sent.

In: an Observation and the candidates in its sender's inbox. Out: the candidate that was the cause, or doubt. Evidence:
time (nothing answers sooner than the shortest round trip seen), timestamps echoed (RFC 7323), duplicates reported
(RFC 2883), IP ids. It refuses to guess: where several candidates fit, the first that passed is named.
"""

from __future__ import annotations

from ..model.names import ACK, FIN, FIN_WAIT_2, M32, RST, SYN, SYN_RECEIVED, TIME_WAIT
from .facts import CHALLENGE_ACK, CROSSING_NS, DSACK, HALF, LOST_RST, SIGNED_IN_VAIN, STALE_CLOCK_NS
from .inbox import Candidate, candidate_of
from .transitions import GETS_ACK_OF_FIN, GETS_FIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation

M16 = 0xFFFF
FEW = 3
"""Where more seem to be missing, the ids count something else."""
DELAYED_NS = 200_000_000
"""How long an ACK is held back (Linux TCP_DELACK_MAX; RFC 9293 3.8.6.3 allows 500 ms): meanwhile another segment may
leave a newer timestamp."""


def hop_ns(e: Endpoint, p: Endpoint) -> int:
    """Shortest way capture - e - capture seen so far, 0 if none: nothing e sends earlier than that answers a packet."""
    timing = p.timing
    if timing is None or timing.min_ns < 0:
        return 0
    return timing.min_ns


def had_edge(o: Observation) -> int:
    """Up to where the receiver had everything before this: less than was sent if it has spoken since without taking it (a
    full buffer, an old timestamp, or it was lost).
    """
    e = o.sender
    p = o.receiver
    if 0 < p.ack < o.edge_before and p.last_packet > e.last_packet:
        way = hop_ns(p, e)
        if p.last_ns - e.last_ns > (way if way > CROSSING_NS else 0):
            return p.ack
    return o.edge_before


def offer(o: Observation, p: Endpoint, event: int) -> None:
    """The segment may cause this event at its receiver; it is to be doubted if it acknowledges what nobody saw, or
    goes beyond the window (Linux 6.18 drops it then, unless nothing waits to be read).
    """
    s = o.segment
    value = s.ts_val if o.ack >= o.ack_before else -1  # Linux lets an old ACK leave no timestamp (tcp_ack)
    octets = o.length > 0 or (o.flags & FIN > 0 and o.seq > p.ack)
    echoes = value >= 0 and (o.seq <= p.ack or o.seq == 0)
    candidate = candidate_of(event, s.packet, o.ts_ns, o.snd_max_before, value, octets, o.seq, o.ack, echoes)
    if p.syn_packet and not o.flags & RST:
        waits = o.edge_before > 1  # octets that it has may wait to be read
        if o.ack > p.snd_max or (waits and o.length and p.right >= o.snd_max_before and o.end > p.right and o.seq > 0):
            candidate.alive = False
            candidate.doubted = True
    p.await_event(candidate)


def disprove(o: Observation, e: Endpoint, event: int, fact: int) -> None:
    """The sender shows that what passed towards it long enough ago never arrived."""
    inbox = e.inbox
    if inbox is None:
        return
    candidate = inbox.first(event)
    if candidate is not None and inbox.disprove(event, o.sent_ns - hop_ns(e, o.receiver)):
        o.facts |= fact
        o.lost = candidate.packet


def disprove_reset(o: Observation, e: Endpoint, event: int) -> None:
    """The sender goes on after a reset had passed towards it; told as lost once it cannot have crossed this on the way."""
    inbox = e.inbox
    if inbox is None:
        return
    candidate = inbox.first(event)
    if candidate is None:
        return
    way = hop_ns(e, o.receiver)
    closes = o.flags & FIN > 0 and o.end > o.snd_max_before
    # A FIN may leave while the reset is being taken (Linux MPTCP), or its sender was busy.
    inbox.disprove(event, o.sent_ns - (way + way // 2 + CROSSING_NS if closes else way))
    repeats = not o.length and o.ack == o.ack_before
    other: Candidate | None = inbox
    while other is not None:
        # What it acknowledges lay before the reset, whose number was not exact then; or it says nothing but again where
        # it is, short of the reset's number: a challenge (RFC 5961 3.2).
        if other.event == event and (
            (other.seq < o.ack and other.seq != o.receiver.fin) or (repeats and other.seq > o.ack)
        ):
            other.alive = other.doubted = False
        other = other.later
    if not candidate.alive and not candidate.told and o.sent_ns - candidate.ts_ns > way + way // 2 + CROSSING_NS:
        candidate.told = True
        o.facts |= LOST_RST
        o.lost = candidate.packet


def doubt(o: Observation, e: Endpoint, event: int, fact: int) -> None:
    """It does not show what could have arrived by now: lost, or late."""
    inbox = e.inbox
    if inbox is None:
        return
    candidate = inbox.first(event)
    if candidate is not None and inbox.doubt(event, o.sent_ns - hop_ns(e, o.receiver)):
        o.facts |= fact
        o.lost = candidate.packet


def denies(o: Observation, candidate: Candidate) -> bool:
    """Whether its sender had not received the candidate when it sent this. If it echoes a timestamp that nothing had before
    the candidate, it had, whatever its own clock says: Linux dates ahead what it paces (tcp_wstamp_ns).
    """
    p = o.receiver
    echo = o.segment.ts_ecr
    if candidate.echoes and candidate.ts_val == echo == p.clock_max and p.clock_max_ns >= candidate.ts_ns:
        return False
    return is_denied(candidate, o.sent_by_ns, echo, p.ack)


def is_denied(candidate: Candidate, sent_by_ns: int, echo: int, acked: int) -> bool:
    """The same of a segment sent by then that echoes this timestamp, to a peer that had acknowledged so much.

    It was sent before the candidate passed; or the timestamp that it echoes is older than the one which an arrival
    in order would have left (RFC 7323 4.3).
    """
    if candidate.ts_ns > sent_by_ns:
        return True
    if echo <= 0 or not candidate.echoes or 0 <= candidate.ack < acked:
        return False  # without timestamps, or overtaken by a later acknowledgement: then it leaves none
    return 0 < (candidate.ts_val - echo) & M32 < HALF


def proves(o: Observation, candidate: Candidate) -> bool:
    """Whether its sender had surely received the candidate: it echoes it, or acknowledges what was sent after it."""
    echo = o.segment.ts_ecr
    return (echo > 0 and candidate.echoes and candidate.ts_val == echo) or 0 <= candidate.mark < o.ack


def cause(o: Observation, e: Endpoint, event: int) -> Candidate | None:
    """The candidate that had caused the event by the time this was sent: the first alive, else the latest doubted."""
    inbox = e.inbox
    if inbox is None:
        return None
    found = None
    candidate: Candidate | None = inbox
    while candidate is not None:
        if candidate.event == event and not denies(o, candidate):
            if candidate.alive:
                return candidate
            found = candidate
        candidate = candidate.later
    return found


def cause_of_fin(o: Observation, e: Endpoint) -> Candidate | None:
    """Of several FINs (or fillers of the hole before it), the one that arrived.

    A second one that finds the first received draws a duplicate report (RFC 2883) where SACK is in use. Linux
    answers it out of TIME_WAIT from a minimal socket, whose packets have IP id 0 and echo the first one's timestamp
    (RFC 7323 4.3: only what moved RCV.NXT sets TS.Recent there).
    """
    inbox = e.inbox
    if inbox is None:
        return None
    s = o.segment
    first = last = live = echoed = early = late = possible = None
    later: Candidate | None = inbox
    while later is not None:
        candidate = later
        later = candidate.later
        if candidate.event != GETS_FIN or denies(o, candidate):
            continue
        if s.ts_ecr > 0 and candidate.ts_val == s.ts_ecr and (echoed is None or not echoed.alive):
            echoed = candidate
        if first is None:
            first = candidate
        if possible is None and (candidate.alive or candidate.doubted):
            possible = candidate
        if candidate.alive:
            live = candidate
            if early is None:
                early = candidate
        elif candidate.doubted and candidate.seq != o.sack_at:
            late = candidate
        last = candidate
    if first is None or last is None:
        return first
    if o.facts & DSACK and last.seq == o.sack_at:
        if early is None and not first.doubted:
            early = late
        return early if early is not None else first
    if first.alive and _reports_nothing(o) and last.ts_ns - first.ts_ns < DELAYED_NS:
        return first
    if echoed is not None:
        return echoed
    if s.ip_version == 4 and s.ip_id == 0 and o.sender.ip_id > 0:
        return first if possible is None else possible
    return live if live is not None else last


def reports_fin_in_vain(o: Observation, e: Endpoint) -> None:
    """Its first SACK block begins where that FIN's segment does: it came, and waits for the octets before (RFC 2018 4); or
    its octets were received before (RFC 2883), and the FIN with them was refused, as by a closed window.
    """
    candidate = e.inbox
    while candidate is not None:
        if candidate.event == GETS_FIN and candidate.seq == o.sack_at and not denies(o, candidate):
            candidate.alive = candidate.doubted = False
        candidate = candidate.later


def refuses_fin(o: Observation, e: Endpoint) -> None:
    """It says nothing but again where it is, to a FIN that acknowledges what it never sent, and to nothing else: that one
    is refused (RFC 9293 3.10.7.4 fifth).
    """
    inbox = e.inbox
    if inbox is None or o.length or o.flags & FIN or o.ack != o.ack_before or o.seq != o.snd_max_before:
        return
    last = inbox.last(GETS_FIN)
    if (
        last is not None
        and not last.alive
        and last.ack > e.snd_max
        and last.packet == o.receiver.last_packet > e.last_packet
    ):
        last.doubted = False


def refused_fin(p: Endpoint) -> bool:
    """Whether its answers have shown that it refused each FIN that passed towards it, or never got it."""
    candidate = p.inbox
    refused = False
    while candidate is not None:
        if candidate.event == GETS_FIN:
            if candidate.alive or candidate.doubted:
                return False
            refused = True
        candidate = candidate.later
    return refused


def fills_below(o: Observation, p: Endpoint) -> bool:
    """Octets that it waits for, older than the capture."""
    return o.length > 0 and p.ack < 0 < p.ack_raw_packet and (p.ack_raw - o.segment.seq & M32) < o.length


def may_have_arrived_before(o: Observation, e: Endpoint, fin: Candidate) -> bool:
    """Whether an earlier FIN than this one, which seems to have brought it, cannot be ruled out: then its own closing may
    have gone by CLOSING, and its answer was lost. Nor can a later one if the capture has cut off what it echoes and reports.
    """
    cut = o.segment.options_cut
    candidate = e.inbox
    while candidate is not None:
        other = candidate.packet < fin.packet or (cut and candidate.packet > fin.packet)
        if candidate.event == GETS_FIN and other and not denies(o, candidate):
            return True
        candidate = candidate.later
    return False


def fin_passed_before(p: Endpoint, candidate: Candidate) -> bool:
    """Whether its FIN passed before that; what filled the hole below the FIN was not captured, so it likely came first."""
    return 0 < p.fins.packet < candidate.packet


def _reports_nothing(o: Observation) -> bool:
    """Whether its sender reports no duplicates: SACK was not agreed on."""
    e = o.sender
    p = o.receiver
    return e.syn_packet > 0 and p.syn_packet > 0 and not (e.sack_ok and p.sack_ok)


def is_refused(o: Observation, e: Endpoint) -> bool:
    """Its timestamp is older than what its receiver has had, by more than one tick (RFC 7323 5.3; Linux
    TCP_PAWS_WINDOW).
    """
    value = o.segment.ts_val
    p = o.receiver
    if e.syn_packet and p.syn_packet and not (e.timestamps and p.timestamps):
        return False
    if (
        p.state == SYN_RECEIVED
        and not p.syns
        and 0 < (e.syn_ts_val - value) & M32 < HALF
        and e.syn_ts_val >= 0 <= value
    ):
        return True  # by any tick: a request allows for none (tcp_check_req)
    return value >= 0 and e.ts_recent >= 0 and 1 < (e.ts_recent - value) & M32 < HALF


def is_signed_in_vain(o: Observation, p: Endpoint) -> bool:
    """It is signed by TCP MD5, and its receiver never was seen to sign: a socket without a key drops it unread, and says
    nothing (Linux tcp_inbound_hash). The minimal one of TIME_WAIT does not look.
    """
    if p.odd.signed or p.packets == p.odd.resets:
        return False
    state = o.life.view(p)
    if state == TIME_WAIT or (state == FIN_WAIT_2 and not p.attended):
        return False
    e = o.sender
    e.bytes += o.length
    o.facts |= SIGNED_IN_VAIN
    return True


def before_its_reset(o: Observation, e: Endpoint) -> bool:
    """Its sender sent this before the reset by which it ended, which has overtaken it."""
    return e.odd.rst_packet > 0 and o.sent_ns <= e.end_ns and o.segment.ts_val >= 0


def echoes_unseen(o: Observation) -> bool:
    """It echoes a timestamp newer than all that its receiver was seen to send: it has got what was not captured."""
    p = o.receiver
    return (
        p.timestamps > 0
        and p.clock_raw >= 0
        and o.segment.ts_ecr > 0
        and 0 < o.segment.ts_ecr - p.clock_max & M32 < HALF
    )


def had_gone_on(o: Observation, p: Endpoint) -> bool:
    """It acknowledges more than its receiver was seen to send, and echoes a timestamp newer than all seen of it: that one
    is not where it seems to be, as what was seen of it came late.
    """
    newer = o.segment.ts_ecr - p.clock_max & M32
    return p.timestamps > 0 and o.segment.ts_ecr > 0 and 0 < newer < HALF and 0 < o.ack - p.snd_max < HALF


def not_captured(o: Observation, e: Endpoint) -> int:
    """How many of its packets were not captured yet, by its IP ids, which count them from the SYN on (as in Linux); -1: not
    known.
    """
    lost = (o.segment.ip_id - e.syn_id & M16) + 1 - e.packets
    return lost if o.segment.ip_id > 0 < e.syn_id and 0 <= lost <= FEW else -1


def is_too_old(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """Its acknowledgement is older than anything that its receiver heeds: by the largest window (RFC 5961 5.2), and
    never of less than was acknowledged to begin with: the SYN of one that listened (Linux bytes_acked).
    """
    return o.ack < e.ack - e.window_max or o.ack < (0 if p.syns else 1)


def took_octets(o: Observation, e: Endpoint, p: Endpoint) -> bool:
    """Whether it took octets after its FIN, so that its application has not closed it: they would have ended it."""
    if o.ack > max(e.fins.ack, p.fin + 1) or o.segment.sack_count > (1 if o.facts & DSACK else 0):
        return True
    if e.inbox is None:
        return False
    before_ns = o.sent_ns - hop_ns(e, p)
    for candidate in e.inbox.all():
        if candidate.event == GETS_ACK_OF_FIN and candidate.octets and candidate.alive:
            if o.ack <= candidate.seq <= e.right and candidate.ts_ns < before_ns:
                return True
    return False


def is_copy(o: Observation, ip_id: int, ts_val: int, sent_ns: int) -> bool:
    """The network's copy of an earlier segment, not a repeat by its sender: same IP id, or same old timestamp."""
    s = o.segment
    if s.ip_id > 0 and ip_id > 0:
        return s.ip_id == ip_id
    return s.ts_val >= 0 and s.ts_val == ts_val and o.ts_ns - sent_ns > STALE_CLOCK_NS


def note_answer(o: Observation, life: Life, side: int) -> None:
    """What may be a challenge ACK: an empty segment that says nothing new, after something unacceptable."""
    if side == life.incidents.odd_side:
        return
    if o.segment.sack_count and not o.facts & DSACK:
        return  # it reports octets that came out of order
    if o.flags & (ACK | SYN | FIN | RST) == ACK and o.ack == o.ack_before and o.seq == o.snd_max_before:
        o.facts |= CHALLENGE_ACK
        o.answers = life.incidents.odd_packet
    life.own_incidents().odd_packet = 0
