"""Speed and memory beside tcptrace and tshark, run in turn: `python -m tests.benchmarks [-n PACKETS] [-r ROUNDS]`.

Prints CPU seconds (user + system) of the whole process as medians, ratios to ours, and peak memory; then growth from
a quarter to twice the packets, and octets of memory per open connection. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from .traffic import write

ROOT = Path(__file__).resolve().parents[2]
OURS = [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", "-o", os.devnull]
TSHARK_FIELDS = ["frame.number", "tcp.stream", "tcp.seq", "tcp.ack", "tcp.len", "tcp.analysis.flags"]


def peers() -> dict[str, list[str]]:
    """The commands to hold against each other; the capture's name comes behind each."""
    found = {"tcplife": [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl"]}
    if shutil.which("tcptrace"):
        found["tcptrace -n"] = ["tcptrace", "-n"]
    if shutil.which("tshark"):
        fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
        found["tshark -T fields"] = ["tshark", "-n", "-T", "fields", *fields, "-r"]
    return found


def measure(command: list[str]) -> tuple[float, int]:
    """(CPU seconds, peak MB) of one run, output thrown away."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def compare(capture: Path, rounds: int, slow_rounds: int) -> None:
    """One line per program, ratios to ours."""
    took: dict[str, list[float]] = {}
    peak: dict[str, int] = {}
    for turn in range(rounds):
        for name, command in peers().items():
            if name.startswith("tshark") and turn >= slow_rounds:
                continue
            seconds, megabytes = measure([*command, str(capture)])
            took.setdefault(name, []).append(seconds)
            peak[name] = max(peak.get(name, 0), megabytes)
    ours = median(took["tcplife"])
    print(f"\n{capture.name}, {capture.stat().st_size / 1e6:.0f} MB")
    for name, all_seconds in took.items():
        middle = median(all_seconds)
        print(f"  {name:18} {middle:7.2f} s CPU  {middle / ours:6.2f} x ours  {peak[name]:5} MB peak")


def growth(folder: Path, packets: int) -> None:
    """The exponent of CPU time over packets."""
    times = []
    for count in (packets // 4, packets * 2):
        capture = folder / f"growth-{count}.pcap"
        with capture.open("wb") as out:
            write(out, "mix", count, snaplen=96)
        times.append(min(measure([*peers()["tcplife"], str(capture)])[0] for _ in range(2)))
        capture.unlink()
    print(
        f"\ngrowth, {packets // 4:,} to {packets * 2:,} packets: exponent {math.log(times[1] / times[0]) / math.log(8):.2f}"
    )


def main() -> None:
    """Make the captures and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=1_000_000, help="packets in each capture")
    parser.add_argument("-r", type=int, default=5, help="rounds, the programs in turn")
    parser.add_argument("--tshark-rounds", type=int, default=1, help="rounds of the slowest")
    asked = parser.parse_args()
    print(subprocess.run([*OURS[:3], "--version"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip())
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard) if soft < 4096 else (soft, hard))
    with tempfile.TemporaryDirectory(prefix="tcplife-benchmark-") as name:
        folder = Path(name)
        for label, kind, snaplen, at_once in (
            ("snap", "mix", 96, 10_000),
            ("full", "mix", 262_144, 1000),
            ("flood", "flood", 96, 0),
        ):
            capture = folder / f"{label}.pcap"
            with capture.open("wb") as out:
                write(out, kind, asked.n, snaplen=snaplen, open_at_once=at_once)
            compare(capture, asked.r if label != "flood" else 1, asked.tshark_rounds if label != "flood" else 0)
            capture.unlink()
        growth(folder, asked.n)


if __name__ == "__main__":
    main()
