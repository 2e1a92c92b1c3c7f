"""Packed rows (arrays of 64-bit integers) read and written: what plain and compiled code do differently, each a line.

This module is never compiled itself: compiled code inlines what `native.pxd` says instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array


def longs(rows: array[int]) -> array[int]:
    """The numbers of rows, by index (compiled: the C pointer, good until the rows grow)."""
    return rows


def push(rows: array[int], first: int, second: int, third: int, fourth: int) -> None:
    """One more row of four numbers."""
    rows.extend((first, second, third, fourth))
