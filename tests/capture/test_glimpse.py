"""What is seen of records before their turn changes nothing: told of a capture read by itself, and through another reader.

The compiled form looks ahead in the buffer of a pcap or pcapng; behind a `RelayReader`, as for merged files, it cannot.
"""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import pytest

from tcplife.capture.merge import MergedReader
from tcplife.capture.opening import open_reader
from tcplife.model.names import ACK, FIN, PSH, SYN
from tcplife.model.totals import Totals
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tcplife.capture.reader import Reader
    from tcplife.model.names import Skip

SEED = 5
FLOWS = 400
"""More than the table holds when the compiled form begins to look far ahead."""
RECORDS = 9000
"""Of about 90 octets: they do not fit into the buffer, which moves on under what was seen."""
PCAP = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
INTERFACE = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)


def frame(rng: random.Random, port: int, at: dict[int, int]) -> bytes:
    """Return the next segment of a flow, or what is none."""
    flags = ACK if at[port] else SYN
    if rng.random() < 0.05:
        flags, at[port] = rng.choice(((FIN | ACK, 0), (SYN, 0), (SYN | ACK, 1)))
    size = rng.randrange(40) if flags & ACK else 0
    options = b"\1\1\x08\x0a" + struct.pack(">II", at[port] & 0xFFFFFFFF, 7) if rng.random() < 0.6 else b""
    if rng.random() < 0.1:
        options = b"\2\4\5\xb4" if flags & SYN else b"\1\1\5\x0a" + struct.pack(">II", at[port] + 5, at[port] + 9)
    ends = [(1, port), (2, 80)]
    if port % 7 == 0:  # within one host, and some of these with themselves
        ends = [(2, port), (2, port if port % 2 else 80)]
    if rng.random() < 0.5:
        ends.reverse()
    (src, sport), (dst, dport) = ends
    tcp = struct.pack(
        ">HHIIBBHHH", sport, dport, at[port], 1, (20 + len(options)) << 2, flags | (PSH if size else 0), 5000, 0, 0
    )
    at[port] += size + (flags & SYN > 0)
    part = rng.choice((0x4000, 0x4000, 0x4000, 0x2000))
    whole = 20 + len(tcp) + len(options) + size
    ip = struct.pack(">BBHHHBBHII", 0x45, rng.choice((0, 2, 3)), whole, port, part, 64, 6, 0, src, dst)
    if rng.random() < 0.1:
        ip = ip[:9] + b"\x11" + ip[10:]
    kind = rng.choice((b"\x08\0", b"\x08\0", b"\x08\0", b"\x81\0\0\5\x08\0"))
    if port % 5 == 0:
        ip = struct.pack(">IHBBQQQQ", 6 << 28, whole - 20, 6, 64, 9, src, 9, dst)
        kind = kind[:-2] + b"\x86\xdd"
    return bytes(12) + kind + ip + tcp + options + bytes(size)


def frames() -> list[tuple[bytes, int]]:
    """Return what was captured of each, and how long it was."""
    rng = random.Random(SEED)
    at = dict.fromkeys(range(1, FLOWS + 1), 0)
    made = [frame(rng, rng.randint(1, FLOWS), at) for _ in range(RECORDS)]
    return [(octets[: rng.choice((200, 200, 80, 50))], len(octets)) for octets in made]


def pcap() -> bytes:
    """One record after the other, 100 us apart."""
    out = [PCAP]
    for number, (octets, length) in enumerate(frames()):
        out.append(struct.pack("<IIII", 9 + number // 10_000, number % 10_000 * 100, len(octets), length) + octets)
    return b"".join(out)


def pcapng() -> bytes:
    """Two interfaces in turn for some packets, and a block in between that is no packet."""
    out = [SECTION, INTERFACE, INTERFACE]
    for number, (octets, length) in enumerate(frames()):
        padded = octets + bytes(-len(octets) % 4)
        size = 32 + len(padded)
        head = struct.pack("<IIIIIII", 6, size, number // 50 % 2, 0, number * 100, len(octets), length)
        out.append(head + padded + struct.pack("<I", size))
        if number % 70 == 0:
            out.append(struct.pack("<III", 0x77, 12, 12))
    return b"".join(out)


class Told:
    """What was written."""

    def __init__(self) -> None:
        self.octets = b""

    def write(self, octets: bytes | memoryview) -> None:
        """Take some."""
        self.octets += octets

    def flush(self) -> None:
        """Nothing waits."""


def told(reader: Reader) -> tuple[bytes, int, int, dict[Skip, int]]:
    """Return all that is said of the connections, and how many records were what."""
    out = Told()
    analysis = Analysis(reader)
    made = reporter("jsonl", out, Look())
    made.begin()
    for connection in analysis:
        made.connection(connection)
    made.end(Totals())
    return out.octets, analysis.totals.records, analysis.totals.tracked, dict(analysis.totals.skipped)


@pytest.mark.parametrize("made", [pcap, pcapng])
def test_looking_ahead_changes_nothing(made: Callable[[], bytes], tmp_path: Path) -> None:
    path, empty = tmp_path / "all", tmp_path / "none"
    path.write_bytes(made())
    empty.write_bytes(PCAP)
    alone = told(open_reader(path))
    assert alone[1] == RECORDS
    assert RECORDS // 3 < alone[2] < RECORDS
    assert alone == told(MergedReader([path, empty]))
