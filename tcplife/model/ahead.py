"""Ask the memory for what will be read in a moment: the parts of a connection, all at once, not one after the other.

Ten thousand connections at once do not stay in the nearest cache, and each part is found by way of another. This module
is never compiled itself: the compiled rooms inline what `ahead.pxd` says instead; plain Python has no use for it.
"""

from __future__ import annotations


def fetch(wire: object, a: object, b: object, zeek: object, spent: object) -> None:
    """Have at hand soon what each segment of a connection reads first (compiled: a hint to the processor)."""
