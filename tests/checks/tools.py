"""Tools that are not ours: a missing one skips on a desk and fails in CI."""

from __future__ import annotations

import importlib
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType


def module(name: str) -> Any:
    """A library that only tests need."""
    try:
        found: ModuleType = importlib.import_module(name)
    except ImportError:
        _missing(f"needs the library {name}")
        raise
    return found


def need_capture() -> None:
    """The right to capture, and tcpdump."""
    if shutil.which("tcpdump") is None or os.geteuid() != 0:
        _missing("needs tcpdump and the right to capture")


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
