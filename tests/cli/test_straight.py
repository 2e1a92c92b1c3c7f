"""A plain command line means without click what it means with click; every other one is click's."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest

from tcplife.cli import group, main, straight
from tcplife.report.base import FORMATS
from tests.cli.command import SAMPLES, environment, tcplife

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = [
    ["x.pcap"],
    ["-"],
    ["a.pcap", "b.pcap", ""],
    ["a.pcap", "--quiet", "b.pcap"],
    ["x", "--format", "text", "--format", "zeek"],
    *([f"x --format {name}".split() for name in FORMATS]),
    *([["x", flag] for flag in straight.FLAGS]),
    *([["x", option, value] for option, (_, values) in straight.CHOICES.items() for value in values]),
    ["-q", "--utc", "--fail-on", "error", "x", "--view", "lines", "--color", "never"],
]
CLICKS = [
    [],
    ["-q"],
    ["x", "-h"],
    ["x", "--help"],
    ["--", "x"],
    ["x", "--format=json"],
    ["x", "--format"],
    ["x", "--format", "nope"],
    ["x", "--form", "json"],
    ["x", "-qS"],
    ["x", "-v"],
    ["x", "--fail-on", "ERROR"],
    ["x", "--count", "3"],
    ["x", "--cluster", "y"],
    ["x", "-j2"],
    ["x", "-o", "y"],
]


def by_click(words: list[str]) -> tuple[tuple[str, ...], dict[str, Any]]:
    command = group.tcplife.get_command(click.Context(group.tcplife), "analyze")
    assert command is not None
    given = dict(command.make_context("analyze", list(words)).params)
    return given.pop("captures"), given


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_plain_words_mean_what_click_makes_of_them(words: list[str]) -> None:
    assert straight.understood(words) == by_click(words)


@pytest.mark.parametrize("words", CLICKS, ids=" ".join)
def test_everything_else_is_left_to_click(words: list[str]) -> None:
    assert straight.understood(words) is None


@pytest.mark.parametrize("name", ["tcplife.toml", "pyproject.toml"])
def test_where_a_folder_may_have_defaults_click_reads_them(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("[project]\n")
    assert straight.understood(["x"]) is not None
    (tmp_path / name).write_text("[tool.tcplife.defaults]\nformat = 'jsonl'\n")
    assert straight.understood(["x"]) is None


def test_both_ways_answer_alike(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    words = ["analyze", str(SAMPLES / "accept_queue_full.pcap"), "--utc", "--fail-on", "info", "--format", "csv"]
    code = main.main(words)
    straightly = capfdbinary.readouterr()
    monkeypatch.setattr(straight, "understood", lambda _: None)
    assert main.main(words) == code == 1
    assert capfdbinary.readouterr() == straightly
    assert straightly.out.startswith(b"index,")


def test_the_version_is_the_same_by_either_way() -> None:
    assert tcplife("--version").out == tcplife("--version", "--version").out


def test_click_is_imported_only_where_it_is_asked() -> None:
    for words, asked in (
        (["--version"], False),
        (["analyze", "wget.pcap"], False),
        (["analyze", "wget.pcap", "-v"], True),
    ):
        line = f"import sys; from tcplife.cli.main import main; main({words}); print('click' in sys.modules)"
        ran = subprocess.run(
            [sys.executable, "-c", line], capture_output=True, text=True, env=environment(), check=True, cwd=SAMPLES
        )
        assert ran.stdout.splitlines()[-1] == str(asked), words


def test_a_shell_that_completes_asks_click() -> None:
    told = tcplife(
        "--version", env={"_TCPLIFE_COMPLETE": "bash_complete", "COMP_WORDS": "tcplife ana", "COMP_CWORD": "1"}
    )
    assert "analyze" in told.out
