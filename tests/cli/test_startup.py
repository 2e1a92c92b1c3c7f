"""What a start imports: only what the command needs. The time is measured by `python -m tests.benchmarks.startup`.

Without the site's packages (-S): they are not there to be imported, and their own start-up files hide nothing.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tcplife.model.compiled import COMPILED
from tests.cli.command import SAMPLES, environment

HEAVY = {"dpkt", "rich", "pyarrow", "jinja2", "numpy", "distributed", "yaml", "asyncio", "multiprocessing", "ctypes"}
SELDOM = {
    "dataclasses",
    "pathlib",
    "tempfile",
    "textwrap",
    "difflib",
    "ipaddress",
    "urllib",
    "zlib",
    "select",
    "datetime",
    "typing",
    "re",
}
"""Of the standard library, what a plain analysis has no use for. typing and re were a tenth of a start: modules say
`TYPE_CHECKING = False`, which type checkers take for typing's."""
PLAIN_ONLY = {"json", "socket", "hashlib", "binascii", "tcplife.report.schema"}
"""What only plain Python needs to write JSON lines."""
OTHERS = {
    f"tcplife.{name}"
    for name in ("capture.inflate", "capture.follow", "capture.merge", "capture.relay", "decode.ipcomp",
                 "summary.census", "summary.happenings", "summary.zeek_line", "model.watching", "checks", "cluster", "extract", "compare", "checkpoint")
}  # fmt: skip
"""Rooms and modules of ours that a plain analysis of one pcap does not enter."""
if not COMPILED:  # what looks ahead, compiled, reads the fields of both formats' readers (capture/glimpse.pxd)
    OTHERS.add("tcplife.capture.pcapng")


def imported(line: str) -> set[str]:
    """The modules with which a process ends that runs this line."""
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; {line}; print(chr(10), *sys.modules)"],
        capture_output=True, text=True, env=environment(), check=True, cwd=SAMPLES,
    )  # fmt: skip
    return set(ran.stdout.splitlines()[-1].split())


def run(*arguments: object) -> str:
    """The line that runs the command."""
    return f"from tcplife.cli.main import main; main({list(map(str, arguments))!r})"


def test_version_imports_nothing_of_the_analysis() -> None:
    modules = imported(run("--version"))
    assert not modules & (HEAVY | SELDOM | {"click"})
    rooms = {name.split(".")[1] for name in modules if name.startswith("tcplife.")}
    assert rooms <= {"cli", "errors", "model", "rooms", "_rooms"}


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_an_analysis_imports_nothing_heavy(form: str) -> None:
    modules = imported(run("analyze", "--format", form, SAMPLES / "wget.pcap"))
    assert "tcplife.tracker.tracker" in modules
    assert not modules & (HEAVY | OTHERS)
    seldom = SELDOM | {"click"}
    if form == "text" or not COMPILED:
        seldom -= {"datetime", "re"}  # the time of day, and json's
    if not COMPILED:
        seldom -= {"typing"}
    assert not modules & seldom
    if form == "jsonl" and COMPILED:
        assert not modules & PLAIN_ONLY
