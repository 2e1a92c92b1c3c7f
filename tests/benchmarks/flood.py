"""Endless captures made on the fly: a SYN flood, and many connections open at a time. For memory and speed.

    python -m tests.benchmarks.flood syns 10000000 | tcplife analyze - --format jsonl > /dev/null

In: what and how many. Out: a pcap on standard output. Template octets with the changing fields written over them, some
two million packets a second.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Final, Protocol

from tests.live.talk import HEADER, SECOND, Talk

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN_NS: Final = 1_700_000_000 * SECOND
BLOCK: Final = 50_000
RECORD: Final = 16
"""Octets of a record's head."""
IP_SOURCE: Final = RECORD + 14 + 12
IP_TARGET: Final = IP_SOURCE + 4
TCP_PORTS: Final = RECORD + 14 + 20


class Sink(Protocol):
    """Where the octets go."""

    def write(self, octets: bytearray | memoryview, /) -> object:
        """Take all of them."""


def syns(count: int, rate: int, out: Sink) -> None:
    """One SYN each from so many addresses to one service, `rate` per second."""
    one = Talk(1024).up(BEGIN_NS, "S", 0)
    size = len(one)
    block = bytearray(one * BLOCK)
    put_time = struct.Struct("<II").pack_into
    put_source = struct.Struct("!I").pack_into
    put_port = struct.Struct("!H").pack_into
    gap = SECOND // rate
    now = BEGIN_NS
    for begin in range(0, count, BLOCK):
        for number in range(min(BLOCK, count - begin)):
            at = number * size
            now += gap
            put_time(block, at, now // SECOND, now % SECOND)
            put_source(block, at + IP_SOURCE, 0x0B000000 + begin + number)
            put_port(block, at + TCP_PORTS, 1024 + (begin + number) % 60000)
        out.write(memoryview(block)[: min(BLOCK, count - begin) * size])


def talks(count: int, open_at_once: int, out: Sink) -> None:
    """About `count` packets of connections of ten packets, of which so many are open at a time."""
    steps: list[Callable[[Talk, int], bytes]] = [
        lambda talk, now: talk.up(now, "S", 0),
        lambda talk, now: talk.down(now, "S.", 0, 1),
        lambda talk, now: talk.up(now, ".", 1, 1),
        lambda talk, now: talk.up(now, "P.", 1, 1, b"x" * 100),
        lambda talk, now: talk.down(now, ".", 1, 101),
        lambda talk, now: talk.down(now, "P.", 1, 101, b"y" * 400),
        lambda talk, now: talk.up(now, ".", 101, 401),
        lambda talk, now: talk.up(now, "F.", 101, 401),
        lambda talk, now: talk.down(now, "F.", 401, 102),
        lambda talk, now: talk.up(now, ".", 102, 402),
    ]
    put_time = struct.Struct("<II").pack_into
    put_address = struct.Struct("!I").pack_into
    rounds: list[tuple[int, bytearray]] = []
    for step in steps:
        one = step(Talk(40000), BEGIN_NS)
        rounds.append((len(one), bytearray(one * open_at_once)))
    now = BEGIN_NS
    sent = 0
    wave = 0
    while sent < count:
        for number, (size, block) in enumerate(rounds):
            place = IP_TARGET if number in (1, 4, 5, 8) else IP_SOURCE
            for flow in range(open_at_once):
                at = flow * size
                now += 10_000
                put_time(block, at, now // SECOND, now % SECOND)
                put_address(block, at + place, 0x0B000000 + (wave * open_at_once + flow) % 0x1000000)
            out.write(block)
            sent += open_at_once
            if sent >= count:
                return
        wave += 1


def main() -> None:
    """Write one of them to standard output."""
    what, count = sys.argv[1], int(sys.argv[2])
    out = sys.stdout.buffer
    out.write(HEADER)
    if what == "syns":
        syns(count, int(sys.argv[3]) if len(sys.argv) > 3 else 100_000, out)
    else:
        talks(count, int(sys.argv[3]) if len(sys.argv) > 3 else 10_000, out)


if __name__ == "__main__":
    main()
