"""A usual parting once more, for plain Python alone: all of it at once, by a life that owes nothing.

In: a calm life that was just woken, and the segments of its end: a FIN, the peer's ACK of it or none, the peer's FIN,
the ACK of that. Out: whether they are usual; then the life is as `usual_closing.closes` would have left it one by one
(tests/pipeline hold both equal). Usual is only what has nothing to acknowledge but FINs. Most lives of a capture end
here. This module is never compiled: compiled, those take no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import (
    ACK,
    BY_RECEIVING,
    BY_SENDING,
    CLOSE_WAIT,
    ESTABLISHED,
    FIN,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    M32,
    TIME_WAIT,
)
from .facts import CALM_IDS, HALF, STEP_NS
from .inbox import candidate_of
from .swift import BARE, BARE_OCTETS, NEXT_PLACE, NOP_NOP_TS, STAMPED, STAMPED_OCTETS
from .timestamps import sent_by, tick
from .timing import new_timing
from .transitions import (
    EVENT_COUNT,
    GETS_ACK_OF_FIN,
    GETS_FIN,
    ROW_OF,
    SENDS_FIN,
)

if TYPE_CHECKING:
    from .account import Account, SideAccount
    from .endpoint import Endpoint
    from .life import Life
    from .swift import Letter

FIN_ACK = FIN | ACK
CLOSES = BY_SENDING << 1 | ROW_OF[ESTABLISHED * EVENT_COUNT + SENDS_FIN] << 3
GETS_CLOSE = BY_RECEIVING << 1 | ROW_OF[ESTABLISHED * EVENT_COUNT + GETS_FIN] << 3
CLOSES_TOO = BY_SENDING << 1 | ROW_OF[CLOSE_WAIT * EVENT_COUNT + SENDS_FIN] << 3
GETS_ANSWER = BY_RECEIVING << 1 | ROW_OF[FIN_WAIT_1 * EVENT_COUNT + GETS_ACK_OF_FIN] << 3
GETS_CLOSE_TOO = BY_RECEIVING << 1 | ROW_OF[FIN_WAIT_2 * EVENT_COUNT + GETS_FIN] << 3
"""Codes of the five rows, as `Life.move` writes them, but for the side."""
EDGE = M32 - 4
"""Numbers beyond it, and 0, are left to the general way: nothing goes round the circle here."""


def may_begin(life: Life, e: Endpoint, p: Endpoint, letter: Letter) -> bool:
    """Whether a segment of e may be the first of a usual parting: a FIN while nobody waits for an acknowledgement."""
    numbers = letter[0]
    return (
        life.asleep
        and is_bare(letter, FIN_ACK)
        and numbers[4] == e.next_raw
        and numbers[5] == p.next_raw
        and e.ack == p.snd_max
        and p.ack == e.snd_max
    )


def is_bare(letter: Letter, flags: int) -> bool:
    """Whether these are all the flags of a segment without octets, and it has no options but timestamps."""
    numbers = letter[0]
    word = numbers[6]
    if numbers[9] == NOP_NOP_TS and word >> 12 == STAMPED >> 12:
        return word == STAMPED | flags and numbers[0] == STAMPED_OCTETS
    return word == BARE | flags and numbers[0] == BARE_OCTETS


def is_usual(life: Life, e: Endpoint, p: Endpoint, letters: list[Letter], two_msl_ns: int) -> bool:
    """Whether these, the first of which e sent, are a parting of which nothing else can be said."""
    number = e.next_raw
    other = p.next_raw
    account: Account | None = life.spent
    if (
        account is None
        or account.established_ns < 0
        or not (life.calm and 0 < number < EDGE and 0 < other < EDGE)
        or life.incidents.step_ns
        or life.incidents.odd_packet
        or life.close_packet
        or letters[0][3] <= life.last_packet
        or e.ack != p.snd_max
        or p.ack != e.snd_max
        or p.repeat_end > e.ack
        or e.repeat_end > p.ack
        or (e.clock_raw < 0) != (p.clock_raw < 0)
        or letters[-1][2] - letters[0][2] >= two_msl_ns
        or not (_is_whole(e) and _is_whole(p))
    ):
        return False
    ends = letters[0][0][3]
    ways = [(True, number, other, FIN_ACK), (False, other, number + 1, FIN_ACK), (True, number + 1, other + 1, ACK)]
    if len(letters) > len(ways):
        ways.insert(1, (False, other, number + 1, ACK))
    now = life.last_ns
    for letter, (is_first, seq, ack, flags) in zip(letters, ways, strict=True):
        numbers = letter[0]
        if (
            (numbers[3] == ends) != is_first
            or numbers[4] != seq
            or numbers[5] != ack
            or not is_bare(letter, flags)
            or not numbers[7]
            or not 0 <= letter[2] - now <= STEP_NS
        ):
            return False
        now = letter[2]
    first, last = letters[0], letters[-1]
    return (
        _keeps_window(e, e.ack, first, e.ack + 1, last)
        and _keeps_window(p, p.ack + 1, letters[1], p.ack + 1, letters[-2])
        and _is_timely(e, p, letters)
    )


def _is_whole(e: Endpoint) -> bool:
    """All that it sent was seen, and is sure; none of it is a FIN, or in flight."""
    timing = e.timing
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
        and (timing is None or not timing.in_flight)
    )


def _keeps_window(e: Endpoint, ack: int, one: Letter, later: int, other: Letter) -> bool:
    """Whether the window of neither of two of its segments, that acknowledge so much, shrinks."""
    if e.right < 0:
        return True
    reach = ack + (one[0][7] << e.shift)
    return e.last_right <= reach <= later + (other[0][7] << e.shift)


def _is_timely(e: Endpoint, p: Endpoint, letters: list[Letter]) -> bool:
    """Whether no timestamp is older than the ones before, and each was sent by one that had got what it answers."""
    values = [letter[0][10] if letter[0][6] >> 12 == STAMPED >> 12 else -1 for letter in letters]
    if e.clock_raw < 0:
        return max(values) < 0
    first, answer, closing, last = values[0], values[1], values[-2], values[-1]
    if (
        min(values) < 0
        or not (e.ts_recent >= 0 and p.ts_recent >= 0)
        or (first - e.ts_recent) & M32 >= HALF
        or (first - e.clock_max) & M32 >= HALF
        or (answer - p.ts_recent) & M32 >= HALF
        or (answer - p.clock_max) & M32 >= HALF
        or (closing - answer) & M32 >= HALF
        or (last - first) & M32 >= HALF
    ):
        return False
    began = letters[0][2]
    if began > sent_by(p, answer, letters[1][2]) or _is_before(letters[1], first):
        return False
    clock = e.clock_max, e.clock_max_ns, e.clock_ns
    tick(e, first, began)
    got = letters[-2][2] <= sent_by(e, last, letters[-1][2])
    e.clock_max, e.clock_max_ns, e.clock_ns = clock
    return got and not (_is_before(letters[-1], answer) or _is_before(letters[-1], closing))


def _is_before(letter: Letter, value: int) -> bool:
    """Whether what a segment echoes is older than this timestamp."""
    echo = int.from_bytes(letter[1][-32:-28], "big")
    return echo > 0 and 0 < (value - echo) & M32 < HALF


def parted(life: Life, e: Endpoint, p: Endpoint, letters: list[Letter]) -> None:
    """Take a usual parting (`is_usual`).

    Each statement as in `usual_closing.closes`, but for what a later one writes over.
    """
    account: Account = life.spent
    (_, _, began, begun), (_, _, answered, answer) = letters[:2]
    closed, closing = letters[-2][2:]
    now, packet = letters[-1][2:]
    mine = account.a if e.side == 0 else account.b
    other = account.b if e.side == 0 else account.a
    gap = began - life.last_ns
    if p.snd_max >= e.right >= 0 or e.snd_max >= p.right >= 0:
        account.window_ns += gap
    else:
        account.idle_ns += gap
    account.closing_ns += now - began
    fins, others = e.own_fins(), p.own_fins()
    if fins.peer_sent < 0:
        fins.first_ack = e.ack
        fins.peer_sent = p.snd_max
    if others.peer_sent < 0:
        others.first_ack = e.snd_max + 1
        others.peer_sent = e.snd_max + 1
    life.calm = False
    life.last_ns = life.raw_ns = now
    life.last_packet = packet
    life.close_packet = begun
    one, two = e.side, p.side
    life.rows.fromlist([
        begun, began, one | CLOSES, 0, begun, began, two | GETS_CLOSE, answer, closing, closed, two | CLOSES_TOO, 0,
        answer, answered, one | GETS_ANSWER, packet, closing, closed, one | GETS_CLOSE_TOO, packet,
    ])  # fmt: skip
    e.state = TIME_WAIT
    fins.tw_ns = closed
    p.state = LAST_ACK
    _acknowledges(p, answered, answer)
    _sends(e, letters[0])
    _sends_fin(e, letters[0], answered)
    for letter in letters[1:-1]:
        _sends(p, letter)
    _sends_fin(p, letters[-2], now)
    _acknowledges(e, now, packet)
    _sends(e, letters[-1])
    others.seen_packet = fins.acked_packet = answer
    fins.acked_ns = answered
    fins.seen_packet = others.acked_packet = packet
    others.acked_ns = now
    value = e.ts_recent
    sent = e.snd_max
    p.inbox = candidate_of(GETS_ACK_OF_FIN, packet, now, sent, value, False, sent, e.ack, value >= 0)
    _leave(mine, e)
    _leave(other, p)


def _acknowledges(e: Endpoint, ts_ns: int, packet: int) -> None:
    """It acknowledges the peer's FIN."""
    e.ack_before = e.ack
    e.ack += 1
    e.ack_ns = ts_ns
    e.ack_packet = packet


