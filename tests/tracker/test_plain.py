"""The plain way leaves everything as the general way does: whole lives drawn by chance, replayed by both side by side."""

from __future__ import annotations

import random
from array import array
from typing import Any, Final

import pytest

from tcplife.checkpoint.classes import FIELDS, NUMBERS, values_of
from tcplife.model.names import ACK, ECE, ESTABLISHED, FIN, PSH, RST, SYN, URG
from tcplife.model.segment import Segment, copy_of
from tcplife.tracker.life import Life
from tcplife.tracker.plain import rouse
from tcplife.tracker.tracker import Tracker

LIVES: Final = 80
SEGMENTS: Final = 70
MASK: Final = 0xFFFFFFFF
LEFT_TO_THE_ENDPOINT: Final = {"window", "right", "ttl_min", "ttl_max", "ip_id"}
"""What an account is behind in while its life is calm."""


def state_of(thing: Any, calm: int) -> Any:
    """Return all that an object holds, and whatever it holds in turn, as values that can be compared."""
    made = type(thing)
    if made not in NUMBERS:
        return [state_of(each, calm) for each in thing] if isinstance(thing, (array, list)) else thing
    left = LEFT_TO_THE_ENDPOINT if calm and made.__name__ == "SideAccount" else ()
    names = zip(FIELDS[NUMBERS[made]], values_of(thing), strict=True)
    return {
        name: state_of(value, calm)
        for name, value in names
        if name not in ("calm", "patchy", "shift") and name not in left
    }


class Host:
    """One end that sends: its numbers and habits."""

    def __init__(self, rng: random.Random) -> None:
        self.next = rng.choice((1_000, MASK - 5_000, rng.randrange(1 << 32)))
        self.got = 0
        self.window = rng.choice((600, 65_535))
        self.scale = rng.choice((-1, 0, 7))
        self.clock = rng.choice((-1, -1, 5, MASK - 3, rng.randrange(1 << 32)))
        self.id = rng.choice((0, -1, 7, 65_530))
        self.ttl = rng.randint(30, 200)


