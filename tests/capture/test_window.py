"""The window: a large file seen through it gives what reading it gives, and a file that goes away under it ends nothing.

Plain Python has no window, and reads: there these tests hold that nothing changes.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tcplife.capture import RECORD, Reader, open_capture
from tcplife.capture.formats import MAX_RECORD
from tcplife.capture.reader import LOST
from tcplife.capture.window import GRAIN, WINDOW
from tcplife.model.compiled import COMPILED
from tests.capture import build
from tests.capture.build import Packet

LARGE = 3 * WINDOW
ROOT = Path(__file__).resolve().parents[2]


@cache
def packets(*, beyond: int = 0) -> list[Packet]:
    """More octets than three windows hold; one record is larger than a window, and one as large as fits into none."""
    rng = random.Random(8)
    made = [Packet(n * 1000, rng.randbytes(rng.choice((0, 60, 1500, 9000)))) for n in range(3000)]
    made[1000] = Packet(1_000_000, rng.randbytes(WINDOW + 7))
    made[2000] = Packet(2_000_000, rng.randbytes(WINDOW - GRAIN // 2))
    return made + [Packet(n * 1000, bytes(1500)) for n in range(3000, 3000 + beyond)]


def pcapng(made: list[Packet]) -> bytes:
    """With blocks in between that are no packets, and others that hold one in another way."""
    parts = [build.section(), build.interface(), build.interface(tsresol=9)]
    for number, packet in enumerate(made):
        parts.append(build.enhanced(packet))
        if number % 50 == 7:
            parts += [build.block(0xBAD, bytes(40)), build.simple(Packet(0, packet.data[:20])), build.interface()]
    return b"".join(parts)


def shown(path: Path, *, window: bool) -> tuple[list[object], str, list[str]]:
    """All that a reader shows of a file."""
    reader = open_capture(path)
    if window:
        reader.open_window()
    rows: list[object] = []
    while reader.next() == RECORD:
        octets = reader.octets(reader.at, reader.end)
        rows.append((reader.packet, reader.ts_ns, reader.link, reader.interface, reader.wire_len, octets))
    assert reader.damage or reader.bytes_read == reader.bytes_total == path.stat().st_size
    return rows, str(reader.damage), reader.notes


@pytest.mark.parametrize("make", [build.pcap, pcapng], ids=["pcap", "pcapng"])
def test_a_window_shows_what_reading_gives(make: object, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(make(packets()))  # type: ignore[operator]
    assert path.stat().st_size > LARGE
    read = shown(path, window=False)
    assert shown(path, window=True) == read
    assert len(read[0]) >= 3000
    assert read[1] == "None"


@pytest.mark.parametrize("make", [build.pcap, pcapng], ids=["pcap", "pcapng"])
def test_damage_is_the_same_and_at_the_same_place(make: object, tmp_path: Path) -> None:
    octets = bytearray(make(packets()))  # type: ignore[operator]
    path = tmp_path / "damaged"
    for size in (WINDOW, WINDOW + GRAIN + 1, LARGE - 1, len(octets) - 3):
        path.write_bytes(octets[:size])
        assert shown(path, window=True) == shown(path, window=False)
    at = WINDOW + GRAIN
    octets[at : at + 9000] = b"\xff" * 9000
    path.write_bytes(octets)
    read = shown(path, window=False)
    assert read[1] != "None"
    assert shown(path, window=True) == read


def test_two_at_once(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(build.pcap(packets()))
    readers = [open_capture(path), open_capture(path)]
    for reader in readers:
        reader.open_window()
    seen: list[list[bytes]] = [[], []]
    while [reader.next() for reader in readers] == [RECORD, RECORD]:
        for reader, rows in zip(readers, seen, strict=True):
            rows.append(reader.octets(reader.at, reader.end))
    assert seen[0] == seen[1] == [packet.data for packet in packets()]


def test_a_file_that_grows_is_read_to_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "growing"
    path.write_bytes(build.pcap(packets()))
    reader = open_capture(path)
    reader.open_window()
    for _ in range(10):
        assert reader.next() == RECORD
    with path.open("ab") as stream:
        stream.write(build.pcap(packets(beyond=3000)[3000:])[24:])
    count = 10
    while reader.next() == RECORD:
        count += 1
    assert count == 6000
    assert reader.damage is None


def test_what_is_piped_or_live_or_no_file_has_no_window(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(build.pcap(packets()))
    with path.open("rb") as stream:
        for reader in (open_capture(stream), open_capture(path, live=True), Reader(None, "", "")):
            reader.open_window()
            reader.next()
            reader.close()


SHRINKING = """
import os, sys
from tcplife.capture import END, RECORD, open_capture
path, size = sys.argv[1], int(sys.argv[2])
reader = open_capture(path)
reader.open_window()
for _ in range(200):
    assert reader.next() == RECORD
