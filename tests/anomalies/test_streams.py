"""The streams of pairs that left the table: found again, whichever end asks, and bounded."""

from __future__ import annotations

from random import Random

from tcplife.anomalies.streams import Streams, is_above
from tcplife.anomalies.wireshark import WireStream
from tcplife.flows.table import Flow
from tcplife.model.pairs import part_of

GENERATION = 128


def flow(a: int, b: int, port: int = 1000, version: int = 4) -> Flow:
    made = Flow()
    made.a_lo, made.b_lo, made.a_port, made.b_port, made.ip_version = a, b, port, 80, version
    return made


def turned(other: Flow) -> Flow:
    made = Flow()
    made.a_lo, made.b_lo, made.a_port, made.b_port = other.b_lo, other.a_lo, other.b_port, other.a_port
    made.ip_version = other.ip_version
    return made


def test_a_stream_is_found_from_either_end_and_only_once() -> None:
    kept = Streams()
    stream = WireStream(0)
    kept.put(flow(7, 9), stream)
    assert kept.take(flow(7, 9, version=6)) is None, "IPv6 is another pair"
    assert kept.take(flow(7, 9, port=1001)) is None, "another port is another pair"
    assert kept.take(turned(flow(7, 9))) is stream
    assert kept.take(flow(7, 9)) is None, "it was taken"


def test_the_higher_end_is_the_same_from_either_end() -> None:
    assert is_above(flow(9, 7))
    assert not is_above(turned(flow(9, 7)))
    assert not is_above(turned(turned(flow(7, 7, port=80)))), "both ends alike: side 0 is side 0"


def test_the_oldest_go_first_and_are_counted() -> None:
    kept = Streams()
    count = 120_000
    for number in range(count):
        kept.put(flow(number + 10, 5), WireStream(0))
    assert len(kept) + kept.forgotten == count, "each is kept or counted as forgotten"
    assert kept.forgotten > 0
    assert kept.take(flow(count + 9, 5)) is not None, "the latest is known"
    assert kept.take(flow(10, 5)) is None, "the first is forgotten"


class Slow:
    """What Streams does, the plain way: two dicts for each part."""

    def __init__(self) -> None:
        self.young: dict[int, dict[frozenset[tuple[int, int]], WireStream]] = {}
        self.old: dict[int, dict[frozenset[tuple[int, int]], WireStream]] = {}

    def put(self, of: Flow, stream: WireStream) -> None:
        part = part_of(of.a_hi, of.a_lo, of.a_port, of.b_hi, of.b_lo, of.b_port)
        if len(self.young.setdefault(part, {})) >= GENERATION:
            self.old[part] = self.young[part]
            self.young[part] = {}
        self.young[part][pair(of)] = stream

    def take(self, of: Flow) -> WireStream | None:
        part = part_of(of.a_hi, of.a_lo, of.a_port, of.b_hi, of.b_lo, of.b_port)
        young = self.young.get(part, {}).pop(pair(of), None)
        return young or self.old.get(part, {}).pop(pair(of), None)


def pair(of: Flow) -> frozenset[tuple[int, int]]:
    return frozenset(((of.a_lo, of.a_port), (of.b_lo, of.b_port)))


def test_marks_hide_nobody() -> None:
    rng = Random(7)
    kept, slow = Streams(), Slow()
    pairs = [flow(rng.randrange(1 << 32), 5) for _ in range(90_000)]
    pairs = [made for made in pairs if part_of(0, made.a_lo, made.a_port, 0, 5, 80) < 8]
    found = 0
    for _ in range(12_000):
        one = rng.choice(pairs)
        if rng.random() < 0.5:
            one = turned(one)
        wanted = slow.take(one)
        assert kept.take(one) is wanted
        found += wanted is not None
        stream = WireStream(0)
        kept.put(one, stream)
        slow.put(one, stream)
    assert found > 1000, "many come again"
    assert kept.forgotten > 1000, "many are forgotten"
