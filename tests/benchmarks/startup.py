"""Start-up, as ratios to importing click, measured in turn: the machine's mood divides out.

    python -m tests.benchmarks.startup

The promises: `--version` under 2 times `python -c "import click"`; a small capture, analysed and printed, under 4 times
that.
"""

from __future__ import annotations

import sys
from statistics import median

from tests.cli.command import SAMPLES, command

from .measure import run

ROUNDS = 15


def main() -> int:
    """Measure and print."""
    click, version, analysis = [], [], []
    for _ in range(ROUNDS):
        click.append(run([sys.executable, "-c", "import click"]).seconds)
        version.append(run(command("--version")).seconds)
        analysis.append(run(command("analyze", SAMPLES / "wget.pcap")).seconds)
    unit = median(click)
    print(f"import click {unit * 1000:.0f} ms; --version {median(version) / unit:.2f} times that")
    print(
        f"a small capture {median(analysis) / unit:.2f} times, {median(analysis) / median(version):.2f} times --version"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
