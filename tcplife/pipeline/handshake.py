# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A usual three-way handshake at once: the life, and Wireshark's and Zeek's views of it.

In: a SYN, what answers it, and what comes then. Out: whether the answer may wait for that; a life, as if SYN, SYN+ACK
and ACK had been taken one by one (`birth.born`, `Lives._take`; tests/pipeline hold both equal).
"""

from __future__ import annotations

from ..anomalies.streams import answered_by, opened_by
from ..model.names import ACK, CWR, ECE, M32, SYN
from ..tracker.facts import CONGESTED, STEP_NS, TOLD
from ..tracker.greeting import greeted, is_usual
from ..tracker.usual_opening import may_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..anomalies.wireshark import WireStream, WireWay
    from ..flows.seedling import Seedling
    from ..model.segment import Segment
    from ..summary.zeek import ZeekLife
    from ..tracker.life import Life

SYN_ACK = SYN | ACK


def may_wait(seedling: Seedling, s: Segment) -> bool:
    """Whether this is the usual answer to a SYN: `birth.born` would take it with that."""
    return (
        s.flags & TOLD & ~(ECE | CWR) == SYN_ACK
        and may_answer(s, (seedling.seq + 1) & M32, seedling.ts_val)
        and 0 <= s.ts_ns - seedling.last_ns <= STEP_NS
        and s.packet > seedling.packet
        and seedling.shape.answer is None
        and seedling.shape.segment.ecn != CONGESTED
    )


def greets(life: Life, syn: Segment, answer: Segment, ack: Segment) -> bool:
    """Let a life begin with a handshake; False, and nothing has changed, if that is not quite usual."""
    if not is_usual(syn, answer, ack):
        return False
    greeted(life, syn, answer, ack)
    life.wire = _stream_of(syn, answer, ack, life.wire_flip)
    zeek: ZeekLife = life.zeek
    zeek.shake_hands(syn, answer, ack)
    return True


def _stream_of(syn: Segment, answer: Segment, ack: Segment, side: int) -> WireStream:
    """As `WireStream.analyse` leaves a stream that has taken these, and shows no flags. side: of the SYN."""
    stream = opened_by(syn, side)
    me: WireWay = stream.way1 if side else stream.way0  # type: ignore[assignment]
    answered_by(stream, answer, 1 - side)
    peer: WireWay = stream.way0 if side else stream.way1  # type: ignore[assignment]
    peer.mark = peer.top
    peer.fresh = 0
    me.win = ack.window
    me.lastack = ack.ack
    me.last_ns = ack.ts_ns
    stream.scale_and_time(me, ack, side)
    return stream
