"""The command as a user runs it: a process of its own, its output and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_pcaps"
LIMIT_S = 180


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The environment of every run: UTC, no colour wishes of the desk it runs on."""
    plain = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    return {**plain, "TZ": "UTC", "PYTHONPATH": str(ROOT), **more}


def command(*arguments: object) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "tcplife", *map(str, arguments)]


def tcplife(*arguments: object, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> Done:
    """Run it to its end."""
    ran = subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        timeout=LIMIT_S,
        env=environment(**(env or {})),
        check=False,
    )
    return Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
