"""The two things plain and compiled writers do differently, each a line: copy octets, hand them on.

This module is never compiled itself: the compiled writers inline what `native.pxd` says instead.
"""

from __future__ import annotations


def copy(to: bytearray, at: int, octets: bytes, size: int) -> None:
    """Put octets into a buffer that has room for them."""
    to[at : at + size] = octets


def octets(front: bytearray, size: int) -> bytes:
    """The first octets of a buffer, as an object of its own."""
    return bytes(front[:size])
