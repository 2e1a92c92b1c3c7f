"""How many endpoints were in which state, over the time of the capture: bands of all, curves of each service's piles.

In: connections as they leave the table, in any order. Out: Svgs. Kept are counts per slice of time, at most SLICES of
them: when a capture outgrows them, two slices become one. So memory is bounded, and a stay shorter than a slice may
not show.
"""

from __future__ import annotations

from collections import Counter

from ..model.names import ROLES, Role, State
from . import words
from .plots import WIDTH, Panel
from .svg import STATE_CLASS, Svg, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection

SLICES: Final = 600
SERVICES: Final = 2000
"""Services that are followed; further ones are counted."""
CURVES: Final = 6
HEIGHT: Final = 170
TOP: Final = 34
BETWEEN: Final = 74
BANDS: Final = (
    (State.SYN_SENT, 0.5), (State.SYN_RECEIVED, 0.9), (State.ESTABLISHED, 0.55), (State.FIN_WAIT_1, 0.9),
    (State.FIN_WAIT_2, 0.65), (State.CLOSING, 0.8), (State.CLOSE_WAIT, 0.9), (State.LAST_ACK, 0.6),
    (State.TIME_WAIT, 0.3),
)  # fmt: skip
"""States that are drawn, from the bottom up, and how dark; the colours are those of the lanes."""
PILES: Final = frozenset({State.SYN_RECEIVED, State.FIN_WAIT_2, State.CLOSE_WAIT, State.TIME_WAIT, State.LAST_ACK})
LEAST: Final = 3
"""So many at once in one state are worth a curve."""
Service = tuple[str, int, Role, State]
"""Address and port of the service, whose endpoints are counted, in which state."""


class Slices:
    """Changes of counts per slice of time, 2**shift nanoseconds long."""

    def __init__(self) -> None:
        self.shift = 14
        self.low = self.high = -1
        self.changes: dict[object, Counter[int]] = {}

    def add(self, key: object, begins_ns: int, ends_ns: int | None) -> None:
        """One more of these from a time on, until another (None: to the end of the capture)."""
        for at_ns, change in ((begins_ns, 1), (ends_ns, -1)):
            if at_ns is not None:
                self._reach(at_ns)
                self.changes.setdefault(key, Counter())[at_ns >> self.shift] += change

    def _reach(self, ns: int) -> None:
        """Have room for this time; double the slices until there is."""
        at = ns >> self.shift
        self.low = at if self.low < 0 else min(self.low, at)
        self.high = max(self.high, at)
        while self.high - self.low > SLICES:
            self.shift += 1
            self.low, self.high = self.low >> 1, self.high >> 1
            for key, changes in self.changes.items():
                halved: Counter[int] = Counter()
                for slice_, change in changes.items():
                    halved[slice_ >> 1] += change
                self.changes[key] = halved

    def counts(self, key: object) -> list[int]:
        """How many there were at the end of each slice; none where nothing was ever counted."""
        found: list[int] = []
        now = 0
        if self.high < 0:
            return found
        changes = self.changes.get(key, Counter())
        for at in range(self.low, self.high + 1):
            now += changes.get(at, 0)
            found.append(now)
        return found

    @property
    def seconds(self) -> float:
        """How long all slices are together."""
        return max(self.high - self.low, 1) * (1 << self.shift) / 1e9


