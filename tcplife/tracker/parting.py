# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A usual parting once more: all of it at once, by a life that owes nothing.

In: a calm life that was just woken, and the segments of its end: a FIN, the peer's ACK of it or none, the peer's FIN,
the ACK of that, each with just the flags and numbers it must have, none with octets or rare options, in time. Out: whether
nothing else can be said of them; then the life is as `usual_closing.closes` would have left it one by one (tests/pipeline
hold both equal). Usual is only what has nothing to acknowledge but FINs. Most lives of a capture end here.
"""

from __future__ import annotations

from ..model import longs
from ..model.names import (
    BY_RECEIVING,
    BY_SENDING,
    CLOSE_WAIT,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    M32,
    TIME_WAIT,
)
from .endpoint import first_word, second_word
from .facts import CALM_IDS, HALF
from .inbox import candidate_of
from .timestamps import sent_by, tick
from .timing import new_timing
from .transitions import (
    EVENT_COUNT,
    GETS_ACK_OF_FIN,
    GETS_FIN,
    ROW_OF,
    SENDS_FIN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .account import Account, SideAccount
    from .endpoint import Endpoint
    from .life import Life

CLOSES = BY_SENDING << 1 | ROW_OF[ESTABLISHED * EVENT_COUNT + SENDS_FIN] << 3
GETS_CLOSE = BY_RECEIVING << 1 | ROW_OF[ESTABLISHED * EVENT_COUNT + GETS_FIN] << 3
CLOSES_TOO = BY_SENDING << 1 | ROW_OF[CLOSE_WAIT * EVENT_COUNT + SENDS_FIN] << 3
GETS_ANSWER = BY_RECEIVING << 1 | ROW_OF[FIN_WAIT_1 * EVENT_COUNT + GETS_ACK_OF_FIN] << 3
GETS_CLOSE_TOO = BY_RECEIVING << 1 | ROW_OF[FIN_WAIT_2 * EVENT_COUNT + GETS_FIN] << 3
"""Codes of the five rows, as `Life.move` writes them, but for the side."""


def is_usual(
    life: Life,
    e: Endpoint,
    p: Endpoint,
    began: Segment,
    first: Segment,
    closing: Segment,
    last: Segment,
    two_msl_ns: int,
) -> bool:
    """Whether these are a parting, begun by e, of which nothing else can be said. first: what p answers, which may be closing."""
    account: Account | None = life.spent
    return not (
        account is None
        or account.established_ns < 0
        or not life.calm
        or life.incidents.step_ns
        or life.incidents.odd_packet
        or life.close_packet
        or began.packet <= life.last_packet
        or e.ack != p.snd_max
        or p.ack != e.snd_max
        or p.repeat_end > e.ack
        or e.repeat_end > p.ack
        or (e.clock_raw < 0) != (p.clock_raw < 0)
        or last.ts_ns - began.ts_ns >= two_msl_ns
        or not (began.window and first.window and closing.window and last.window)
        or not (_is_whole(e) and _is_whole(p))
        or not _keeps_window(e, e.ack, began, e.ack + 1, last)
        or not _keeps_window(p, p.ack + 1, first, p.ack + 1, closing)
        or not _is_timely(e, p, began, first, closing, last)
    )


def _is_whole(e: Endpoint) -> bool:
    """All that it sent was seen, and is sure; none of it is a FIN, or in flight."""
    fins = e.fins
    return (
        e.islands is None
        and e.sure < 0
        and e.edge == e.snd_max
        and e.acked_unseen <= e.edge
        and e.fin < 0
        and not (e.odd.jump_packet or e.stateless)
        and not (fins.tries or fins.packet or fins.seen_packet or fins.acked_packet)
        and (e.clock_raw >= 0 or not e.timestamps)
        and (e.timing is None or not e.timing.in_flight)
    )


def _keeps_window(e: Endpoint, ack: int, one: Segment, later: int, other: Segment) -> bool:
    """Whether the window of neither of two of its segments, that acknowledge so much, shrinks."""
    if e.right < 0:
        return True
    reach = ack + (one.window << e.shift)
    return e.last_right <= reach <= later + (other.window << e.shift)


def _is_timely(e: Endpoint, p: Endpoint, began: Segment, first: Segment, closing: Segment, last: Segment) -> bool:
    """Whether no timestamp is older than the ones before, and each was sent by one that had got what it answers."""
    if e.clock_raw < 0:
        return began.ts_val < 0 and first.ts_val < 0 and closing.ts_val < 0 and last.ts_val < 0
    if (
        began.ts_val < 0
        or first.ts_val < 0
        or closing.ts_val < 0
        or last.ts_val < 0
        or e.ts_recent < 0
        or p.ts_recent < 0
        or (began.ts_val - e.ts_recent) & M32 >= HALF
        or (began.ts_val - e.clock_max) & M32 >= HALF
        or (first.ts_val - p.ts_recent) & M32 >= HALF
        or (first.ts_val - p.clock_max) & M32 >= HALF
        or (closing.ts_val - first.ts_val) & M32 >= HALF
        or (last.ts_val - began.ts_val) & M32 >= HALF
        or began.ts_ns > sent_by(p, first.ts_val, first.ts_ns)
        or _is_before(first, began.ts_val)
        or _is_before(last, first.ts_val)
        or _is_before(last, closing.ts_val)
    ):
        return False
    clock = e.clock_max
    clock_max_ns = e.clock_max_ns
    clock_ns = e.clock_ns
    tick(e, began.ts_val, began.ts_ns)
    by_ns = sent_by(e, last.ts_val, last.ts_ns)
    e.clock_max = clock
    e.clock_max_ns = clock_max_ns
    e.clock_ns = clock_ns
    return closing.ts_ns <= by_ns


def _is_before(s: Segment, value: int) -> bool:
    """Whether what a segment echoes is older than this timestamp."""
    return s.ts_ecr > 0 and 0 < (value - s.ts_ecr) & M32 < HALF


def parted(
    life: Life, e: Endpoint, p: Endpoint, began: Segment, answer: Segment | None, closing: Segment, last: Segment
) -> None:
    """Take a usual parting (`is_usual`).

    Each statement as in `usual_closing.closes`, but for what a later one writes over.
    """
    account: Account = life.spent
    first = closing if answer is None else answer
    answered = first.ts_ns
    closed = closing.ts_ns
    now = last.ts_ns
    packet = last.packet
    _charge(account, life, e, p, began.ts_ns, now)
    fins, others = e.own_fins(), p.own_fins()
    if fins.peer_sent < 0:
        fins.first_ack = e.ack
        fins.peer_sent = p.snd_max
    if others.peer_sent < 0:
        others.first_ack = others.peer_sent = e.snd_max + 1
    life.calm = False
    life.last_ns = life.raw_ns = now
    life.last_packet = packet
    life.close_packet = began.packet
    _move(life, e, p, began, first, closing, packet)
    fins.tw_ns = closed
    _acknowledges(p, answered, first.packet)
    _sends(e, began)
    _sends_fin(e, began, answered)
    if answer is not None:
        _sends(p, answer)
    _sends(p, closing)
    _sends_fin(p, closing, now)
    _acknowledges(e, now, packet)
    _sends(e, last)
    others.seen_packet = fins.acked_packet = first.packet
    fins.acked_ns = answered
    fins.seen_packet = others.acked_packet = packet
    others.acked_ns = now
    value = e.ts_recent
    sent = e.snd_max
    p.inbox = candidate_of(GETS_ACK_OF_FIN, packet, now, sent, value, False, sent, e.ack, value >= 0)
    _leave(account.b if e.side else account.a, e)
    _leave(account.a if e.side else account.b, p)


def _charge(account: Account, life: Life, e: Endpoint, p: Endpoint, began: int, now: int) -> None:
    """What the time before it and that of it were for."""
    gap = began - life.last_ns
    if p.snd_max >= e.right >= 0 or e.snd_max >= p.right >= 0:
        account.window_ns += gap
    else:
        account.idle_ns += gap
    account.closing_ns += now - began


def _move(life: Life, e: Endpoint, p: Endpoint, began: Segment, first: Segment, closing: Segment, packet: int) -> None:
    """The log of it, and the states it leaves. packet: the last one."""
    rows = life.rows
    one = e.side
    two = p.side
    longs.reserve(rows, 24)  # these and the last one, which waits until the life leaves
    longs.push4(rows, began.packet, began.ts_ns, one | CLOSES, 0)
    longs.push4(rows, began.packet, began.ts_ns, two | GETS_CLOSE, first.packet)
    longs.push4(rows, closing.packet, closing.ts_ns, two | CLOSES_TOO, 0)
    longs.push4(rows, first.packet, first.ts_ns, one | GETS_ANSWER, packet)
    longs.push4(rows, closing.packet, closing.ts_ns, one | GETS_CLOSE_TOO, packet)
    e.state = TIME_WAIT
    p.state = LAST_ACK


def _acknowledges(e: Endpoint, ts_ns: int, packet: int) -> None:
    """It acknowledges the peer's FIN."""
    e.ack_before = e.ack
    e.ack += 1
    e.ack_ns = ts_ns
    e.ack_packet = packet


