"""The compiled form says octet for octet what plain Python says of captures in which anything may happen.

Run as a program, it tells of the captures in a directory what the tcplife at hand makes of them, whichever form.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = int(os.environ.get("TCPLIFE_FUZZ", "150")) * 2
MOST_RECORDS = 60
"""Samples of more records stay out: plain Python needs 10 us and more for each."""
HEADER = 24
FLAGS_AT = 14 + 20 + 13
"""The octet of TCP flags of most records: Ethernet, IPv4 without options."""
TELLING = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\x01")


Record = tuple[int, int, bytes]
"""Time in microseconds (or what the capture counts in), length on the wire, octets."""


def records_of(octets: bytes) -> list[Record]:
    """Take a little-endian pcap apart."""
    records = []
    at = HEADER
    while at + 16 <= len(octets):
        seconds, fraction, length, wire = struct.unpack_from("<IIII", octets, at)
        records.append((seconds * 1_000_000 + fraction, wire, octets[at + 16 : at + 16 + length]))
        at += 16 + length
    return records


def pcap_of(header: bytes, records: list[Record]) -> bytes:
    """Put it together again."""
    parts = [header]
    for time, wire, octets in records:
        parts.append(struct.pack("<IIII", time // 1_000_000, time % 1_000_000, len(octets), wire))
        parts.append(octets)
    return b"".join(parts)


def changed(octets: bytes, rng: random.Random) -> bytes:
    """Change a header field of a record: any octet or number, or its flags."""
    work = bytearray(octets)
    at = rng.randrange(min(len(work), 80)) if work else 0
    kind = rng.randrange(4)
    if kind == 0 and len(work) > FLAGS_AT:
        work[FLAGS_AT] ^= 1 << rng.randrange(8)
    elif kind == 1:
        work[at : at + 4] = rng.choice(TELLING)
    elif kind == 2 and work:
        work[at] ^= 1 << rng.randrange(8)
    elif kind == 3 and len(work) > FLAGS_AT:
        at = 14 + 20 + 4 * rng.randint(1, 2)  # sequence or acknowledgement number: elsewhere, but not far
        (number,) = struct.unpack_from(">I", work, at)
        struct.pack_into(">I", work, at, (number + rng.choice((-1, 1, -1460, 1460, 100_000))) & 0xFFFFFFFF)
    return bytes(work)


def mutated(records: list[Record], rng: random.Random) -> list[Record]:
    """Lose, double, delay, swap, cut and change a few records."""
    work = list(records)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(work))
        time, wire, octets = work[at]
        kind = rng.randrange(7)
        if kind == 0 and len(work) > 1:
            del work[at]
        elif kind == 1:
            work.insert(rng.randint(at, len(work)), (time + rng.randrange(2000), wire, octets))
        elif kind == 2:
            pause = rng.choice((300_000, 5_000_000, 300_000_000))
            work[at:] = [(later + pause, size, rest) for later, size, rest in work[at:]]
        elif kind == 3:
            other = rng.randrange(len(work))
            work[at], work[other] = work[other], work[at]
        elif kind == 4:
            work[at] = (time, wire, octets[: rng.randrange(len(octets) + 1)])
        else:
            work[at] = (time, wire, changed(octets, rng))
    return work


def write_mutants(folder: Path) -> None:
    """Write captures that are like our samples, but damaged; the same ones in every run."""
    samples = []
    for path in sorted((ROOT / "sample_pcaps").glob("*.pcap")):
        octets = path.read_bytes()
        if octets[:4] == b"\xd4\xc3\xb2\xa1":
            records = records_of(octets)
            if 1 < len(records) <= MOST_RECORDS:
                samples.append((octets[:HEADER], records))
    for number in range(MUTANTS):
        header, records = samples[number % len(samples)]
        mutant = pcap_of(header, mutated(records, random.Random(number)))
        (folder / f"{number:05}.pcap").write_bytes(mutant)


class Told:
    """What a reporter writes to."""

    def __init__(self) -> None:
        self.octets = bytearray()

    def write(self, octets: bytes | memoryview) -> None:
        self.octets += octets

    def flush(self) -> None:
        pass


def tell(folder: Path, out: Told) -> None:
    """Write what this form of tcplife says of each capture: its record lines, or the error."""
    import tcplife
    from tcplife.capture import open_capture
    from tcplife.model.compiled import COMPILED
    from tcplife.model.totals import Options
    from tcplife.pipeline import Analysis
    from tcplife.report.base import Look, reporter

    print("compiled" if COMPILED else "plain", file=sys.stderr)
    for number, path in enumerate(sorted(folder.iterdir())):
        out.write(path.name.encode() + b"\n")
        try:
            analysis = Analysis(open_capture(path), Options(segments=bool(number % 2)))
            made = reporter("jsonl", out, Look())
            made.begin()
            for connection in analysis:
                made.connection(connection)
            made.end(analysis.totals)
            out.write(f"{analysis.totals.records} {analysis.totals.tracked} {analysis.totals.skipped}\n".encode())
        except tcplife.TcplifeError as problem:
            out.write(f"{type(problem).__name__}: {problem}\n".encode())


def told_by(home: Path, folder: Path, form: str) -> list[bytes]:
    """Return the lines of the tcplife that lies in `home`."""
    done = subprocess.run(
        [sys.executable, __file__, str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(home), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
    )
    assert done.stderr.decode().split() == [form]
    return done.stdout.splitlines()


def test_compiled_and_plain_say_the_same_of_mutated_captures(tmp_path: Path) -> None:
    from tcplife.model.compiled import COMPILED

    if not COMPILED:
        pytest.skip("form: there is nothing to compare plain Python with")
    home, folder = tmp_path / "plain", tmp_path / "mutants"
    folder.mkdir()
    shutil.copytree(ROOT / "tcplife", home / "tcplife", ignore=shutil.ignore_patterns("*.so", "*.c", "__pycache__"))
    write_mutants(folder)
    compiled = told_by(ROOT, folder, "compiled")
    name = b""
    for one, other in zip(compiled, told_by(home, folder, "plain"), strict=True):
        name = one if one.endswith(b".pcap") else name
        assert one == other, f"mutant {name.decode()}"
    assert sum(line.startswith(b"{") for line in compiled) > MUTANTS


if __name__ == "__main__":
    told = Told()
    tell(Path(sys.argv[1]), told)
    sys.stdout.buffer.write(told.octets)
