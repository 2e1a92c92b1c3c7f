"""ZeekLife: the whole life of a connection in Zeek's words, held against the slow model on random conversations."""

from __future__ import annotations

from random import Random

import pytest

from tcplife.model.names import ACK, FIN, RST, SYN
from tcplife.model.segment import Segment
from tcplife.summary.zeek import ZeekLife
from tcplife.summary.zeek_state import spelled

from .zeek_conversations import conversation
from .zeek_oracle import Packet, rows_of

BITS = {"S": SYN, "F": FIN, "R": RST, "A": ACK}


def life_of(packets: list[Packet]) -> ZeekLife:
    """The fast model after these packets."""
    life = ZeekLife()
    segment = Segment()
    for packet in packets:
        segment.ts_ns = packet.us * 1000
        segment.flags = sum(BITS[letter] for letter in packet.flags)
        segment.seq = packet.seq
        segment.ack = packet.ack
        segment.length = packet.length
        segment.window = packet.window
        segment.bad_checksum = int(packet.bad)
        segment.sport = packet.sport
        segment.dport = packet.dport
        life.segment(segment, packet.side, packet.whole)
    return life


def told(packets: list[Packet]) -> str:
    """The packets in one line each, for the message of a failing test."""
    base = packets[0].us
    return "\n".join(
        f"{packet.us - base:>12} {'<' if packet.side else '>'} {packet.flags or '-':4} seq {packet.seq} "
        f"ack {packet.ack} len {packet.length} win {packet.window}"
        f"{'' if packet.whole else ' cut'}{' bad' if packet.bad else ''}"
        for packet in packets
    )


@pytest.mark.parametrize("seed", range(40))
def test_random_conversations_give_the_rows_of_the_slow_model(seed: int) -> None:
    random = Random(seed)
    for number in range(100):
        packets = conversation(random, random.choice((1, 2, 3, 5, 8, 13, 30, 80)))
        first = packets[0].side
        packets = [Packet(**{**vars(packet), "side": packet.side ^ first}) for packet in packets]
        life = life_of(packets)
        assert [tuple(row) for row in life.rows()] == rows_of(packets), f"seed {seed}, number {number}\n{told(packets)}"


def test_letters_are_spelled_the_same_whatever_was_spelled_before() -> None:
    rng = Random(20261121)
    packed = [0, *(rng.getrandbits(rng.choice((6, 12, 30, 60))) for _ in range(9000)), 0]
    for number in packed:
        rest, word = number, ""
        while rest:
            word = chr((rest & 63) + 64) + word
            rest >>= 6
        assert spelled(number) == word
        assert spelled(number) == word


@pytest.mark.parametrize(
    ("size", "count", "acked"), [(1000, 20, 0), (1000, 10, 0), (60_000, 180, 500), (60_000, 170, 500)]
)
def test_of_what_comes_behind_a_hole_only_so_much_is_kept(size: int, count: int, acked: int) -> None:
    packets = [Packet(0, 0, "S", 0, 0, 0), Packet(1, 1, "SA", 0, 1, 0), Packet(2, 0, "A", 1, 1, 0)]
    packets += [Packet(3, 0, "A", 1, 1, 500), Packet(4, 1, "A", 1, 1 + acked, 0)]
    packets += [Packet(5 + number, 0, "A", 801 + number * size, 1, size) for number in range(count)]
    packets.append(Packet(5 + count, 1, "A", 1, 801 + count * size, 0))
    life = life_of(packets)
    assert [tuple(row) for row in life.rows()] == rows_of(packets)
    assert life.missed_bytes() == (300 if count in (10, 170) else 0)
