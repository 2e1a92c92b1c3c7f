"""The plain segment once more, for plain Python alone: of a life that is asleep, told by its numbers without a Segment.

In: a life that is asleep, and what the headers of some segments say. Out: those that are plain are taken, up to the
first that is not; then everything is as `plain.plain` would have left it, which it equals (tests/pipeline hold both
equal). No number is brought back into the circle of 32 bits that is not outside of it, nothing is read twice: most
packets of a capture pass here.
This module is never compiled: compiled, `plain` is faster than what reads a packet for it.
"""

from __future__ import annotations

from array import array

from ..model.names import ACK, PSH
from .facts import (
    CALM_IDS,
    FLIGHT_ROOM,
    HALF,
    MANY,
    STEP_NS,
    TICK_NS,
)
from .plain import charge_wait, note_doubt
from .timing import new_timing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .life import Life
    from .timing import Timing

    Numbers = tuple[int, int, int, bytes, int, int, int, int, int, int, int]
    Letter = tuple[Numbers, bytes, int, int]

CIRCLE = 1 << 32
STAMPED = 8 << 12 | ACK
BARE = 5 << 12 | ACK
"""The word with the flags of a TCP header with timestamps, and of one without options."""
BUT_PSH = 0xFFFF & ~PSH
STAMPED_PSH = STAMPED | PSH
BARE_PSH = BARE | PSH
STAMPED_OCTETS = 52
BARE_OCTETS = 40
"""Octets of the headers of IPv4 and TCP, with timestamps and without."""
NOP_NOP_TS = 0x0101080A
"""The first word of options of timestamps alone (RFC 7323 appendix A)."""
NEXT_PLACE = (3, 0, 0, 6, 0, 0, 9, 0, 0, 0)
"""Where in `Endpoint.recent` the next packet is remembered, by where the latest was."""
WIDE = 512
"""A ring of so many segments that is full always widens: half of `timing.MAX_FLIGHT`."""
ENDLESS = 1 << 29
"""So many acknowledgements nobody counts (`sleep.NO_END`)."""


