"""The live screen's loop: what to draw when, and what each key does.

In: an Analysis that notes what happens. Out: a terminal drawn on its second screen, and given back as it was.
"""

from __future__ import annotations

import time
from collections import deque

from rich.console import Console
from rich.live import Live

from ..model.names import Severity
from ..report import words
from ..report.watch_lines import finished_line, happening_line
from ..report.watch_screen import Sums, View, draw, rows_for
from .keys import Keys
from .select import severity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.watching import Census, Happening
    from ..pipeline import Analysis

PERIOD_S: Final = 0.25
"""Between two drawings at least; nine times what the last one took, where that is more."""
SHARE: Final = 9
RATE_S: Final = 1.0
KEPT_EVENTS: Final = 200
ORDERS: Final = ("newest", "octets", "anomalies", "oldest", "active", "idle")


class Meter:
    """Rates of what only grows, over the last second or so."""

    def __init__(self) -> None:
        self._at = time.monotonic()
        self._before = (0, 0, 0)
        self.rates = (0.0, 0.0, 0.0)

    def read(self, now: tuple[int, int, int]) -> tuple[float, float, float]:
        """Return the rates per second; they change once in a second."""
        moment = time.monotonic()
        passed = moment - self._at
        if passed >= RATE_S:
            first, second, third = ((new - old) / passed for new, old in zip(now, self._before, strict=True))
            self.rates = (first, second, third)
            self._at = moment
            self._before = now
        return self.rates


class Watcher:
    """One watching: the view, the events that are shown, and when to draw next."""

    def __init__(self, analysis: Analysis, *, utc: bool, least: Severity) -> None:
        self.analysis = analysis
        self.view = View()
        self.sums = Sums(source=analysis.reader.source)
        self.quit = False
        self._utc = utc
        self._least = least
        self._meter = Meter()
        self._events: deque[tuple[int, str]] = deque(maxlen=KEPT_EVENTS)
        self._shown: list[tuple[int, str]] = []
        self._census: Census | None = None
        self._next = 0.0
        self._size = (0, 0)

    def take(self, happenings: list[Happening], finished: list[Connection]) -> None:
        """Keep what deserves a line below the table: anomalies, and ends that are worth a word."""
        for event in happenings:
            if event.severity is not None and event.severity >= self._least:
                self._events.append((int(event.severity), happening_line(event, utc=self._utc, decimals=0)))
        for connection in finished[-KEPT_EVENTS:]:
            self._events.append((0, finished_line(connection, utc=self._utc, decimals=0)))

    def press(self, key: str) -> None:
        """Do what a key means."""
        view = self.view
        self._next = 0.0
        if view.typing:
            self._type(key)
        elif key == "q":
            self.quit = True
        elif key == " ":
            view.paused = not view.paused
        elif key == "s":
            view.order = ORDERS[(ORDERS.index(view.order) + 1) % len(ORDERS)]
        elif key == "c":
            view.closed = not view.closed
        elif key == "/":
            view.typing = True
            view.words = ""
        elif key in ("?", "h"):
            view.help = not view.help
        elif key == "escape":
            view.words = ""
            view.help = False
        else:
            self._next = time.monotonic() + PERIOD_S

    def _type(self, key: str) -> None:
        if key in "\r\n":
            self.view.typing = False
        elif key == "escape":
            self.view.typing = False
            self.view.words = ""
        elif key in "\x7f\b":
            self.view.words = self.view.words[:-1]
        else:
            self.view.words += key

    def is_due(self, console: Console) -> bool:
        """Whether to draw again: it is time to, or the terminal has another size."""
        return time.monotonic() >= self._next or console.size != self._size

    def show(self, live: Live, console: Console, *, keys: bool) -> None:
        """Draw the screen for the size the terminal has now."""
        began = time.monotonic()
        width, height = self._size = console.size
        if self._census is None or not self.view.paused:
            self._census = self.analysis.census(
                self.view.order, rows_for(height), self.view.words, closed=self.view.closed
            )
            self._count(self._census)
            self._shown = list(self._events)
        live.update(draw(self._census, self.sums, self._shown, self.view, width, height, keys=keys), refresh=True)
        took = time.monotonic() - began
        self._next = time.monotonic() + max(PERIOD_S, SHARE * took)

    def _count(self, census: Census) -> None:
        analysis = self.analysis
        sums = self.sums
        totals = (analysis.records, analysis.reader.bytes_read, analysis.opened)
        sums.packets, _, sums.connections = totals
        sums.packet_rate, sums.octet_rate, sums.connection_rate = self._meter.read(totals)
        sums.live = analysis.is_live
        sums.clock = words.clock(census.now_ns, utc=self._utc, decimals=0) if census.now_ns else ""
        sums.notes = [str(damage) for damage in analysis.reader.damages]


def watch_on_screen(analysis: Analysis, given: dict[str, Any], *, stays: bool) -> None:
    """Watch until the input ends or q is pressed. stays: keep the screen at the end until q, if there are keys."""
    least = severity_of(given["severity"]) if given["severity"] else Severity.INFO
    watcher = Watcher(analysis, utc=given["utc"], least=least)
    console = Console(color_system=None if given["colour"] == "never" else "auto", highlight=False, markup=False)
    drawing = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    with Keys() as keys, drawing as live:
        keys.on_suspend(live.stop, lambda: live.start(refresh=True))
        try:
            _loop(watcher, live, console, keys, stays=stays)
        finally:
            keys.forget_suspend()
    while watcher.quit and analysis.step():  # what is on its way still counts
        analysis.take_ready()
    while analysis.leave():
        analysis.take_ready()
    analysis.complete()


def _loop(watcher: Watcher, live: Live, console: Console, keys: Keys, *, stays: bool) -> None:
    analysis = watcher.analysis
    goes_on = True
    while goes_on and not watcher.quit:
        goes_on = analysis.step()
        watcher.take(analysis.take_happenings(), analysis.take_ready())
        for key in keys.pressed():
            watcher.press(key)
        if watcher.is_due(console):
            watcher.show(live, console, keys=keys.there)
    if watcher.quit:
        analysis.stop(patient=False)
    watcher.sums.ended = True
    while stays and keys.there and not watcher.quit and not analysis.stopped:
        if watcher.is_due(console):
            watcher.show(live, console, keys=True)
        time.sleep(0.05)
        for key in keys.pressed():
            watcher.press(key)
