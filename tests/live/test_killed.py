"""Killed without a word (`kill -9`): the next run goes on from the last time the run was saved, and nothing older is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from .fed import ROOT, Fed, until
from .talk import Talk

if TYPE_CHECKING:
    from pathlib import Path

FIRST, MARKED = 20_000, 20_040


def test_no_more_is_lost_than_what_came_since_the_last_interval_though_the_pipe_is_never_silent(tmp_path: Path) -> None:
    place = tmp_path / "run"
    done = threading.Event()
    with Fed("analyze", "--format", "jsonl", "--checkpoint", str(place), "--checkpoint-every", "0.2", "-") as fed:
        fed.settle()

        def chatter() -> None:
            port = FIRST
            while not done.wait(0.02):
                fed.feed(Talk(port).opening(time.time_ns()))
                port += 1

        chattering = threading.Thread(target=chatter)
        chattering.start()
        try:
            assert until(lambda: place.exists() and str(MARKED).encode() in place.read_bytes())
        finally:
            done.set()
            chattering.join()
        fed.kill()
    finished = subprocess.run(
        [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", "--checkpoint", str(place), "--finish"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    records = [json.loads(line) for line in finished.stdout.splitlines()]
    assert [record["client"]["port"] for record in records] == list(range(FIRST, FIRST + len(records)))
    assert FIRST + len(records) > MARKED
    assert {tuple(record["final"].values()) for record in records[:-1]} == {("ESTABLISHED", "ESTABLISHED")}
