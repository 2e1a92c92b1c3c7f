"""The house style, held by the tools: ruff formats and checks, mypy proves the types. Missing tools skip on a desk."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"


def run(module: str, *arguments: str) -> None:
    """Run a tool over the tree; its words are the failure."""
    if find_spec(module) is None:
        if IN_CI:
            pytest.fail(f"{module} is missing in CI")
        pytest.skip(f"{module} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_check() -> None:
    run("ruff", "check", "--no-cache", "tcplife", "tests")


def test_ruff_format() -> None:
    run("ruff", "format", "--check", "--no-cache", "tcplife", "tests")


def test_mypy_strict() -> None:
    run("mypy", "--no-incremental")
