"""A handshake taken at once leaves a life as its three segments leave it one by one, whatever is odd about them."""

from __future__ import annotations

import random
from typing import Any, Final

import pytest

from tcplife.flows.seedling import Nursery
from tcplife.flows.table import Table
from tcplife.model.names import ACK, CWR, ECE, FIN, PSH, RST, SYN
from tcplife.model.segment import Segment
from tcplife.pipeline.birth import born
from tcplife.pipeline.handshake import greets, may_wait
from tcplife.tracker.life import Life

from .test_birth import answer as answer_to
from .test_birth import life_of, state_of, take
from .test_birth import syn as syn_of

MASK: Final = 0xFFFF_FFFF
ROUNDS: Final = 400
NUMBERS: Final = (1, -1, 7, 1 << 31, 100_000)
ODD: Final[dict[str, tuple[int, ...]]] = {
    "seq": NUMBERS, "ack": NUMBERS, "ts_val": (1, -1, 40, 1 << 31, (1 << 31) - 1), "ts_ecr": NUMBERS,
    "ts_ns": (-1, -50_000_000, 20_000_000, 30_000_000, 1_000_000_000, 1_000_000_001), "packet": (-1, -5),
}  # fmt: skip
"""What a number may be off by."""
OTHER: Final[dict[str, tuple[Any, ...]]] = {
    "flags": (ACK, SYN, SYN | ACK, SYN | ACK | ECE, SYN | ACK | CWR, ACK | PSH, ACK | ECE, SYN | ECE | CWR, ACK | FIN, RST),
    "window": (0, 1), "length": (1,), "ecn": (3,), "mptcp": (0,), "sack_count": (1,), "options_cut": (1,), "bare": (False,),
    "ts_val": (-1, 0), "ts_ecr": (-1, 0), "wscale": (-1, 0, 15), "sack_ok": (0, 1), "mss": (-1,), "ip_id": (0, 1), "ttl": (1, 255),
    "tfo": (0,), "signed": (1,), "seq": (0, MASK), "ack": (0, MASK),
}  # fmt: skip
"""What it may be instead."""

UNUSUAL: Final = {"ecn", "mptcp", "sack_count", "options_cut", "wscale", "sack_ok", "mss", "tfo", "signed"}
"""What no segment has that is `bare`."""


def handshake_of(rng: random.Random) -> list[Segment]:
    """Return a SYN, its SYN+ACK, and the ACK of that; in most something is not as it should be."""
    made = [Segment(), Segment(), Segment()]
    first, second = [rng.choice((*[rng.randrange(1 << 32)] * 9, MASK - 1, MASK, 0)) for _ in range(2)]
    clocks = [rng.randrange(1 << 32), rng.randrange(1 << 32)]
    stamped = rng.random() < 0.7
    ports = rng.choice(((80, 1024), (1024, 22), (5, 5)))
    numbers = ((first, 0), (second, first + 1), (first + 1, second + 1))
    now = rng.randrange(1, 1 << 60)
    for number, (s, (seq, ack)) in enumerate(zip(made, numbers, strict=True)):
        side = number % 2
        now += rng.choice((0, 900, 4_000_000, 30_000_000))
        s.packet = 10 + number
        s.ts_ns = now
        s.src_lo, s.dst_lo = (7, 9)[:: -1 if side else 1]
        s.sport, s.dport = ports[:: -1 if side else 1]
        s.flags = (SYN, SYN | ACK, ACK)[number]
        s.seq = seq & MASK
        s.ack = ack & MASK
        s.window = rng.choice((1, 500, 65_535))
        s.ttl = rng.choice((64, 63))
        s.ip_id = rng.choice((-1, 0, 5, rng.randrange(1 << 16)))
        s.checksum = rng.randrange(1 << 16)
        s.bare = number == 2
        if stamped:
            s.ts_val = clocks[side] + rng.choice((0, 0, 1, 30)) & MASK
            s.ts_ecr = made[number - 1].ts_val if number else 0
        if number < 2:
            s.mss, s.wscale, s.sack_ok = rng.choice(((1460, 7, 1), (1460, 7, 1), (536, -1, 0), (-1, 14, 1)))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        s = rng.choice(made)
        name = rng.choice((*ODD, *OTHER))
        if name in ODD and (name not in OTHER or rng.random() < 0.7):
            value = getattr(s, name) + rng.choice(ODD[name])
            setattr(s, name, max(value, 1) if name in ("ts_ns", "packet") else value & MASK)
        else:
            setattr(s, name, rng.choice(OTHER[name]))
            s.bare = s.bare and name not in UNUSUAL
    return made


@pytest.mark.parametrize("seed", range(10))
def test_at_once_is_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    usual = 0
    for _ in range(ROUNDS):
        syn, answer, ack = handshake_of(rng)
        life, other = life_of(syn), life_of(syn)
        before = state_of(life)
        if not greets(life, syn, answer, ack):
            assert state_of(life) == before
            continue
        usual += 1
        assert born(other, syn, None)
        straight = rng.random() < 0.5
        assert take(other, 1, answer, straight=straight) == 0
        assert take(other, 0, ack, straight=straight) == 0
        assert state_of(life) == state_of(other), [
            {name: getattr(s, name) for name in Segment.__slots__} for s in (syn, answer, ack)
        ]
    assert ROUNDS // 4 < usual < ROUNDS


@pytest.mark.parametrize("seed", range(5))
def test_what_waits_is_the_usual_answer(seed: int) -> None:
    rng = random.Random(seed)
    nursery, table = Nursery(), Table(secret=1)
    waiting = 0
    for _ in range(ROUNDS):
        syn = syn_of(rng)
        syn.ecn = rng.choice((0, 0, 1, 2, 3))
        answer = answer_to(rng, syn)
        seedling = nursery.sow(syn)
        table.add(seedling, syn)
        before = state_of(seedling.segment())
        if not may_wait(seedling, answer):
            continue
        waiting += 1
        seedling.wait(answer)
        assert seedling.last_ns == answer.ts_ns
        assert not may_wait(seedling, answer)
        grown = seedling.segment()
        assert state_of(grown) == before
        life = life_of(grown)
        assert born(life, grown, seedling.shape.answer)
        assert life.b.packets == 1, [state_of(grown), state_of(answer)]
        assert state_of(life) == state_of(_taken(syn, answer))
    assert waiting > ROUNDS // 20


def _taken(syn: Segment, answer: Segment) -> Life:
    life = life_of(syn)
    assert born(life, syn, None)
    assert take(life, 1, answer) == 0
    return life
