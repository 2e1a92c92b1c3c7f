"""Where objects lie in memory: Python's own affair, unless `model.pool` is compiled and inlines `memory.pxd`.

This module is never compiled itself.
"""

from __future__ import annotations


def take_over(kind: type, outlives: bool) -> bool:
    """Place the objects of a class from now on (compiled); returns whether it was done. outlives: apart from others."""
    return kind is None and outlives


def large_arenas() -> bool:
    """Have all other small objects lie on huge pages (compiled); returns whether they do."""
    return False


def held() -> int:
    """Return the octets of memory taken for such objects."""
    return 0
