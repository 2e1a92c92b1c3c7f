# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The usual segments of a closing go a way of their own: a FIN without octets, the ACK of one, or both in one segment.

In: a life, and a segment. Out: whether it was taken; then everything is as `Tracker.segment` would have left it on its
general way (but for what an Observation says), and there are no facts. What is tested here is that none of that way's
guards could do anything else; states change as there, by `Life.move` and its table.
"""

from __future__ import annotations

from ..model.names import BY_RECEIVING, BY_SENDING, CLOSE_WAIT, ESTABLISHED, FIN, FIN_WAIT_1, LAST_ACK, M32
from .account import awaits_repeat
from .cookies import is_in_doubt
from .facts import ENOUGH_ACKS, HALF, UNSURE
from .orderly import candidate_from, count, denies, enter, is_in_order, is_timely, leave, offer_window
from .timestamps import note_newer
from .timing import new_timing
from .transitions import GETS_ACK_OF_FIN, GETS_FIN, SENDS_FIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .account import Account
    from .endpoint import Endpoint
    from .inbox import Candidate
    from .life import Life


def closes(life: Life, e: Endpoint, p: Endpoint, s: Segment, flags: int) -> bool:
    """A FIN without octets, an ACK of one, or both in one segment: the first FIN, or the answer to it."""
    account: Account = life.spent
    fin = flags & FIN
    sent = e.snd_max
    behind = (p.next_raw - s.ack) & M32
    ack = p.snd_max - behind
    before = e.ack
    ts = s.ts_ns
    gap = ts - life.last_ns
    if (
        s.seq != e.next_raw
        or s.length
        or not s.bare
        or account is None
        or behind >= HALF
        or ack < before
        or (ack == before and not fin)
        or before < 1
        or sent < 1
        or account.established_ns < 0
        or not (_is_whole(e) and _is_whole(p))
        or not 1 <= p.ack <= sent
        or p.stateless
        or is_in_doubt(e)
        or not is_timely(e, s)
        or not _keeps_window(e, p, s, ack)
        or not is_in_order(life, s, gap)
        or (fin and _had_fin(e, s))
    ):
        return False
    if not (_is_answer(e, p, s, ack, fin) if p.fin >= 0 else _is_first(e, p, fin)):
        return False
    mine = account.a if e.side == 0 else account.b
    other = account.b if e.side == 0 else account.a
    if p.fin < 0 and awaits_repeat(e, p, before, p.ack):
        return False
    enter(life, e, s)
    _shows_fin(life, e, p, s)
    if fin:
        _sends_fin(life, e, s, ack)
    _acknowledge(e, p, ack, ts)
    offer_window(e, p, s)
    _close_receiver(e, p, s, sent, fin)
    note_newer(e, p, s, sent)
    if p.fin >= 0:
        account.closing_ns += gap
    elif mine.window == 0 or other.window == 0 or p.snd_max >= mine.right >= 0 or sent >= other.right >= 0:
        account.window_ns += gap
    elif sent <= p.ack and p.snd_max <= before:
        account.idle_ns += gap
    else:
        e.network_ns += gap
    if fin and e.fins.peer_sent < 0:
        e.fins.first_ack = ack
        e.fins.peer_sent = p.snd_max
    leave(account, e, p, s, ack > before)
    return True


def _is_whole(e: Endpoint) -> bool:
    """All that it sent was seen, and is sure."""
    return (
        e.islands is None and e.sure < 0 and e.edge == (e.snd_max if e.fin < 0 else e.fin) and e.acked_unseen <= e.edge
    )


def _had_fin(e: Endpoint, s: Segment) -> bool:
    """Whether a FIN of it may be another than the first, or not its own."""
    fins = e.fins
    return (
        e.fin >= 0 or fins.tries > 0 or fins.packet > 0 or e.odd.jump_packet > 0 or (s.ts_val < 0 and e.timestamps > 0)
    )


def _is_first(e: Endpoint, p: Endpoint, fin: int) -> bool:
    """Whether this is the first FIN of two endpoints to which nothing is under way."""
    return fin > 0 and p.state == ESTABLISHED and p.fins.packet == 0 and e.inbox is None and p.inbox is None


def _is_answer(e: Endpoint, p: Endpoint, s: Segment, ack: int, fin: int) -> bool:
    """Whether this answers the only FIN of p: it acknowledges it, and by what its sender got it is beyond doubt."""
    brought = e.inbox
    if ack != p.fin + 1 or p.snd_max != ack or p.fins.tries != 1 or p.fins.packet == 0:
        return False
    if e.state == ESTABLISHED:
        return (
            brought is not None
            and brought.later is None
            and brought.event == GETS_FIN
            and brought.alive
            and not denies(s, e, p, brought)
            and p.inbox is None
            and p.state == FIN_WAIT_1
        )
    if e.state == CLOSE_WAIT:
        return fin > 0 and brought is None and count(p.inbox, GETS_ACK_OF_FIN) > 0 and p.state == FIN_WAIT_1
    if fin or e.state != FIN_WAIT_1 or brought is None or p.state != LAST_ACK or p.inbox is not None:
        return False
    last = _last(brought)
    return last is not None and not denies(s, e, p, brought) and not denies(s, e, p, last)


def _last(brought: Candidate) -> Candidate | None:
    """Of one or two ACKs of its FIN and the peer's FIN behind them, all alive, the FIN; None if it is anything else."""
    last = brought.later
    if last is not None and last.event == GETS_ACK_OF_FIN and last.alive:
        last = last.later
    if brought.event != GETS_ACK_OF_FIN or not brought.alive or last is None:
        return None
    return last if last.event == GETS_FIN and last.alive and last.later is None else None


