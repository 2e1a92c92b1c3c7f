"""Any octets give records, damage or a TcplifeError: mutated captures, seeded; TCPLIFE_FUZZ=N runs more."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import struct

import pytest

from tcplife.capture import END, RECORD, Reader, open_capture, open_captures
from tcplife.capture.formats import MAX_NS
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

RUNS = int(os.environ.get("TCPLIFE_FUZZ", "150"))
PACKETS = [Packet(n * 1_000_003_000, bytes([n]) * (n * 7 % 120), 1514, n % 2) for n in range(25)]
MIXED = (
    build.pcapng(PACKETS[:5], links=[1, 101])
    + build.obsolete(PACKETS[5])
    + build.simple(PACKETS[6])
    + build.block(5, struct.pack("<III", 0, 0, 0) + build.option(5, struct.pack("<Q", 9)))
    + build.block(0xBAD, b"custom")
    + build.section(big=True)
    + build.interface(big=True, tsresol=0x94, tsoffset=-5)
    + build.enhanced(Packet(1, b"xyz"), big=True, units=2**63)
)
SEEDS = {
    "pcap": build.pcap(PACKETS),
    "nano": build.pcap(PACKETS, big=True, magic=build.NANO),
    "modified": build.pcap(PACKETS, magic=build.MODIFIED),
    "ixia": build.pcap(PACKETS, magic=build.IXIA_HARDWARE),
    "old": build.pcap_header(minor=3) + build.pcap(PACKETS)[24:],
    "pcapng": MIXED,
    "gzip": gzip.compress(MIXED),
    "bzip2": bz2.compress(MIXED),
    "xz": lzma.compress(MIXED),
}
TELLING = (
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    struct.pack("<I", 2**24),
    b"\x0a\x0d\x0d\x0a",
    b"\x06\0\0\0",
)


def mutated(octets: bytes, rng: random.Random) -> bytes:
    """Change, cut, repeat or insert a few octets."""
    work = bytearray(octets)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(work) + 1)
        kind = rng.randrange(6)
        if kind == 0 and at < len(work):
            work[at] = rng.randrange(256)
        elif kind == 1:
            work[at : at + 4] = rng.choice(TELLING)
        elif kind == 2:
            del work[at : at + rng.randrange(40)]
        elif kind == 3:
            work[at:at] = rng.randbytes(rng.randrange(20))
        elif kind == 4:
            other = rng.randrange(len(work) + 1)
            work[at:at] = work[other : other + rng.randrange(60)]
        elif kind == 5 and rng.random() < 0.3:
            del work[at:]
    return bytes(work)


def outcome(reader: Reader) -> tuple[object, ...]:
    """Read to the end; what came of it, everything in its bounds."""
    found = []
    while reader.next() == RECORD:
        assert 0 <= reader.at <= reader.end <= len(reader.buf)
        assert -MAX_NS <= reader.ts_ns <= MAX_NS
        assert 0 <= reader.wire_len < 2**31
        found.append(build.row_of(reader))
        assert len(found) < 100_000
    assert len(reader.buf) < 64 * 1024 * 1024
    assert reader.next() == END
    reader.close()
    return found, reader.damage, reader.damages, reader.notes, reader.format


def attempt(octets: bytes, step: int) -> tuple[object, ...]:
    """Read the octets, given `step` at a time (0: all at once)."""
    try:
        return outcome(open_capture(build.Dribble(octets, step) if step else io.BytesIO(octets)))
    except CaptureError as error:
        return ("refused", str(error).partition(": ")[2])


def as_named(result: tuple[object, ...]) -> str:
    """Make results of differently named sources comparable."""
    return repr(result)


@pytest.mark.parametrize("name", SEEDS)
def test_any_octets_give_results_or_a_clear_refusal_however_they_arrive(name: str) -> None:
    for run in range(RUNS):
        seed = f"{name}-{run}"
        octets = mutated(SEEDS[name], random.Random(seed))
        first = attempt(octets, 0)
        if name in ("pcap", "nano", "modified", "ixia", "old", "pcapng"):
            assert as_named(attempt(octets, 1 + run % 50)) == as_named(first), seed


def test_random_octets() -> None:
    rng = random.Random("random octets")
    for run in range(RUNS * 3):
        head = rng.choice([octets[: rng.randrange(40)] for octets in SEEDS.values()])
        attempt(head + rng.randbytes(rng.randrange(400)), run % 9)


def test_several_mutated_captures_together() -> None:
    for run in range(RUNS // 3):
        rng = random.Random(f"merge-{run}")
        files = [mutated(rng.choice(list(SEEDS.values())), rng) for _ in range(4)]
        try:
            outcome(open_captures([io.BytesIO(octets) for octets in files]))
        except CaptureError:
            continue
