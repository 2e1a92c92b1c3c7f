"""The streams of pairs that left the table: found again, whichever end asks, and bounded."""

from __future__ import annotations

from tcplife.anomalies.streams import Streams, is_above
from tcplife.anomalies.wireshark import WireStream
from tcplife.flows.table import Flow


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
