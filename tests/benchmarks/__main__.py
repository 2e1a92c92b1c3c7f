"""Speed and memory beside tcptrace and tshark: `python -m tests.benchmarks [-n PACKETS] [-r ROUNDS]`, one command.

Makes its captures, runs the programs in turn, and prints the README's table: CPU seconds (user + system) of the whole
process as medians, ratios to ours, peak memory; then growth from a quarter to twice the packets, and octets of memory
per open connection. Machines are noisy: read the ratios. Needs 1.5 GB of disk for a million packets, and for the flood
as much memory as tcptrace wants (8 GB).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .measure import OURS, ROOT, exponent, in_turn, peers, plain_copy
from .memory import octets_each
from .traffic import write

if TYPE_CHECKING:
    from .measure import Program

BOUNDED = 100_000
"""--max-connections of the flood's second row."""


def captures(folder: Path, packets: int) -> list[Path]:
    """The three captures of the table."""
    made = []
    for label, kind, snaplen, at_once in (
        ("snap", "mix", 96, 10_000),
        ("full", "mix", 262_144, 1000),
        ("flood", "flood", 96, 0),
    ):
        capture = folder / f"{label}.pcap"
        with capture.open("wb") as out:
            write(out, kind, packets, snaplen=snaplen, open_at_once=at_once)
        made.append(capture)
    return made


def programs(capture: Path, rounds: int, folder: Path) -> list[Program]:
    """Who runs on this capture, and how often: the slow ones less."""
    found = peers(rounds)
    if capture.stem == "flood":
        found = [program for program in found if program.name != "tshark -T fields"]
        bounded = ("--max-connections", str(BOUNDED))
        found.insert(1, found[0].again(f"tcplife --max-connections {BOUNDED}", *bounded))
    if capture.stem == "snap":
        plain = plain_copy(folder)
        found.insert(1, found[0].plain(plain))
    return found


def table(capture: Path, packets: int, rounds: int, folder: Path) -> None:
    """One line per program, as the README shows them."""
    taken = in_turn(programs(capture, rounds, folder), capture)
    ours = taken["tcplife"].seconds
    for name, took in taken.items():
        rate = f"{packets / took.seconds / 1e6:.2f}"
        print(
            f"| {capture.stem} | {name} | {took.seconds:.2f} | {took.seconds / ours:.2f} | {rate} | {took.megabytes} |",
            flush=True,
        )


def growth(folder: Path, packets: int) -> None:
    """The exponent of CPU time over packets, start-up included."""
    sizes = [packets // 4, packets // 2, packets, packets * 2]
    times = []
    for count in sizes:
        capture = folder / f"growth-{count}.pcap"
        with capture.open("wb") as out:
            write(out, "mix", count, snaplen=96)
        times.append(in_turn(peers(3)[:1], capture)["tcplife"].seconds)
        capture.unlink()
    told = ", ".join(f"{count:,}: {seconds:.2f} s" for count, seconds in zip(sizes, times, strict=True))
    print(f"\nGrowth: {told}; exponent {exponent(sizes, times):.2f}.")


def main() -> None:
    """Make the captures and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1_000_000, help="packets in each capture")
    parser.add_argument("-r", type=int, default=5, help="rounds, the programs in turn (tshark and plain Python: 1)")
    asked = parser.parse_args()
    version = subprocess.run([*OURS, "--version"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    print(f"{version}; {asked.n:,} packets each, median of {asked.r} rounds in turn\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))  # tcptrace keeps files open
    print("| capture | program | CPU s | x ours | M packets/s | peak MB |\n|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="tcplife-benchmark-") as name:
        folder = Path(name)
        for capture in captures(folder, asked.n):
            table(capture, asked.n, asked.r, folder)
            capture.unlink()
        growth(folder, asked.n)
        full, lone = octets_each(folder)
    print(f"Memory: {full:,} octets per open connection with octets both ways, {lone:,} per lone SYN.")


if __name__ == "__main__":
    main()
