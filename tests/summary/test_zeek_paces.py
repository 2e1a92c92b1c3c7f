"""Zeek's fast path leaves a row as its general way does, segment by segment, at whatever pace an endpoint's numbers move."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tcplife.model.names import ACK, M32
from tcplife.model.segment import Segment
from tcplife.summary.zeek_names import CUT_OFF, HELD, HOLED, SKIPPED, UNACKED, WHOLE

from .test_zeek import life_of
from .test_zeek_usual import copy_of, state_of
from .zeek_oracle import Packet, rows_of

SEEDS: Final = 80
STARTS: Final = (0, 1, 1000, 0x7FFF_FF00, 0x8000_0000, M32 - 20_000, M32 - 3000, M32 - 100, M32)
OF_THE_WAY: Final = {"attempt_ns", "clean", "clock_ns", "limit", "look_ns", "pace", "said", "steady"}
"""What the fast path keeps for itself, and the clock, which only `ZeekLife` moves."""


def bare(state: Any) -> Any:
    """Return all of a state but what belongs to the way it was reached."""
    if isinstance(state, dict):
        return {name: bare(value) for name, value in state.items() if name not in OF_THE_WAY}
    return state


def opened(random: Random) -> tuple[list[Packet], list[int]]:
    """Return what opens a connection, or goes on with one that began before, and the numbers that come next."""
    a, b = random.choice(STARTS), random.choice(STARTS)
    if random.random() < 0.7:
        return [Packet(0, 0, "S", a, 0, 0), Packet(1, 1, "SA", b, a + 1 & M32, 0)], [a + 1 & M32, b + 1 & M32]
    return [Packet(0, 0, "A", a, b, 5), Packet(1, 1, "A", b, a + 5 & M32, 3)], [a + 5 & M32, b + 3 & M32]


def flight(random: Random, numbers: list[int]) -> list[tuple[int, Segment, bool]]:
    """Return what two ends say, mostly one of them, and whether it was captured whole: some is lost, some acknowledged late."""
    heard = list(numbers)
    sender = random.randrange(2)
    loss, answers = random.choice((0, 0, 0.03, 0.1)), random.choice((0.02, 0.1, 0.3))
    cut, size = random.choice((0, 0, 0.1, 0.5, 1)), random.choice((1448, 1448, 9000, 60_000, 500_000))
    made = []
    for us in range(2, random.choice((30, 60, 150))):
        side = sender if random.random() > answers else 1 - sender
        sender ^= random.random() < 0.03
        s = Segment()
        s.flags, s.window, s.ts_ns = ACK, 9, us * 1000
        s.length = random.choice((size, size, size, 1, 0)) if side == sender else 0
        s.seq = numbers[side] - (random.choice((1, 1448, 3000)) if random.random() < 0.03 else 0) & M32
        numbers[side] = numbers[side] + (s.length if s.seq == numbers[side] else 0) & M32
        late, all_of_it = heard[1 - side], numbers[1 - side]
        some = late + ((all_of_it - late & M32) >> 1) & M32
        s.ack = heard[1 - side] = random.choice((late, some, all_of_it, all_of_it, all_of_it))
        if not s.length or random.random() >= loss:
            made.append((side, s, random.random() >= cut))
    return made


def test_each_pace_is_as_the_general_way() -> None:
    paces = set()
    for seed in range(SEEDS):
        random = Random(seed)
        packets, numbers = opened(random)
        life = life_of(packets)
        assert life.row is not None
        slow = copy_of(life.row)
        for side, s, whole in flight(random, numbers):
            life.segment(s, side, whole)
            slow.take(side, s.ts_ns, s.seq, s.ack, ACK, s.window, s.length, whole, 0)
            paces |= {life.row.a.pace, life.row.b.pace}
            fast, other = copy_of(life.row), copy_of(slow)
            fast.wake()
            other.wake()
            assert bare(state_of(fast)) == bare(state_of(other)), (seed, s.ts_ns)
    assert paces >= {HELD, WHOLE, CUT_OFF, HOLED, UNACKED, SKIPPED}


def test_octets_that_zeek_had_let_go_are_no_hole() -> None:
    packets = [Packet(0, 0, "S", 0, 0, 0), Packet(1, 1, "SA", 0, 1, 0), Packet(2, 0, "A", 1, 1, 0)]
    packets += [Packet(3 + number, 0, "A", 1 + number * 1000, 1, 1000) for number in range(20)]
    packets += [Packet(30, 1, "A", 1, 5001, 0), Packet(31, 0, "A", 20_001, 1, 1000, whole=False)]
    packets += [Packet(32, 1, "A", 1, 8001, 0), Packet(33, 0, "A", 21_001, 1, 1000, whole=False)]
    packets += [Packet(34, 1, "A", 1, 20_001, 0), Packet(35, 1, "A", 1, 21_001, 0), Packet(36, 1, "A", 1, 22_001, 0)]
    for count in range(len(packets) - 6, len(packets) + 1):
        assert [tuple(row) for row in life_of(packets[:count]).rows()] == rows_of(packets[:count])
