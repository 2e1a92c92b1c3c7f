"""Formats are found by name, and their modules are imported no sooner."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tcplife.errors import UsageError
from tcplife.report.base import FORMATS, Look, load, reporter
from tests.report.samples import Kept


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_registered_format_can_be_made(name: str) -> None:
    made = reporter(name, Kept(), Look())
    assert all(callable(getattr(made, step)) for step in ("begin", "connection", "end"))


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no format 'xml'.*jsonl"):
        reporter("xml", Kept(), Look())


def test_load_finds_the_object_at_a_place() -> None:
    assert load("tcplife.report.base:Look") is Look


def test_no_format_is_imported_before_it_is_asked_for() -> None:
    code = "import sys, tcplife.report.base; print([m for m in sys.modules if m.startswith('tcplife.report.')])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert seen.strip() == "['tcplife.report.base']"
