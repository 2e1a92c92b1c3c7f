"""Programs run one after the other, and what each of them cost.

In: commands and a capture. Out: CPU seconds and peak memory of the whole process; output is thrown away.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
OURS = (sys.executable, "-m", "tcplife")
TSHARK_FIELDS = ("frame.number", "tcp.stream", "tcp.seq", "tcp.ack", "tcp.len", "tcp.analysis.flags")


@dataclass(frozen=True)
class Program:
    """One of those compared. command: the capture's name comes behind it. home: where it runs."""

    name: str
    command: tuple[str, ...]
    rounds: int
    home: Path = ROOT

    def again(self, name: str, *options: str) -> Program:
        """The same with more options."""
        return replace(self, name=name, command=(*self.command, *options))

    def plain(self, home: Path) -> Program:
        """The same from sources nobody compiled."""
        return replace(self, name="tcplife, plain Python", rounds=1, home=home)


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user + system), median of all rounds; peak megabytes of any."""

    seconds: float
    megabytes: int


def peers(rounds: int) -> list[Program]:
    """Ours first, then those that are installed."""
    found = [Program("tcplife", (*OURS, "analyze", "--format", "jsonl"), rounds)]
    if shutil.which("tcptrace"):
        found.append(Program("tcptrace -n", ("tcptrace", "-n"), rounds))
    if shutil.which("tshark"):
        fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
        found.append(Program("tshark -T fields", ("tshark", "-n", "-T", "fields", *fields, "-r"), 1))
    return found


def plain_copy(folder: Path) -> Path:
    """A copy of the sources without anything compiled."""
    home = folder / "plain"
    if not home.exists():
        shutil.copytree(ROOT / "tcplife", home / "tcplife", ignore=shutil.ignore_patterns("*.so", "*.c", "__pycache__"))
    return home


def run(command: Sequence[str], home: Path = ROOT) -> Cost:
    """One run."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def in_turn(programs: Sequence[Program], capture: Path) -> dict[str, Cost]:
    """All programs, round after round, so that whatever else the machine does hits all alike."""
    costs: dict[str, list[Cost]] = {program.name: [] for program in programs}
    for turn in range(max(program.rounds for program in programs)):
        for program in programs:
            if turn < program.rounds:
                costs[program.name].append(run((*program.command, str(capture)), program.home))
    return {
        name: Cost(median(cost.seconds for cost in all_), max(cost.megabytes for cost in all_))
        for name, all_ in costs.items()
    }


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Of the power of size that seconds grow with: the slope of a straight line through their logarithms."""
    xs = [math.log(size) for size in sizes]
    ys = [math.log(second) for second in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