def _sends(e: Endpoint, s: Segment) -> None:
    """What each leaves of its header. What it acknowledges is known already, its own FIN is not."""
    ip_id = s.ip_id
    step = ip_id - e.ip_id
    if step and ip_id > 0 and e.ip_id > 0:
        if step & 0xFFFF <= CALM_IDS:
            e.ip_calm += 1
        else:
            e.ip_jumps += 1
    e.packets += 1
    e.note_header(s)
    e.note_packet(first_word(s), second_word(s), s.ts_ns)
    e.ack_raw_count = e.ack_raw_count + 1 if s.ack == e.ack_raw else 1
    e.ack_raw = s.ack
    e.ack_raw_packet = s.packet
    e.window = s.window
    window = s.window << e.shift
    if window < e.window_min:
        e.window_min = window
    if window > e.window_max:
        e.window_max = window
    if e.right >= 0:
        e.last_right = e.ack + window
        if e.last_right > e.right:
            e.right = e.last_right
    if s.ts_val >= 0:
        tick(e, s.ts_val, s.ts_ns)
        e.ts_recent = s.ts_val
    e.last_ns = s.ts_ns
    e.last_packet = s.packet


def _sends_fin(e: Endpoint, s: Segment, acked_ns: int) -> None:
    """Its FIN, and when that is acknowledged."""
    fin = e.snd_max
    end = fin + 1
    if e.timing is None:
        e.timing = new_timing()
    e.timing.near[0] = end
    e.timing.near[1] = s.ts_ns
    e.timing.sample(acked_ns - s.ts_ns)
    e.next_raw += 1
    e.snd_max = end
    e.fin = fin
    fins = e.own_fins()
    fins.tries = 1
    fins.last_packet = fins.packet = s.packet
    fins.ip_id = s.ip_id
    fins.ts_val = s.ts_val
    fins.ts_ns = s.ts_ns
    fins.ack = e.ack
    if end > e.data_end:
        e.data_end = end


def _leave(mine: SideAccount, e: Endpoint) -> None:
    """What the account has of an endpoint itself."""
    e.tries = 0
    mine.probes = 0
    mine.window = e.window
    mine.right = e.right
    mine.ttl_min = e.ttl_min
    mine.ttl_max = e.ttl_max
    mine.ip_id = e.ip_id
