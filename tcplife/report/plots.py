"""Axes, scales and the four pictures of one connection by name.

In: a Connection analysed with segments. Out: an Svg. Every axis has its unit; a mark of a packet carries its number
(`data-p`, a merged one also its last, `data-q`). Marks that would fall on one column of pixels are merged, so that a
drawing stays small however long the connection is.
"""

from __future__ import annotations

from importlib import import_module
from math import floor, log10

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Final

    from ..model.connection import Connection
    from .svg import Svg

WIDTH: Final = 860
LEFT: Final = 92
RIGHT: Final = 20
TICKS: Final = 6
TICK: Final = 4
KINDS: Final = {
    "states": "tcplife.report.plots_states:states",
    "time-sequence": "tcplife.report.plots_sequence:time_sequence",
    "rtt": "tcplife.report.plots_rtt:rtt",
    "window": "tcplife.report.plots_window:window",
}
"""Kind of picture -> the function that draws it."""


def plot(kind: str, c: Connection) -> Svg:
    """The picture of this kind."""
    module, _, name = KINDS[kind].partition(":")
    draw: Callable[[Connection], Svg] = getattr(import_module(module), name)
    return draw(c)


def title_of(c: Connection, what: str) -> str:
    """What a picture shows, and of whom."""
    return f"{what}, connection {c.index}: {c.client} to {c.server}"


def nice(low: float, high: float, count: int = TICKS, least: float = 0.0) -> list[float]:
    """Round numbers between two, about `count`: steps of 1, 2 or 5 times a power of ten, `least` at least."""
    if high <= low:
        return [low]
    raw = max((high - low) / count, least)
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = -floor(1e-9 - low / step)
    found: list[float] = []
    while (first + len(found)) * step <= high * (1 + 1e-9):
        found.append((first + len(found)) * step)
    return found


def short(value: float) -> str:
    """A number at a tick: 0.02, 5, 65,536."""
    return f"{value:,.0f}" if value >= 1000 or value == floor(value) else f"{value:.6f}".rstrip("0").rstrip(".")


class Panel:
    """A rectangle with two axes. time and value ranges begin at zero; the value range gets some air."""

    def __init__(self, svg: Svg, top: float, height: float, seconds: float, value: float) -> None:
        self.svg = svg
        self.top = top
        self.bottom = top + height
        self.seconds = seconds or 1e-6
        self.value = value * 1.05 or 1.0
        self._wide = svg.width - LEFT - RIGHT

    def x(self, offset: float) -> float:
        """Where a time is."""
        return LEFT + self._wide * offset / self.seconds

    def y(self, value: float) -> float:
        """Where a value is."""
        return self.bottom - (self.bottom - self.top) * value / self.value

    def axes(self, title: str, unit: str, factor: float = 1.0, *, whole: bool = False) -> None:
        """Lines, ticks, names. factor: how many of `unit` a value of one is. whole: there are no parts of it."""
        svg = self.svg
        svg.text(LEFT, self.top - 10, title, "b")
        scale, name = time_unit(self.seconds)
        for value in nice(0, self.value * factor, least=float(whole)):
            y = self.y(value / factor)
            svg.line(LEFT, y, svg.width - RIGHT, y, "rule")
            svg.text(LEFT - 6, y + 4, short(value), "dim e s")
        for value in nice(0, self.seconds * scale, 8):
            x = self.x(value / scale)
            svg.line(x, self.bottom, x, self.bottom + TICK, "life")
            svg.text(x, self.bottom + 16, short(value), "dim m s")
        svg.line(LEFT, self.bottom, svg.width - RIGHT, self.bottom, "life")
        svg.text(svg.width - RIGHT, self.bottom + 30, f"time since the first packet ({name})", "dim e s")
        middle = (self.top + self.bottom) / 2
        svg.text(14, middle, unit, "dim m s", transform=f"rotate(-90 14 {middle:.0f})")

    def steps(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        """A value that stays until the next: a line of steps, thinned to what can be seen."""
        path: list[tuple[float, float]] = []
        for offset, value in points:
            x, y = self.x(offset), self.y(value)
            if path:
                path += [(x, path[-1][1])]
            path.append((x, y))
        self.svg.path(thinned(path), kind)


def time_unit(seconds: float) -> tuple[float, str]:
    """What to count a time of this length in."""
    if seconds < 0.002:
        return 1e6, "µs"
    return (1e3, "ms") if seconds < 2 else (1.0, "s")


def thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A path with at most four points per column of pixels: the first, the extremes, the last."""
    kept: list[tuple[float, float]] = []
    at = 0
    while at < len(points):
        end = at
        while end < len(points) and floor(points[end][0]) == floor(points[at][0]):
            end += 1
        column = points[at:end]
        if len(column) > 4:
            inner = column[1:-1]
            low, high = min(inner, key=lambda p: p[1]), max(inner, key=lambda p: p[1])
            column = [column[0], *([low, high] if inner.index(low) < inner.index(high) else [high, low]), column[-1]]
        for point in column:
            if not kept or (round(point[0], 1), round(point[1], 1)) != (round(kept[-1][0], 1), round(kept[-1][1], 1)):
                kept.append(point)
        at = end
    return kept


class Marks:
    """Vertical bars by column of pixels: bars of one kind that touch each other in one column become one."""

    def __init__(self, svg: Svg) -> None:
        self._svg = svg
        self._open: dict[str, list[Any]] = {}

    def add(self, kind: str, packet: int, x: float, low: float, high: float) -> None:
        """A bar from y=low down to y=high at x."""
        bar = self._open.get(kind)
        if bar and abs(bar[2] - x) < 1 and low <= bar[4] + 1.5 and high >= bar[3] - 1.5:
            bar[1] = packet
            bar[3], bar[4] = min(bar[3], low), max(bar[4], high)
            return
        self._draw(kind)
        self._open[kind] = [packet, packet, x, low, high]

    def finish(self) -> None:
        """Draw what is still open."""
        for kind in list(self._open):
            self._draw(kind)

    def _draw(self, kind: str) -> None:
        bar = self._open.pop(kind, None)
        if bar is None:
            return
        first, last, x, low, high = bar
        if high - low < 2:
            low, high = (low + high) / 2 - 1, (low + high) / 2 + 1
        self._svg.line(x, low, x, high, kind, data_p=first, data_q=last if last != first else None)


def legend(svg: Svg, y: float, entries: Iterable[tuple[str, str]], x: float = LEFT) -> None:
    """What the lines mean: (class, words), from left to right."""
    for kind, text in entries:
        svg.line(x, y - 4, x + 22, y - 4, kind)
        svg.text(x + 28, y, text, "dim s")
        x += 50 + 6.2 * len(text)
