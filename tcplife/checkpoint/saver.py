"""When to save, what belongs together, and going on from it.

In: an Analysis between two steps, the captures it reads. Out: lines for `store`: how it was made, what was read, the
sums, then every flow. A later run with the same captures and more passes over what was read; with others it goes on.
"""

from __future__ import annotations

import os
import stat
import time
from hashlib import sha256

from ..errors import CheckpointError, UsageError
from .encoding import text_of, thing_of
from .memory import memory_of, pass_over, remember
from .store import load, save

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Final

    from ..model.totals import Options
    from ..pipeline import Analysis

SHARE: Final = 10
"""Saving takes a tenth of the time at most: a large table is saved less often."""
HEAD_OCTETS: Final = 4096
"""A capture is known again by so many of its first octets, wherever it lies by then."""
ALIKE: Final = ("segments", "details", "msl_s", "checksums")
"""Options that a run must share with the one it goes on from."""


Heads = tuple[tuple[int, str], ...]
"""What files begin with: so many octets, hashed."""


class Saver:
    """Saves one run. every_s: seconds between two times at least."""

    def __init__(self, path: str, analysis: Analysis, captures: Sequence[str], every_s: float) -> None:
        self.path = path
        self._analysis = analysis
        self._every_s = every_s
        self._next = time.monotonic() + every_s
        self._firsts = _firsts(captures)
        self._parts: list[tuple[Heads, int]] = []
        self._before = 0

    def take_up(self) -> None:
        """Go on from the file, if it is there; what was read of these captures before is passed over.

        Raises: CheckpointError when the file is none of ours, damaged, or of a run with other options; UsageError when
        only some of what was read before is among the captures.
        """
        if not os.path.exists(self.path):  # noqa: PTH110 - plain paths throughout
            return
        analysis = self._analysis
        self._parts = resume(analysis, self.path)
        self._before = analysis.records
        again = self._read_before()
        if again:
            if not pass_over(analysis, again):
                raise UsageError(f"{self.path}: these captures are shorter than what was read of them before")
            self._parts = []
            self._before -= again

    def _read_before(self) -> int:
        """Records of these captures that were read before: all that were read of them, or none."""
        known = {head for heads, _ in self._parts for head in heads}
        found = {head for head in known if any(_begins(first, head) for first in self._firsts)}
        if not found:
            return 0
        if found != known or not all(heads for heads, records in self._parts if records):
            raise UsageError(
                f"{self.path}: some of these captures were read before, others that were are missing;"
                " give all of them (they are passed over) or only new ones"
            )
        return sum(records for _, records in self._parts)

    def is_due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() >= self._next

    def save(self) -> None:
        """Save now. Raises: UsageError when the file cannot be written."""
        began = time.monotonic()
        heads = tuple([(len(first), sha256(first).hexdigest()) for first in self._firsts])
        parts = [*self._parts, (heads, self._analysis.records - self._before)]
        try:
            save(self.path, _lines(self._analysis, parts))
        except OSError as problem:
            raise UsageError(f"{self.path}: {(problem.strerror or str(problem)).lower()}") from problem
        took = time.monotonic() - began
        self._next = began + max(self._every_s, SHARE * took)

    def remove(self) -> None:
        """The run is over: there is nothing to go on from."""
        if os.path.exists(self.path):  # noqa: PTH110 - plain paths throughout
            os.unlink(self.path)  # noqa: PTH108 - likewise


def _lines(analysis: Analysis, parts: list[tuple[Heads, int]]) -> Iterator[str]:
    yield text_of({name: _number(getattr(analysis.options, name)) for name in ALIKE})
    yield text_of(parts)
    memory = memory_of(analysis)
    flows = memory.pop("flows")
    yield text_of(memory)
    for flow in flows:
        yield text_of(flow)


def resume(analysis: Analysis, path: str) -> list[tuple[Heads, int]]:
    """Put everything that was saved into a fresh Analysis; returns what was read so far, part by part.

    Raises: CheckpointError when it was saved with other options or is not what it should be.
    """
    try:
        lines = load(path)
        _compare(thing_of(next(lines)), analysis.options, path)
        parts: list[tuple[Heads, int]] = thing_of(next(lines))
        memory = thing_of(next(lines))
        memory["flows"] = [thing_of(line) for line in lines]
        remember(analysis, memory)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, StopIteration) as problem:
        raise CheckpointError(f"{path}: does not hold what it should ({problem})") from problem
    except OSError as problem:
        raise UsageError(f"{path}: {(problem.strerror or str(problem)).lower()}") from problem
    return parts


def _compare(saved: dict[str, Any], options: Options, path: str) -> None:
    for name in ALIKE:
        if saved[name] != _number(getattr(options, name)):
            raise CheckpointError(f"{path}: was saved with another value of {name}: {saved[name]}")


def _number(value: float) -> int:
    """Options as whole numbers: seconds in nanoseconds."""
    return round(value * 1_000_000_000) if isinstance(value, float) else int(value)


def _firsts(captures: Sequence[str]) -> tuple[bytes, ...]:
    """Return what each capture begins with, if they are all files; nothing at all if one is a pipe or a directory."""
    firsts = []
    for capture in captures:
        try:
            if capture == "-" or not stat.S_ISREG(os.stat(capture).st_mode):  # noqa: PTH116 - plain paths throughout
                return ()
            with open(capture, "rb") as file:  # noqa: PTH123 - likewise
                firsts.append(file.read(HEAD_OCTETS))
        except OSError:
            return ()
    return tuple(firsts)


def _begins(first: bytes, head: tuple[int, str]) -> bool:
    """Whether a capture begins with what was read before; it may have grown since."""
    size, digest = head
    return len(first) >= size and sha256(first[:size]).hexdigest() == digest
