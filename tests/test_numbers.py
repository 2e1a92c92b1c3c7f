"""What the .pxd of compiled modules say their constants are is what plain Python makes of them."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from tcplife.model.compiled import COMPILED

__test__ = not COMPILED  # compiled, the numbers stand in the instructions and are no attributes
ROOT = Path(__file__).resolve().parent.parent
NUMBER = re.compile(r'^    [\w ]+ (\w+) "\(\([\w ]+\)\{(-?\w+?)U?L*\}\)"$', re.MULTILINE)


def with_numbers() -> dict[str, str]:
    """Compiled module -> its .pxd, where that gives numbers."""
    (rooms,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["ext-modules"]
    found = {
        source.removesuffix(".py").replace("/", "."): (ROOT / source).with_suffix(".pxd").read_text()
        for source in rooms["sources"]
    }
    return {name: types for name, types in found.items() if NUMBER.search(types)}


@pytest.mark.parametrize("name", sorted(with_numbers()))
def test_a_number_is_the_constant_of_its_name(name: str) -> None:
    numbers = {constant: int(number, 0) for constant, number in NUMBER.findall(with_numbers()[name])}
    module = import_module(name)
    assert numbers == {constant: getattr(module, constant) for constant in numbers}
