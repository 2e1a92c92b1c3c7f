"""Wireshark's judgement takes a plain segment at once; whatever comes, it says what the general way says."""

from __future__ import annotations

import random

import pytest

from tcplife.anomalies.wireshark import WireStream
from tcplife.model.names import ACK, FIN, PSH, RST, SYN
from tcplife.model.segment import Segment

M32 = 0xFFFF_FFFF
SEGMENTS = 120


def conversation(rng: random.Random) -> list[tuple[Segment, int]]:
    """Two ends that mostly talk in order; numbers begin anywhere, also just before the end of the circle."""
    ends = [rng.choice((0, M32 - 2999, M32 - 999, rng.getrandbits(32))) for _ in range(2)]
    now, talk = rng.choice((0, 10**9)), []
    for number in range(SEGMENTS):
        side = rng.randrange(2)
        s = Segment()
        now += rng.choice((0, 10_000, 5_000_000, 300_000_000))
        s.packet, s.ts_ns = number + 1, now
        s.length = rng.choice((0,) * 8 + (1, 10, 1 << 16, 1 << 31) + (1000,) * 12)
        s.flags = rng.choice((ACK,) * 40 + (ACK | PSH, ACK | PSH, SYN, SYN | ACK, FIN | ACK, RST, 0, PSH))
        s.window = rng.choice((1000,) * 6 + (0, rng.getrandbits(16)))
        s.seq = (ends[side] + rng.choice((0,) * 30 + (-1, 1, -1000, 1000, 1 << 31))) & M32
        s.ack = (ends[1 - side] + rng.choice((0,) * 20 + (-1, 1, -1000, 1000, 1 << 31))) & M32
        if number < 3 or rng.random() < 0.05:
            s.wscale, s.mptcp = rng.choice((-1, 0, 7)), rng.choice((-1, -1, 1, 2, 1 << 16))
        s.options_cut = rng.random() < (0.3 if number < 5 else 0.03)
        if rng.random() < 0.9:
            ends[side] = (s.seq + s.length + (1 if s.flags & (SYN | FIN) else 0)) & M32
        talk.append((s, side))
    return talk


@pytest.mark.parametrize("seed", range(100))
def test_at_once_equals_the_general_way(seed: int) -> None:
    quick, general = WireStream(seed & 1), WireStream(seed & 1)
    found = set()
    for s, side in conversation(random.Random(seed)):
        flags = quick.analyse(s, side)
        assert (flags, quick.number, quick.window) == (general.weigh(s, side), general.number, general.window), s.packet
        assert quick.rel_seq(s, side) == general.rel_seq(s, side)
        assert quick.rel_ack(s, side) == general.rel_ack(s, side)
        found.add(flags)
    assert 0 in found
    assert len(found) > 5, "a conversation in which little happens proves little"
