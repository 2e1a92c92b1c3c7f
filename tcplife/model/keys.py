"""Several numbers as one key of a dict: a tuple of them costs a Python object each when compiled.

This module is never compiled itself: the compiled rooms inline what `keys.pxd` says instead.
"""

from __future__ import annotations

from struct import Struct

_TWO = Struct("=2Q").pack
_THREE = Struct("=3Q").pack
_FIVE = Struct("=5Q").pack


def of_two(a: int, b: int) -> bytes:
    """Return two numbers of 64 bits as octets, in the machine's order."""
    return _TWO(a, b)


def of_three(a: int, b: int, c: int) -> bytes:
    """Return three."""
    return _THREE(a, b, c)


def of_five(a: int, b: int, c: int, d: int, e: int) -> bytes:
    """Return five."""
    return _FIVE(a, b, c, d, e)
