# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Guards of the close: what an acknowledgement proves about FINs, and what a FIN says of its sender.

In: an Observation whose segment has no RST. Out: events for its sender (RFC 9293 3.10.7.4 fifth and eighth), facts.
Two FINs may cross, and a FIN may be lost before the capture point: the numbers used and the timestamps echoed tell.
"""

from __future__ import annotations

from ..model.names import (
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
    SYN_RECEIVED,
    TIME_WAIT,
    UNKNOWN,
)
from .crossing import crossed, fins_crossed, had_sent_fin, lives_on, note_earlier_fin, was_held_back
from .evidence import (
    cause,
    cause_of_fin,
    disprove,
    doubt,
    echoes_unseen,
    fin_passed_before,
    had_edge,
    is_copy,
    may_have_arrived_before,
    offer,
    refuses_fin,
    reports_fin_in_vain,
    took_octets,
)
from .facts import (
    DSACK,
    FIN_FOREIGN,
    FIN_REPEATED,
    LOST_ACK_OF_FIN,
    LOST_FIN,
    OUT_OF_WINDOW,
    TIME_WAIT_REACK,
)
from .transitions import GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, SENDS_FIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation


def shows_acknowledgement(o: Observation, e: Endpoint) -> None:
    """Its acknowledgement number covers the peer's FIN, or does not yet."""
    p = o.receiver
    fin = p.fin
    if e.fin >= 0 and o.seq > e.fin and not e.attended:
        e.attended = took_octets(o, e, p)
    if fin < 0:
        if e.inbox is not None and e.state == FIN_WAIT_1:
            _has_beyond_hole(o, e)
            _confirm_ack_of_fin(o, e)
        return
    if o.ack > fin + 1 and ((o.ack == p.edge + 1 and p.fins.tries > 1) or o.ack == p.fins.later + 1):
        p.fin = fin = o.ack - 1  # a later FIN, behind octets that overlap the first one
    elif o.ack_before < o.ack <= fin and _took_bare_fin(o, e):
        p.fin = fin = o.ack - 1  # its window was closed to the octets before the other one, or too small
    if o.ack == fin + 1 or (o.ack > fin and p.edge == fin and o.ack <= p.data_end):  # octets laid aside beyond the FIN
        _shows_fin_received(o, e)
        if e.state == LAST_ACK and o.seq == e.fin + 1:
            had_sent_fin(o, e, p)
    elif o.ack <= fin and e.inbox is not None and (o.ack >= o.ack_before or o.ack_before < 0):
        if o.segment.sack_count:
            reports_fin_in_vain(o, e)
        doubt(o, e, GETS_FIN, LOST_FIN)
        refuses_fin(o, e)
        if o.ack == fin and o.ack > o.ack_before:
            e.inbox.doubt_below(GETS_FIN, fin)
        if e.state == FIN_WAIT_1:
            _confirm_ack_of_fin(o, e)
    _has_beyond_hole(o, e)
    waits = e.inbox is not None and e.state == LAST_ACK and not o.flags & FIN and o.seq > e.fin
    if waits and not was_held_back(o, e, p) and not lives_on(o, e, p):
        doubt(o, e, GETS_ACK_OF_FIN, LOST_ACK_OF_FIN)


def _took_bare_fin(o: Observation, e: Endpoint) -> bool:
    """Whether a FIN without octets is all that its acknowledgement number can have gone on by: no other one counts then.

    It passed since its last word, or its window was closed: what octets have that number it had refused before.
    """
    inbox = e.inbox
    if inbox is None or o.ack_before != o.ack - 1:
        return False
    bare = False
    for candidate in inbox.all():
        since = e.window == 0 or candidate.packet > e.last_packet
        bare |= since and candidate.event == GETS_FIN and not candidate.octets and candidate.seq == o.ack_before
    if not bare:
        return False
    for candidate in inbox.all():
        if candidate.event == GETS_FIN and candidate.octets:
            candidate.alive = candidate.doubted = False
    return True


def _has_beyond_hole(o: Observation, e: Endpoint) -> None:
    """Its latest SACK block begins where a segment does that seemed to be refused: it came, and so did its ACK."""
    inbox = e.inbox
    if inbox is None or not o.segment.sack_count or o.facts & DSACK:
        return
    for candidate in inbox.all():
        if candidate.doubted and candidate.event == GETS_ACK_OF_FIN and candidate.seq == o.sack_at > o.ack:
            candidate.alive = True
            candidate.doubted = False