def _shows_fin(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> None:
    """It acknowledges the peer's FIN, so it has got that, and before that what waits before it."""
    if p.fin < 0:
        return
    if not e.fins.seen_packet:
        e.own_fins().seen_packet = s.packet
    brought = e.inbox
    if brought is None:
        return
    e.inbox = None
    life.move(e, brought.event, brought.packet, brought.ts_ns, BY_RECEIVING, s.packet)
    last = brought.later
    if last is not None:
        if last.later is not None:
            last = last.later
        life.move(e, GETS_FIN, last.packet, last.ts_ns, BY_RECEIVING, s.packet)


def _sends_fin(life: Life, e: Endpoint, s: Segment, ack: int) -> None:
    packet = s.packet
    fin = e.snd_max
    end = fin + 1
    if e.timing is None:
        e.timing = new_timing()
    e.advance(end)
    e.timing.sends(end, s.ts_ns)
    fins = e.own_fins()
    fins.tries = 1
    fins.last_packet = packet
    life.move(e, SENDS_FIN, packet, s.ts_ns, BY_SENDING, 0)
    e.fin = fin
    fins.ip_id = s.ip_id
    fins.ts_val = s.ts_val
    fins.packet = packet
    fins.ts_ns = s.ts_ns
    fins.ack = ack
    if end > e.data_end:
        e.data_end = end
    if not life.close_packet:
        life.close_packet = packet


def _close_receiver(e: Endpoint, p: Endpoint, s: Segment, sent: int, fin: int) -> None:
    """What is under way to the receiver: an ACK of its FIN, a FIN."""
    behind = fin > 0 and sent > p.ack
    if p.fin >= 0:
        if not p.fins.acked_packet:
            fins = p.own_fins()
            fins.acked_packet = s.packet
            fins.acked_ns = s.ts_ns
        if p.inbox is None or count(p.inbox, GETS_ACK_OF_FIN) < ENOUGH_ACKS:
            p.await_event(candidate_from(GETS_ACK_OF_FIN, e, p, s, sent, behind))
    if fin:
        p.await_event(candidate_from(GETS_FIN, e, p, s, sent, behind))


def _acknowledge(e: Endpoint, p: Endpoint, ack: int, ts_ns: int) -> None:
    """As `Tracker._acknowledge` takes a number up to which everything was seen."""
    if ack > e.ack:
        e.ack_before = e.ack
        e.ack = ack
        if p.timing is not None and p.timing.in_flight:
            p.timing.acknowledged(ack, ts_ns)


def _keeps_window(e: Endpoint, p: Endpoint, s: Segment, ack: int) -> bool:
    """Whether its window is open, does not shrink, and has all that was sent in it."""
    if e.syn_packet and p.syn_packet and e.scale > UNSURE and p.scale > UNSURE:
        right = ack + (s.window << e.scale if e.scale > 0 and p.scale >= 0 else s.window)
        return s.window > 0 and right >= e.last_right and right >= p.edge
    return s.window > 0
