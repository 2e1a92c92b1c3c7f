# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The transition log when nothing more is written: in order, without what was taken back.

In: packed rows as `Life.move` writes them. Out: the same, or new ones. Nothing is decided here.
"""

from __future__ import annotations

from array import array

from ..model import longs

ROW_WIDTH = 4
WITHDRAWN = -1


def in_order(rows: array[int]) -> array[int]:
    """By packet, timers last; within an endpoint always in the order in which it lived."""
    if is_ordered(rows):
        return rows
    kept = []
    reached = [0, 0]
    for at in range(0, len(rows), ROW_WIDTH):
        code = rows[at + 2]
        if code != WITHDRAWN:
            side = code & 1
            reached[side] = max(reached[side], rows[at] or rows[at + 1])
            kept.append((reached[side], at))
    ordered = array("q")
    for _, at in sorted(kept):
        ordered.extend(rows[at : at + ROW_WIDTH])
    return ordered


def is_ordered(log: array[int]) -> bool:
    """Whether the log is in order as it is, as nearly all are: then it need not be sorted."""
    size = len(log)
    rows = longs.of(log)
    of_a = 0
    of_b = 0
    latest = 0
    for at in range(0, size, ROW_WIDTH):
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
