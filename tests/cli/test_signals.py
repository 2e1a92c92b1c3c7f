"""Ctrl-C, SIGTERM, a second Ctrl-C, a reader that goes away: all end in order."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tcplife.cli.run import Signals
from tests.cli.command import SAMPLES, command, environment

if TYPE_CHECKING:
    from pathlib import Path

WGET = (SAMPLES / "wget.pcap").read_bytes()
WITHIN_S = 60


def first_records(count: int) -> bytes:
    """The capture up to and with so many records."""
    at = 24
    for _ in range(count):
        at += 16 + int.from_bytes(WGET[at + 8 : at + 12], "little")
    return WGET[:at]


def started(*arguments: object) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command(*arguments), stdin=pipe, stdout=pipe, stderr=pipe, env=environment())


def fed(process: subprocess.Popen[bytes], octets: bytes) -> None:
    """Write octets, and wait until the process has read them and sleeps."""
    assert process.stdin is not None
    process.stdin.write(octets)
    process.stdin.flush()
    until = time.monotonic() + WITHIN_S
    while int.from_bytes(fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)), sys.byteorder):
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(0.5)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_what_is_known_is_printed_though_the_pipe_stays_open(number: signal.Signals, code: int) -> None:
    with started("analyze", "-", "--format", "jsonl") as process:
        fed(process, first_records(10))
        process.send_signal(number)
        out, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == code
    assert err == b""
    record = json.loads(out)
    assert record["index"] == 1
    assert record["final"] == {"client": "ESTABLISHED", "server": "ESTABLISHED"}


def test_text_ends_with_the_totals() -> None:
    with started("analyze", "-") as process:
        fed(process, WGET)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=WITHIN_S)
    assert b"46 records = 46 TCP segments in 2 connections" in out


def test_an_output_file_is_written_whole_after_ctrl_c(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with started("analyze", "-", "--format", "jsonl", "-o", target) as process:
        fed(process, WGET)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=WITHIN_S)
    assert process.returncode == 130
    assert target.read_text().count("\n") == 2


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    with started("analyze", *[SAMPLES / "syn_flood.pcap.gz"] * 3, "--format", "jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=60)
    assert err == b""
    assert process.returncode == 0


def test_the_second_ctrl_c_is_a_keyboard_interrupt() -> None:
    stops: list[int] = []
    with Signals(lambda: stops.append(1)) as signals:
        signal.raise_signal(signal.SIGINT)
        assert signals.interrupted
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert stops == [1]


def test_the_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Signals(lambda: None):
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
