"""How a rule is asked without Python's call, which would cost more than what most of them do.

This module is never compiled itself: compiled, `asking.pxd` stands for it, and the way to a rule is the address of its C
form, which Cython keeps with the module that has it (`__pyx_capi__`, as scipy.LowLevelCallable uses it).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ..tracker.observation import Observation
    from .ending import Ending

    Way = Callable[[Observation], int]
    EndWay = Callable[[Ending], None]
    Judge = TypeVar("Judge")


def way_to(judge: Judge) -> Judge:
    """Return what `ask` needs to know of a rule's function."""
    return judge


def ask(way: Way, seen: Observation) -> int:
    """What the rule says of this segment."""
    return way(seen)


def ask_at_end(way: EndWay, end: Ending) -> None:
    """Let the rule tell what it finds in this finished life."""
    way(end)
