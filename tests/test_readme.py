"""The README says what is so: its pictures are the program's output, its commands are CI's, its table is the code's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tcplife.errors import Exit
from tests.kernel import play

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PICTURES = re.findall(r"<!-- picture: tcplife (.*?), 80 columns -->\n```text\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), PICTURES, ids=[command.split()[0] for command, _ in PICTURES])
def test_picture_is_what_the_program_prints(command: str, shown: str) -> None:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TZ": "UTC"}
    done = subprocess.run(
        [sys.executable, "-m", "tcplife", *shlex.split(command)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == shown.strip()


def test_there_are_pictures() -> None:
    assert [command.split()[0] for command, _ in PICTURES] == ["analyze", "ladder"]


def test_exit_codes_are_the_programs() -> None:
    for code in Exit:
        assert f"| {int(code)} | {code.meaning} |" in README


def test_ci_runs_the_readmes_commands() -> None:
    commands = re.findall(r"```console\n(.*?)\n```", README)
    setup, tests = (command for command in commands if ".venv/bin/" in command)
    script = (ROOT / ".ci" / "run").read_text()
    assert setup in script
    assert tests in script


def test_scenarios_are_as_many_as_is_said() -> None:
    played = len(play.chosen([]))
    assert f"- **States**: {played} scenarios" in README
    assert f"**Scenarios**: {played}, each" in (ROOT / "docs" / "how-we-know.md").read_text()


def test_library_example_runs() -> None:
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example is not None
    done = subprocess.run([sys.executable, "-c", example[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "192.168.131.132.37584 192.168.131.138.80 TIME_WAIT" in done.stdout


def test_linked_pages_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
