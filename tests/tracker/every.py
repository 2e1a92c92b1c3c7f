"""Every figure of this room, read from the sources of its tests."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from .aborts import LEADS, abort, is_aborted

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_WORD = "client "


def every_figure() -> dict[str, str]:
    """Return the figures by the name of their test; a figure is a string that begins with the names of its columns."""
    found = dict(_written())
    for state in LEADS:
        found[f"{state} abort"] = abort(state)
        found[f"{state} reset"] = is_aborted(state)
    return found


def _written() -> Iterator[tuple[str, str]]:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            for node in ast.walk(test):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(FIRST_WORD):
                    assert isinstance(test, ast.FunctionDef)
                    yield test.name, node.value
