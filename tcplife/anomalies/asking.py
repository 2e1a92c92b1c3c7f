"""How a rule over segments is asked without Python's call, which would cost more than what most of them do.

This module is never compiled itself: compiled, `asking.pxd` stands for it, and the way to a rule is the address of its C
form, which Cython keeps with the module that has it (`__pyx_capi__`, as scipy.LowLevelCallable uses it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tracker.observation import Observation

    Way = Callable[[Observation], int]


def way_to(judge: Way) -> Way:
    """Return what `ask` needs to know of a rule's function."""
    return judge


def ask(way: Way, seen: Observation) -> int:
    """What the rule says of this segment."""
    return way(seen)
