"""Ask the memory for what a life that leaves consists of, before its record is made: nothing but hints to the processor.

Each part is found by way of another, and most are in no near cache. This module is never compiled itself: the compiled
rooms inline what `soon.pxd` says instead; plain Python has no use for it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tracker.life import Life

AHEAD = 0
"""So many lives before the first one's turn the parts of the first ones are asked for (compiled: some)."""


def leaving(left: list[Life], at: int) -> None:
    """Records are made of these, one after the other, and it is this one's turn: have the parts of the next ones at hand."""
