"""The build: what has types beside it is compiled, and nothing stale is run."""

from __future__ import annotations

import tomllib
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import tcplife
from tcplife.model.compiled import COMPILED

ROOT = Path(__file__).resolve().parent.parent
INLINE_ONLY = {"tcplife.decode.wire", "tcplife.report.native"}
"""Their .pxd holds C bodies that other modules inline; the .py is the plain form of the same."""


def typed_modules() -> set[str]:
    """Modules with a .pxd beside them."""
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "tcplife").rglob("*.pxd")}
    return found - INLINE_ONLY


def test_every_typed_module_is_built_and_may_fail_to() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = {module["name"]: module for module in project["tool"]["setuptools"]["ext-modules"]}
    assert set(listed) == typed_modules()
    for name, module in listed.items():
        assert module["sources"] == [name.replace(".", "/") + ".py"]
        assert module["optional"] is True, f"{name}: without a C compiler the installation must go on"


def test_no_compiled_file_is_older_than_its_source() -> None:
    for built in (ROOT / "tcplife").rglob("*.so"):
        name = built.name.removesuffix(next(suffix for suffix in EXTENSION_SUFFIXES if built.name.endswith(suffix)))
        for source in (built.with_name(name + ".py"), built.with_name(name + ".pxd")):
            assert source.stat().st_mtime <= built.stat().st_mtime, f"{built} is older than {source}: build again"


def test_all_is_compiled_or_nothing() -> None:
    built = {path.name.split(".")[0] for path in Path(tcplife.__file__).parent.rglob("*.so")}
    wanted = {name.rsplit(".", 1)[1] for name in typed_modules()}
    assert built == (wanted if COMPILED else set())
