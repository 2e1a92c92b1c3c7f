"""Completion scripts are ones their shells take, and what they ask for is answered; the man page is the commands'."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tcplife.cli.group import COMMANDS
from tcplife.cli.manual import page
from tests.cli.command import ROOT, tcplife

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_its_shell_takes(shell: str, tmp_path: Path) -> None:
    done = tcplife("completion", shell)
    assert done.code == 0
    assert "_TCPLIFE_COMPLETE" in done.out
    if shutil.which(shell) is not None:
        script = tmp_path / "script"
        script.write_text(done.out)
        subprocess.run([shell, "-n", str(script)], check=True)


def test_commands_options_and_values_complete() -> None:
    def answer(words: str, number: int) -> list[str]:
        environment = {"_TCPLIFE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
        return tcplife(env=environment).out.splitlines()

    assert answer("tcplife an", 1) == [f"plain,{name}" for name in COMMANDS if name.startswith("an")]
    assert "plain,--format" in answer("tcplife analyze --f", 2)
    assert answer("tcplife analyze --format zeek", 3) == ["plain,zeek", "plain,zeek-json"]
    assert answer("tcplife analyze wge", 2) == ["file,wge"]


def test_a_shell_there_is_not() -> None:
    done = tcplife("completion", "tcsh")
    assert done.code == 2
    assert "tcsh" in done.err


def test_the_man_page_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "tcplife.1").read_text() == page(), "python -m tcplife.cli.manual > docs/tcplife.1"


def test_the_man_page_renders_without_a_warning(tmp_path: Path) -> None:
    if shutil.which("groff") is None:
        pytest.skip("no groff")
    place = tmp_path / "tcplife.1"
    place.write_text(page())
    ran = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", str(place)], capture_output=True, check=True)
    assert ran.stderr == b""
