# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The usual segments without octets: the SYN that begins a row and its answer; an ACK or a FIN between two that have opened.

In: a row, and a segment. Out: whether it was taken; then everything is as `ZeekRow.take` would have left it. Most
segments that are not on the fast path of `ZeekLife.segment` are such.
"""

from __future__ import annotations

from ..model.names import ACK, FIN, M32, RST, SYN
from .zeek_names import (
    ATTEMPT_NS,
    CLOSED,
    ESTABLISHED,
    RESPONDER,
    SAID_ACK,
    SAID_FIN,
    SAID_SYN,
    SILENT_LOGIN_NS,
    SILENT_NS,
    SYN_SENT,
    UNACKED_LIMIT,
    WHOLE,
)
from .zeek_state import LETTER_BASE, LETTER_BITS, is_login_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .zeek_row import ZeekRow
    from .zeek_side import ZeekSide

FAR_AROUND = M32 - UNACKED_LIMIT
"""From below here, what Zeek keeps of a side does not go round the circle."""
NEAR = 0x8000_0000
"""Half the circle: positions below it have one meaning."""
LONE_SYN = ord("S") - LETTER_BASE
SYN_ANSWERED = LONE_SYN << LETTER_BITS | (ord("h") - LETTER_BASE)
"""The letters of a row that began with a SYN, and with a SYN and its SYN+ACK."""


def take_syns(row: ZeekRow, seq: int, tries: int, last_ns: int) -> None:
    """Begin a row with a SYN without payload, sent so often, last at that time."""
    e = row.b if row.orig else row.a
    e.state = SYN_SENT
    e.start = e.ack = seq
    e.last = (seq + 1) & M32
    e.seen = 1
    e.packets = tries
    row.attempt_ns = row.start_ns + ATTEMPT_NS
    row.last_ns = last_ns
    row.once = SAID_SYN
    row.letters = LONE_SYN


def take_answer(row: ZeekRow, s: Segment) -> None:
    """Take a SYN+ACK without payload that answers such a SYN in time, and acknowledges it."""
    e = row.a if row.orig else row.b
    p = row.b if row.orig else row.a
    row.clock_ns = row.last_ns = s.ts_ns
    row.limit_ns = SILENT_LOGIN_NS if is_login_port(row.resp_port) else SILENT_NS
    row.once |= SAID_SYN << RESPONDER
    row.letters = SYN_ANSWERED
    p.acknowledge(s.ack)
    p.prev_state = SYN_SENT
    p.state = ESTABLISHED
    e.start = e.ack = s.seq
    e.last = (s.seq + 1) & M32
    e.state = ESTABLISHED
    e.seen = 1
    e.packets = 1
    if e.start < FAR_AROUND > p.start:
        _settle(e)
        _settle(p)
        row.clean = row.steady = 1
    else:
        row.settle()


def _settle(e: ZeekSide) -> None:
    """As `ZeekSide.settle` does for one that has sent a SYN, and nothing else, some way from the circle's end."""
    e.said = SAID_SYN
    e.pace = WHOLE
    e.limit = e.start + 1 + UNACKED_LIMIT


def take_bare(row: ZeekRow, s: Segment, side: int) -> bool:
    """Take a segment without octets if it is usual; False, and nothing has changed, if it is not."""
    e = row.b if side else row.a
    p = row.a if side else row.b
    fin = s.flags & FIN
    last = e.last
    ack = s.ack
    at = last - e.start
    acked = ack - p.start
    if (
        s.flags & (SYN | RST | ACK) != ACK
        or s.length
        or s.window == 0
        or s.bad_checksum
        or s.seq != last
        or last == M32
        or not 0 <= at < NEAR
        or not 0 <= acked < NEAR
        or ack < p.ack
        or e.last_wraps
        or p.ack_wraps
        or p.state not in (ESTABLISHED, CLOSED)
        or (e.state != ESTABLISHED and (fin or e.state != CLOSED))
        or not e.seen
        or (fin and row.once & (SAID_FIN if side == row.orig else SAID_FIN << RESPONDER))
    ):
        return False
    row.wake()
    if not (e.closed and p.closed):
        row.last_ns = s.ts_ns
    p.acknowledge(ack)
    if fin:
        row.say_once(e, SAID_FIN, "F")
        e.fin_key = at
        e.fin_at = at + 1
        e.fins = 1
        e.last = last + 1
        e.prev_state = ESTABLISHED
        e.state = CLOSED
    else:
        row.turn_if_answered()
        row.say_once(e, SAID_ACK, "A")
    _acknowledge(row, e, p, acked)
    if e.fins or e.state == CLOSED:
        row.check_end(e, p)
    if fin:
        row.close(e, p)
    e.packets += 1
    if e.state == ESTABLISHED and p.state == ESTABLISHED and not e.fins and not p.fins:
        row.settle()
    return True


def _acknowledge(row: ZeekRow, e: ZeekSide, p: ZeekSide, at: int) -> None:
    """As `ZeekRow.take_ack`, which is asked where something is missing below that position."""
    if p.fins and 0 < p.fin_at <= at:
        at = p.fin_at - 1
    if at <= p.trimmed:
        return
    if at > p.delivered or p.ranges is not None:
        row.take_ack(e, p, at)
        return
    if at > p.floor:
        p.floor = at
    p.trimmed = at
    if p.fins or p.state == CLOSED:
        row.check_end(p, e)