class Curves:
    """Both kinds of picture."""

    def __init__(self) -> None:
        self._bands = Slices()
        self._piles = Slices()
        self._services: set[tuple[str, int]] = set()
        self.omitted = 0

    def add(self, c: Connection) -> None:
        """Take the stays of both endpoints in every state."""
        server = c.server
        service = (server.ip, server.port)
        follow = service in self._services or len(self._services) < SERVICES
        if follow:
            self._services.add(service)
        else:
            self.omitted += 1
        rows = c.transition_rows or ()
        since: dict[int, tuple[State, int]] = {}
        moves = [(t.endpoint, t.to_state, c.start_ns + round(t.offset * 1e9)) for t in c.transitions] if rows else []
        for role, state, at_ns in moves:
            side = ROLES.index(role)
            self._stay(service if follow else None, role, since.get(side), at_ns)
            since[side] = (state, at_ns)
        for side, stay in since.items():
            self._stay(service if follow else None, ROLES[side], stay, None)

    def _stay(
        self, service: tuple[str, int] | None, role: Role, stay: tuple[State, int] | None, end: int | None
    ) -> None:
        if stay is None or stay[0] not in SHOWN:
            return
        state, since = stay
        self._bands.add((role, state), since, end)
        if state in PILES and service is not None:
            self._piles.add((*service, role, state), since, end)

    def bands(self) -> Svg:
        """All clients' states, and all servers', stacked."""
        svg = Svg(WIDTH, TOP + 2 * HEIGHT + BETWEEN + 96, "States of all connections over time")
        for place, role in enumerate((Role.CLIENT, Role.SERVER)):
            self._stack(svg, role, TOP + place * (HEIGHT + BETWEEN))
        y = TOP + 2 * HEIGHT + BETWEEN + 56
        for place, (state, dark) in enumerate(BANDS):
            x = 92 + (place % 5) * 150
            svg.add(
                "rect",
                class_=f"f {STATE_CLASS[state]}",
                x=x,
                y=y + 18 * (place // 5),
                width=14,
                height=12,
                fill_opacity=str(dark),
            )
            svg.text(x + 20, y + 10 + 18 * (place // 5), str(state), "dim s")
        return svg

    def _stack(self, svg: Svg, role: Role, top: float) -> None:
        slices = self._bands
        rows = [(state, dark, slices.counts((role, state))) for state, dark in BANDS]
        columns = slices.high - slices.low + 1 if slices.high >= 0 else 0
        below = [0] * columns
        most = max((sum(row[at] for *_, row in rows) for at in range(columns)), default=1)
        panel = Panel(svg, top, HEIGHT, slices.seconds, max(most, 1))
        panel.axes(f"{role} endpoints", "connections", whole=True)
        width = slices.seconds / max(columns, 1)
        for state, dark, counts in rows:
            above = [low + count for low, count in zip(below, counts, strict=True)]
            if any(counts):
                outline = _steps(panel, above, width) + _steps(panel, below, width)[::-1]
                told = "L".join(f"{number(x)} {number(y)}" for x, y in outline)
                svg.group(STATE_CLASS[state])
                svg.add("title", f"{state}: {max(counts):,} at most")
                svg.add("path", class_="f", d=f"M{told}z", fill_opacity=str(dark))
                svg.end()
            below = above

    def piles(self) -> list[Svg]:
        """The curves of the services with the greatest piles."""
        found = []
        for key in self._piles.changes:
            counts = self._piles.counts(key)
            if max(counts, default=0) >= LEAST:
                found.append((-max(counts), key, counts))
        found.sort(key=lambda entry: (entry[0], str(entry[1])))
        return [self._curve(key, counts) for _, key, counts in found[:CURVES]]  # type: ignore[arg-type]

    def _curve(self, key: Service, counts: list[int]) -> Svg:
        ip, port, role, state = key
        svg = Svg(WIDTH, TOP + HEIGHT + 46, f"{state} at {ip}.{port}")
        panel = Panel(svg, TOP, HEIGHT, self._piles.seconds, max(counts))
        panel.axes(f"service {ip}.{port}: {role}s in {state}, {max(counts):,} at most", "connections", whole=True)
        width = self._piles.seconds / len(counts)
        svg.group(STATE_CLASS[state])
        svg.path(_steps(panel, counts, width), "l")
        svg.end()
        return svg

    @property
    def grain(self) -> str:
        """How long a slice is."""
        return words.span(1 << self._bands.shift)


SHOWN: Final = frozenset(state for state, _ in BANDS)


def _steps(panel: Panel, counts: list[int], width: float) -> list[tuple[float, float]]:
    """Counts as a line of steps; equal ones in a row become one."""
    points: list[tuple[float, float]] = []
    for at, count in enumerate(counts):
        y = panel.y(count)
        if not points or points[-1][1] != y:
            points += [(panel.x(at * width), points[-1][1])] if points else []
            points.append((panel.x(at * width), y))
    return [*points, (panel.x(len(counts) * width), points[-1][1])] if points else []
