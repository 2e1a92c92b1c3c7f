"""`tcplife watch`: lines without a terminal; on one, a screen that leaves everything as it was."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from typing import Self

import pytest

from tcplife.report.watch_screen import View

from .fed import ROOT, Fed
from .talk import HEADER, Talk

TERMIOS, FCNTL = pytest.importorskip("termios"), pytest.importorskip("fcntl")
PATIENCE_S = 60.0
ALTERNATE, BACK = b"\x1b[?1049h", b"\x1b[?1049l"


class Screen:
    """The command on a terminal of its own, fed through a pipe."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tcplife", "watch", "-"],
            stdin=subprocess.PIPE,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color"},
            preexec_fn=self._take_terminal,  # noqa: PLW1509 - a terminal of its own needs it, and no thread runs yet
        )
        self.seen = b""

    def _take_terminal(self) -> None:
        os.setsid()
        FCNTL.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, columns: int, rows: int) -> None:
        FCNTL.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def feed(self, octets: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def until(self, *wanted: bytes) -> bytes:
        """Read until all of these were shown since the last call; return what was shown."""
        shown = b""
        end = time.monotonic() + PATIENCE_S
        while not all(part in shown for part in wanted):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"{wanted} did not come; the last was {shown[-400:]!r}")
            shown += os.read(self.master, 65536)
        self.seen += shown
        return shown

    def wait(self) -> int:
        """Let it end; nothing it still writes may block it."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 65536)
        while select.select([self.master], [], [], 0.1)[0]:
            self.seen += os.read(self.master, 65536)
        return self.process.wait(1)


def test_without_a_terminal_each_event_is_a_line() -> None:
    with Fed("watch", "--utc", "-") as fed:
        fed.feed(Talk(40000).whole(time.time_ns()))
        lines = [found[1].decode() for _ in range(9) if (found := fed.line()) is not None]
        assert "#1  192.0.2.1.40000 → 192.0.2.2.80  first packet (1)\n" in lines[0]
        assert lines[1].endswith("client UNKNOWN → SYN_SENT (packet 1)\n")
        assert fed.end() == 0
        rest = b"".join(fed.rest()).decode()
        assert "8 records = 8 TCP segments in 1 connection + 0 others" in rest


def test_the_screen_shows_connections_and_leaves_the_terminal_as_it_was() -> None:
    with Screen() as screen:
        screen.feed(HEADER + Talk(40000).opening(time.time_ns()))
        screen.until(ALTERNATE, b"192.0.2.1.40000", b"ESTABLISHED", b"1 open")
        assert termios.tcgetattr(screen.slave) != screen.before
        screen.press("q")
        assert screen.wait() == 0
        assert screen.seen.count(BACK) == 1
        assert b"3 records = 3 TCP segments in 1 connection" in screen.seen.split(BACK)[1]
        assert termios.tcgetattr(screen.slave) == screen.before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_gives_the_terminal_back(number: signal.Signals, code: int) -> None:
    with Screen() as screen:
        screen.feed(HEADER + Talk(40000).opening(time.time_ns()))
        screen.until(b"192.0.2.1.40000")
        screen.process.send_signal(number)
        assert screen.wait() == code
        assert BACK in screen.seen
        assert termios.tcgetattr(screen.slave) == screen.before


def test_ctrl_c_twice_gives_the_terminal_back_at_once() -> None:
    with Screen() as screen:
        screen.feed(HEADER + Talk(40000).opening(time.time_ns()))
        screen.until(b"192.0.2.1.40000")
        screen.process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        screen.process.send_signal(signal.SIGINT)
        assert screen.wait() == 130
        assert BACK in screen.seen
        assert b"Traceback" not in screen.seen
        assert termios.tcgetattr(screen.slave) == screen.before


def test_keys_filter_pause_and_sort() -> None:
    with Screen() as screen:
        screen.feed(HEADER + Talk(40000).opening(time.time_ns()) + Talk(41111).opening(time.time_ns()))
        screen.until(b"40000", b"41111")
        screen.press("/41111\r")
        screen.until(b"filter: 41111")
        screen.press("s")
        screen.until(b"most octets first")
        screen.press(" ")
        screen.until(b"paused")
        screen.press(" ")
        screen.until(b"live")
        screen.press("q")
        assert screen.wait() == 0


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_row_is_wider_than_the_terminal(columns: int) -> None:
    with Screen(columns, 24) as screen:
        screen.feed(HEADER + Talk(40000).opening(time.time_ns()))
        shown = screen.until(b"ESTABLISHED" if columns > 40 else b"40000")
        assert b"tcplife watch" in shown
        screen.resize(60, 12)
        screen.feed(Talk(40001).opening(time.time_ns()))
        screen.until(b"40001")
        screen.press("q")
        assert screen.wait() == 0


def test_the_view_begins_with_the_newest() -> None:
    assert View().order == "newest"
