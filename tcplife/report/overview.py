"""Many connections at a glance: how they ended, what went wrong, and a table of those that ask to be looked at.

In: connections, one at a time; of each only a few counters and, while it is among the top rows, its cells are kept, so
that memory is bounded by what is shown. Out: lines.
"""

from __future__ import annotations

import heapq

from ..model.catalogue import KINDS
from ..model.connection import ANOMALY_WIDTH
from . import words
from .block import CLOSE_WORDS, SEVERITY_STYLE
from .columns import COLUMNS, Column, order_of
from .paint import clipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any, Final

    from ..model.connection import Connection
    from .paint import Paint

DEFAULT_TOP: Final = 20
BAR: Final = 16
GAP: Final = 2
PROBLEMS: Final = 16
"""Columns that the last column, what went wrong, gets at least."""


class _Backwards:
    """A key that orders the other way round."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: _Backwards) -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Backwards) and bool(self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)


class Overview:
    """Counts every connection and keeps the cells of the top rows. top: how many, 0 for all."""

    def __init__(self, order: str, top: int) -> None:
        """Raises: UsageError when there is no such column to sort by."""
        self._key, self._descending = order_of(order)
        self._top = top
        self._heap: list[tuple[Any, tuple[str, ...]]] = []
        self.connections = 0
        self._ends: dict[str, list[int]] = {}
        self._kinds: dict[int, list[int]] = {}

    def add(self, c: Connection) -> None:
        """Count one connection; keep its row if it belongs to the top ones."""
        self.connections += 1
        end = self._ends.setdefault(c.close_kind or _open_in(c), [0, c.index])
        end[0] += 1
        if c.anomaly_rows:
            self._count_kinds(c.index, c.anomaly_rows)
        key = (self._key(c), -c.index if self._descending else c.index)
        ranked = key if self._descending else _Backwards(key)
        if not self._top:
            self._heap.append((ranked, self._row(c)))
        elif len(self._heap) < self._top:
            heapq.heappush(self._heap, (ranked, self._row(c)))
        elif self._heap[0][0] < ranked:
            heapq.heapreplace(self._heap, (ranked, self._row(c)))

    def _count_kinds(self, index: int, rows: array[int]) -> None:
        codes = [code >> 1 for code in rows[1::ANOMALY_WIDTH]]
        for kind in set(codes):
            counts = self._kinds.setdefault(kind, [0, 0, index, 0])
            counts[0] += 1
            counts[1] += codes.count(kind)
            if not counts[3]:
                counts[3] = rows[codes.index(kind) * ANOMALY_WIDTH]

    def _row(self, c: Connection) -> tuple[str, ...]:
        return tuple(column.cell(c) for column in COLUMNS.values())

    def lines(self, paint: Paint, width: int) -> list[str]:
        """Everything, ready to print; width 0 shows every column and cuts nothing."""
        return [*self._end_lines(paint), "", *self._kind_lines(paint), "", *self._table_lines(paint, width)]

    def _end_lines(self, paint: Paint) -> list[str]:
        lines = [paint("bold", "How they ended")]
        for end, (count, example) in sorted(self._ends.items(), key=lambda item: (-item[1][0], item[0])):
            name = CLOSE_WORDS.get(end, end)
            bar = "█" * max(1, round(BAR * count / self.connections))
            part = words.share(count, self.connections)
            lines.append(f"  {name:<34}{count:>10,}{part:>6}  {paint('cyan', f'{bar:<{BAR}}')}  #{example}")
        return lines

    def _kind_lines(self, paint: Paint) -> list[str]:
        if not self._kinds:
            return [paint("bold", "Nothing went wrong")]
        lines = [paint("bold", "What went wrong") + paint("dim", f"{'connections':>33}{'times':>12}  first")]
        ranked = sorted(
            self._kinds.items(), key=lambda item: (-KINDS[item[0]].severity, -item[1][0], KINDS[item[0]].name)
        )
        for number, (count, times, example, packet) in ranked:
            kind = KINDS[number]
            word = paint(SEVERITY_STYLE[kind.severity], f"{kind.severity.word:<8}")
            lines.append(f"  {word} {kind.name:<26}{count:>11,}{times:>12,}  #{example}, packet {packet}")
        return lines

    def _table_lines(self, paint: Paint, width: int) -> list[str]:
        rows = [row for _, row in sorted(self._heap, key=lambda item: item[0], reverse=True)]
        chosen = _fitting(rows, width)
        lines = [self._table_title(paint, len(rows))]
        lines.append(paint("dim", _line([(COLUMNS_LIST[at], COLUMNS_LIST[at].title) for at, _ in chosen], chosen)))
        lines += [clipped(_line([(COLUMNS_LIST[at], row[at]) for at, _ in chosen], chosen), width) for row in rows]
        return lines

    def _table_title(self, paint: Paint, shown: int) -> str:
        if shown == self.connections:
            return paint("bold", f"All {self.connections:,} connections")
        rest = "  (--top 0: all, --connection N: one in detail)"
        return paint("bold", f"{shown} of {self.connections:,} connections") + paint("dim", rest)


def _open_in(c: Connection) -> str:
    """What to call the end of a connection that has none: the states it was left in."""
    return f"open: {c.final['client']}/{c.final['server']}"


COLUMNS_LIST: Final[list[Column]] = list(COLUMNS.values())


def _fitting(rows: list[tuple[str, ...]], width: int) -> list[tuple[int, int]]:
    """The columns that fit, as (number, width); the last one takes what is left."""
    sizes = [max([len(column.title), *(len(row[at]) for row in rows)]) for at, column in enumerate(COLUMNS_LIST)]
    chosen = list(range(len(COLUMNS_LIST)))
    if not width:
        return [(at, sizes[at]) for at in chosen]
    last = chosen[-1]
    if all(row[last] == "-" for row in rows):
        chosen.remove(last)
    sizes[last] = min(sizes[last], PROBLEMS)
    for at in sorted(chosen, key=lambda at: -COLUMNS_LIST[at].rank):
        if sum(sizes[kept] + GAP for kept in chosen) - GAP <= width or not COLUMNS_LIST[at].rank:
            break
        chosen.remove(at)
    left = width - sum(sizes[kept] + GAP for kept in chosen) + GAP
    return [(at, sizes[at] + max(left, 0) if at == last else sizes[at]) for at in chosen]


def _line(cells: list[tuple[Column, str]], chosen: list[tuple[int, int]]) -> str:
    parts = [
        f"{text:>{size}}" if column.right else f"{text:<{size}}"
        for (column, text), (_, size) in zip(cells, chosen, strict=True)
    ]
    return (" " * GAP).join(parts).rstrip()
