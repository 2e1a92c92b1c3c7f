# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The transition log when nothing more is written: in order, without what was taken back.

In: packed rows as `Life.move` writes them. Out: the same, or new ones; or one more is taken back.
"""

from __future__ import annotations

from array import array

from ..model import longs
from .transitions import EVENT_OF

NUMBERS = array("q")
ROW_WIDTH = 4
WITHDRAWN = -1


def in_order(log: array[int]) -> array[int]:
    """By packet, timers last; within an endpoint always in the order in which it lived."""
    if is_ordered(log):
        return log
    size = len(log)
    rows = longs.of(log)
    ordered = longs.spare(NUMBERS, size)
    a = _next_of(rows, size, 0, 0)
    b = _next_of(rows, size, 0, 1)
    of_a = _mark(rows, a, 0) if a < size else 0
    of_b = _mark(rows, b, 0) if b < size else 0
    while a < size or b < size:
        if b >= size or (a < size and (of_a < of_b or (of_a == of_b and a < b))):
            longs.push4(ordered, rows[a], rows[a + 1], rows[a + 2], rows[a + 3])
            a = _next_of(rows, size, a + ROW_WIDTH, 0)
            if a < size:
                of_a = _mark(rows, a, of_a)
        else:
            longs.push4(ordered, rows[b], rows[b + 1], rows[b + 2], rows[b + 3])
            b = _next_of(rows, size, b + ROW_WIDTH, 1)
            if b < size:
                of_b = _mark(rows, b, of_b)
    return ordered


def _next_of(rows: array[int], size: int, at: int, side: int) -> int:
    """Where the next row of this side begins that was not taken back, `size` if none does."""
    while at < size and (rows[at + 2] == WITHDRAWN or rows[at + 2] & 1 != side):
        at += ROW_WIDTH
    return at


def _mark(rows: array[int], at: int, reached: int) -> int:
    """By what a row is sorted: its packet or a timer's time, but never before what its side had reached."""
    return max(reached, rows[at] or rows[at + 1])


def withdraw_first(log: array[int], side: int, event: int) -> None:
    """Take back an endpoint's first row if it is this event."""
    for at in range(0, len(log), ROW_WIDTH):
        code = log[at + 2]
        if code >= 0 and code & 1 == side:
            if EVENT_OF[code >> 3] == event:
                log[at + 2] = WITHDRAWN
            return


def is_ordered(log: array[int]) -> bool:
    """Whether the log is in order as it is, as nearly all are: then it need not be sorted."""
    size = len(log)
    rows = longs.of(log)
    of_a = 0
    of_b = 0
    latest = 0
    for at in range(0, size, 4):  # ROW_WIDTH: compiled, a step with a name makes a Python object of each number
        code = rows[at + 2]
        if code == WITHDRAWN:
            return False
        mark = rows[at]
        if mark == 0:
            mark = rows[at + 1]
        if code & 1:
            mark = of_b = max(of_b, mark)
        else:
            mark = of_a = max(of_a, mark)
        if mark < latest:
            return False
        latest = mark
    return True
