"""Rotated captures are one stream: the answer is that of the merged file, octet for octet; a directory is followed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.capture.tools import real

from .fed import ROOT, Fed
from .talk import HEADER, SECOND, Talk

if TYPE_CHECKING:
    from pathlib import Path

BEGIN_NS = 1_700_000_000 * SECOND


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
    what = ["-i", "lo", "-n", "--immediate-mode", "-U", "-Z", "root", "tcp", "port", "47811"]
    with subprocess.Popen(["tcpdump", "-w", str(ring), "-G", "1", *what], stderr=subprocess.DEVNULL) as rotating:
        time.sleep(1.5)
        _converse(47811, seconds=3.5)
        time.sleep(0.5)
        rotating.send_signal(signal.SIGINT)
    ringed = sorted(tmp_path.glob("ring-*.pcap"))
    assert len(ringed) > 2
    octets = [path.read_bytes() for path in ringed]
    whole.write_bytes(octets[0] + b"".join(more[24:] for more in octets[1:]))
    assert tcpdump("-r", str(whole), "-c", "1", "-n") != ""
    answer = analyse(*ringed)
    assert answer == analyse(whole)
    lasting = json.loads(answer.splitlines()[0])
    assert lasting["duration"] > 2.5
    assert lasting["close"]["kind"] in ("three_segment", "four_segment")


def _converse(port: int, seconds: float) -> None:
    """Hold conversations over loopback, one of them all the time."""
    import socket

    with socket.create_server(("127.0.0.1", port)) as server:
        done = threading.Event()

        def serve() -> None:
            server.settimeout(0.2)
            while not done.is_set():
                try:
                    peer, _ = server.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=_echo, args=(peer,), daemon=True).start()

        serving = threading.Thread(target=serve)
        serving.start()
        end = time.monotonic() + seconds
        with socket.create_connection(("127.0.0.1", port)) as lasting:
            while time.monotonic() < end:
                with socket.create_connection(("127.0.0.1", port)) as brief:
                    for peer in (brief, lasting):
                        peer.sendall(b"hello")
                        assert peer.recv(100) == b"hello"
                time.sleep(0.05)
        done.set()
        serving.join()


def _echo(peer: object) -> None:
    with peer:  # type: ignore[attr-defined]
        while octets := peer.recv(100):  # type: ignore[attr-defined]
            peer.sendall(octets)  # type: ignore[attr-defined]


def test_a_followed_directory_gives_its_captures_and_new_ones_as_they_appear(tmp_path: Path) -> None:
    old = [Talk(30000 + number).whole(BEGIN_NS + number * SECOND) for number in range(3)]
    (tmp_path / "a-1.pcap").write_bytes(HEADER + old[0])
    (tmp_path / "a-2.pcap").write_bytes(HEADER + old[1] + old[2])
    with Fed("analyze", "--format", "jsonl", "--follow", str(tmp_path)) as fed:
        time.sleep(1.5)
        with (tmp_path / "a-3.pcap").open("wb", buffering=0) as file:
            file.write(HEADER)
            file.write(Talk(30010).whole(time.time_ns()))
            first = _next_port(fed)
            sent = time.monotonic()
            file.write(Talk(30011).whole(time.time_ns()))
            ports = [first, _next_port(fed)]
            while 30011 not in ports:
                ports.append(_next_port(fed))
            assert time.monotonic() - sent < 3
        begun = Talk(30012)
        (tmp_path / "a-4.pcap").write_bytes(HEADER + begun.opening(time.time_ns()))
        time.sleep(0.6)
        fed.signal(signal.SIGTERM)
        assert fed.wait() == 0
        ports += [json.loads(line)["client"]["port"] for line in fed.rest()]
    assert sorted(ports) == [30000, 30001, 30002, 30010, 30011, 30012]


def _next_port(fed: Fed) -> int:
    found = fed.line()
    assert found is not None
    port: int = json.loads(found[1])["client"]["port"]
    return port


def test_what_cannot_be_followed_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tcplife", "analyze", "--follow", "/nowhere/at/all"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == b"tcplife: /nowhere/at/all: no such file or directory\n"
