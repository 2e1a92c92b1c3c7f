"""The process itself (`tcplife.__main__`): how it ends, and what it does where an output is closed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.command import SAMPLES, command, environment

WGET = SAMPLES / "wget.pcap"


def sh(redirected: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command with a redirection of the shell."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirected}', "sh", *command(*arguments)],
        capture_output=True, text=True, env=environment(), check=False,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_closed_standard_output_takes_nothing(form: str) -> None:
    ran = sh(">&-", "analyze", "--format", form, WGET)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_a_closed_standard_error_changes_no_answer() -> None:
    assert sh("2>&-", "analyze", WGET).stdout == sh("", "analyze", WGET).stdout != ""
    assert sh("2>&-", "analyze", "nothing.pcap").returncode == 3


def test_a_full_device_is_told() -> None:
    ran = sh(">/dev/full", "analyze", WGET)
    assert ran.returncode == 2
    assert "no space left" in ran.stderr


def test_it_ends_as_an_interpreter_does() -> None:
    """What is registered for the end runs, what was printed is written, and a thread is waited for."""
    line = (
        "import atexit, sys, threading, time; from tcplife.__main__ import main;"
        " atexit.register(print, 'at the end'); print('first', end=' ');"
        " slow = lambda: (time.sleep(0.3), print('a thread'));"
        " threading.Thread(target=slow).start() if {threads} else None;"
        " sys.argv = ['tcplife', 'analyze', 'nothing.pcap']; sys.exit(main())"
    )
    for threads, told in ((False, "first at the end\n"), (True, "first a thread\nat the end\n")):
        ran = subprocess.run(
            [sys.executable, "-c", line.format(threads=threads)],
            capture_output=True, text=True, env=environment(), check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stdout) == (3, told)
