"""Memory of endless captures through a pipe: is it bounded, and flat?

    python -m tests.benchmarks.live_memory [PACKETS]

Sends PACKETS (default 10,000,000) of two captures made on the fly (`flood`) into `tcplife analyze -`: ten thousand
connections open at a time, and a SYN flood in which each comes from another address. Prints the resident memory at each
tenth of the way, its peak and CPU time. Exit code 1 when a promise is broken. Linux only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.live.talk import HEADER

from .flood import syns, talks

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN: Final = 10_000
RATE: Final = 100_000
PROMISED_MB: Final = {"talks": 150, "syns": 1000}
TENTHS: Final = 10


class Watched:
    """The pipe into the command; takes its resident memory at each tenth of the way."""

    def __init__(self, process: subprocess.Popen[bytes], octets: int) -> None:
        self._process = process
        self._step = octets // TENTHS
        self._sent = 0
        self.megabytes: list[int] = []

    def write(self, octets: bytes | bytearray | memoryview, /) -> None:
        """Send and measure."""
        assert self._process.stdin is not None
        self._process.stdin.write(octets)
        self._sent += len(octets)
        if self._sent >= self._step * (len(self.megabytes) + 1):
            self.megabytes.append(resident(self._process.pid))


def resident(pid: int) -> int:
    """Return the resident memory of a process in MB. Source: proc(5)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 // 1_000_000 if found else 0


def measure(name: str, make: Callable[[Watched], None], octets: int) -> bool:
    """Run one of them; print and return whether the promise was kept."""
    command = [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        watched = Watched(process, octets)
        watched.write(HEADER)
        make(watched)
        assert process.stdin is not None
        process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    peak = used.ru_maxrss * 1024 // 1_000_000  # in KiB: getrusage(2)
    print(f"{name}: peak {peak} MB of {PROMISED_MB[name]}, {used.ru_utime + used.ru_stime:.0f} s CPU")
    print(f"  at each tenth: {', '.join(map(str, watched.megabytes))} MB")
    return peak < PROMISED_MB[name]


def main() -> int:
    """Measure both."""
    packets = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    kept = [
        measure("talks", lambda out: talks(packets, OPEN, out), packets * 118),
        measure("syns", lambda out: syns(packets, RATE, out), packets * 70),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