class Exchange:
    """What two hosts send each other, segment by segment."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.hosts = (Host(self.rng), Host(self.rng))
        if self.rng.random() < 0.4:
            for host in self.hosts:
                host.clock = -1
        self.packet = 0
        self.ts_ns = 1_000_000_000_000
        self.missing: list[Segment | None] = [None, None]

    def segment(self, side: int, flags: int, length: int) -> Segment:
        """Return the next segment of one side."""
        rng = self.rng
        host, peer = self.hosts[side], self.hosts[1 - side]
        self.packet += 1
        self.ts_ns += rng.choice((0, 1_000, 900_000, 40_000_000, 700_000_000))
        host.got = peer.next if rng.random() < 0.8 else host.got
        s = Segment()
        missing = self.missing[1 - side]
        if missing is not None:
            host.got = missing.seq
            s.sack_count = rng.choice((0, 1, 1, 2))
        s.packet = self.packet
        s.ts_ns = self.ts_ns
        s.seq = host.next & MASK
        s.ack = host.got & MASK
        s.flags = flags
        s.length = length
        s.bare = True
        s.window = host.window if rng.random() < 0.9 else rng.randrange(1, 65_536)
        s.checksum = rng.randrange(65_536)
        s.ttl = host.ttl
        if host.clock >= 0:
            host.clock = host.clock + rng.choice((0, 1, 40)) & MASK
            s.ts_val = host.clock
            s.ts_ecr = max(peer.clock, 0)
        if host.id > 0:
            host.id = host.id % 65_535 + rng.choice((1, 1, 1, 900))
        s.ip_id = host.id
        if flags & SYN:
            s.wscale = host.scale
            s.mss = 1460
        host.next += length + (flags & FIN) + (flags >> 1 & 1)
        return s

    def stream(self) -> list[tuple[int, Segment]]:
        """Return a whole life: most of them opened in sight, most of their segments plain, none of them safe."""
        rng = self.rng
        made = []
        if rng.random() < 0.8:
            made += [(0, self.segment(0, SYN, 0)), (1, self.segment(1, SYN | ACK, 0)), (0, self.segment(0, ACK, 0))]
        for host, peer in (self.hosts, self.hosts[::-1]):
            host.got = peer.next
        trouble = rng.choice((0.0, 0.03, 0.2))
        for _ in range(SEGMENTS):
            side = rng.randrange(2)
            s = self.segment(side, rng.choice((ACK, ACK, ACK | PSH, ACK | URG)), rng.choice((0, 0, 1, 700, 1460)))
            if s.length and rng.random() < trouble and self.missing[side] is None:
                self.missing[side] = s
                continue
            made.append((side, s))
            for other in (0, 1):
                missing = self.missing[other]
                if missing is not None and rng.random() < 0.2:
                    made.append((other, self.again(missing)))
                    self.missing[other] = None
            if rng.random() < trouble:
                self.trouble(made)
        return made

    def trouble(self, made: list[tuple[int, Segment]]) -> None:
        """Spoil the latest segment, or send an earlier one again."""
        rng = self.rng
        side, s = made[-1]
        field, values = rng.choice((
            ("seq", (s.seq - 1 & MASK, s.seq + 1460 & MASK, s.seq - 1460 & MASK, rng.randrange(1 << 32))),
            ("ack", (s.ack + 1 & MASK, s.ack - 1 & MASK, s.ack - 3000 & MASK, s.ack + (1 << 31) & MASK)),
            ("flags", (ACK | FIN, RST, RST | ACK, SYN, ACK | ECE, 0)),
            ("window", (0, 1, 65_535)),
            ("ts_ns", (s.ts_ns - 2_000, s.ts_ns - 50_000_000, s.ts_ns + 3_000_000_000)),
            ("ts_val", (-1, s.ts_val - 5 & MASK, s.ts_val + (1 << 31) & MASK)),
            ("ecn", (3,)), ("sack_count", (1, 2)), ("mptcp", (0,)), ("wire_flags", (1,)), ("ttl", (1, 255)), ("ip_id", (9, 0)),
        ))  # fmt: skip
        setattr(s, field, rng.choice(values))
        if field == "ts_ns":
            self.ts_ns = max(s.ts_ns, self.ts_ns)
        if rng.random() < 0.5:
            side, earlier = made[-rng.randint(1, min(6, len(made)))]
            made.append((side, self.again(earlier)))

    def again(self, earlier: Segment) -> Segment:
        """Return the same segment, a little later."""
        again = copy_of(earlier)
        self.packet += 1
        self.ts_ns += self.rng.choice((100, 500_000, 3_000_000))
        again.packet = self.packet
        again.ts_ns = self.ts_ns
        return again


class Flood(Exchange):
    """Octets one way, often more than the window takes; the other way what acknowledges some of them, in order."""

    def stream(self) -> list[tuple[int, Segment]]:
        """Return a whole life, most of whose octets are in doubt."""
        rng, (sender, taker) = self.rng, self.hosts
        sender.scale = taker.scale = 0
        made = [(0, self.segment(0, SYN, 0)), (1, self.segment(1, SYN | ACK, 0)), (0, self.segment(0, ACK, 0))]
        sender.got = taker.next
        made += [(0, self.segment(0, ACK, 100)), (1, self.segment(1, ACK, 0))]
        taken = right = hole = sender.next
        for _ in range(SEGMENTS):
            missing = self.missing[0]
            if rng.random() < 0.6:
                hole = sender.next if missing is None else hole
                s = self.segment(0, ACK, 700)
                if missing is None and rng.random() < 0.1:
                    self.missing[0] = s
                else:
                    made.append((0, s))
                continue
            if missing is not None and rng.random() < 0.2:
                made.append((0, self.again(missing)))
                self.missing[0] = missing = None
            taken = min(taken + rng.choice((0, 700, 1400, 1400, 70_000)), sender.next if missing is None else hole)
            right = max(right, taken + rng.choice((1, 700, 700, 2100)))
            s = self.segment(1, ACK, rng.choice((0, 50)))
            s.ack, s.window, s.sack_count = taken & MASK, right - taken, 0
            made.append((1, s))
        return made


def twins(exchange: Exchange) -> tuple[int, int]:
    """Replay a life on both ways; returns how many of its segments came while it was calm, and with octets in doubt."""
    lives = (Life(), Life())
    trackers = (Tracker(240_000_000_000), Tracker(240_000_000_000))
    trackers[1].straight = False
    calm = doubtful = 0
    for number, (side, s) in enumerate(exchange.stream()):
        if not number:
            for life in lives:
                life.first_packet = s.packet
        sack = -1 if not s.sack_count else s.ack + (number % 4 - 1) * 700 & MASK
        s.bare = not (s.ecn == 3 or s.sack_count or s.mptcp >= 0 or s.flags & SYN)
        lives[1].calm = False
        facts = [tracker.segment(life, side, s, sack) for tracker, life in zip(trackers, lives, strict=True)]
        first, second = [state_of(life, lives[0].calm) for life in lives]
        assert (facts[0], first) == (facts[1], second), f"segment {number}"
        seen = [(tracker.seen.seq, tracker.seen.ack, tracker.seen.ts_ns, tracker.seen.side) for tracker in trackers]
        assert seen[0] == seen[1]
        calm += lives[0].calm > 0
        doubtful += lives[0].calm > 0 and lives[0].a.sure >= 0
    if lives[0].calm:
        rouse(lives[0])
    assert state_of(lives[0], 0) == state_of(lives[1], 0)
    return calm, doubtful


@pytest.mark.parametrize("tens", range(LIVES // 10))
def test_the_plain_way_equals_the_general_one(tens: int) -> None:
    calm = sum(twins(Exchange(10 * tens + one))[0] for one in range(10))
    assert calm > SEGMENTS, "hardly anything was plain"


@pytest.mark.parametrize("tens", range(LIVES // 20))
def test_octets_that_may_have_been_refused_are_plain_as_well(tens: int) -> None:
    doubtful = sum(twins(Flood(10 * tens + one))[1] for one in range(10))
    assert doubtful > SEGMENTS, "hardly any were in doubt"


def test_a_calm_life_takes_a_plain_segment_without_filling_in_the_rest() -> None:
    """So the plain way is really gone: it leaves what the Observation said of the last segment that was not plain."""
    exchange = Exchange(0)
    life, tracker = Life(), Tracker(240_000_000_000)
    life.first_packet = 1
    for side, flags, length in ((0, SYN, 0), (1, SYN | ACK, 0), (0, ACK, 0), (0, ACK, 9), (1, ACK, 9), (0, ACK, 9)):
        for host, peer in (exchange.hosts, exchange.hosts[::-1]):
            host.got = peer.next
        tracker.segment(life, side, exchange.segment(side, flags, length), -1)
    assert (life.a.state, life.b.state) == (ESTABLISHED, ESTABLISHED)
    assert life.calm
    plain = exchange.segment(1, ACK, 100)
    last = tracker.seen.segment.packet
    assert tracker.segment(life, 1, plain, -1) == 0
    assert (tracker.seen.segment.packet, life.last_packet) == (last, plain.packet)
