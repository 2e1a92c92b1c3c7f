# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The birth of a life from a SYN that says nothing else, which is how nearly all begin, and from the usual answer to it.

In: a life that nothing was seen of yet, of a pair never seen before, its first segment, and the second one if that is
why it is born now. Out: whether they were taken; then life and views are as `Tracker.segment`, `WireStream.analyse` and
`ZeekLife.segment` would have left them, and there are no facts.
"""

from __future__ import annotations

from ..anomalies.streams import answered_by, opened_by
from ..model.names import ACK, BY_SENDING, CLOSED, CWR, ECE, LISTEN, SYN
from ..tracker.endpoint import first_word, second_word
from ..tracker.facts import CONGESTED, TOLD
from ..tracker.inbox import candidate_of
from ..tracker.opening import note_options
from ..tracker.transitions import GETS_SYN, SENDS_SYN
from ..tracker.usual_opening import answers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from ..summary.zeek import ZeekLife
    from ..tracker.life import Life

SYN_ACK = SYN | ACK


def born(life: Life, s: Segment, answer: Segment | None) -> bool:
    """Take a life's first segment, sent by its end a, if it is a plain SYN; and what its end b answers, if that is usual.

    Then b has sent a packet.
    """
    if s.flags != SYN or s.length or s.sack_count or s.ecn == CONGESTED:
        return False
    begins(life, s)
    stream = life.wire = opened_by(s, life.wire_flip)
    zeek: ZeekLife = life.zeek
    zeek.segment(s, 0, True)
    if answer is not None and answer.flags & TOLD & ~(ECE | CWR) == SYN_ACK:
        answer.wire_flags = 0
        if answers(life, life.b, life.a, answer):
            answered_by(stream, answer, 1 - life.wire_flip)
            zeek.segment(answer, 1, True)
    return True


def begins(life: Life, s: Segment) -> None:
    """The same for the life itself."""
    e = life.a
    p = life.b
    ts = s.ts_ns
    packet = s.packet
    life.raw_ns = life.last_ns = ts
    life.last_packet = packet
    life.syn_side = 0
    e.start_at(s.seq, 0)
    e.note_header(s)
    e.note_packet(first_word(s), second_word(s), ts)
    e.advance(1)
    e.edge = 1
    e.packets = e.syns = 1
    e.syn_packet = e.last_packet = packet
    e.syn_ns = e.last_ns = ts
    e.syn_id = s.ip_id
    e.syn_ts_val = e.syn_ts_last = s.ts_val
    note_options(e, s)
    e.state = CLOSED
    life.move(e, SENDS_SYN, packet, ts, BY_SENDING, 0)
    p.state = LISTEN
    p.await_event(candidate_of(GETS_SYN, packet, ts, 0, s.ts_val, False, 0, -1, s.ts_val >= 0))
    e.window = e.window_min = e.window_max = s.window
    if s.ts_val >= 0:
        e.ts_recent = e.clock_raw = e.clock_max = s.ts_val
        e.clock_from_ns = e.clock_ns = e.clock_max_ns = ts