os.truncate(path, size)
while reader.next() == RECORD:
    reader.octets(reader.at, reader.end)
print(reader.damage)
"""


@pytest.mark.parametrize("size", [0, 100, 4096, 400_000, WINDOW - 1, WINDOW, WINDOW + 5])
@pytest.mark.parametrize("make", [build.pcap, pcapng], ids=["pcap", "pcapng"])
def test_a_file_that_becomes_shorter_is_damage_and_no_end_of_the_process(
    make: object, size: int, tmp_path: Path
) -> None:
    path = tmp_path / "shrinking"
    path.write_bytes(make(packets()))  # type: ignore[operator]
    done = subprocess.run(
        [sys.executable, "-c", SHRINKING, str(path), str(size)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    if COMPILED:
        assert LOST in done.stdout


ELSEWHERE = """
import faulthandler, mmap, os, sys
from tcplife.capture import open_capture
path, other, when = sys.argv[1:]
faulthandler.enable()
reader = open_capture(path)
reader.open_window()
for _ in range(200):
    reader.next()
if when == "after":
    reader.close()
with open(other, "r+b") as stream:
    seen = mmap.mmap(stream.fileno(), 0)
    os.truncate(other, 0)
    seen[5000]
"""


@pytest.mark.parametrize("when", ["meanwhile", "after"])
def test_who_else_fails_is_told_as_ever(when: str, tmp_path: Path) -> None:
    path, other = tmp_path / "large", tmp_path / "other"
    path.write_bytes(build.pcap(packets()))
    other.write_bytes(bytes(9000))
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(path), str(other), when], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGBUS
    assert "Fatal Python error: Bus error" in done.stderr


def test_the_command_says_the_same_of_a_file_as_of_a_pipe(tmp_path: Path) -> None:
    sample = ROOT / "sample_pcaps" / "handshake_ack_lost.pcap"
    octets = sample.read_bytes()
    path = tmp_path / "large.pcap"
    rest = LARGE // len(octets[24:]) + 1
    path.write_bytes(octets[:24] + octets[24:] * rest)
    command = [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl"]
    seen = subprocess.run([*command, str(path)], capture_output=True, check=True)
    with path.open("rb") as stream:
        piped = subprocess.run([*command, "-"], stdin=stream, capture_output=True, check=True)
    assert seen.stdout == piped.stdout
    assert seen.stdout.endswith(b"}\n")
    assert seen.stderr == piped.stderr


def test_both_forms_mean_the_same_window() -> None:
    types = (ROOT / "tcplife" / "capture" / "window.pxd").read_text()
    found = re.findall(r"#define (TCPLIFE_WINDOW\w*) \(\(Py_ssize_t\) (\d+) << (\d+)\)", types)
    sizes = {name: int(factor) << int(shift) for name, factor, shift in found}
    assert (sizes["TCPLIFE_WINDOW"], sizes["TCPLIFE_WINDOW_GRAIN"]) == (WINDOW, GRAIN)
    assert sizes["TCPLIFE_WINDOW_BEHIND"] > MAX_RECORD
