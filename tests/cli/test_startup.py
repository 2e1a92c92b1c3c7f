"""Start-up, as ratios to importing click, measured in turn: the machine's mood divides out."""

from __future__ import annotations

import resource
import subprocess
import sys

from tests.cli.command import SAMPLES, command, environment

ROUNDS = 5


def cpu_s(arguments: list[str]) -> float:
    """CPU seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, stdout=subprocess.DEVNULL, env=environment(), check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def best(arguments: list[str]) -> float:
    return min(cpu_s(arguments) for _ in range(ROUNDS))


def test_version_costs_less_than_twice_an_import_of_click() -> None:
    click = best([sys.executable, "-c", "import click"])
    assert best(command("--version")) < 2 * click


def test_a_small_capture_costs_less_than_four_times_that() -> None:
    click = best([sys.executable, "-c", "import click"])
    assert best(command("analyze", SAMPLES / "wget.pcap")) < 8 * click
