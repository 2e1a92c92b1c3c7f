"""tcplife.toml's [defaults]: options of a folder, and what is refused there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .command import SAMPLES, tcplife

if TYPE_CHECKING:
    from pathlib import Path

WGET = str(SAMPLES / "wget.pcap")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_options_of_all_commands_and_of_one(folder: Path) -> None:
    plain, table = tcplife("analyze", WGET).out, tcplife("analyze", "--view", "table", "--top", "1", WGET).out
    (folder / "tcplife.toml").write_text('[defaults]\ntop = 1\nstyle = "tcpdump"\n[defaults.analyze]\nview = "table"\n')
    assert tcplife("analyze", WGET).out == table != plain
    assert "states" not in tcplife("timeline", WGET).out.splitlines()[0]
    assert tcplife("timeline", WGET).out == tcplife("timeline", "--style", "tcpdump", WGET).out


def test_the_command_line_comes_first(folder: Path) -> None:
    table = tcplife("analyze", "--view", "table", WGET).out
    (folder / "tcplife.toml").write_text('[defaults.analyze]\nview = "lines"\n')
    assert tcplife("analyze", "--view", "table", WGET).out == table


def test_in_a_pyproject(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.tcplife.defaults.analyze]\nformat = "jsonl"\n')
    assert tcplife("analyze", WGET).out == tcplife("analyze", "--format", "jsonl", WGET).out
    assert tcplife("analyze", WGET).out.startswith("{")


def test_beside_a_policy(folder: Path) -> None:
    (folder / "tcplife.toml").write_text(
        '[defaults]\nquiet = true\n[rules.closed]\nexpect = "close.kind != \\"open\\""\n'
    )
    assert tcplife("check", WGET).code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[defaults.analyze]\nview = "tabel"', "defaults: view: 'tabel' is not one of"),
        ("[defaults]\nutc = 1", "defaults: utc: expected true or false"),
        ("[defaults]\ntop = true", "defaults: top: expected a value, not true or false"),
        ("[defaults.analyze]\ntop = -1", "defaults: top: -1 is not in the range"),
        ("[defaults]\ntopp = 1", "no option 'topp' to set; did you mean top?"),
        ('[defaults]\noutput = "x"', "no option 'output' to set; expected one of"),
        ('[defaults]\nhost = "192.0.2.1"', "no option 'host' to set"),
        ("[defaults.analyse]\ntop = 1", "no command 'analyse' to set; did you mean analyze?"),
        ('[defaults.analyze]\nstyle = "tcpdump"', "defaults.analyze: this command has no --style"),
        ("defaults = 1", "defaults: expected a table"),
        ("[defaults\n", "no TOML"),
    ],
)
def test_what_makes_no_sense_is_one_line(folder: Path, text: str, said: str) -> None:
    (folder / "tcplife.toml").write_text(text)
    done = tcplife("analyze", WGET)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("tcplife: tcplife.toml: ")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not (folder / "x").exists()
