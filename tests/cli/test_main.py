"""The group: finds commands, imports only what runs, ends every way with one line and its code."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tcplife import __version__
from tcplife.cli.group import COMMANDS
from tcplife.cli.main import main
from tests.cli.command import SAMPLES, environment, tcplife


def test_version_says_which_build_runs() -> None:
    done = tcplife("--version")
    assert done.code == 0
    assert done.out.startswith(f"tcplife {__version__}, ")
    assert ("compiled" in done.out) or ("plain Python" in done.out)


def test_help_names_every_command() -> None:
    done = tcplife("--help")
    assert done.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.out


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    done = tcplife(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: tcplife {name} ")
    assert "Traceback" not in done.err


def test_a_misspelt_command_and_a_forgotten_one_get_a_hint() -> None:
    assert "did you mean 'analyze'?" in tcplife("analyse", "x").err
    forgotten = tcplife(SAMPLES / "wget.pcap")
    assert forgotten.code == 2
    assert f"tcplife analyze {SAMPLES / 'wget.pcap'}" in forgotten.err


def test_an_unknown_command_or_option_is_usage() -> None:
    assert tcplife("qqq").code == 2
    assert tcplife("analyze", "--nope", "x").code == 2
    assert tcplife("analyze").code == 2


def test_version_imports_neither_rooms_nor_reports() -> None:
    code = "import sys; from tcplife.cli.main import main; main(['--version']); print(sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    for heavy in ("rich", "dpkt", "tcplife.pipeline", "tcplife.cli.analyze", "tcplife.report.schema", "json"):
        assert f"'{heavy}'" not in ran.stdout, heavy


def test_analyze_imports_neither_rich_nor_other_formats() -> None:
    run = f"main(['analyze', {str(SAMPLES / 'wget.pcap')!r}])"
    code = f"import sys; from tcplife.cli.main import main; {run}; print(sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    for heavy in ("rich", "tcplife.report.jsonl", "tcplife.report.html", "tcplife.checks", "pyarrow", "dpkt"):
        assert f"'{heavy}'" not in ran.stdout, heavy


def test_main_returns_the_code_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "qqqqqqqqqq"]) == 2
    assert "nothing to explain" in capsys.readouterr().err