def _confirm_ack_of_fin(o: Observation, e: Endpoint) -> None:
    """It acknowledges octets that the peer sent after acknowledging its FIN, so that ACK (or a later one) arrived."""
    candidate = cause(o, e, GETS_ACK_OF_FIN)
    if candidate is not None and candidate.alive and candidate.mark < o.ack:
        o.life.settle(e, candidate, o.segment.packet)


def _shows_fin_received(o: Observation, e: Endpoint) -> None:
    """It acknowledges the peer's FIN: which segment brought it, and was its own FIN acknowledged before or by it?"""
    life = o.life
    packet = o.segment.packet
    if not e.fins.seen_packet:
        e.own_fins().seen_packet = packet
        if o.facts & DSACK and e.odd.jump_packet == packet and _reports_fin(o, e):
            e.own_odd().jump_dsack = True  # it had acknowledged the FIN before, from where is not known
    if e.state not in (ESTABLISHED, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2):
        return
    if e.state == SYN_RECEIVED:  # a FIN is heeded after the ACK that comes with it: 3.10.7.4 fifth before eighth
        life.move(e, GETS_ACK_OF_SYN, packet, o.ts_ns, BY_IMPLICATION, 0)
    fin = cause_of_fin(o, e)
    repeated = fin is not None and not fin.alive and echoes_unseen(o)
    if repeated:
        fin = None  # sent again since, and not captured: that one it got
    elif fin is not None and e.state == FIN_WAIT_1:
        waited = not fin.alive and not fin.doubted  # what it waited for was not captured, as it seems
        if waited or may_have_arrived_before(o, e, fin):
            packet = 0
    if e.state == FIN_WAIT_1:
        candidate = cause(o, e, GETS_ACK_OF_FIN)
        if candidate is not None and (not candidate.alive or (fin is not None and candidate.packet > fin.packet)):
            candidate = None
        if candidate is None and fin is not None and e.inbox is not None:
            candidate = e.inbox.brought_by(GETS_ACK_OF_FIN, fin.packet)
        if candidate is not None and fin is None and not repeated and fin_passed_before(o.receiver, candidate):
            life.move(e, GETS_FIN, o.receiver.fins.packet, o.receiver.fins.ts_ns, BY_RECEIVING, 0)
            life.settle(e, candidate, 0)
            return
        if candidate is not None:
            life.settle(e, candidate, packet)
    if fin is not None:
        life.settle(e, fin, packet)
    else:
        life.move(e, GETS_FIN, packet, o.ts_ns, BY_IMPLICATION, 0)


def _reports_fin(o: Observation, e: Endpoint) -> bool:
    """Whether the duplicate that it reports is the peer's FIN."""
    inbox = e.inbox
    if o.sack_at == o.receiver.fin or inbox is None:
        return True
    for candidate in inbox.all():
        if candidate.event == GETS_FIN and candidate.seq == o.sack_at:
            return True
    return False


def sends_fin(o: Observation, e: Endpoint) -> None:
    """It sends a FIN: anew, again, or one that is not its own."""
    life = o.life
    p = o.receiver
    packet = o.segment.packet
    fin = o.end - 1
    e.low |= o.seq == 0
    if (e.fin < 0 and _is_octet(o, e, fin)) or o.facts & OUT_OF_WINDOW:
        return  # that number is an octet's, or cannot be accepted: not its own
    fins = e.own_fins()
    fins.tries += 1
    fins.last_packet = packet
    if e.fin >= 0:
        o.facts |= FIN_REPEATED
        if fin != e.fin and _gives_way(o, e, p, fin):
            e.fin = fin
            if p.inbox is not None:
                p.inbox = p.inbox.without(GETS_FIN)
        elif o.ack <= p.snd_max:
            fins.later = max(fins.later, fin)
            e.data_end = max(e.data_end, o.end)
        note_earlier_fin(o, e, p, fin)
        if not is_copy(o, e.fins.ip_id, e.fins.ts_val, e.fins.ts_ns):
            disprove(o, e, GETS_ACK_OF_FIN, LOST_ACK_OF_FIN)
        if life.view(o.receiver) == TIME_WAIT:
            o.facts |= TIME_WAIT_REACK
            o.receiver.own_fins().tw_ns = o.ts_ns
        return
    foreign = o.segment.ts_val < 0 and e.timestamps and p.timestamps
    if foreign:
        o.facts |= FIN_FOREIGN
    elif e.state == CLOSE_WAIT and crossed(o, e, p):
        fins_crossed(o, e)
    elif e.state == UNKNOWN:
        return
    else:
        life.move(e, SENDS_FIN, packet, o.ts_ns, BY_SENDING, 0)  # its receiver takes it, whatever it should be in
    if e.middle and e.acked_unseen > fin and (p.fin >= 0 or p.state == CLOSED):
        life.doubtful = True  # acknowledged long before it passes here: which of the two was first is not known
    e.fin = fin
    fins.ip_id = o.segment.ip_id
    fins.ts_val = o.segment.ts_val
    fins.packet = packet
    fins.ts_ns = o.ts_ns
    fins.ack = o.ack
    if o.end > e.data_end:
        e.data_end = o.end
    if not life.close_packet:
        life.close_packet = packet


