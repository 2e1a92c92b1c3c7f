"""The pages of what lies beyond one file: every command in them prints what they show."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tcplife.cli.main import main

duckdb: Any = pytest.importorskip("duckdb")

ROOT = Path(__file__).parents[2]
PAGES = ("cluster", "compare", "exchange", "extract", "wireshark")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    text = (ROOT / "docs" / f"{page}.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Path:
    """A folder with the samples and a `tcplife` that is this one."""
    for sample in (ROOT / "sample_pcaps").glob("*.pcap"):
        shutil.copy(sample, tmp_path)
    for end in ("client", "server"):
        shutil.copy(ROOT / "tests" / "kernel" / "captures" / f"fin_lost.{end}.pcap", tmp_path / f"{end}.pcap")
    tools = tmp_path / "tools"
    tools.mkdir()
    script = tools / "tcplife"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m tcplife "$@"\n')
    script.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(("page", "block"), [(page, block) for page in PAGES for block in blocks(page, "console")])
def test_console_examples_print_what_they_show(page: str, block: str, place: Path) -> None:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    for tool in ("jq", "tshark"):
        if any(re.search(rf"\b{tool}\b", command) for command in commands) and shutil.which(tool) is None:
            assert not os.environ.get("CI"), f"docs/{page}.md needs {tool}"
            pytest.skip(f"no {tool}")
    ran = subprocess.run(
        ["bash", "-c", "\n".join(commands)],
        cwd=place,
        env={**os.environ, "PATH": f"{place / 'tools'}:{os.environ['PATH']}", "TZ": "UTC"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    shown = [line for line in block.splitlines() if not line.startswith("$ ")]
    assert ran.stdout.splitlines() == shown


def test_the_queries_answer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    assert main(["analyze", "close_wait_pile.pcap", "--format", "parquet", "-o", "lives.parquet"]) == 0
    (block,) = blocks("exchange", "sql")
    stuck, anomalies, split = (duckdb.sql(query).fetchall() for query in block.split(";") if query.strip())
    assert [(service, count) for service, count, _ in stuck] == [(5432, 20)]
    assert {kind for kind, _, _ in anomalies} >= {"stuck_in_close_wait"}
    assert [service for service, _, _ in split] == [5432]
