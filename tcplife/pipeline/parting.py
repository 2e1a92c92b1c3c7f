# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A usual parting is taken when it is complete: until then its first segments wait, compiled as well as not (`farewell`).

In: a life asleep, and what its ends say from a FIN on: the peer's ACK of it or none, the peer's FIN, the ACK of that.
Out: whether a segment waits, or was taken with those that had; then everything is as if each had been taken when it came
(`Lives._take`; tests/pipeline hold both equal). While they wait nothing ends, and whoever asks the life `wake`s it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..anomalies import parting as wire_parting
from ..model.names import ACK, FIN, M32
from ..model.pool import pooled
from ..model.segment import copy_of
from ..summary import zeek_parting
from ..tracker.facts import STEP_NS
from ..tracker.plain import rouse
from ..tracker.usual import take_usual
from .showing import show
from .sleep import wake

if TYPE_CHECKING:
    from ..anomalies.wireshark import WireStream, WireWay
    from ..model.segment import Segment
    from ..summary.zeek import ZeekLife
    from ..summary.zeek_row import ZeekRow
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life
    from ..tracker.tracker import Tracker

FIN_ACK = FIN | ACK
EDGE = M32 - 4
"""Numbers beyond it, and 0, do not wait: nothing goes round the circle here (compiled, next_raw has 32 bits)."""
ALL = 4


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
        _one_by_one(self, self.life, 0)


pooled(Parting)


def begins(run: Any, life: Life, side: int, s: Segment) -> bool:
    """Let a FIN of a life asleep wait, if it may be the first segment of a usual parting, to which nothing is owed.

    What else has to hold is asked when the parting is complete; to have waited in vain changes nothing.
    """
    e = life.b if side else life.a
    p = life.a if side else life.b
    if (
        not _is_next(s, FIN_ACK, e.next_raw, p.next_raw, life.last_ns)
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


def _is_next(s: Segment, flags: int, seq: int, ack: int, before_ns: int) -> bool:
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
            if _is_next(s, FIN_ACK, p.next_raw, e.next_raw + 1, life.last_ns):
                waiting.closing = copy_of(s)
                life.last_ns = s.ts_ns
                return True
            if waiting.answer is None and _is_next(s, ACK, p.next_raw, e.next_raw + 1, life.last_ns):
                waiting.answer = copy_of(s)
                life.last_ns = s.ts_ns
                return True
    elif waiting.closing is not None and _is_next(s, ACK, e.next_raw + 1, p.next_raw + 1, life.last_ns):
        return _parts(waiting, life, e, p, s, tracker)
    waiting.close()
    return False


def _parts(waiting: Parting, life: Life, e: Endpoint, p: Endpoint, s: Segment, tracker: Tracker) -> bool:
    """Let the life take all of a parting; False if this one, the last, is left to the general way."""
    _rouse_views(waiting, life)
    stream: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    side = waiting.side
    closing: Segment = waiting.closing  # type: ignore[assignment]
    me: WireWay = stream.way1 if side ^ life.wire_flip else stream.way0  # type: ignore[assignment]
    peer: WireWay = stream.way0 if side ^ life.wire_flip else stream.way1  # type: ignore[assignment]
    mine = row.b if side else row.a
    other = row.a if side else row.b
    if (
        not tracker.straight
        or not wire_parting.may_part(stream, me, peer, e.next_raw, p.next_raw)
        or not zeek_parting.may_part(row, mine, other, e.next_raw, p.next_raw, waiting.began.ts_ns, s.ts_ns)
    ):
        _one_by_one(waiting, life, 0)
        return False
    rouse(life)
    taken = _taken(waiting, life, e, p, s, tracker.two_msl_ns)
    if taken < ALL:
        _one_by_one(waiting, life, taken)
        return False
    wire_parting.parted(stream, me, peer, waiting.began.ts_ns, s.ts_ns, s.window, closing.ts_ns, closing.window)
    zeek_parting.parted(row, mine, other, closing.ts_ns, s.ts_ns, 1 if waiting.answer is None else 2)
    return True


def _taken(waiting: Parting, life: Life, e: Endpoint, p: Endpoint, s: Segment, two_msl_ns: int) -> int:
    """Let the tracker take them; returns the place of the first that it does not take, ALL if there is none."""
    s.wire_flags = waiting.began.wire_flags = 0
    if not take_usual(life, e, p, waiting.began, two_msl_ns):
        return 0
    if waiting.answer is not None:
        waiting.answer.wire_flags = 0
        if not take_usual(life, p, e, waiting.answer, two_msl_ns):
            return 1
    closing: Segment = waiting.closing  # type: ignore[assignment]
    closing.wire_flags = 0
    if not take_usual(life, p, e, closing, two_msl_ns):
        return 2
    return ALL if take_usual(life, e, p, s, two_msl_ns) else 3


def _rouse_views(waiting: Parting, life: Life) -> None:
    """The life stands as before the first of them came, and awake."""
    life.mail = None
    life.asleep = True
    life.last_ns = waiting.last_ns
    wake(life)


def _one_by_one(waiting: Parting, life: Life, taken: int) -> None:
    """Let the life take what waits. taken: by the tracker already, so many of the four that there can be."""
    side = waiting.side
    zeek: ZeekLife = life.zeek
    for place, who, s in ((0, side, waiting.began), (1, 1 - side, waiting.answer), (2, 1 - side, waiting.closing)):
        if s is None:
            continue
        if place < taken:
            show(life, who, s)
            zeek.segment(s, who, True)
        else:
            waiting.run.give(life, who, s)
