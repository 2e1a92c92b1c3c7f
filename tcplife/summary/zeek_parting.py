# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Zeek's view of a usual parting: all of it at once.

In: a row on its fast path, all of whose octets were acknowledged; FIN, the peer's ACK of it or none, its FIN, the ACK of
that, as `tracker.parting` knows them. Out: the row as `zeek_usual.take_bare` leaves it, segment by segment (tests/pipeline
hold both equal).
"""

from __future__ import annotations

from .zeek_names import (
    CLOSE_DELAY_NS,
    CLOSED,
    CUT_OFF,
    ESTABLISHED,
    LOOK_AGAIN_NS,
    NEVER,
    RESPONDER,
    SAID_ACK,
    SAID_FIN,
    WHOLE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .zeek_row import ZeekRow
    from .zeek_side import ZeekSide

NEAR = 1 << 31
"""As of `zeek_usual`: positions below it have one meaning."""
FINS = SAID_FIN | SAID_FIN << RESPONDER


def may_part(row: ZeekRow, e: ZeekSide, p: ZeekSide, seq: int, other: int, began_ns: int, now_ns: int) -> bool:
    """Whether the sides stand at these numbers, nothing is open, and no timer can end the row meanwhile."""
    return (
        row.steady != 0
        and not row.deferred
        and not row.once & FINS
        and _has_all(e, seq)
        and _has_all(p, other)
        and row.clock_ns <= began_ns
        and row.last_ns <= began_ns
        and now_ns < row.removal_ns
        and now_ns < row.last_ns + row.limit_ns
        and now_ns < began_ns + min(LOOK_AGAIN_NS, CLOSE_DELAY_NS)
    )


def _has_all(e: ZeekSide, number: int) -> bool:
    """Whether all that it sent up to this number was acknowledged, and nothing has closed."""
    at = number - e.start
    return (
        e.last == e.ack == number
        and e.state == ESTABLISHED
        and e.pace in (WHOLE, CUT_OFF)
        and 0 <= at < NEAR
        and e.delivered <= at
        and e.trimmed <= at
        and e.floor <= at
        and e.ranges is None
        and e.seen != 0
        and not (e.fins or e.closed or e.ended or e.skipping or e.last_wraps or e.ack_wraps)
    )


def parted(row: ZeekRow, e: ZeekSide, p: ZeekSide, closed_ns: int, now_ns: int, answers: int) -> None:
    """Take the parting that e begins. closed_ns: when the second FIN passed; answers: how many segments p sent."""
    row.wake()
    row.say_once(e, SAID_FIN, "F")
    if answers > 1:
        row.turn_if_answered()
        row.say_once(p, SAID_ACK, "A")
    row.say_once(p, SAID_FIN, "F")
    row.say_once(e, SAID_ACK, "A")
    _close(e)
    _close(p)
    e.packets += 2
    p.packets += answers
    row.clock_ns = now_ns
    row.last_ns = closed_ns
    row.attempt_ns = row.look_ns = row.look_too_ns = NEVER
    row.removal_ns = closed_ns + CLOSE_DELAY_NS


def _close(e: ZeekSide) -> None:
    at = e.last - e.start
    e.fin_key = at
    e.fin_at = at + 1
    e.last += 1
    e.ack = e.last
    e.delivered = e.trimmed = e.floor = at
    e.prev_state = ESTABLISHED
    e.state = CLOSED
    e.fins = e.closed = e.ended = 1
