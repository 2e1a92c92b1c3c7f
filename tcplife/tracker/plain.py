# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The plain segment: the next octets in order, or an acknowledgement of some, between two endpoints that owe nothing.

In: a life that is calm, and a segment. Out: whether it was taken; then everything is as `Tracker.segment` would have
left it on its general way (but for what an Observation says), and there are no facts. Most segments of usual traffic
are plain: what is tested here are only the guards that could fire, what is written only what somebody reads later.

A life is calm while both endpoints are ESTABLISHED and nothing is waited for but octets that are missing or were sent
again (`calm_of`). Only segments that are not plain end that or begin it, so it is found out after those and kept.

Who else follows the life may sleep while it is calm (`Life.asleep`), and find out afterwards what passed. For those
the endpoints keep what an endpoint itself does not need (`data_ns`, when the latest octets passed; `last_right` even
where nobody knows what windows mean; `fresh`, `stale` and `mark`, how many of its segments are unacknowledged: since
the mark, before it, up to where), and they leave word when they want to be woken: at a time (`until_ns`), by octets
beyond the raw number `limit` or not captured as before (`whole`), by the first segment without any (`mute`), after so
many acknowledgements of new octets (`rises`), and by octets that fill the window. As nobody looks then, some sums that
follow from others are done when they wake (`pipeline.sleep`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import longs
from ..model.names import ACK, CWR, ECE, ESTABLISHED, FIN, M32, PSH, RST, SYN
from .facts import (
    CALM_IDS,
    CALM_IN_WINDOWS,
    FLIGHT_ROOM,
    HALF,
    LAST_PLACE,
    MANY,
    MENDING,
    STEP_NS,
    TICK_NS,
    UNKNOWN_EDGE,
    UNSURE,
)
from .timing import Timing

if TYPE_CHECKING:
    from ..model.segment import Segment
    from .account import Account, SideAccount
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation

TOLD = SYN | FIN | RST | ACK | ECE | CWR
RESTLESS = 0
CALM = 1


def plain(life: Life, side: int, s: Segment) -> bool:
    """Take a segment of a calm life if it is plain; False, and nothing has changed, if it is not.

    One straight way without calls, longer than a screen for that reason: in plain Python the calls cost more than what
    they would do.
    """
    if side == 0:
        e = life.a
        p = life.b
    else:
        e = life.b
        p = life.a
    flags = s.flags
    ts = s.ts_ns
    gap = ts - life.last_ns
    if s.seq != e.next_raw or flags & TOLD != ACK or not s.bare or gap < 0 or gap > STEP_NS:
        return False
    length = s.length
    sent = e.snd_max
    end = sent + length
    taken = p.ack
    got = p.snd_max
    behind = p.next_raw - s.ack & M32
    ack = got - behind
    before = e.ack
    if behind >= HALF or (ack <= before and (ack < before or not length)):
        return False
    calm = life.calm
    if calm >= MENDING and p.islands is not None and ack > p.edge:
        return False
    offered = s.window
    window = offered << e.shift
    reach = ack + window
    edge = e.right
    if window == 0 or (reach < e.last_right and calm & CALM_IN_WINDOWS):
        return False
    ts_val = s.ts_val
    if ts_val >= 0:
        ahead = ts_val - e.ts_recent & M32
        if ahead >= HALF or e.ts_recent < 0:
            return False
    packet = s.packet
    if life.asleep:
        if ts >= life.until_ns:
            return False
        if length:
            if (
                s.seq + length > e.limit
                or (s.payload_end - s.payload_at >= length) != e.whole
                or end == p.last_right
                or e.fresh > MANY
                or (ack > before and p.rises == 0)
            ):
                return False
            if ack > before:
                p.rises -= 1
            e.fresh += 1
            e.data_ns = ts
        else:
            if e.mute or p.rises == 0:
                return False
            p.rises -= 1
        if ack >= p.mark and p.fresh + p.stale:
            p.stale = p.fresh if ack < got else 0
            p.fresh = 0
            p.mark = got
        e.last_right = reach
    else:
        if s.wire_flags or life.odd_packet:
            return False
        if calm & CALM_IN_WINDOWS:
            e.last_right = reach
        life.raw_ns = ts
        if packet > life.last_packet:
            life.last_packet = packet
        e.bytes += length
        e.unique += length
        if length:
            e.goes_on(end)
    life.last_ns = ts
    e.packets += 1

    ttl = s.ttl
    if ttl != e.ttl:
        e.ttl = ttl
        if ttl < e.ttl_min:
            e.ttl_min = ttl
        if ttl > e.ttl_max:
            e.ttl_max = ttl
    ip_id = s.ip_id
    proof = 0
    if ip_id > 0:
        step = ip_id - e.ip_id
        if step and e.ip_id > 0:
            e.ids_vary = True
            if step & 0xFFFF <= CALM_IDS:
                e.ip_calm += 1
            else:
                e.ip_jumps += 1
        e.ip_id = ip_id
    else:
        proof = s.checksum if length or ts_val < 0 else ts_val & 0xFFFF
    recent = e.recent
    at = e.recent_at
    recent[at] = s.seq << 30 ^ s.ack
    recent[at + 1] = (proof << 46) ^ (ip_id + 1 << 29) ^ (offered << 12) ^ (flags << 20) ^ length
    recent[at + 2] = ts
    e.recent_at = at + 3 if at < LAST_PLACE else 0

    if length:
        e.data_packets += 1
        if length > e.max_segment:
            e.max_segment = length
            e.cut = not flags & PSH
        e.snd_max = end
        e.next_raw = e.next_raw + length & M32
        flight = e.timing
        if flight is None:
            flight = e.timing = Timing()
        at = flight.in_flight
        if flight.from_ + at < flight.room and at < flight.size:
            if flight.size == FLIGHT_ROOM:
                pairs = flight.near
            else:
                pairs = longs.of(flight.far)
            flight.in_flight = at + 1
            at = (flight.head + at & flight.size - 1) * 2
            pairs[at] = end
            pairs[at + 1] = ts
        else:
            flight.sends(end, ts)
    timing = p.timing
    if ack > before:
        e.ack_before = before
        e.ack = ack
        e.ack_ns = ts
        e.ack_packet = packet
        if calm >= MENDING:
            stop_tries(life, p)
        if timing is not None and timing.in_flight:
            timing.acknowledged(ack, ts)

    e.window = offered
    if window < e.window_min:
        e.window_min = window
    if window > e.window_max:
        e.window_max = window
    if reach > edge and calm & CALM_IN_WINDOWS:
        e.right = reach

    if ts_val >= 0:
        if ts_val != e.clock_max and ts_val - e.clock_max & M32 < HALF:
            e.clock_max = ts_val
            e.clock_max_ns = ts
            since = ts - (ts_val - e.clock_raw & M32) * TICK_NS
            if since < e.clock_ns:
                e.clock_ns = since
        if ahead and sent <= taken:
            e.ts_recent = ts_val

    if gap:
        account: Account = life.spent
        if (got >= edge and edge != UNKNOWN_EDGE) or (sent >= p.right and p.right != UNKNOWN_EDGE):
            account.window_ns += gap
        elif calm >= MENDING and awaits_repeat(account, e, before, taken):
            account.recovery_ns += gap
        elif not length or (e.last_ns > p.last_ns and sent > taken):
            account.network_ns += gap
        else:
            if timing is not None and timing.min_ns > 0 and p.last_ns >= e.last_ns:
                way = timing.min_ns
                if way > gap:
                    way = gap
                account.network_ns += way
                gap -= way
            if e.side == 0:
                account.a_ns += gap
            else:
                account.b_ns += gap
    e.last_ns = ts
    e.last_packet = packet
    return True


def tell(o: Observation, side: int, e: Endpoint, s: Segment) -> int:
    """All that an Observation says of a plain segment, or a usual one, just taken; returns its facts, which are none."""
    o.side = side
    o.seq = e.snd_max - s.length - (1 if s.flags & (SYN | FIN) else 0)
    o.ack = e.ack
    o.ts_ns = s.ts_ns
    return 0


def calm_of(life: Life) -> int:
    """Whether a life is calm after a segment that was not plain."""
    a = life.a
    b = life.b
    if a.state != ESTABLISHED or b.state != ESTABLISHED or a.inbox is not None or b.inbox is not None:
        return RESTLESS
    return calm_but_for_states(life)


def calm_but_for_states(life: Life) -> int:
    """Whether a life would be calm were both its endpoints ESTABLISHED, with nothing under way to them."""
    account: Account | None = life.spent
    if account is None or account.established_ns < 0 or life.step_ns:
        return RESTLESS
    a = life.a
    b = life.b
    if not (_is_settled(a, b, account.a) and _is_settled(b, a, account.b)):
        return RESTLESS
    a.shift = a.scale if a.scale > 0 and b.scale >= 0 else 0
    b.shift = b.scale if b.scale > 0 and a.scale >= 0 else 0
    calm = CALM
    if a.syn_packet and b.syn_packet and a.scale > UNSURE and b.scale > UNSURE:
        calm = CALM_IN_WINDOWS
    if a.islands is not None or b.islands is not None or _is_mending(account.a, b) or _is_mending(account.b, a):
        calm |= MENDING
    return calm


def _is_mending(mine: SideAccount, p: Endpoint) -> bool:
    """Whether something was sent again, and its receiver has not acknowledged that, or nothing since."""
    return mine.tries > 0 or mine.repeat_end > p.ack


def awaits_repeat(account: Account, e: Endpoint, before: int, taken: int) -> bool:
    """Whether octets that were sent again were not acknowledged yet. before: what e had acknowledged before the segment at
    hand, taken: what was acknowledged of its own.
    """
    if e.side == 0:
        return account.b.repeat_end > before or account.a.repeat_end > taken
    return account.a.repeat_end > before or account.b.repeat_end > taken


def stop_tries(life: Life, p: Endpoint) -> None:
    """Something new of it was acknowledged: what it sends again from now on counts anew."""
    account: Account = life.spent
    other = account.a if p.side == 0 else account.b
    other.tries = 0


def _is_settled(e: Endpoint, p: Endpoint, mine: SideAccount) -> bool:
    """What it sent last was seen, and its account has what it has itself."""
    return (
        (e.edge if e.islands is None else e.islands.end()) == e.snd_max
        and e.based
        and e.packets > 0
        and e.fin < 0
        and e.fin_packet == 0
        and e.sure < 0
        and e.acked_unseen <= e.edge
        and 1 <= e.ack <= p.snd_max
        and e.window > 0
        and mine.probes == 0
        and mine.window == e.window
        and mine.right == e.right
        and mine.ttl_min == e.ttl_min
        and mine.ttl_max == e.ttl_max
        and mine.ip_id == e.ip_id
    )


def rouse(life: Life) -> None:
    """A calm life gets a segment that is not plain: its account learns what it left to the endpoints meanwhile."""
    life.calm = RESTLESS
    account: Account = life.spent
    _catch_up(account.a, life.a)
    _catch_up(account.b, life.b)


def _catch_up(mine: SideAccount, e: Endpoint) -> None:
    mine.window = e.window
    mine.right = e.right
    mine.ttl_min = e.ttl_min
    mine.ttl_max = e.ttl_max
    mine.ip_id = e.ip_id