def take(life: Life, first: bytes, letters: Iterator[Letter], views: Any) -> Letter | None:
    """Take the plain ones of some segments, up to the first that is not, which is returned; None if all were.

    views: is asked about what would be plain but for them, and told of it afterwards (`pipeline.sleep`: begins_news).

    first: the ends (`flows.ends`) as side a writes them. Each letter is a segment without SYN, FIN and RST: the numbers
    of its headers; their octets, for who opens it otherwise; when it came; its packet's number, ~packet if not all of its
    octets were captured. The numbers: octets of the headers, as of IPv4, and of the payload; IP id, TTL, ends, sequence
    and acknowledgement number, the 16 bits with the flags, window, checksum, and the first two words of its options.
    One straight way almost without calls, as in `plain`.
    """
    if not life.asleep:
        return next(letters, None)
    a = life.a
    b = life.b
    in_windows = a.right >= 0  # so is b's then (`calm_of`)
    mends = a.repeat_end > b.ack or b.repeat_end > a.ack  # what is not repeated now is not while it is asleep
    until = a.until_ns
    last = life.last_ns
    news = 0
    for numbers, octets, ts, packet in letters:  # noqa: B007 - read when it breaks off
        total, ip_id, ttl, ends, seq, raw_ack, word, offered, _, layout, ts_val = numbers
        if ends == first:
            e = a
            p = b
        else:
            e = b
            p = a
        gap = ts - last
        if seq != e.next_raw or gap < 0 or gap > STEP_NS or ts >= until:
            break
        ahead = 0
        if word == STAMPED or word == STAMPED_PSH:  # noqa: SIM109 - a tuple costs more
            if layout != NOP_NOP_TS:
                break
            length = total - STAMPED_OCTETS
            recent = e.ts_recent
            if ts_val != recent:
                ahead = ts_val - recent
                if ahead < 0:
                    ahead += CIRCLE
                if ahead >= HALF or recent < 0:
                    break
        elif word == BARE or word == BARE_PSH:  # noqa: SIM109 - likewise
            length = total - BARE_OCTETS
            ts_val = -1
        else:
            break
        got = p.snd_max
        before = e.ack
        behind = p.next_raw - raw_ack
        if behind:
            if behind < 0:
                behind += CIRCLE
            if behind >= HALF:
                break
            ack = got - behind
        else:
            ack = got
        rises = 0
        if ack > before:
            if p.patchy and p.islands is not None and ack > p.edge:
                break
            rises = p.rises
            if not rises:
                limit = e.limit
                news = views.begins_news(life, e, p, length, packet >= 0)
                rises = p.rises
                if not news:
                    break
        elif ack < before or not length:
            break
        # What it offers is where it was (`last_right` is always ack + window here), or is to be looked at.
        moves = rises or offered != e.window
        if moves:
            window = offered << e.shift
            reach = ack + window
            if not offered or (in_windows and reach < e.last_right):
                break
        sent = e.snd_max
        if length:
            end = sent + length
            after = seq + length
            if after > e.limit or (packet >= 0) != e.whole:
                if not news:
                    limit = e.limit
                    news = views.begins_news(life, e, p, length, packet >= 0)
                if not news or after > e.limit or (packet >= 0) != e.whole:
                    break
            if end == p.last_right or e.fresh > MANY:
                break
            if packet < 0:
                packet = ~packet  # noqa: PLW2901 - another name costs each packet
            e.fresh += 1
            e.data_ns = ts
            e.data_packets += 1
            if length > e.max_segment:
                e.max_segment = length
                e.cut = not word & PSH
            e.snd_max = end
            e.next_raw = after  # `limit` lies within the circle
            flight = e.timing
            if flight is None:
                flight = e.timing = new_timing()
            at = flight.in_flight
            if not at:
                flight.in_flight = 1  # and `head` and `from_` are 0, as `Timing.acknowledged` leaves them
                pairs = flight.near
                pairs[0] = end
                pairs[1] = ts
            elif flight.from_ + at < flight.room and at < flight.size:
                pairs = flight.near if flight.size == FLIGHT_ROOM else flight.far
                flight.in_flight = at + 1
                at = (flight.head + at & flight.size - 1) * 2
                pairs[at] = end
                pairs[at + 1] = ts
            else:
                sends_further(flight, end, ts)
        elif e.mute:
            if not news:
                limit = e.limit
                news = views.begins_news(life, e, p, 0, True)
            if e.mute:
                break
        if rises and rises < ENDLESS:
            p.rises = rises - 1
        if (p.fresh or p.stale) and ack >= p.mark:
            p.stale = p.fresh if ack < got else 0
            p.fresh = 0
            p.mark = got
        last = ts
        e.packets += 1

        if ttl != e.ttl:
            e.ttl = ttl
            if ttl < e.ttl_min:
                e.ttl_min = ttl
            if ttl > e.ttl_max:
                e.ttl_max = ttl
        if ip_id > 0:
            at = e.ip_id
            step = ip_id - at
            if step and at > 0:
                e.ids_vary = True
                if step & 0xFFFF <= CALM_IDS:
                    e.ip_calm += 1
                else:
                    e.ip_jumps += 1
            e.ip_id = ip_id
        latest = e.recent
        at = e.recent_at
        latest[at] = numbers  # type: ignore[call-overload] # `named`
        latest[at + 2] = ts
        e.recent_at = NEXT_PLACE[at]

        if rises:
            if p.patchy or (reach < got and in_windows and not length):
                note_doubt(p, got, ack, reach if in_windows and not length else got)
            e.ack_before = before
            e.ack = ack
            e.ack_ns = ts
            e.ack_packet = packet
            p.tries = 0
            timing = p.timing
            if timing is not None and timing.in_flight:
                timing.acknowledged(ack, ts)
        edge = e.right
        if moves:
            e.last_right = reach
            e.window = offered
            if window < e.window_min:
                e.window_min = window
            if window > e.window_max:
                e.window_max = window
            if reach > edge and in_windows:
                e.right = reach
        if ts_val >= 0:
            newest = e.clock_max
            if ts_val != newest:
                newer = ts_val - newest
                if 0 < newer < HALF or newer < -HALF:
                    e.clock_max = ts_val
                    e.clock_max_ns = ts
                    ticks = ts_val - e.clock_raw
                    since = ts - (ticks if ticks >= 0 else ticks + CIRCLE) * TICK_NS
                    if since < e.clock_ns:
                        e.clock_ns = since
            if ahead and sent <= p.ack:
                e.ts_recent = ts_val

        if gap:
            if in_windows and (got >= edge or sent >= p.right):
                charge_wait(life, gap, True)
            elif mends and (p.repeat_end > before or e.repeat_end > p.ack):
                charge_wait(life, gap, False)
            elif not length or (e.last_ns > p.last_ns and sent > p.ack):
                e.network_ns += gap
            else:
                timing = p.timing
                if timing is not None and timing.min_ns > 0 and p.last_ns >= e.last_ns:
                    way = timing.min_ns
                    if way > gap:
                        way = gap
                    e.network_ns += way
                    gap -= way
                e.own_ns += gap
        e.last_ns = ts
        e.last_packet = packet
        if news:
            views.tell_news(life, e, p, news)
            news = 0
    else:
        life.last_ns = last
        return None
    life.last_ns = last
    if news:
        views.drop_news(life, e, p, news, limit)
    return numbers, octets, ts, packet


def sends_further(flight: Timing, end: int, ts_ns: int) -> None:
    """As `Timing.sends`, where there is no room for one more: a wider ring is filled all at once."""
    size = flight.size
    if flight.in_flight == size <= WIDE:
        ring = flight.near if size == FLIGHT_ROOM else flight.far
        begin = 2 * flight.head
        told = array("q", ring[begin:])
        told.extend(array("q", ring[:begin]))
        if size > FLIGHT_ROOM:
            flight.far = told + array("q", bytes(16 * size))
        elif not flight.far:
            flight.far = told + array("q", bytes(16 * 3 * size))  # four times the room at once: see there
        else:
            flight.far[: 2 * size] = told
        flight.head = 0
        flight.size = len(flight.far) // 2
    flight.sends(end, ts_ns)
