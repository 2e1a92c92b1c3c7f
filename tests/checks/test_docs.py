"""docs/checks.md: every example in it runs, and its reference is what the code says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from tcplife.checks import builtin, policy
from tcplife.checks.expression import parse
from tcplife.checks.reference import reference

from .tools import module, need_capture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "checks.md").read_text()
GUIDE, _, REFERENCE = PAGE.partition("<!-- reference -->\n\n")
SERVICE = """\
import socket, threading
server = socket.create_server(("127.0.0.1", 8642))
def serve():
    peer, _ = server.accept()
    with peer:
        while octets := peer.recv(100):
            peer.sendall(octets)
thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(("127.0.0.1", 8642)) as client:
    client.sendall(b"hello")
    client.recv(100)
thread.join()
"""


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Path:
    """A folder with the samples, a service's test script, and a `tcplife` that is this one."""
    for sample in (ROOT / "sample_pcaps").glob("*.pcap"):
        shutil.copy(sample, tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    _script(tools / "tcplife", f'PYTHONPATH={ROOT} exec {sys.executable} -m tcplife "$@"')
    _script(tools / "sudo", 'exec "$@"')
    _script(tools / "pip", "exit 0")
    _script(tools / "apt-get", "exit 0")
    (tmp_path / "service.py").write_text(SERVICE)
    _script(tmp_path / "run-integration-tests", f"exec {sys.executable} service.py")
    return tmp_path


def _script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def bash(commands: str, place: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run commands where the place's tools come first."""
    environment = {**os.environ, "PATH": f"{place / 'tools'}:{os.environ['PATH']}", **more}
    return subprocess.run(
        ["bash", "-c", commands],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_reference_is_made_from_the_code() -> None:
    assert reference() == REFERENCE, "write it anew: the page, its marker, an empty line, tcplife.checks.reference"


@pytest.mark.parametrize("block", blocks("console"))
def test_console_examples_print_what_they_show(block: str, place: Path) -> None:
    shown: list[str] = []
    commands: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        else:
            shown.append(line)
    printed = bash("\n".join(commands), place).stdout.splitlines()
    assert printed[: len(shown)] == shown


@pytest.mark.parametrize("block", blocks("toml"))
def test_policies_are_accepted(block: str) -> None:
    table = ("tool", "tcplife") if "tool" in tomllib.loads(block) else ()
    assert policy.read(block, "docs", builtin.profile, table=table).rules


def test_expressions_of_the_table_are_accepted() -> None:
    rows = re.findall(r"^\| `(.*?)` \| (.*?) \|$", GUIDE.split("## Expressions")[1].split("##")[0], re.MULTILINE)
    assert len(rows) >= 20
    for expression, meaning in rows:
        assert parse(expression, aggregates=True)
        for other in re.findall(r"`((?:has|no) anomaly .*?)`", meaning):
            assert parse(other)


def yaml_of(number: int) -> Any:
    """One of the page's YAML examples, read."""
    return module("yaml").safe_load(blocks("yaml")[number])


def test_the_github_job_runs(place: Path) -> None:
    need_capture()
    job = yaml_of(0)["jobs"]["connections"]
    summary = place / "summary.md"
    for step in job["steps"]:
        if "run" in step:
            result = bash(f"set -e\n{step['run']}", place, GITHUB_STEP_SUMMARY=str(summary))
            assert result.returncode == 0, result.stdout
    assert "passed" in summary.read_text()
    for step in job["steps"]:
        for key in ("sarif_file", "path"):
            assert (place / step.get("with", {}).get(key, "tcplife.xml")).exists()


def test_the_gitlab_job_runs(place: Path) -> None:
    need_capture()
    job = yaml_of(1)["connections"]
    result = bash("set -e\n" + "\n".join(job["script"]), place)
    assert result.returncode == 0, result.stdout
    assert (place / job["artifacts"]["reports"]["junit"]).exists()


def test_the_pre_commit_hook_runs_on_the_files_it_names(place: Path) -> None:
    (hook,) = yaml_of(2)["repos"][0]["hooks"]
    assert re.search(hook["files"], "a/wget.pcap")
    assert re.search(hook["files"], "a/two.pcapng")
    assert bash(f"{hook['entry']} wget.pcap close_three.pcap", place).returncode == 0
    assert bash(f"{hook['entry']} wget.pcap refused.pcap", place).returncode == 1


def test_the_pytest_example_runs(place: Path) -> None:
    need_capture()
    (example,) = blocks("python")
    (place / "test_example.py").write_text(example)
    (place / "conftest.py").write_text(
        "import runpy, types, pytest\n"
        f"pytest_plugins = {[] if _installed() else ['tcplife.pytest_plugin']}\n"
        "@pytest.fixture\n"
        "def service():\n"
        "    return types.SimpleNamespace(port=8642, request=lambda: runpy.run_path('service.py'))\n",
    )
    result = bash(f"PYTHONPATH={ROOT} {sys.executable} -m pytest -q -p no:cacheprovider test_example.py", place)
    assert result.returncode == 0, result.stdout


def _installed() -> bool:
    return any(entry.value == "tcplife.pytest_plugin" for entry in entry_points(group="pytest11"))
