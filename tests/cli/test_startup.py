"""What a start imports: only what the command needs. The time is measured by `python -m tests.benchmarks.startup`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.command import SAMPLES, environment

HEAVY = {"dpkt", "rich", "pyarrow", "jinja2", "numpy", "distributed", "yaml", "asyncio", "multiprocessing", "ctypes"}


def imported(*arguments: object) -> set[str]:
    """The modules that a run of the command ends with."""
    line = f"import sys; from tcplife.cli.main import main; main({list(map(str, arguments))!r}); print(chr(10), *sys.modules)"
    ran = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, env=environment(), check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_version_imports_nothing_of_the_analysis() -> None:
    modules = imported("--version")
    assert "click" in modules
    assert not modules & HEAVY
    rooms = {name.split(".")[1] for name in modules if name.startswith("tcplife.")}
    assert rooms <= {"cli", "errors", "model"}


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_an_analysis_imports_nothing_heavy(form: str) -> None:
    modules = imported("analyze", "--format", form, SAMPLES / "wget.pcap")
    assert "tcplife.tracker.tracker" in modules
    assert not modules & HEAVY
    assert not modules & {"tcplife.checks", "tcplife.cluster", "tcplife.extract", "tcplife.compare"}
