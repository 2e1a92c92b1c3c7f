"""The list of all recipes: each capture's name, lessons, meaning and origin beside the function that makes it.

Recipes register themselves on import; `every()` imports their modules. Refuses to know: how a capture is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

MODULES = (
    "wget",
    "opening",
    "closing",
    "resets",
    "options",
    "standing",
    "transfer",
    "application",
    "encapsulation",
    "network",
    "capturing",
)

SOCKETS = "real Linux sockets in network namespaces, captured by tcpdump: "
BRIDGED = (
    "real Linux sockets in two network namespaces, frames held, dropped or repeated between them, captured by tcpdump: "
)
SCRIPTED = "written by a script, no stack: "
DERIVED = "cut or rewritten from a capture of real sockets: "

Maker = Callable[[Path], None]


@dataclass(frozen=True)
class Recipe:
    """How captures come to be: make writes the first of the files to the path it gets, the others beside it."""

    files: tuple[str, ...]
    lessons: tuple[int, ...]
    shows: str
    origin: str
    script: str
    root: bool
    make: Maker


RECIPES: dict[str, Recipe] = {}


def recipe(
    name: str,
    *,
    lessons: tuple[int, ...],
    shows: str,
    origin: str,
    root: bool = True,
    suffixes: tuple[str, ...] = (".pcap",),
) -> Callable[[Maker], Maker]:
    """Enter the decorated function into the catalogue as the maker of sample_pcaps/NAME + each suffix."""

    def enter(make: Maker) -> Maker:
        script = "tests/samples/make/" + make.__module__.rpartition(".")[2] + ".py"
        files = tuple(name + suffix for suffix in suffixes)
        RECIPES[name] = Recipe(files, lessons, shows, origin, script, root, make)
        return make

    return enter


def every() -> dict[str, Recipe]:
    """Return all recipes by name, in the order of the modules."""
    for module in MODULES:
        import_module(f"tests.samples.make.{module}")
    return RECIPES
