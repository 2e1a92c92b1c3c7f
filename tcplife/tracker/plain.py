# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The plain segment: the next octets in order, or an acknowledgement of some, between two endpoints that owe nothing.

In: a life that is calm, and a segment. Out: whether it was taken; then everything is as `Tracker.segment` would have
left it on its general way (but for what an Observation says), and there are no facts. Most segments of usual traffic
are plain: what is tested here are only the guards that could fire, what is written only what somebody reads later.

A life is calm while both endpoints are ESTABLISHED and nothing is waited for but octets that are missing or were sent
again (`calm_of`); then it is known for both of them what their windows mean, as `Endpoint.right` is, or for neither.
Only segments that are not plain end that or begin it, so it is found out after those and kept.

Who else follows the life may sleep while it is calm (`Life.asleep`), and find out afterwards what passed. For those
the endpoints keep what an endpoint itself does not need (`data_ns`, when the latest octets passed; `last_right` even
where nobody knows what windows mean; `fresh`, `stale` and `mark`, how many of its segments are unacknowledged: since
the mark, before it, up to where), and they leave word when they want to be woken: at a time (`until_ns`), by octets
beyond the raw number `limit` or not captured as before (`whole`), by the first segment without any (`mute`), after so
many acknowledgements of new octets (`rises`), and by octets that fill the window. As nobody looks then, some sums that
follow from others are done when they wake (`pipeline.sleep`).
"""

from __future__ import annotations

from ..model import longs
from ..model.names import ACK, ESTABLISHED, FIN, M32, PSH, SYN
from .account import awaits_repeat
from .facts import CALM_IDS, FLIGHT_ROOM, HALF, LAST_PLACE, MANY, STEP_NS, TICK_NS, TOLD, UNSURE
from .timing import new_timing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .account import Account, SideAccount
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation


def plain(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> bool:
    """Take a segment from e to p of a calm life if it is plain; False, and nothing has changed, if it is not.

    One straight way without calls, longer than a screen for that reason: in plain Python the calls cost more than what
    they would do. Compiled, what is read by way of its owner costs less than what is kept by a name of its own.
    """
    ts = s.ts_ns
    gap = ts - life.last_ns
    if s.seq != e.next_raw or s.flags & TOLD != ACK or not s.bare or gap < 0 or gap > STEP_NS:
        return False
    length = s.length
    sent = e.snd_max
    end = sent + length
    got = p.snd_max
    behind = p.next_raw - s.ack & M32
    ack = got - behind
    before = e.ack
    if behind >= HALF or (ack <= before and (ack < before or not length)):
        return False
    if p.patchy and p.islands is not None and ack > p.edge:
        return False
    offered = s.window
    window = offered << e.shift
    reach = ack + window
    edge = e.right
    if window == 0 or (edge >= 0 and reach < e.last_right):
        return False
    ts_val = s.ts_val
    ahead = 0
    if ts_val >= 0:
        ahead = ts_val - e.ts_recent & M32
        if ahead >= HALF or e.ts_recent < 0:
            return False
    if life.asleep:
        if ts >= e.until_ns:
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
        if s.wire_flags or life.incidents.odd_packet:
            return False
        if edge >= 0:
            e.last_right = reach
        life.raw_ns = ts
        if s.packet > life.last_packet:
            life.last_packet = s.packet
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
    name = (ip_id + 1 << 29) ^ (offered << 12) ^ (s.flags << 20) ^ length
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
        name ^= (s.checksum if length or ts_val < 0 else ts_val & 0xFFFF) << 46
    recent = e.recent
    at = e.recent_at
    recent[at] = s.seq << 30 ^ s.ack
    recent[at + 1] = name
    recent[at + 2] = ts
    e.recent_at = at + 3 if at < LAST_PLACE else 0

    if length:
        e.data_packets += 1
        if length > e.max_segment:
            e.max_segment = length
            e.cut = not s.flags & PSH
        e.snd_max = end
        e.next_raw = e.next_raw + length & M32
        if e.timing is None:
            e.timing = new_timing()
        at = e.timing.in_flight
        if at < e.timing.size and e.timing.from_ + at < e.timing.room:
            if e.timing.size == FLIGHT_ROOM:
                pairs = e.timing.near
            else:
                pairs = longs.of(e.timing.far)
            e.timing.in_flight = at + 1
            at = (e.timing.head + at & e.timing.size - 1) * 2
            pairs[at] = end
            pairs[at + 1] = ts
        else:
            e.timing.sends(end, ts)
    if ack > before:
        if p.patchy or (reach < got and edge >= 0 and not length):
            note_doubt(p, got, ack, reach if edge >= 0 and not length else got)
        e.ack_before = before
        e.ack = ack
        e.ack_ns = ts
        e.ack_packet = s.packet
        p.tries = 0
        if p.timing is not None and p.timing.in_flight:
            p.timing.acknowledged(ack, ts)

    e.window = offered
    if window < e.window_min:
        e.window_min = window
    if window > e.window_max:
        e.window_max = window
    if reach > edge >= 0:
        e.right = reach

    if ts_val >= 0:
        if ts_val != e.clock_max and ts_val - e.clock_max & M32 < HALF:
            e.clock_max = ts_val
            e.clock_max_ns = ts
            since = ts - (ts_val - e.clock_raw & M32) * TICK_NS
            if since < e.clock_ns:
                e.clock_ns = since
        if ahead and sent <= p.ack:
            e.ts_recent = ts_val

    if gap:
        if (got >= edge >= 0) or (sent >= p.right >= 0):
            charge_wait(life, gap, True)
        elif p.repeat_end > before or e.repeat_end > p.ack:
            charge_wait(life, gap, False)
        elif not length or (e.last_ns > p.last_ns and sent > p.ack):
            e.network_ns += gap
        else:
            if p.last_ns >= e.last_ns and p.timing is not None and p.timing.min_ns > 0:
                way = p.timing.min_ns
                if way > gap:
                    way = gap
                e.network_ns += way
                gap -= way
            e.own_ns += gap
    e.last_ns = ts
    e.last_packet = s.packet
    return True


def note_doubt(p: Endpoint, sent: int, ack: int, right: int) -> None:
    """What an acknowledgement makes of octets of p that may have been refused (`Endpoint.sure`), as `Tracker._acknowledge`
    and `_offer_window` do. sent: up to where it has sent; right: up to where its peer takes octets, as far as it says.
    """
    end = sent if p.islands is None else p.edge
    sure = p.sure
    if ack > sure >= 0:
        sure = ack if ack < end else -1
    if right < end and not 0 <= sure <= ack:
        sure = ack
    p.sure = sure
    p.patchy = sure >= 0 or p.islands is not None


def charge_wait(life: Life, gap_ns: int, is_window: bool) -> None:
    """Enter in its account what a life waited: for a window to open, or for octets to be sent again."""
    account: Account = life.spent
    if is_window:
        account.window_ns += gap_ns
    else:
        account.recovery_ns += gap_ns


def tell(o: Observation, side: int, e: Endpoint, s: Segment) -> int:
    """All that an Observation says of a plain segment, or a usual one, just taken; returns its facts, which are none."""
    o.side = side
    o.seq = e.snd_max - s.length - (1 if s.flags & (SYN | FIN) else 0)
    o.ack = e.ack
    o.ts_ns = s.ts_ns
    return 0


def calm_of(life: Life) -> bool:
    """Whether a life is calm after a segment that was not plain."""
    a = life.a
    b = life.b
    if a.state != ESTABLISHED or b.state != ESTABLISHED or a.inbox is not None or b.inbox is not None:
        return False
    return _is_calm(life)


def calm_but_for_states(life: Life) -> bool:
    """Whether a life would be calm were both its endpoints ESTABLISHED, with nothing under way to them, and is sure."""
    return life.a.sure < 0 and life.b.sure < 0 and _is_calm(life)


def _is_calm(life: Life) -> bool:
    account: Account | None = life.spent
    if account is None or account.established_ns < 0 or life.incidents.step_ns:
        return False
    a = life.a
    b = life.b
    if not (_is_settled(a, b, account.a) and _is_settled(b, a, account.b)):
        return False
    a.patchy = a.sure >= 0 or a.islands is not None
    b.patchy = b.sure >= 0 or b.islands is not None
    a.shift = a.scale if a.scale > 0 and b.scale >= 0 else 0
    b.shift = b.scale if b.scale > 0 and a.scale >= 0 else 0
    in_windows = a.syn_packet > 0 and b.syn_packet > 0 and a.scale > UNSURE and b.scale > UNSURE
    return (a.right >= 0) == in_windows and (b.right >= 0) == in_windows


def is_mending(a: Endpoint, b: Endpoint) -> bool:
    """Whether octets are missing between two ends, or were sent again and not acknowledged, or nothing was since."""
    return (
        a.islands is not None
        or b.islands is not None
        or a.tries > 0
        or b.tries > 0
        or awaits_repeat(a, b, a.ack, b.ack)
    )


def _is_settled(e: Endpoint, p: Endpoint, mine: SideAccount) -> bool:
    """What it sent last was seen, and its account has what it has itself."""
    return (
        (e.edge if e.islands is None else e.islands.end()) == e.snd_max
        and e.based
        and e.packets > 0
        and e.fin < 0
        and e.fins.packet == 0
        and e.sure < e.edge
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
    life.calm = False
    account: Account = life.spent
    _catch_up(account.a, life.a)
    _catch_up(account.b, life.b)


def _catch_up(mine: SideAccount, e: Endpoint) -> None:
    mine.window = e.window
    mine.right = e.right
    mine.ttl_min = e.ttl_min
    mine.ttl_max = e.ttl_max
    mine.ip_id = e.ip_id
