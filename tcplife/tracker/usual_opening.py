# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The usual segments of an opening go ways of their own: most connections begin with nothing else.

In: a life, and a segment. Out: whether it was taken; then everything is as `Tracker.segment` would have left it on its
general way (but for what an Observation says), and there are no facts. What is tested here is that none of that way's
guards could do anything else; states change as there, by `Life.move` and its table.

The SYN+ACK, and the ACK of it; octets that pass before the listener has shown that it accepts, and its first segment
that shows it: but for the states those are plain (`plain`).
"""

from __future__ import annotations

from ..model.names import BY_RECEIVING, BY_SENDING, M32
from .account import Account
from .cookies import is_in_doubt, lies_back, may_keep_nothing
from .facts import CONGESTED, ENOUGH_ACKS, UNSURE
from .inbox import candidate_of
from .opening import note_options
from .orderly import (
    candidate_from,
    count,
    denies,
    enter,
    is_in_order,
    is_timely,
    leave,
    note_ack,
    offer_window,
)
from .plain import calm_but_for_states, is_mending, plain, rouse
from .timestamps import note_newer
from .timing import new_timing
from .transitions import GETS_ACK_OF_SYN, GETS_SYN_ACK, SENDS_SYN_ACK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life


def answers(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """The first segment of a listener, a SYN+ACK; all that passed before is one SYN, as no account was opened yet."""
    packet = s.packet
    ts = s.ts_ns
    gap = ts - life.last_ns
    value = s.ts_val
    if (
        life.spent is not None
        or p.syns != 1
        or p.snd_max != 1
        or not may_answer(s, p.next_raw, p.syn_ts_val)
        or p.inbox is not None
        or not is_in_order(life, s, gap)
    ):
        return False
    e.start_at(s.seq, 0)
    enter(life, e, s)
    if life.synack_side < 0:
        life.synack_side = e.side
        life.cookies |= life.incidents.gap_before == (s.seq - s.ack + 1 & M32)
    life.move(e, SENDS_SYN_ACK, packet, ts, BY_SENDING, 0)
    e.inbox = None
    e.syn_ts_last = e.syn_ts_val = value
    e.edge = 1
    e.advance(1)
    e.syn_ns = ts
    e.syn_id = s.ip_id
    e.syn_packet = packet
    note_options(e, s)
    e.stateless = may_keep_nothing(e, p) or lies_back(life.incidents.clock_zero_ns, value, p.syn_ns)
    if p.timing is None:
        p.timing = new_timing()
    p.timing.sample(ts - p.syn_ns)
    e.syn_acks = 1
    p.inbox = candidate_of(GETS_SYN_ACK, packet, ts, 0, value, False, 0, 1, value >= 0)
    p.inbox.later = candidate_of(GETS_ACK_OF_SYN, packet, ts, 0, value, False, 0, 1, value >= 0)
    e.ack = 1
    e.window = e.window_min = e.window_max = s.window
    if e.scale > UNSURE and p.scale > UNSURE:
        e.right = 1 + s.window
    if value >= 0:
        e.ts_recent = e.clock_raw = e.clock_max = value
        e.clock_from_ns = e.clock_ns = e.clock_max_ns = ts
    account = life.spent = Account.__new__(Account)
    account.begin(life)
    account.handshake_ns = gap
    other = account.b if e.side == 0 else account.a
    other.refused_end = 1
    leave(account, e, p, s, True)
    return True


def may_answer(s: Segment, next_raw: int, ts_val: int) -> bool:
    """Whether nothing about a SYN+ACK itself is unusual. next_raw, ts_val: what follows the SYN, and its timestamp."""
    return (
        s.ack == next_raw
        and s.length == 0
        and s.ecn != CONGESTED
        and s.sack_count == 0
        and not s.signed
        and (s.ts_val < 0 or s.ts_ecr <= 0 or s.ts_ecr == ts_val)
    )


def completes(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """The ACK of the only SYN+ACK, by the sender of the only SYN."""
    account: Account = life.spent
    brought = e.inbox
    ts = s.ts_ns
    gap = ts - life.last_ns
    if (
        p.data_packets
        or p.syn_acks != 1
        or brought is None
        or brought.event != GETS_SYN_ACK
        or count(brought.later, GETS_ACK_OF_SYN) < 0
        or s.seq != e.next_raw
        or s.ack != p.next_raw
        or e.snd_max != 1
        or p.snd_max != 1
        or p.ack != 1
        or e.ack >= 0
        or e.last_right >= 0
        or s.length
        or s.window == 0
        or p.inbox is not None
        or p.timing is not None
        or p.odd.isn_before >= 0
        or p.after_life
        or p.stateless
        or is_in_doubt(e)
        or account is None
        or account.established_ns >= 0
        or not s.bare
        or not is_timely(e, s)
        or (s.ts_ecr > 0 and s.ts_ecr != brought.ts_val)
        or (s.ts_ecr <= 0 and denies(s, e, p, brought))
        or not is_in_order(life, s, gap)
    ):
        return False
    enter(life, e, s)
    life.move(e, GETS_SYN_ACK, brought.packet, brought.ts_ns, BY_RECEIVING, s.packet)
    e.inbox = None
    e.ack_before = -1
    e.ack = 1
    p.timing = new_timing()
    p.timing.sample(ts - p.syn_ns)
    offer_window(e, p, s)
    p.await_event(candidate_from(GETS_ACK_OF_SYN, e, p, s, 1, False))
    note_newer(e, p, s, 1)
    account.handshake_ns += gap
    account.established_ns = ts
    leave(account, e, p, s, True)
    return True


def asks(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """Octets of one that called, towards one that has not shown yet whether its SYN+ACK was acknowledged."""
    sent = e.snd_max
    if not (may_ask(e, p, s) and _take_plain(life, e, p, s)):
        return False
    rouse(life)
    asked(e, p, s, sent)
    return True


def may_ask(e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """Whether such octets are usual, if they are plain."""
    return (
        count(p.inbox, GETS_ACK_OF_SYN) > 0
        and e.inbox is None
        and s.length > 0
        and s.ack == (p.base + e.ack) & M32
        and not e.snd_max <= p.right < e.snd_max + s.length
        and not p.stateless
        and not is_in_doubt(e)
        and not p.after_life
    )


def asked(e: Endpoint, p: Endpoint, s: Segment, sent: int) -> None:
    """What they leave besides: they may tell the listener what the ACK before them did. sent: up to where e had before."""
    note_ack(e, s)
    if count(p.inbox, GETS_ACK_OF_SYN) < ENOUGH_ACKS:
        p.await_event(candidate_from(GETS_ACK_OF_SYN, e, p, s, sent, True))


def accepts(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """A listener's first octets, or its first acknowledgement of some: it has got the ACK of its SYN+ACK."""
    if not (may_accept(e, p, s) and _take_plain(life, e, p, s)):
        return False
    accepted(life, e, s)
    return True


def may_accept(e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """Whether such a segment is usual, if it is plain."""
    brought = e.inbox
    return (
        brought is not None
        and count(brought, GETS_ACK_OF_SYN) > 0
        and not denies(s, e, p, brought)
        and p.inbox is None
        and not p.syn_acks
        and p.odd.repeated_packets <= 1
        and p.tfo < 0
        and not p.early
        and not p.stateless
        and not is_in_doubt(e)
        and not e.after_life
    )


def accepted(life: Life, e: Endpoint, s: Segment) -> None:
    """What it leaves besides: the listener has come as far as its caller."""
    note_ack(e, s)
    life.settle(e, e.inbox, s.packet)  # type: ignore[arg-type]


def _take_plain(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """Take a segment that is plain but for the states of its life, which is calm from then on."""
    if not calm_but_for_states(life) or is_mending(e, p):
        return False
    life.calm = True
    if plain(life, e, p, s):
        return True
    life.calm = False
    return False