def _sends(e: Endpoint, letter: Letter) -> None:
    """What each leaves of its header. What it acknowledges is known already, its own FIN is not."""
    numbers, _, ts, packet = letter
    _, ip_id, ttl, _, _, ack, word, offered, _, _, value = numbers
    e.packets += 1
    if ttl != e.ttl:
        e.ttl = ttl
        e.ttl_min = min(e.ttl_min, ttl)
        e.ttl_max = max(e.ttl_max, ttl)
    if ip_id > 0:
        step = ip_id - e.ip_id
        if step and e.ip_id > 0:
            e.ids_vary = True
            if step & 0xFFFF <= CALM_IDS:
                e.ip_calm += 1
            else:
                e.ip_jumps += 1
        e.ip_id = ip_id
    if word >> 12 != STAMPED >> 12:
        value = -1
    at = e.recent_at
    e.recent[at] = numbers  # type: ignore[call-overload] # `named`
    e.recent[at + 2] = ts
    e.recent_at = NEXT_PLACE[at]
    e.ack_raw_count = e.ack_raw_count + 1 if ack == e.ack_raw else 1
    e.ack_raw = ack
    e.ack_raw_packet = packet
    e.window = offered
    window = offered << e.shift
    if window < e.window_min:
        e.window_min = window
    if window > e.window_max:
        e.window_max = window
    if e.right >= 0:
        e.last_right = e.ack + window
        if e.last_right > e.right:
            e.right = e.last_right
    if value >= 0:
        tick(e, value, ts)
        e.ts_recent = value
    e.last_ns = ts
    e.last_packet = packet


def _sends_fin(e: Endpoint, letter: Letter, acked_ns: int) -> None:
    """Its FIN, and when that is acknowledged."""
    numbers, _, ts, packet = letter
    fin = e.snd_max
    end = fin + 1
    timing = e.timing
    if timing is None:
        timing = e.timing = new_timing()
    timing.near[0] = end
    timing.near[1] = ts
    timing.sample(acked_ns - ts)
    e.next_raw += 1
    e.snd_max = end
    e.fin = fin
    fins = e.own_fins()
    fins.tries = 1
    fins.last_packet = fins.packet = packet
    fins.ip_id = numbers[1]
    fins.ts_val = e.ts_recent if e.clock_raw >= 0 else -1
    fins.ts_ns = ts
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
