"""The real tcptrace's statistics of a capture, per connection and side."""

from __future__ import annotations

import csv
import gzip
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {
    "packets": "total_packets",
    "unique_bytes": "unique_bytes_sent",
    "data_packets": "actual_data_pkts",
    "bytes": "actual_data_bytes",
    "retransmitted_packets": "rexmt_data_pkts",
    "retransmitted_bytes": "rexmt_data_bytes",
    "out_of_order": "outoforder_pkts",
    "rtt_samples": "RTT_samples",
}
"""Our count -> tcptrace's column, less its _a2b or _b2a."""
TIMES = {"rtt_min_ns": "RTT_min", "rtt_avg_ns": "RTT_avg", "rtt_max_ns": "RTT_max"}
"""Round trips: tcptrace tells them in milliseconds, to a tenth."""


@dataclass(frozen=True)
class Side:
    """What tcptrace counted of one sender; times in milliseconds, 0 where it has no sample."""

    counts: dict[str, int]
    times_ms: dict[str, float]


def find_tcptrace() -> str:
    """Path of tcptrace; without one, skip on a desk and fail in CI."""
    found = shutil.which("tcptrace")
    if found is None:
        reason = "needs the real tcptrace (Debian package tcptrace)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def sides_of(capture: Path, scratch: Path) -> list[tuple[int, Side, int, Side]]:
    """Per connection: (port, what its first sender sent, port, what the other sent), in the order of first packets."""
    path = capture
    if capture.suffix == ".gz":
        path = scratch / capture.stem
        path.write_bytes(gzip.decompress(capture.read_bytes()))
    run = subprocess.run(
        [find_tcptrace(), "-n", "-l", "-r", "--csv", path], capture_output=True, text=True, check=False
    )
    lines = [line for line in run.stdout.splitlines() if line and not line.startswith("#")]
    return [
        (int(row["port_a"]), _side(row, "a2b"), int(row["port_b"]), _side(row, "b2a"))
        for row in csv.DictReader(lines, skipinitialspace=True)
    ]


def _side(row: dict[str, str], way: str) -> Side:
    counts = {ours: int(row[f"{theirs}_{way}"]) for ours, theirs in COUNTS.items()}
    times = {ours: float(row[f"{theirs}_{way}"]) for ours, theirs in TIMES.items()}
    return Side(counts, times)
