"""Octets of memory that one open connection takes: `python -m tests.benchmarks.memory`.

In: two captures that differ in how many connections are open at their end. Out: the difference of peak memory, divided.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live.talk import HEADER

from .flood import syns, talks
from .measure import OURS, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

FEW, MANY = 10_000, 60_000
FEW_SYNS, MANY_SYNS = 200_000, 800_000
"""More of them: the first hundred thousand fit in what a start and the end of a run take anyway."""
SEVEN = 7
"""Packets of each talk, up to the last octet before its close."""


def octets_each(folder: Path) -> tuple[int, int]:
    """Memory per connection with octets both ways, and per lone SYN."""
    return (
        _each(folder, (FEW, MANY), lambda count, out: talks(count * SEVEN, count, out)),
        _each(folder, (FEW_SYNS, MANY_SYNS), lambda count, out: syns(count, 100_000, out)),
    )


def _each(folder: Path, counts: tuple[int, int], make: Callable[[int, BinaryIO], None]) -> int:
    peaks = []
    for count in counts:
        capture = folder / f"open-{count}.pcap"
        with capture.open("wb") as out:
            out.write(HEADER)
            make(count, out)
        command = (*OURS, "analyze", "--format", "jsonl", "--max-connections", str(counts[1]), str(capture))
        peaks.append(min(run(command).megabytes for _ in range(3)))
        capture.unlink()
    return (peaks[1] - peaks[0]) * 1024 * 1024 // (counts[1] - counts[0])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="tcplife-memory-") as name:
        print("{:,} octets per connection, {:,} per lone SYN".format(*octets_each(Path(name))))
