# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""When Zeek ends a row: its timers, and the SYN that begins another connection.

In: a row and the segment that comes next. Out: why the row ends before that segment. Timers are looked at when the
connection's own next segment comes: they act on nothing else that a row shows. Only the looks for half-dead connections
(every 6 s, at the first packet of the capture after that) can fall some seconds earlier or later in a capture full of
other connections.
"""

from __future__ import annotations

from ..model.names import ACK, SYN
from .zeek_names import (
    BOTH_OPENED,
    EXPIRED,
    FINISHED,
    GOES_ON,
    INACTIVE,
    LINGER_NS,
    LOOK_AGAIN_NS,
    NEVER,
    NEW_NUMBERS,
    RESET,
    SILENT,
    SYN_ACK_SENT,
    SYN_AFTER_CLOSE,
    SYN_SENT,
    UNANSWERED,
)
from .zeek_row import ZeekRow
from .zeek_side import ZeekSide


def why_ended(row: ZeekRow, side: int, ts_ns: int, flags: int, seq: int) -> int:
    """Why Zeek ends this row before the coming segment; GOES_ON (0) if it does not. Moves the row's clock."""
    row.clock_ns = max(row.clock_ns, row.last_ns, ts_ns)
    why = timer_due(row, row.clock_ns)
    if why == GOES_ON and flags & SYN:
        if row.orig:
            why = reuse_of(row.b, row.a, side == 1, flags, seq)
        else:
            why = reuse_of(row.a, row.b, side == 0, flags, seq)
    return why


def goes_on(row: ZeekRow, last_ns: int, now_ns: int) -> bool:
    """Run the timers of a row on the fast path, as `why_ended` does, if none can end it now; False, and nothing has changed, if one might.

    last_ns: when its last packet passed. Between two open endpoints nothing but silence ends a row.
    """
    if (
        not row.steady
        or row.a.closed
        or row.b.closed
        or now_ns < last_ns
        or now_ns < row.clock_ns
        or now_ns >= row.removal_ns
        or now_ns >= last_ns + row.limit_ns
    ):
        return False
    row.clock_ns = now_ns
    if row.attempt_ns <= now_ns:
        row.attempt_ns = NEVER
    is_look_due(row, now_ns)
    return True


def timer_due(row: ZeekRow, now: int) -> int:
    """Run the timers that are due; returns why one of them removes the row."""
    if row.removal_ns <= now:
        return FINISHED
    if row.attempt_ns <= now:
        row.attempt_ns = NEVER
        if row.active and is_unanswered(row):
            return UNANSWERED
    if is_look_due(row, now) and row.last_ns + LINGER_NS < now and is_half_dead(row.a, row.b):
        return EXPIRED
    if row.last_ns + row.limit_ns <= now:
        return SILENT
    return GOES_ON


def is_unanswered(row: ZeekRow) -> bool:
    """Whether the originator's SYN is all that counts so far."""
    orig = row.b if row.orig else row.a
    resp = row.a if row.orig else row.b
    return resp.state == INACTIVE and orig.state in (SYN_SENT, SYN_ACK_SENT)


def is_look_due(row: ZeekRow, now: int) -> bool:
    """Whether it is time to look for a half-dead connection; sets the clock of the next look."""
    due = False
    if row.look_ns <= now:
        due = True
        row.look_ns = now + LOOK_AGAIN_NS
    if row.look_too_ns <= now:
        due = True
        row.look_too_ns = now + LOOK_AGAIN_NS
    return due and row.active != 0


def is_half_dead(a: ZeekSide, b: ZeekSide) -> bool:
    """Whether nothing more is expected: one side closed and the other gone, or nothing valid ever came."""
    if a.state == INACTIVE and b.state == INACTIVE:
        return True
    if not a.closed and not b.closed:
        return False
    both = a.closed != 0 and b.closed != 0
    return both or RESET in (a.state, b.state) or INACTIVE in (a.state, b.state)


def reuse_of(orig: ZeekSide, resp: ZeekSide, is_orig: bool, flags: int, seq: int) -> int:
    """Why a segment with SYN begins a new row, GOES_ON (0) if it does not; its time and its checksum do not matter."""
    judged = orig
    if flags & ACK:
        if orig.state != INACTIVE:
            return GOES_ON
        judged = resp
    if orig.closed or resp.closed:
        return SYN_AFTER_CLOSE
    if seq == judged.start:
        return GOES_ON
    if not flags & ACK and orig.state == SYN_ACK_SENT and resp.state == INACTIVE and seq == resp.start:
        # SYN and SYN+ACK, captured in the wrong order.
        return GOES_ON
    return BOTH_OPENED if orig.state == SYN_SENT and not is_orig else NEW_NUMBERS
