"""Rotated captures are one stream: the answer is that of the merged file, octet for octet; a directory is followed."""

from __future__ import annotations

import json
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.capture.tools import real

from .fed import PATIENCE_S, ROOT, Fed, until
from .talk import HEADER, SECOND, Talk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGIN_NS = 1_700_000_000 * SECOND
LAST_WORD = b"that was the last of it"


def traffic(count: int = 300) -> list[bytes]:
    """Return the records of interleaved connections, in order of time."""
    rng = random.Random(3)
    records: list[tuple[int, bytes]] = []
    for number in range(count):
        talk = Talk(20000 + number)
        begin = BEGIN_NS + rng.randrange(200 * SECOND)
        octets = talk.whole(begin, rng.randrange(1, SECOND // 2))
        while octets:
            size = 16 + int.from_bytes(octets[8:12], "little")
            ts_ns = int.from_bytes(octets[0:4], "little") * SECOND + int.from_bytes(octets[4:8], "little")
            records.append((ts_ns, octets[:size]))
            octets = octets[size:]
    return [octets for _, octets in sorted(records)]


def analyse(*captures: Path | str) -> bytes:
    """Return the JSON lines of the command."""
    done = subprocess.run(
        [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", *map(str, captures)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@pytest.mark.parametrize("names", ["in order", "against the order"])
def test_ring_files_are_one_stream(tmp_path: Path, names: str) -> None:
    records = traffic()
    (tmp_path / "all.pcap").write_bytes(HEADER + b"".join(records))
    pieces = [records[at : at + 250] for at in range(0, len(records), 250)]
    for number, piece in enumerate(pieces):
        label = number if names == "in order" else len(pieces) - number
        (tmp_path / f"ring-{label:03}.pcap").write_bytes(HEADER + b"".join(piece))
    assert len(pieces) > 5
    ring = analyse(*sorted(tmp_path.glob("ring-*.pcap")))
    assert ring == analyse(tmp_path / "all.pcap")
    assert len(ring.splitlines()) == 300


def test_ring_files_answer_as_what_mergecap_makes_of_them(tmp_path: Path) -> None:
    mergecap = real("mergecap")
    records = traffic(200)
    for number in range(4):  # four programs that capture at the same time, each every fourth packet
        (tmp_path / f"part-{number}.pcap").write_bytes(HEADER + b"".join(records[number::4]))
    parts = sorted(tmp_path.glob("part-*.pcap"))
    mergecap("-F", "nsecpcap", "-w", str(tmp_path / "all.pcap"), *map(str, parts))
    assert analyse(*parts) == analyse(tmp_path / "all.pcap")


def test_files_that_tcpdump_rotates_by_size_answer_as_the_whole(tmp_path: Path) -> None:
    tcpdump = real("tcpdump")
    (tmp_path / "all.pcap").write_bytes(HEADER + b"".join(traffic(2500)))
    tcpdump(
        "-r", str(tmp_path / "all.pcap"), "-w", str(tmp_path / "ring"), "-C", "1", "--time-stamp-precision=nano",
        "-Z", "root",
    )  # fmt: skip
    ring = sorted(tmp_path.glob("ring*"))
    assert len(ring) > 1
    assert analyse(*ring) == analyse(tmp_path / "all.pcap")


def test_files_that_editcap_cuts_answer_as_the_whole(tmp_path: Path) -> None:
    editcap = real("editcap")
    (tmp_path / "all.pcap").write_bytes(HEADER + b"".join(traffic(100)))
    editcap("-F", "pcapng", "-c", "97", str(tmp_path / "all.pcap"), str(tmp_path / "cut.pcapng"))
    ring = sorted(tmp_path.glob("cut*"))
    assert len(ring) > 5
    assert analyse(*ring) == analyse(tmp_path / "all.pcap")


def test_a_real_ring_of_tcpdump_is_one_stream(tmp_path: Path) -> None:
    tcpdump = real("tcpdump")
    if os.geteuid() != 0:
        reason = "capturing needs root"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    ring = tmp_path / "ring-%s.pcap"
    whole = tmp_path / "whole.pcap"

    def rotated() -> list[Path]:
        return sorted(tmp_path.glob("ring-*.pcap"))

    with socket.create_server(("127.0.0.1", 0)) as server:
        what = ["-i", "lo", "-n", "--immediate-mode", "-U", "-Z", "root", "tcp", "port", str(server.getsockname()[1])]
        with subprocess.Popen(["tcpdump", "-w", str(ring), "-G", "1", *what], stderr=subprocess.PIPE) as rotating:
            assert rotating.stderr is not None
            while b"listening on" not in rotating.stderr.readline():
                assert rotating.poll() is None
            try:
                _converse(server, lambda: len(rotated()) > 3)
                assert until(lambda: LAST_WORD in b"".join(path.read_bytes() for path in rotated()[-2:]))
            finally:
                rotating.send_signal(signal.SIGINT)
    octets = [path.read_bytes() for path in rotated()]
    whole.write_bytes(octets[0] + b"".join(more[24:] for more in octets[1:]))
    assert tcpdump("-r", str(whole), "-c", "1", "-n") != ""
    answer = analyse(*rotated())
    assert answer == analyse(whole)
    lasting = json.loads(answer.splitlines()[0])
    assert lasting["duration"] > 1.5
    assert lasting["close"]["kind"] in ("three_segment", "four_segment")


def _converse(server: socket.socket, is_enough: Callable[[], bool]) -> None:
    """Hold conversations over loopback, one of them all the time; say LAST_WORD once that one has ended."""
    place = server.getsockname()
    server.settimeout(0.2)
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            with suppress(TimeoutError):
                threading.Thread(target=_echo, args=(server.accept()[0],), daemon=True).start()

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        with socket.create_connection(place) as lasting:
            while not is_enough():
                with socket.create_connection(place) as brief:
                    for peer in (brief, lasting):
                        peer.sendall(b"hello")
                        assert peer.recv(100) == b"hello"
                time.sleep(0.05)
            lasting.shutdown(socket.SHUT_WR)
            assert lasting.recv(100) == b""
        with socket.create_connection(place) as last:
            last.sendall(LAST_WORD)
            assert last.recv(100) == LAST_WORD
    finally:
        done.set()
        serving.join()


def _echo(peer: socket.socket) -> None:
    with peer:
        while octets := peer.recv(100):
            peer.sendall(octets)


def test_a_followed_directory_gives_its_captures_and_new_ones_as_they_appear(tmp_path: Path) -> None:
    for number in range(2):
        old = Talk(30000 + number).whole(BEGIN_NS + number * SECOND)
        (tmp_path / f"a-{number}.pcap").write_bytes(HEADER + old)
    with Fed("analyze", "--format", "jsonl", "--follow", str(tmp_path)) as fed:
        ports: list[int] = []
        with (tmp_path / "a-3.pcap").open("wb", buffering=0) as file:
            file.write(HEADER)
            for fresh in range(30010, 30070):  # until it has started, and finds packets of a moment ago
                file.write(Talk(fresh).whole(time.time_ns()))
                with suppress(queue.Empty):
                    _take_ports(fed, ports, fresh, 1.0)
                    break
            last = fresh + 1
            file.write(Talk(last).whole(time.time_ns()))
            _take_ports(fed, ports, last, PATIENCE_S)
        (tmp_path / "a-4.pcap").write_bytes(HEADER + Talk(last + 1).opening(time.time_ns()))
        fed.signal(signal.SIGTERM)
        assert fed.wait() == 0
        ports += [json.loads(line)["client"]["port"] for line in fed.rest()]
    assert sorted(ports) == [30000, 30001, *range(30010, last + 2)]


def _take_ports(fed: Fed, ports: list[int], wanted: int, patience_s: float) -> None:
    """Add the client ports of the next lines, up to the one that is wanted. Raises: queue.Empty in time."""
    while wanted not in ports:
        found = fed.line(patience_s)
        assert found is not None
        ports.append(json.loads(found[1])["client"]["port"])


def test_what_cannot_be_followed_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tcplife", "analyze", "--follow", "/nowhere/at/all"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == b"tcplife: /nowhere/at/all: no such file or directory\n"
