"""The usual segments without octets leave a row of Zeek's as any other segment does, whatever is odd about the row."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any, Final

import pytest

from tcplife.checkpoint.classes import FIELDS, NUMBERS, values_of
from tcplife.model.names import ACK, FIN, M32
from tcplife.model.segment import Segment
from tcplife.summary.zeek_ending import goes_on, why_ended
from tcplife.summary.zeek_names import CUT_OFF, HELD, HOLED, WHOLE
from tcplife.summary.zeek_row import ZeekRow
from tcplife.summary.zeek_usual import take_bare
from tests.summary.test_zeek import life_of

from .zeek_conversations import STARTS
from .zeek_oracle import Packet

OF_A_SIDE: Final[dict[str, tuple[Any, ...]]] = {
    "state": (0, 1, 2, 3, 4, 5, 6),
    "prev_state": (0, 1, 4, 5),
    "last": (M32, 0),
    "ack": (0, M32),
    "start": (0, M32, 1 << 31),
    "last_wraps": (1,),
    "ack_wraps": (1,),
    "fins": (0, 1),
    "fin_at": (0, 1, 2, 5),
    "closed": (0, 1),
    "ended": (0, 1),
    "seen": (0, 1),
    "delivered": (1, 2, 50),
    "trimmed": (1, 2, 50),
    "floor": (1, 2),
    "ranges": (None, [(3, 9)], [(40, 50)]),
    "skipping": (0, 1),
    "pace": (0, 1, 2, 3),
}
OF_A_ROW: Final[dict[str, tuple[Any, ...]]] = {
    "once": (0, 2, 2 << 8, 0x3F3F),
    "letters": (0, 8, 64),
    "told": ("Sh",),
    "partial": (0, 1),
    "deferred": (0, 1),
    "steady": (0, 1),
    "orig": (0, 1),
}
BROKEN: Final = 0.15


def state_of(thing: Any) -> Any:
    made = type(thing)
    if made not in NUMBERS:
        return thing
    return {name: state_of(value) for name, value in zip(FIELDS[NUMBERS[made]], values_of(thing), strict=True)}


def copy_of(row: ZeekRow) -> ZeekRow:
    made = ZeekRow()
    for name in FIELDS[NUMBERS[ZeekRow]]:
        if name in "ab":
            for field in FIELDS[NUMBERS[type(row.a)]]:
                setattr(getattr(made, name), field, deepcopy(getattr(getattr(row, name), field)))
        else:
            setattr(made, name, getattr(row, name))
    return made


def spoil(random: Random, row: ZeekRow) -> None:
    """Let the row, or one of its sides, be odd in one way."""
    thing, odd = random.choice(((row, OF_A_ROW), (row.a, OF_A_SIDE), (row.b, OF_A_SIDE), (row.b, OF_A_SIDE)))
    name = random.choice(sorted(odd))
    setattr(thing, name, deepcopy(random.choice(odd[name])))


def segment_for(random: Random, row: ZeekRow, side: int) -> Segment:
    """Return a segment that goes on where the row is."""
    e, p = (row.b, row.a) if side else (row.a, row.b)
    s = Segment()
    s.ts_ns = row.last_ns + random.choice((0, 1_000_000))
    s.flags = random.choice((ACK, ACK, FIN | ACK, FIN | ACK, FIN | ACK, ACK, ACK | 8, 0, FIN, ACK | 4, ACK | 2))
    s.seq = (e.last + random.choice((*(0,) * 20, 1, -1))) & M32
    s.ack = random.choice((p.last, p.last, p.last, p.ack, (p.ack + 1) & M32, (p.ack - 1) & M32, (p.last + 7) & M32))
    s.length = random.choice((*(0,) * 20, 3))
    s.window = random.choice((*(9,) * 20, 0))
    s.bad_checksum = random.choice((*(0,) * 20, 1))
    return s


def opened(random: Random) -> list[Packet]:
    """Return what opens a connection, and some octets of both ends, of which some are cut off and some were lost."""
    numbers = [random.choice(STARTS), random.choice(STARTS)]
    packets = [Packet(0, 0, "S", numbers[0], 0, 0), Packet(1, 1, "SA", numbers[1], (numbers[0] + 1) & M32, 0)]
    numbers = [(number + 1) & M32 for number in numbers]
    whole = random.random() < 0.5
    for us in range(2, random.choice((2, 3, 5, 9))):
        side, length = random.randrange(2), random.choice((0, 0, 1, 900))
        if random.random() < 0.9:
            packets.append(Packet(us, side, "A", numbers[side], numbers[1 - side], length, whole=whole))
        numbers[side] = (numbers[side] + length) & M32
    return packets


@pytest.mark.parametrize("seed", range(5))
def test_a_bare_segment_is_taken_as_any_other(seed: int) -> None:
    random = Random(seed)
    taken = 0
    for _ in range(400):
        row = life_of(opened(random)).row
        assert row is not None
        side = random.randrange(2)
        for _ in range(5):
            s = segment_for(random, row, side)
            if random.random() < BROKEN:
                spoil(random, row)
            other, before = copy_of(row), state_of(row)
            if take_bare(row, s, side):
                taken += 1
                other.take(side, s.ts_ns, s.seq, s.ack, s.flags, s.window, s.length, True, s.bad_checksum)
                assert state_of(row) == state_of(other), (before, state_of(s))
            else:
                other.take(side, s.ts_ns, s.seq, s.ack, s.flags, s.window, s.length, True, s.bad_checksum)
                assert state_of(row) == before
            row = other
            side ^= random.random() < 0.8
    assert taken > 200


@pytest.mark.parametrize("seed", range(5))
def test_a_row_goes_on_as_its_timers_say(seed: int) -> None:
    random = Random(seed)
    ran = 0
    for _ in range(400):
        row = life_of(opened(random)).row
        assert row is not None
        now = row.last_ns + random.choice((-1, 0, 4_999_990_000, 5_000_000_000, 7_000_000_000, 300_000_000_000))
        row.clock_ns = now + random.choice((-1, 0, 1))
        row.attempt_ns = random.choice((row.attempt_ns, now, now + 1))
        row.look_ns = now + random.choice((-1, 0, 1))
        row.removal_ns = random.choice((*(row.removal_ns,) * 9, now, now + 1))
        row.a.closed = random.choice((*(0,) * 9, 1))
        other, before = copy_of(row), state_of(row)
        if goes_on(row, row.last_ns, now):
            ran += 1
            assert why_ended(other, random.randrange(2), now, ACK, 7) == 0
            assert state_of(row) == state_of(other)
        else:
            assert state_of(row) == before
    assert ran > 50


@pytest.mark.parametrize("seed", range(5))
def test_a_limit_is_renewed_as_any_segment_would(seed: int) -> None:
    random = Random(seed)
    paces = set()
    for _ in range(400):
        row = life_of(opened(random)).row
        assert row is not None
        for e in (row.a, row.b):
            e.last_wraps = e.ack_wraps = random.choice((0, 0, 1))
            other = copy_of(row)
            p = other.b if e is row.a else other.a
            other.take(int(e is row.a), row.last_ns, p.last, e.ack, ACK, 9, 0, True, 0)
            settled = other.a if e is row.a else other.b
            if settled.pace == e.pace and row.steady:
                paces.add(e.pace)
                e.limit = settled.limit if e.pace == HOLED else 0
                assert (e.renewed(), e.limit) == (settled.limit if e.pace > HELD else 0, e.limit)
    assert {WHOLE, CUT_OFF} <= paces
