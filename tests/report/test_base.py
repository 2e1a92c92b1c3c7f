"""Formats are found by name, and their modules are imported no sooner."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tcplife import analyze_with_totals
from tcplife.errors import UsageError
from tcplife.report.base import FORMATS, Look, load, reporter
from tests.report.samples import SAMPLES, Kept

if TYPE_CHECKING:
    from tcplife.model.connection import Connection
    from tcplife.model.totals import Totals


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_registered_format_can_be_made(name: str) -> None:
    made = reporter(name, Kept(), Look())
    assert all(callable(getattr(made, step)) for step in ("begin", "connection", "end"))


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no format 'xml'.*jsonl"):
        reporter("xml", Kept(), Look())


def told(name: str, connections: list[Connection], totals: Totals) -> bytes:
    """What a format makes of a run."""
    kept = Kept()
    made = reporter(name, kept, Look(utc=True))
    made.begin()
    for connection in connections:
        made.connection(connection)
    made.end(totals)
    return kept.written


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_format_says_whether_it_tells_of_piles(name: str) -> None:
    """Where none does they are not counted."""
    run = analyze_with_totals(SAMPLES / "time_wait_pile.pcap")
    connections = list(run)
    with_piles = told(name, connections, run.totals)
    run.totals.piles = None
    assert (told(name, connections, run.totals) != with_piles) is FORMATS[name].piles


def test_load_finds_the_object_at_a_place() -> None:
    assert load("tcplife.report.base:Look") is Look


def test_no_format_is_imported_before_it_is_asked_for() -> None:
    code = "import sys, tcplife.report.base; print([m for m in sys.modules if m.startswith('tcplife.report.')])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert seen.strip() == "['tcplife.report.base']"
