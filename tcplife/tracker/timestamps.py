# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The timestamps of one endpoint (RFC 7323), as its receiver keeps them and as a clock.

In: an Observation, its sender and receiver. Out: when a segment would have passed, had nothing held it up; TS.Recent;
the fact TIMESTAMP_BACK. No state changes here.
"""

from __future__ import annotations

from ..model.names import M32, SYN, SYN_SENT, TIME_WAIT
from .facts import AFTER_CLOSE, DATA_AFTER_FIN, HALF, STALE_CLOCK_NS, TICK_NS, TIME_WAIT_REACK, TIMESTAMP_BACK

PACE_TICKS = 10
"""A timestamp clock is taken for a 1 kHz one once it has made 10 ticks at half that pace at least."""
NEVER = 1 << 62

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .observation import Observation


def date(o: Observation, e: Endpoint) -> None:
    """Between which times it would have passed, had it not been held up on its way: by the order of its timestamps,
    and by their clock if it runs at 1 kHz (RFC 7323 5.4: 1 Hz to 1 kHz; others are told by their pace).
    """
    value = o.segment.ts_val
    now = o.ts_ns
    o.sent_ns = now
    o.sent_by_ns = now
    if value < 0 or e.clock_raw < 0:
        return
    ahead = (value - e.clock_max) & M32
    if ahead == 0 or ahead >= HALF:
        o.sent_ns = min(now, e.clock_max_ns)
    o.sent_ns = min(o.sent_ns, _ticked_ns(e, value))
    o.sent_by_ns = sent_by(e, value, now)


def sent_by(e: Endpoint, value: int, now_ns: int) -> int:
    """By when at the latest it would have passed, as of `date`: a segment with this timestamp (-1: none) that passes now."""
    if value < 0 or e.clock_raw < 0:
        return now_ns
    by_ns = min(now_ns, _ticked_ns(e, value) + TICK_NS)
    ahead = (value - e.clock_max) & M32
    if ahead == 0:
        return min(by_ns, e.clock_max_ns + STALE_CLOCK_NS)
    return min(by_ns, e.clock_max_ns) if ahead >= HALF else by_ns


def _ticked_ns(e: Endpoint, value: int) -> int:
    """When its clock showed this value, if it runs at 1 kHz; else NEVER."""
    span = (e.clock_max - e.clock_raw) & M32
    if span >= PACE_TICKS and e.clock_max_ns - e.clock_from_ns <= 2 * span * TICK_NS:
        ticks = (value - e.clock_raw) & M32
        if ticks < HALF:
            return e.clock_ns + ticks * TICK_NS
    return NEVER


def note_timestamp(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """TS.Recent as the receiver would keep it (RFC 7323 4.3)."""
    value = o.segment.ts_val
    recent = e.ts_recent
    begins = o.flags & SYN and not o.facts & AFTER_CLOSE and p.ack < 1 and (recent < 0 or (recent - value & M32) < HALF)
    if e.clock_raw < 0 or begins:  # what came before was no life
        if p.ack < 0 or o.seq <= p.ack:
            e.ts_recent = value
        e.clock_raw = e.clock_max = value
        e.clock_from_ns = e.clock_ns = e.clock_max_ns = o.ts_ns
        return
    tick(e, value, o.ts_ns)
    age = (recent - value) & M32
    if age == 0:
        return
    if recent >= 0 and age < HALF:
        o.facts |= TIMESTAMP_BACK
    elif p.ack < 0 and p.ack_raw_packet and 0 < (o.segment.seq - p.ack_raw & M32) < HALF:
        return  # behind a hole older than the capture
    elif p.ack < 0 or (o.seq <= p.ack <= o.end and o.ack_before <= o.ack <= p.snd_max):  # else it is old, or refused
        if not o.facts & (TIME_WAIT_REACK | DATA_AFTER_FIN) or o.life.view(p) != TIME_WAIT:
            e.ts_recent = value  # out of TIME_WAIT only an empty segment leaves one (Linux tcp_timewait_state_process)


def note_newer(e: Endpoint, p: Endpoint, s: Segment, sent: int) -> None:
    """The same for one that is not older than TS.Recent, if there is one, of a segment in order. sent: its number."""
    value = s.ts_val
    if value < 0:
        return
    tick(e, value, s.ts_ns)
    if sent <= p.ack:
        e.ts_recent = value


def tick(e: Endpoint, value: int, ts_ns: int) -> None:
    """Its clock showed this value then; if it has not gone beyond it before, that is news."""
    if 0 < (value - e.clock_max) & M32 < HALF:
        e.clock_max = value
        e.clock_max_ns = ts_ns
        since = ts_ns - ((value - e.clock_raw) & M32) * TICK_NS
        if since < e.clock_ns:
            e.clock_ns = since


def echoes_wrongly(o: Observation, p: Endpoint) -> bool:
    """It echoes a timestamp that its receiver has sent on none of its SYNs: Linux (6.14 on) refuses it in SYN_RECEIVED, and
    in SYN_SENT, where any up to the present one will do, answers by a reset (tcp_check_req, tcp_rcv_synsent_state_process).
    """
    s = o.segment
    if s.ts_val < 0 or s.ts_ecr <= 0 or p.syn_ts_val < 0 or not p.timestamps:
        return False
    most = p.syn_ts_last - p.syn_ts_val & M32
    if p.state == SYN_SENT:
        most = max(most, (o.ts_ns - p.syn_ns) // TICK_NS)
    return (s.ts_ecr - p.syn_ts_val & M32) > most


def is_old(o: Observation, e: Endpoint) -> bool:
    """Its timestamp is older than what its receiver has had (RFC 7323 5.3)."""
    value = o.segment.ts_val
    return value >= 0 and e.ts_recent >= 0 and 0 < (e.ts_recent - value) & M32 < HALF


def is_older(e: Endpoint, s: Segment) -> bool:
    """Its timestamp is older than what its sender was seen to send: overtaken, or a copy."""
    return s.ts_val >= 0 and e.clock_max >= 0 and 0 < (e.clock_max - s.ts_val) & M32 < HALF
