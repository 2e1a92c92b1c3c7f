"""The command at the end of a pipe that stays open: what goes in when, what comes out when."""

from __future__ import annotations

import fcntl
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from .talk import HEADER

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from types import TracebackType

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE_S: Final = 60.0
"""A loaded machine starts Python slowly; every wait ends."""
FIONREAD: Final = 0x541B
"""ioctl: octets that wait in a pipe, asked at either end. Source: ioctl_tty(2), Linux."""


def until(what: Callable[[], object]) -> bool:
    """Wait for something to become true; returns whether it did."""
    end = time.monotonic() + PATIENCE_S
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Fed:
    """`with Fed("analyze", "-") as fed`: feed() octets, line() waits for the next line and tells when it came."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tcplife", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
        )
        self._lines: queue.Queue[tuple[float, bytes] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self.errors = ""

    def _read(self) -> None:
        out = self._process.stdout
        assert out is not None
        for line in out:
            self._lines.put((time.monotonic(), line))
        self._lines.put(None)

    def __enter__(self) -> Self:
        self._reader.start()
        self.feed(HEADER)
        return self

    def settle(self) -> None:
        """Wait until all that was fed was read: the command has started, and its clock is ours."""
        assert until(lambda: self._waiting() == 0)

    def _waiting(self) -> int:
        assert self._process.stdin is not None
        return int.from_bytes(fcntl.ioctl(self._process.stdin, FIONREAD, bytes(4)), sys.byteorder)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(PATIENCE_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue

    def feed(self, octets: bytes) -> float:
        """Send octets; returns when."""
        assert self._process.stdin is not None
        self._process.stdin.write(octets)
        self._process.stdin.flush()
        return time.monotonic()

    def line(self, patience_s: float = PATIENCE_S) -> tuple[float, bytes] | None:
        """Return the next line and when it came; None at the end of the output. Raises: queue.Empty in time."""
        return self._lines.get(timeout=patience_s)

    def quiet_for(self, seconds: float) -> bool:
        """Whether no line comes for so long."""
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """Close the pipe, wait, return the exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self.wait()

    def wait(self) -> int:
        """Wait for the exit code; the pipe stays open."""
        code = self._process.wait(PATIENCE_S)
        assert self._process.stderr is not None
        self.errors = self._process.stderr.read().decode()
        return code

    def rest(self) -> list[bytes]:
        """Return all lines until the end of the output."""
        lines = []
        while (found := self.line()) is not None:
            lines.append(found[1])
        return lines