def fin_with_syn_ack(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """A FIN with a SYN+ACK: who calls by Fast Open takes it (Linux tcp_fastopen_add_skb), all others pass it over. The
    caller's ACK will tell.
    """
    e.fin = o.end - 1
    fins = e.own_fins()
    fins.ts_ns = o.ts_ns
    fins.packet = o.segment.packet
    offer(o, p, GETS_FIN)
    if p.inbox is not None:
        p.inbox.refuse_latest()


def _is_octet(o: Observation, e: Endpoint, fin: int) -> bool:
    """Whether the receiver of the FIN has, or has laid aside, an octet of its number.

    In order, a FIN takes precedence over what was laid aside. One below what was seen of its sender counts if that
    did not arrive: its receiver will tell.
    """
    edge = had_edge(o)
    if fin < o.receiver.ack or (fin + 1 == edge and (e.data_end > fin or not e.middle)):
        return True
    islands = e.islands
    return o.seq > edge and islands is not None and islands.covered(fin, fin + 1) > 0


def _gives_way(o: Observation, e: Endpoint, p: Endpoint, fin: int) -> bool:
    """Whether its FIN, behind a hole or passed over, gives way to this one."""
    if has_fin(o.life, p) or _is_octet(o, e, fin):
        return False
    return fin < e.fin or (e.fin <= e.edge and fin < p.right)


def has_fin(life: Life, p: Endpoint) -> bool:
    """Whether it has got the peer's FIN, as far as is known."""
    return life.view(p) in (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED)


def undo_fin(o: Observation, e: Endpoint) -> None:
    """Octets at the number of its FIN, or beyond: no TCP sends both, so that FIN was not its own.

    To the receiver the first counts that it could take: a FIN in order has taken effect, one behind a hole gives way
    to octets at its number, not to that one octet alone. Linux may keep a FIN behind a hole in one piece with the octets
    right behind it (tcp_ooo_try_coalesce): then it survives, and takes effect; nothing tells, so perhaps.
    """
    life = o.life
    p = o.receiver
    if o.ack > p.snd_max and p.packets:
        return  # refused as a whole; or the peer's octets were not captured, and its ACK will tell
    taken = has_fin(life, p)
    if not taken and o.seq == e.fin + 1 > o.edge_before + 1:
        e.joined = True
    if not taken and (
        o.seq > e.fin or (o.seq == e.fin > o.edge_before and o.length == 1) or o.end > max(p.right, p.ack)
    ):
        return
    if not taken and e.edge > e.fin:
        later = e.fins.later
        if later >= e.edge and (e.islands is None or not e.islands.covered(later, later + 1)):
            e.fin = later  # another one, beyond what is there
            return
        if e.data_end == e.edge + 1:
            e.fin = e.edge  # what was captured there is no octet: a FIN that had given way to this one
            return
    life.take_back_if(e, SENDS_FIN)
    if not taken:
        forget_fin(life, e, p)
        if not e.joined or o.snd_max_before <= o.seq + o.length:
            return  # nothing of that piece is left beyond these
        if p.state == ESTABLISHED:
            life.move(p, GETS_FIN, o.segment.packet, o.ts_ns, BY_RECEIVING, 0)
        else:
            offer(o, p, GETS_FIN)


def forget_fin(life: Life, e: Endpoint, p: Endpoint) -> None:
    """Its FIN never counted: the peer has got octets at its number."""
    life.take_back_if(e, SENDS_FIN)
    if life.close_packet == e.fins.packet:
        life.close_packet = 0
    e.fin = -1
    e.forget_fins()
    if p.inbox is not None:
        p.inbox = p.inbox.without(GETS_FIN)
