"""The plain segment once more, for plain Python alone: of a life that is asleep, told by its numbers without a Segment.

In: a life that is asleep, who sent and who gets, and what the headers say. Out: whether it was taken; then everything
is as `plain.plain` would have left it, which it equals (tests/pipeline hold both equal). No number is brought back into
the circle of 32 bits that is not outside of it, nothing is read twice: most packets of a capture pass here.
This module is never compiled: compiled, `plain` is faster than what reads a packet for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import PSH
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
)
from .plain import awaits_repeat, stop_tries
from .timing import new_timing

if TYPE_CHECKING:
    from .account import Account
    from .endpoint import Endpoint
    from .life import Life

CIRCLE = 1 << 32


def take(
    life: Life, e: Endpoint, p: Endpoint, ts: int, packet: int, seq: int, raw_ack: int, flags: int, length: int,
    whole: bool, offered: int, ts_val: int, ttl: int, ip_id: int, checksum: int,
) -> bool:  # fmt: skip
    """Take a bare segment with ACK and perhaps PSH that e sent if it is plain; False, and nothing has changed, if not.

    whole: its octets were captured in full. One straight way without calls, as in `plain`.
    """
    gap = ts - life.last_ns
    if seq != e.next_raw or gap < 0 or gap > STEP_NS or ts >= life.until_ns or offered == 0:
        return False
    got = p.snd_max
    before = e.ack
    behind = p.next_raw - raw_ack
    if behind:
        if behind < 0:
            behind += CIRCLE
        if behind >= HALF:
            return False
        ack = got - behind
    else:
        ack = got
    if ack <= before and (ack < before or not length):
        return False
    calm = life.calm
    if calm >= MENDING and p.islands is not None and ack > p.edge:
        return False
    window = offered << e.shift
    reach = ack + window
    in_windows = calm & CALM_IN_WINDOWS
    if reach < e.last_right and in_windows:
        return False
    ahead = 0
    if ts_val >= 0:
        recent = e.ts_recent
        if ts_val != recent:
            ahead = ts_val - recent
            if ahead < 0:
                ahead += CIRCLE
            if ahead >= HALF or recent < 0:
                return False
    sent = e.snd_max
    if length:
        end = sent + length
        after = seq + length
        if after > e.limit or whole != e.whole or end == p.last_right or e.fresh > MANY:
            return False
        if ack > before:
            if p.rises == 0:
                return False
            p.rises -= 1
        e.fresh += 1
        e.data_ns = ts
        e.data_packets += 1
        if length > e.max_segment:
            e.max_segment = length
            e.cut = not flags & PSH
        e.snd_max = end
        e.next_raw = after if after < CIRCLE else after - CIRCLE
        flight = e.timing
        if flight is None:
            flight = e.timing = new_timing()
        at = flight.in_flight
        if flight.from_ + at < flight.room and at < flight.size:
            pairs = flight.near if flight.size == FLIGHT_ROOM else flight.far
            flight.in_flight = at + 1
            at = (flight.head + at & flight.size - 1) * 2
            pairs[at] = end
            pairs[at + 1] = ts
        else:
            flight.sends(end, ts)
    else:
        if e.mute or p.rises == 0:
            return False
        p.rises -= 1
    if ack >= p.mark and p.fresh + p.stale:
        p.stale = p.fresh if ack < got else 0
        p.fresh = 0
        p.mark = got
    e.last_right = reach
    life.last_ns = ts
    e.packets += 1

    if ttl != e.ttl:
        e.ttl = ttl
        if ttl < e.ttl_min:
            e.ttl_min = ttl
        if ttl > e.ttl_max:
            e.ttl_max = ttl
    word = offered * 0x1000 ^ flags * 0x10_0000 ^ length  # a product costs half of a shift
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
        word ^= (checksum if length or ts_val < 0 else ts_val & 0xFFFF) << 46
    latest = e.recent
    at = e.recent_at
    latest[at] = seq << 30 ^ raw_ack
    latest[at + 1] = word ^ (ip_id + 1) * 0x2000_0000
    latest[at + 2] = ts
    e.recent_at = at + 3 if at < LAST_PLACE else 0

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
    edge = e.right
    e.window = offered
    if window < e.window_min:
        e.window_min = window
    if window > e.window_max:
        e.window_max = window
    if reach > edge and in_windows:
        e.right = reach
    if ts_val >= 0:
        newer = ts_val - e.clock_max
        if newer and (0 < newer < HALF or newer < -HALF):
            e.clock_max = ts_val
            e.clock_max_ns = ts
            ticks = ts_val - e.clock_raw
            since = ts - (ticks if ticks >= 0 else ticks + CIRCLE) * TICK_NS
            if since < e.clock_ns:
                e.clock_ns = since
        if ahead and sent <= p.ack:
            e.ts_recent = ts_val

    if gap:
        account: Account = life.spent
        right = p.right
        if (got >= edge and edge != UNKNOWN_EDGE) or (sent >= right and right != UNKNOWN_EDGE):
            account.window_ns += gap
        elif calm >= MENDING and awaits_repeat(account, e, before, p.ack):
            account.recovery_ns += gap
        elif not length or (e.last_ns > p.last_ns and sent > p.ack):
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
