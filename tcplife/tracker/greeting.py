# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A usual three-way handshake once more: all of it at once, into a life of which nothing was seen.

In: a life that begins, and its SYN, SYN+ACK and ACK. Out: whether they are usual; then the life is as `birth.begins`,
`usual_opening.answers` and `usual_opening.completes` would have left it one by one (tests/pipeline hold both equal).
Most lives of a capture begin here.
"""

from __future__ import annotations

from ..model import longs
from ..model.names import (
    ACK,
    BY_RECEIVING,
    BY_SENDING,
    CLOSED,
    CWR,
    ECE,
    ESTABLISHED,
    LISTEN,
    M32,
    PSH,
    SYN,
    SYN_RECEIVED,
    SYN_SENT,
)
from .account import Account
from .endpoint import first_word, second_word
from .facts import HALF, STALE_CLOCK_NS, STEP_NS
from .inbox import candidate_of
from .opening import note_options
from .orderly import offer_window
from .timestamps import note_newer
from .timing import new_timing
from .transitions import (
    EVENT_COUNT,
    GETS_ACK_OF_SYN,
    GETS_SYN_ACK,
    ROW_OF,
    SENDS_SYN,
    SENDS_SYN_ACK,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .account import SideAccount
    from .endpoint import Endpoint
    from .life import Life

SYN_ACK = SYN | ACK
CALLS = BY_SENDING << 1 | ROW_OF[CLOSED * EVENT_COUNT + SENDS_SYN] << 3
ANSWERS = 1 | BY_SENDING << 1 | ROW_OF[LISTEN * EVENT_COUNT + SENDS_SYN_ACK] << 3
GETS_ANSWER = BY_RECEIVING << 1 | ROW_OF[SYN_SENT * EVENT_COUNT + GETS_SYN_ACK] << 3
"""Codes of the three rows, as `Life.move` writes them."""


def is_usual(syn: Segment, answer: Segment, ack: Segment) -> bool:
    """Whether these are a handshake of which nothing else can be said.

    ack: of the same sender as syn, without options but timestamps.
    """
    stamped = syn.ts_val >= 0
    gap = answer.ts_ns - syn.ts_ns
    later = ack.ts_ns - answer.ts_ns
    return (
        syn.flags == SYN
        and answer.flags & ~(ECE | CWR) == SYN_ACK
        and ack.flags & ~PSH == ACK
        and not (syn.length or answer.length or ack.length)
        and 0 <= gap <= STEP_NS
        and 0 <= later <= STEP_NS
        and answer.ack == syn.seq + 1 & M32 == ack.seq
        and ack.ack == answer.seq + 1 & M32
        and syn.seq != M32
        and answer.seq != 0
        and answer.seq != M32
        and ack.ack != syn.ack
        and syn.window > 0
        and answer.window > 0
        and ack.window > 0
        and ack.bare
        and (answer.ts_val >= 0) == stamped == (ack.ts_val >= 0)
        and (
            not stamped
            or (
                (answer.ts_ecr <= 0 or answer.ts_ecr == syn.ts_val)
                and (ack.ts_val - syn.ts_val) & M32 < HALF
                and (
                    0 < ack.ts_ecr == answer.ts_val
                    or (ack.ts_ecr <= 0 and (ack.ts_val != syn.ts_val or gap <= STALE_CLOCK_NS))  # `denies`
                )
            )
        )
        and syn.ecn != 3
        and answer.ecn != 3
        and syn.mptcp < 0
        and answer.mptcp < 0
        and not (syn.sack_count or answer.sack_count or syn.options_cut or answer.options_cut or answer.signed)
        and syn.packet < answer.packet < ack.packet
        and (stamped or answer.sack_ok > 0 or answer.wscale >= 0 or not (syn.sack_ok or syn.wscale >= 0))  # `cookies`
    )


def greeted(life: Life, syn: Segment, answer: Segment, ack: Segment) -> None:
    """Take a usual handshake (`is_usual`) in a life that begins with it.

    Each statement as in those three, but for what a later one writes over.
    """
    e = life.a
    p = life.b
    _introduce(e, syn)
    _introduce(p, answer)
    e.packets = 2
    e.syns = p.syn_acks = 1
    e.note_header(ack)
    e.note_packet(first_word(ack), second_word(ack), ack.ts_ns)
    account = life.spent = Account.__new__(Account)
    account.begin(life)
    called = syn.ts_ns
    answered = answer.ts_ns
    now = ack.ts_ns
    packet = ack.packet
    life.raw_ns = life.last_ns = e.last_ns = e.ack_ns = now
    life.last_packet = e.last_packet = e.ack_packet = e.ack_raw_packet = packet
    life.syn_side = 0
    life.synack_side = 1
    longs.push4(life.rows, syn.packet, called, CALLS, 0)
    longs.push4(life.rows, answer.packet, answered, ANSWERS, 0)
    longs.push4(life.rows, answer.packet, answered, GETS_ANSWER, packet)
    e.state = ESTABLISHED
    p.state = SYN_RECEIVED
    e.ack_raw_count = p.ack_raw_count = 1
    e.ack_raw = ack.ack
    p.ack_raw = answer.ack
    p.ack_raw_packet = p.ack_packet = p.last_packet = answer.packet
    p.ack_ns = p.last_ns = answered
    e.ack = p.ack = 1
    e.timing = new_timing()
    e.timing.sample(answered - called)
    p.timing = new_timing()
    p.timing.sample(now - answered)
    p.right = 1 + answer.window
    account.handshake_ns = now - called
    account.established_ns = now
    account.a.refused_end = 1
    offer_window(e, p, ack)
    note_newer(e, p, ack, 1)
    value = ack.ts_val
    p.inbox = candidate_of(GETS_ACK_OF_SYN, packet, now, 1, value, False, 1, 1, value >= 0)
    _enter(account.a, e, ack)
    _enter(account.b, p, answer)


def _enter(mine: SideAccount, e: Endpoint, latest: Segment) -> None:
    """What the account has of an endpoint itself."""
    mine.ttl_min = e.ttl_min
    mine.ttl_max = e.ttl_max
    mine.ip_id = latest.ip_id if latest.ip_id > 0 else -1
    mine.window = e.window
    mine.right = e.right


def _introduce(e: Endpoint, s: Segment) -> None:
    """What a SYN or SYN+ACK says of its sender, whose first segment it is."""
    ts = s.ts_ns
    value = s.ts_val
    note_options(e, s)
    e.start_at(s.seq, 0)
    e.note_header(s)
    e.note_packet(first_word(s), second_word(s), ts)
    e.advance(1)
    e.edge = e.packets = 1
    e.syn_packet = s.packet
    e.syn_ns = ts
    e.syn_id = s.ip_id
    e.syn_ts_val = e.syn_ts_last = value
    e.window = e.window_min = e.window_max = s.window
    if value >= 0:
        e.ts_recent = e.clock_raw = e.clock_max = value
        e.clock_from_ns = e.clock_ns = e.clock_max_ns = ts
