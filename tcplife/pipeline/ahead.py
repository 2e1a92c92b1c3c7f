"""Ask the memory for what will be read in a moment: the parts of a connection, all at once, not one after the other.

Ten thousand connections at once do not stay in the nearest cache, and each part is found by way of another. This module
is never compiled itself: the compiled rooms inline what `ahead.pxd` says instead; plain Python has no use for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..tracker.life import Life


def fetch(life: Life) -> None:
    """Have at hand soon what each segment of a connection reads first (compiled: a hint to the processor)."""
