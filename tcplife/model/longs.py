"""Numbers in arrays: append, make room, read by index; each a line that costs a Python object when it is not compiled.

This module is never compiled itself: the compiled rooms inline what `longs.pxd` says instead.
"""

from __future__ import annotations

from array import array


def reserve(rows: array[int], count: int) -> None:
    """Make room for so many numbers more, and no further ones."""


def push(rows: array[int], value: int) -> None:
    """Append one number."""
    rows.append(value)


def are_short(rows: array[int]) -> bool:
    """Whether they are numbers of 32 bits ("I"), not of 64 ("q")."""
    return rows.itemsize == 4


def push_any(rows: array[int], value: int) -> None:
    """Append one number to either kind, which must have room for it."""
    rows.append(value)


def push3(rows: array[int], a: int, b: int, c: int) -> None:
    """Append a row of three."""
    rows.fromlist([a, b, c])  # an eighth of what extend() takes


def push4(rows: array[int], a: int, b: int, c: int, d: int) -> None:
    """Append a row of four."""
    rows.fromlist([a, b, c, d])


def insert2(rows: array[int], at: int, a: int, b: int) -> None:
    """Put two numbers before the one at this index."""
    rows[at:at] = array(rows.typecode, (a, b))


def remove(rows: array[int], at: int, count: int) -> None:
    """Take out so many numbers from this index on."""
    del rows[at : at + count]


def zeros(like: array[int], count: int) -> array[int]:
    """Return a new array of the same kind."""
    return array(like.typecode, bytes(like.itemsize * count))


def spare(like: array[int], room: int) -> array[int]:
    """Return an empty array of the same kind that takes so many numbers before it grows."""
    return array(like.typecode)


def widened(like: array[int], rows: array[int]) -> array[int]:
    """Return short numbers as long ones, of the other's kind."""
    return array(like.typecode, rows)


def copy(rows: array[int]) -> array[int]:
    """Return the same numbers, in an array of their own."""
    return rows[:]


def of(rows: array[int]) -> array[int]:
    """Return the numbers, to be read and written by index until the next append (compiled: the C pointer)."""
    return rows


def sort(rows: array[int]) -> None:
    """Put them in order, of either kind."""
    rows[:] = array(rows.typecode, sorted(rows))


def sort_first(numbers: list[int] | array[int], count: int) -> None:
    """Put the first so many of 32 bits in order (compiled: of a C array)."""
    for at, value in enumerate(sorted(numbers[:count])):
        numbers[at] = value


def at(rows: array[int], index: int) -> int:
    """Return one number of either kind."""
    return rows[index]
