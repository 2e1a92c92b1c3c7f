"""A life that is born from its SYN stands as one that took the SYN like any other segment: whatever the SYN says."""

from __future__ import annotations

import random
from array import array
from typing import Any, Final

import pytest

from tcplife.anomalies.streams import is_above
from tcplife.anomalies.wireshark import WireStream
from tcplife.checkpoint.classes import FIELDS, NUMBERS, values_of
from tcplife.flows.table import Table
from tcplife.model.names import ACK, CWR, ECE, FIN, M32, PSH, RST, SYN
from tcplife.model.segment import Segment
from tcplife.pipeline.birth import born
from tcplife.summary.zeek import new_zeek_life
from tcplife.tracker.life import Life
from tcplife.tracker.tracker import Tracker

SYNS: Final = 600
BROADCAST: Final = 0xFFFFFFFF


def state_of(thing: Any) -> Any:
    """Return all that an object holds, and whatever it holds in turn, as values that can be compared."""
    made = type(thing)
    if made not in NUMBERS:
        return [state_of(each) for each in thing] if isinstance(thing, (array, list)) else thing
    return {name: state_of(value) for name, value in zip(FIELDS[NUMBERS[made]], values_of(thing), strict=True)}


def life_of(s: Segment) -> Life:
    """Return a life that has yet to begin with this SYN."""
    life = Life()
    Table(secret=1).add(life, s)
    life.first_packet = s.packet
    life.start_ns = s.ts_ns
    life.wire_flip = 1 if is_above(life) else 0
    life.zeek = new_zeek_life()
    return life


def syn(rng: random.Random) -> Segment:
    s = Segment()
    s.packet = rng.randrange(1, 1 << 40)
    s.ts_ns = rng.randrange(1 << 60)
    s.ip_version = rng.choice((4, 6))
    s.src_lo, s.dst_lo = rng.choice(((7, 9), (9, 7), (8, BROADCAST), (8, 8)))
    s.sport, s.dport = rng.choice(((80, 1024), (1024, 80), (5, 5)))
    s.flags = SYN
    s.seq = rng.choice((0, BROADCAST, rng.randrange(1 << 32)))
    s.ack = rng.choice((0, 0, 1, rng.randrange(1 << 32)))
    s.window = rng.choice((0, 1, 65_535))
    s.ttl = rng.choice((1, 64, 255))
    s.ecn = rng.randrange(3)
    s.ip_id = rng.choice((-1, 0, rng.randrange(1 << 16)))
    s.checksum = rng.randrange(1 << 16)
    s.bad_checksum = rng.random() < 0.1
    s.options_cut = int(rng.random() < 0.1)
    s.signed = int(rng.random() < 0.05)
    s.mss = rng.choice((-1, 0, 1460, 65_535))
    s.wscale = rng.choice((-1, 0, 7, 14, 255))
    s.sack_ok = rng.randrange(2)
    s.ts_val = rng.choice((-1, 0, BROADCAST, rng.randrange(1 << 32)))
    s.ts_ecr = 0 if s.ts_val >= 0 else -1
    s.tfo = rng.choice((-1, 0, 8))
    s.mptcp = rng.choice((-1, -1, 1, 1 << 16, 5))
    s.urgent = rng.randrange(2)
    return s


@pytest.mark.parametrize("seed", range(3))
def test_born_is_as_taken(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(SYNS):
        s = syn(rng)
        one, other = life_of(s), life_of(s)
        assert born(one, s, None)
        other.wire = WireStream(0)
        assert other.wire.analyse(s, other.wire_flip) == 0
        assert Tracker(2_000_000_000).segment(other, 0, s, -1) == 0
        other.zeek.segment(s, 0, True)
        assert state_of(one) == state_of(other), state_of(s)


def answer(rng: random.Random, s: Segment) -> Segment:
    """Return what comes back to a SYN: mostly a SYN+ACK of it, and mostly in time."""
    t = syn(rng)
    t.src_lo, t.dst_lo, t.sport, t.dport, t.ip_version = s.dst_lo, s.src_lo, s.dport, s.sport, s.ip_version
    t.packet = s.packet + rng.choice((1, 1, 1, 9, 0, -1))
    t.ts_ns = s.ts_ns + rng.choice(
        (0, 1, 30_000_000, 30_000_000, 900_000_000, 4_999_999_999, 5_000_000_000, 1 << 40, -1)
    )
    t.flags = rng.choice(
        (*(SYN | ACK,) * 12, SYN | ACK | ECE, SYN | ACK | PSH, SYN | ACK | FIN, RST | ACK, SYN, ACK, 0)
    )
    t.ack = (s.seq + rng.choice((*(1,) * 12, 0, 2))) & M32
    t.ts_ecr = rng.choice((s.ts_val, s.ts_val, 0, 5)) if t.ts_val >= 0 else -1
    t.ecn = rng.choice((0, 0, 0, 0, 3))
    t.length = rng.choice((*(0,) * 12, 5))
    t.sack_count = rng.choice((*(0,) * 20, 1))
    return t


def take(life: Life, side: int, s: Segment, *, straight: bool = False) -> int:
    """Let all views take a segment, in the general way or as straight as can be; the flags and facts that it has."""
    flags: int = life.wire.analyse(s, side ^ life.wire_flip)
    s.wire_flags = flags
    tracker = Tracker(2_000_000_000)
    tracker.straight = straight
    facts = tracker.segment(life, side, s, -1)
    life.zeek.segment(s, side, True)
    return flags | facts


@pytest.mark.parametrize("seed", range(5))
def test_born_with_its_answer_is_as_taken(seed: int) -> None:
    rng = random.Random(seed)
    taken = 0
    for _ in range(SYNS):
        s = syn(rng)
        t = answer(rng, s)
        one, other = life_of(s), life_of(s)
        t.wire_flags = 8  # of the segment before
        assert born(one, s, t)
        other.wire = WireStream(0)
        take(other, 0, s)
        if one.b.packets:
            taken += 1
            assert take(other, 1, t) == 0
        assert state_of(one) == state_of(other), (state_of(s), state_of(t))
    assert taken > SYNS / 10


@pytest.mark.parametrize(
    ("field", "value"),
    [("flags", SYN | more) for more in (ACK, CWR, ECE, FIN, PSH, RST)] + [("length", 1), ("sack_count", 1), ("ecn", 3)],
)
def test_what_says_more_is_left_to_the_general_way(field: str, value: int) -> None:
    s = syn(random.Random(1))
    setattr(s, field, value)
    life = life_of(s)
    before = state_of(life)
    assert not born(life, s, None)
    assert state_of(life) == before
