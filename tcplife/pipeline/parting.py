# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A usual parting is taken when it is complete: until then its first segments wait, compiled as well as not (`farewell`).

In: a life asleep, and what its ends say from a FIN on: the peer's ACK of it or none, the peer's FIN, the ACK of that.
Out: whether a segment waits, or was taken with those that had; then everything is as if each had been taken when it came
(`Lives._take`; tests/pipeline hold both equal). While they wait nothing ends, and whoever asks the life `wake`s it.
"""

from __future__ import annotations

from ..anomalies import parting as wire_parting
from ..model.names import ACK, FIN, M32
from ..model.pool import pooled
from ..model.segment import copy_of
from ..summary import zeek_parting
from ..tracker import parting
from ..tracker.facts import STEP_NS
from .sleep import wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..anomalies.wireshark import WireStream, WireWay
    from ..model.segment import Segment
    from ..summary.zeek import ZeekLife
    from ..summary.zeek_row import ZeekRow
    from ..tracker.life import Life
    from ..tracker.tracker import Tracker

FIN_ACK = FIN | ACK
EDGE = M32 - 4
"""Numbers beyond it, and 0, do not wait: nothing goes round the circle here (compiled, next_raw has 32 bits)."""


class Parting:
    """What waits for the rest of a parting, as the life's mail.

    side: of the end that began it. last_ns: when the life was active last before. run: who takes what waits one by one.
    """

    __slots__ = ("answer", "began", "closing", "last_ns", "life", "run", "side")

    answer: Segment | None
    began: Segment
    closing: Segment | None
    last_ns: int
    life: Life
    run: Any
    side: int

    def close(self) -> None:
        """Let the life take all that waits, each as if it had been taken when it came."""
        _rouse_views(self, self.life)
        _one_by_one(self, self.life)


pooled(Parting)


def begins(run: Any, life: Life, side: int, s: Segment) -> bool:
    """Let a FIN of a life asleep wait, if it may be the first segment of a usual parting, to which nothing is owed.

    What else has to hold is asked when the parting is complete; to have waited in vain changes nothing.
    """
    e = life.b if side else life.a
    p = life.a if side else life.b
    if (
        not is_next(s, FIN_ACK, e.next_raw, p.next_raw, life.last_ns)
        or not (0 < e.next_raw < EDGE and 0 < p.next_raw < EDGE)
        or e.ack != p.snd_max
        or p.ack != e.snd_max
    ):
        return False
    waiting = Parting.__new__(Parting)
    waiting.run = run
    waiting.life = life
    waiting.side = side
    waiting.last_ns = life.last_ns
    waiting.began = copy_of(s)
    waiting.answer = waiting.closing = None
    life.mail = waiting
    life.asleep = False
    life.last_ns = s.ts_ns
    return True


def is_next(s: Segment, flags: int, seq: int, ack: int, before_ns: int) -> bool:
    """Whether a segment has just these flags and numbers, and no octets, and comes in time."""
    return (
        s.flags == flags
        and s.seq == seq
        and s.ack == ack
        and s.length == 0
        and s.bare
        and 0 <= s.ts_ns - before_ns <= STEP_NS
    )


def goes_on(life: Life, side: int, s: Segment, tracker: Tracker) -> bool:
    """Let a segment wait as well, or let the life take it with those that wait; False, and none waits any more, if it is another.

    Whether the life has ended then is for the caller to find out.
    """
    waiting: Parting = life.mail
    e = life.b if waiting.side else life.a
    p = life.a if waiting.side else life.b
    if side != waiting.side:
        if waiting.closing is None:
            if is_next(s, FIN_ACK, p.next_raw, e.next_raw + 1, life.last_ns):
                waiting.closing = copy_of(s)
                life.last_ns = s.ts_ns
                return True
            if waiting.answer is None and is_next(s, ACK, p.next_raw, e.next_raw + 1, life.last_ns):
                waiting.answer = copy_of(s)
                life.last_ns = s.ts_ns
                return True
    elif waiting.closing is not None and is_next(s, ACK, e.next_raw + 1, p.next_raw + 1, life.last_ns):
        return _parts(waiting, life, s, tracker)
    waiting.close()
    return False


def _parts(waiting: Parting, life: Life, s: Segment, tracker: Tracker) -> bool:
    """Let the life take all of a parting; False if this one, the last, is left to the general way."""
    _rouse_views(waiting, life)
    closing: Segment = waiting.closing  # type: ignore[assignment]
    if parts(life, waiting.side, waiting.began, waiting.answer, closing, s, tracker):
        return True
    _one_by_one(waiting, life)
    return False


def parts(
    life: Life, side: int, began: Segment, answer: Segment | None, closing: Segment, last: Segment, tracker: Tracker
) -> bool:
    """Let a life that was just woken take these, each as it must be for itself; False, and nothing has changed, if they are odd."""
    e = life.b if side else life.a
    p = life.a if side else life.b
    stream: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    me: WireWay = stream.way1 if side ^ life.wire_flip else stream.way0  # type: ignore[assignment]
    peer: WireWay = stream.way0 if side ^ life.wire_flip else stream.way1  # type: ignore[assignment]
    mine = row.b if side else row.a
    other = row.a if side else row.b
    first = closing if answer is None else answer
    if (
        not tracker.straight
        or not wire_parting.may_part(stream, me, peer, e.next_raw, p.next_raw)
        or not zeek_parting.may_part(row, mine, other, e.next_raw, p.next_raw, began.ts_ns, last.ts_ns)
        or not parting.is_usual(life, e, p, began, first, closing, last, tracker.two_msl_ns)
    ):
        return False
    parting.parted(life, e, p, began, answer, closing, last)
    wire_parting.parted(stream, me, peer, began.ts_ns, last.ts_ns, last.window, closing.ts_ns, closing.window)
    zeek_parting.parted(row, mine, other, closing.ts_ns, last.ts_ns, 1 if answer is None else 2)
    return True


def _rouse_views(waiting: Parting, life: Life) -> None:
    """The life stands as before the first of them came, and awake."""
    life.mail = None
    life.asleep = True
    life.last_ns = waiting.last_ns
    wake(life)


def _one_by_one(waiting: Parting, life: Life) -> None:
    """Let the life take what waits."""
    side = waiting.side
    waiting.run.give(life, side, waiting.began)
    if waiting.answer is not None:
        waiting.run.give(life, 1 - side, waiting.answer)
    if waiting.closing is not None:
        waiting.run.give(life, 1 - side, waiting.closing)
