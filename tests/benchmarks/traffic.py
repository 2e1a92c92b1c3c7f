"""Captures of any size for benchmarks: seeded, realistic in mix, made without a network.

    python -m tests.benchmarks.traffic mix OUT.pcap -n 1000000 [--snaplen 96] [--open 10000]
    python -m tests.benchmarks.traffic flood OUT.pcap -n 1000000

mix: web-like connections, `--open` at a time: handshake, one to several requests and answers cut at the MSS with
delayed ACKs, about one segment in a hundred sent twice (half of the firsts never captured), some overtaken, a few
refused, unanswered or reset, closes by three and four segments. flood: a SYN each from as many sources as packets.
"""

from __future__ import annotations

import argparse
import heapq
import random
import struct
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START_US = 1_750_000_000_000_000
MSS = 1448
BLOB = bytes(range(256)) * 8
M32 = 0xFFFFFFFF

Sent = tuple[int, int, int, int, int, int, int]
"""(microseconds, side, flags, seq, ack, window, payload octets)."""


def conversation(rng: random.Random, at: int) -> Iterator[Sent]:
    """The segments of one connection in order of time."""
    rtt = rng.choice((300, 2_000, 15_000, 60_000))
    seq = [rng.getrandbits(32), rng.getrandbits(32)]
    kind = rng.random()
    yield at, 0, SYN, seq[0], 0, 64240, 0
    if kind < 0.02:
        for wait in (1_000_000, 3_000_000):
            yield at + wait, 0, SYN, seq[0], 0, 64240, 0
        return
    at += rtt
    seq[0] = seq[0] + 1 & M32
    if kind < 0.04:
        yield at, 1, RST | ACK, 0, seq[0], 0, 0
        return
    yield at, 1, SYN | ACK, seq[1], seq[0], 65160, 0
    seq[1] = seq[1] + 1 & M32
    at += 30
    yield at, 0, ACK, seq[0], seq[1], 502, 0
    for _ in range(rng.randint(1, 4)):
        at += rng.randint(100, 200_000)
        for side, size in ((0, rng.randint(80, 900)), (1, int(rng.lognormvariate(9, 1.3)) + 60)):
            for sent in burst(rng, at, rtt, side, size, seq):
                at = max(at, sent[0])
                yield sent
            at += rtt // 2
    first = rng.randint(0, 1)
    if kind > 0.93:
        yield at, first, RST | ACK, seq[first], seq[1 - first], 0, 0
        return
    yield at, first, FIN | ACK, seq[first], seq[1 - first], 502, 0
    seq[first] = seq[first] + 1 & M32
    at += rtt
    if kind > 0.5:
        yield at, 1 - first, ACK, seq[1 - first], seq[first], 502, 0
        at += rng.randint(10, 50_000)
    yield at, 1 - first, FIN | ACK, seq[1 - first], seq[first], 502, 0
    seq[1 - first] = seq[1 - first] + 1 & M32
    yield at + 40, first, ACK, seq[first], seq[1 - first], 502, 0


def burst(rng: random.Random, at: int, rtt: int, side: int, size: int, seq: list[int]) -> list[Sent]:
    """One side sends `size` octets: segments, every second one acknowledged, losses repaired a round trip later."""
    peer = 1 - side
    out: list[Sent] = []
    unacked = 0
    while size > 0:
        length = min(size, MSS)
        size -= length
        at += 12
        flags = ACK | PSH if size == 0 else ACK
        fate = rng.random()
        segment = (at, side, flags, seq[side], seq[peer], 502, length)
        if fate < 0.01:
            if fate < 0.005:
                out.append(segment)
            out.append((at + rtt + 200, *segment[1:]))
        elif fate < 0.015:
            out.append((at + 40, *segment[1:]))
        else:
            out.append(segment)
        seq[side] = seq[side] + length & M32
        unacked += 1
        if unacked == 2 or size == 0:
            unacked = 0
            out.append((at + rtt // 2 + 20, peer, ACK, seq[peer], seq[side], 501, 0))
    out.sort()
    return out


def frame(client: int, port: int, sent: Sent, stamps: list[int]) -> bytes:
    """Ethernet, IPv4 and TCP with timestamps; checksums left zero, as offloading hosts capture them.

    stamps: the latest timestamp of each side, which the other one echoes (RFC 7323 3.2), zero before the first.
    """
    at, side, flags, seq, ack, window, length = sent
    there = struct.pack(">II", 0x0A000000 | client, 0xC0A80001)
    ports = (port, 443)
    if side:
        there = there[4:] + there[:4]
        ports = (443, port)
    stamp = at // 1000 & M32
    stamps[side] = stamp
    options = b"\x01\x01\x08\x0a" + struct.pack(">II", stamp, stamps[1 - side])
    if flags & SYN:
        options = b"\x02\x04\x05\xb4\x04\x02" + options[2:] + b"\x01\x03\x03\x07"
    tcp = struct.pack(">HHIIHHHH", *ports, seq, ack, (5 + len(options) // 4) << 12 | flags, window, 0, 0) + options
    total = 20 + len(tcp) + length
    ip = struct.pack(">BBHHHBBH", 0x45, 0, total, at & 0xFFFF, 0x4000, 64, 6, 0) + there
    return b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp + BLOB[:length]


def mix(rng: random.Random, open_at_once: int) -> Iterator[tuple[int, bytes]]:
    """(microseconds, frame) in order of time, without end."""
    heap: list[tuple[Sent, int, int, list[int], Iterator[Sent]]] = []
    number = 0

    def begin(at: int) -> tuple[Sent, int, int, list[int], Iterator[Sent]]:
        nonlocal number
        number += 1
        life = conversation(rng, at)
        return next(life), number & 0xFFFFFF, 20_000 + number % 40_000, [0, 0], life

    heap.extend(begin(START_US + rng.randint(0, open_at_once * 200)) for _ in range(open_at_once))
    heapq.heapify(heap)
    while True:
        sent, client, port, stamps, life = heap[0]
        yield sent[0], frame(client, port, sent, stamps)
        following = next(life, None)
        if following is None:
            heapq.heapreplace(heap, begin(sent[0] + rng.randint(0, 20_000)))
        else:
            heapq.heapreplace(heap, (max(following, (sent[0], *following[1:])), client, port, stamps, life))


def flood(_rng: random.Random, _open_at_once: int) -> Iterator[tuple[int, bytes]]:
    """A SYN a microsecond, each from another source."""
    number = 0
    while True:
        number += 1
        yield (
            START_US + number,
            frame(
                number * 2654435761 & 0xFFFFFF, 1024 + number % 60_000, (START_US, 0, SYN, number, 0, 1024, 0), [0, 0]
            ),
        )


def write(
    out: BinaryIO, kind: str, packets: int, *, snaplen: int = 262_144, open_at_once: int = 1000, seed: int = 1
) -> None:
    """Write a pcap of so many packets."""
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, 1))
    source = {"mix": mix, "flood": flood}[kind](random.Random(seed), open_at_once)
    for (at, octets), _ in zip(source, range(packets), strict=False):
        kept = octets[:snaplen]
        out.write(struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(kept), len(octets)) + kept)


def main() -> None:
    """Write one capture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("mix", "flood"))
    parser.add_argument("out", type=Path)
    parser.add_argument("-n", type=int, default=100_000)
    parser.add_argument("--snaplen", type=int, default=262_144)
    parser.add_argument("--open", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with asked.out.open("wb") as out:
        write(out, asked.kind, asked.n, snaplen=asked.snaplen, open_at_once=asked.open, seed=asked.seed)


if __name__ == "__main__":
    main()
