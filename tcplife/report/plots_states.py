"""Both endpoints' states over time: two lanes, and the packets between them.

In: a Connection with segments. Out: an Svg. The time axis is stretched so that every change has room: half of its width
is shared evenly among the stretches between changes, the other half by their length; the times stand at the changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.catalogue import KINDS
from ..model.names import Basis, Role, Severity, State
from . import words
from .history import first_states
from .plots import LEFT, RIGHT, WIDTH, title_of
from .svg import STATE_CLASS, Svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection

LANE: Final = 34
CLIENT_TOP: Final = 40
SERVER_TOP: Final = 150
TICKS: Final = 10
EVEN: Final = 0.5
LETTER: Final = 7.6
"""Pixels of a letter of a state's name."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One state of one endpoint, from one time to another. tentative: never confirmed. through: left at once."""

    state: str
    begins: float
    ends: float
    tentative: bool
    packet: int
    through: tuple[str, ...] = ()


class Stretched:
    """Time -> pixels. changes: the times that need room. Behind `end` one more stretch shows the last states."""

    def __init__(self, changes: list[float], end: float) -> None:
        self._knots = sorted({0.0, *(at for at in changes if 0 <= at <= end), end})
        self._wide = (WIDTH - LEFT - RIGHT) * len(self._knots) / (len(self._knots) + 1)
        self._end = end or 1e-9

    def x(self, at: float) -> float:
        """Where a time is."""
        knots = self._knots
        spans = max(len(knots) - 1, 1)
        at = min(max(at, 0.0), self._end)
        before = sum(knot <= at for knot in knots) - 1
        rank = float(before)
        if before < len(knots) - 1:
            rank += (at - knots[before]) / (knots[before + 1] - knots[before])
        return LEFT + self._wide * (EVEN * rank / spans + (1 - EVEN) * at / self._end)


def end_of(c: Connection) -> float:
    """When the last packet came, of the connection or about it (an ICMP error)."""
    return max([c.duration, *(t.offset for t in c.transitions if t.packet is not None)])


def stays(c: Connection, role: Role) -> list[Stay]:
    """The states of one endpoint, one after the other, up to the last packet; a timer's CLOSED is left out."""
    found: list[Stay] = []
    through: tuple[str, ...] = ()
    state, since, tentative, packet = first_states(c)[str(role)], 0.0, False, 0
    for t in c.transitions:
        if t.endpoint is not role or t.basis is Basis.TIMER:
            continue
        if t.offset > since:
            found.append(Stay(str(state), since, t.offset, tentative, packet, through))
            through = ()
        elif packet:
            through = (*through, str(state))
        state, since, packet = str(t.to_state), max(t.offset, since), t.packet or 0
        tentative = t.basis is Basis.RECEIVED and t.confirmed_by is None
    if c.final[str(role)] is State.UNKNOWN and state != State.UNKNOWN:
        through, state = (*through, str(state)), str(State.UNKNOWN)  # how long it stayed there, nobody can tell
    return [*found, Stay(str(state), since, end_of(c), tentative, packet, through)]


def states(c: Connection) -> Svg:
    """The two lanes."""
    svg = Svg(WIDTH, SERVER_TOP + LANE + 64, title_of(c, "States"), c.verdict)
    both = {role: stays(c, role) for role in (Role.CLIENT, Role.SERVER)}
    changes = [stay.begins for lane in both.values() for stay in lane]
    scale = Stretched(changes, end_of(c))
    last = WIDTH - RIGHT
    for role, top in ((Role.CLIENT, CLIENT_TOP), (Role.SERVER, SERVER_TOP)):
        svg.text(LEFT - 8, top + LANE / 2 + 4, str(role), f"e b c {role}")
        for number, stay in enumerate(both[role], 1):
            end = last if number == len(both[role]) else scale.x(stay.ends)
            _stay(svg, scale.x(stay.begins), end, stay, top)
    _packets(svg, scale, c)
    _axis(svg, scale, sorted({0.0, *changes, end_of(c)}))
    return svg


def _stay(svg: Svg, x: float, end: float, stay: Stay, top: float) -> None:
    wide = max(end - x, 3)
    svg.group(f"{STATE_CLASS.get(stay.state, 'st-none')} pk", data_p=stay.packet or None)
    svg.add("title", f"{', '.join((*stay.through, stay.state))}: {words.span(round((stay.ends - stay.begins) * 1e9))}")
    svg.add("rect", class_="f soft", x=x, y=top, width=wide, height=LANE)
    svg.line(x, top, x, top + LANE, "l fat")
    svg.line(x, top + LANE, x + wide, top + LANE, "l dash" if stay.tentative else "l")
    name = stay.state + ("?" if stay.tentative else "")
    whole = ", ".join((*stay.through, name))
    name = whole if len(whole) * LETTER + 8 <= wide else name
    if len(name) * LETTER + 8 <= wide:
        svg.text(x + 7, top + 21, name, "b s")
    else:
        svg.text(x + 3, top - 4 if top == CLIENT_TOP else top + LANE + 12, whole if wide > 12 else "", "s halo")
    svg.end()


def _packets(svg: Svg, scale: Stretched, c: Connection) -> None:
    """One stroke per packet from its sender's lane towards the other; of many on one column the first."""
    drawn: set[tuple[int, Role, bool]] = set()
    severe = {kind.name for kind in KINDS if kind.severity >= Severity.WARNING}
    for segment in c.segments or ():
        odd = not severe.isdisjoint(segment.anomalies)
        x = scale.x(segment.offset)
        key = (round(x), segment.sender, odd)
        if key in drawn:
            continue
        drawn.add(key)
        low, high = (
            (CLIENT_TOP + LANE + 3, SERVER_TOP - 24)
            if segment.sender is Role.CLIENT
            else (
                CLIENT_TOP + LANE + 24,
                SERVER_TOP - 3,
            )
        )
        svg.line(x, low, x, high, f"l pk {'bad dash' if odd else segment.sender}", data_p=segment.packet)
    middle = (CLIENT_TOP + LANE + SERVER_TOP) / 2
    svg.text(LEFT - 8, middle + 4, "packets", "dim e s")


def _axis(svg: Svg, scale: Stretched, times: list[float]) -> None:
    """The times of the changes, as many as there is room for."""
    y = SERVER_TOP + LANE + 18
    svg.line(LEFT, y, WIDTH - RIGHT, y, "life")
    free = last = 0.0
    for at in times:
        x = scale.x(at)
        svg.line(x, y, x, y + 4, "life")
        text, before = words.span(round(at * 1e9)), words.span(round(last * 1e9))
        text = f"+{words.span(round((at - last) * 1e9))}" if text == before and at > last else text
        last = at
        if x - 3.2 * len(text) > free:
            svg.text(x, y + 16, text, "dim m s")
            free = x + 3.2 * len(text) + 6
    svg.text(WIDTH - RIGHT, y + 32, "time since the first packet (stretched where states change)", "dim e s")
