"""The house as `ls` shows it: which room may look into which, and which library belongs where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tcplife"

GROUND = {"model", "errors", "seqspace"}
ARROWS: dict[str, set[str]] = {
    "model": set(),
    "errors": {"model"},
    "seqspace": set(),
    "capture": GROUND,
    "decode": GROUND,
    "flows": GROUND,
    "tracker": GROUND | {"flows"},
    # flows: the type of what a stream belongs to.
    "anomalies": GROUND | {"tracker", "flows"},
    "summary": GROUND | {"tracker", "flows", "anomalies"},
    "pipeline": GROUND | {"capture", "decode", "flows", "tracker", "anomalies", "summary"},
    "checkpoint": GROUND | {"decode", "flows", "tracker", "anomalies", "summary", "pipeline"},
    "tap": GROUND | {"capture", "decode"},
    "api": GROUND | {"capture", "pipeline"},
    "checks": GROUND,
    "report": GROUND,
    "extract": GROUND | {"capture", "decode", "pipeline", "checks"},
    # compare --releases knows lifecycles by the same shapes as the baseline of the checks.
    "compare": GROUND | {"capture", "decode", "pipeline", "checks"},
    # Workers run the tracker's loop over rows; the totals of many are told by the summary as those of one.
    "cluster": GROUND | {"capture", "decode", "flows", "tracker", "summary", "pipeline"},
    "cli": GROUND
    | {"capture", "pipeline", "checks", "report", "api", "checkpoint", "extract", "compare", "cluster", "tap"}
    # `explain` speaks from the catalogues: rows, rules, closes and Zeek's words.
    | {"tracker", "anomalies", "summary"},
    "pytest_plugin": GROUND | {"api", "capture", "pipeline", "checks", "report"},
    "__init__": GROUND | {"api", "checks", "report", "rooms"},
    # How the package is built, and where what was built is found.
    "building": set(),
    "rooms": set(),
    "__main__": {"cli", "model"},
}
"""Room -> rooms it may import. `model` stands on nothing; data flows one way."""

LIBRARIES = {
    "dpkt": {"capture", "decode"},
    "click": {"cli"},
    "rich": {"report", "cli"},
    "pytest": {"pytest_plugin"},
    "distributed": {"cluster"},
    "setuptools": {"building"},
    "Cython": {"building"},
}


def room_of(path: Path) -> str:
    """The first name below the package: a folder or a module."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module as an absolute dotted name, with its line; also those inside functions."""
    package = ["tcplife", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, node.module] if node.module else base)
            if module == "tcplife":
                for alias in node.names:
                    yield f"tcplife.{alias.name}", node.lineno
            else:
                yield module, node.lineno


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_run_one_way(path: Path) -> None:
    room = room_of(path)
    assert room in ARROWS, f"a new room, {room}: draw its arrows here first"
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] == "tcplife" and len(parts) > 1:
            target = parts[1]
            allowed = (
                target == room
                or target in ARROWS[room]
                or (not (PACKAGE / f"{target}.py").exists() and not (PACKAGE / target).is_dir())
            )
            assert allowed, f"{path}:{line}: {room} looks into {target}"


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_has_its_rooms(library: str) -> None:
    for path in sources():
        for name, line in imports(path):
            if name.split(".")[0] == library:
                assert room_of(path) in LIBRARIES[library], f"{path}:{line}: {library} does not belong there"


def test_top_level_is_what_a_stranger_expects() -> None:
    wanted = {"pyproject.toml", "tcplife", "tests", "sample_pcaps", "README.md", "LICENSE", "docs"}
    made = {"build", "dist", "tcplife.egg-info"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found <= wanted | made


LONGEST = 400
"""Lines of a module; beyond that it is divided."""


def test_no_module_is_two_rooms_in_one() -> None:
    assert [path for path in sources() if len(path.read_text().splitlines()) > LONGEST] == []


def test_nothing_is_left_unfinished() -> None:
    marks = ("TODO", "FIXME", "XXX", "NotImplementedError")
    found = [f"{path}: {mark}" for path in sources() for mark in marks if mark in path.read_text()]
    assert found == []
