"""The ladder as a drawing: slanted arrows as in the textbooks, states at both edges.

In: a Ladder. Out: an Svg. Slopes say only who sent first: a capture knows one place, not when an end got a segment.
Every element of a packet carries its number (`data-p`, a run also its last, `data-q`), for pages that link pictures.
"""

from __future__ import annotations

from math import atan2, degrees
from textwrap import wrap

from ..model.names import Role, Severity
from . import ladder_words as say
from . import words
from .ladder import Aside, Fold, Gap, Rung, Skip, Step
from .svg import STATE_CLASS, Svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .ladder import Item, Ladder

WIDTH: Final = 860
LEFT: Final = 270
RIGHT: Final = 730
PACKET: Final = 56
TIME: Final = 142
TOP: Final = 64
ROW: Final = 30
SLOPE: Final = 14
STEP: Final = 16
NOTE: Final = 14
NOTE_LETTERS: Final = 68
HEAD: Final = 8


class _Drawing:
    """Goes down the page, item by item."""

    def __init__(self, drawing: Ladder) -> None:
        self.drawing = drawing
        c = drawing.connection
        height = TOP + sum(_height(item) for item in drawing.items) + 30 + 16 * len(say.legend(drawing))
        self.svg = Svg(WIDTH, height, f"Ladder of connection {c.index}", f"{c.client} to {c.server}. {c.verdict}")
        self.y = float(TOP)

    def draw(self) -> Svg:
        """Everything."""
        svg, c = self.svg, self.drawing.connection
        svg.text(PACKET, 42, "packet", "dim e s")
        svg.text(TIME, 42, "time (s)", "dim e s")
        svg.text(LEFT, 18, f"client {c.client}", "h m")
        svg.text(RIGHT, 18, f"server {c.server}", "h m")
        self._states((Step(self.drawing.client),), (Step(self.drawing.server),), 42, 42)
        top = self.y - 34
        for item in self.drawing.items:
            self._item(item)
        for x in (LEFT, RIGHT):
            svg.line(x, top, x, self.y, "life")
        for number, text in enumerate(say.legend(self.drawing)):
            svg.text(8, self.y + 24 + 16 * number, text, "dim s")
        return svg

    def _item(self, item: Item) -> None:
        if isinstance(item, Rung):
            self._rung(item)
        elif isinstance(item, Fold):
            self._fold(item)
        elif isinstance(item, Aside):
            self._pause(say.aside_text(item))
            self._states(item.client, item.server, self.y + 4, self.y + 4)
        elif isinstance(item, Gap):
            self._pause(f"{words.span(item.ns)} pass")
        elif isinstance(item, Skip):
            self.svg.text(TIME, self.y + 4, f"{item.first}-{item.last}", "dim e mono s")
            self._pause(say.skip_text(item))
        self.y += _height(item)

    def _rung(self, item: Rung) -> None:
        svg, s, y = self.svg, item.segment, self.y
        right = s.sender is Role.CLIENT
        kind = "bad" if item.bad >= Severity.WARNING or item.fate.lost else str(s.sender)
        svg.group(f"pk {kind}", data_p=s.packet)
        slope = _height(item) + SLOPE if item.crosses else SLOPE
        svg.text(PACKET, y + 4, str(s.packet), "dim e mono s")
        svg.text(TIME, y + 4, f"{s.offset:.6f}", "dim e mono s")
        self._arrow(y, slope, right=right, dash=bool(item.fate.lost or item.fate.repeat_of), lost=item.fate.lost)
        along = (0.3 if right else 0.7) if item.crosses else 0.5
        at, middle = LEFT + (RIGHT - LEFT) * along, y + slope * (0.3 if item.crosses else 0.5)
        turned = f"rotate({(1 if right else -1) * degrees(atan2(slope, RIGHT - LEFT)):.1f} {at:.0f} {middle:.0f})"
        svg.text(at, middle - 5, say.usual(s), "m mono s halo", transform=turned)
        for number, note in enumerate(() if item.crosses else _note_lines(item)):
            svg.text(at, middle + 13 + NOTE * number, note, "c m s halo")
        svg.end()
        tail, head = y + 4, y + SLOPE + 4
        self._states(item.client, item.server, tail if right else head, head if right else tail)

    def _arrow(self, y: float, slope: float, *, right: bool, dash: bool = False, lost: bool = False) -> None:
        """From one line to the other; a lost one ends in a cross on its way."""
        svg = self.svg
        a, b = (LEFT, RIGHT) if right else (RIGHT, LEFT)
        part = 0.85 if lost else 1.0
        x, end = a + (b - a) * part, y + slope * part
        svg.line(a, y, x, end, "l dash" if dash else "l")
        if lost:
            svg.add("path", class_="l", d=f"M{x - 5:.1f} {end - 5:.1f}l10 10m0 -10l-10 10")
        else:
            self._head(x, end, right=right)
        svg.line(LEFT, y + slope / 2, RIGHT, y + slope / 2, "hit")

    def _head(self, x: float, y: float, *, right: bool) -> None:
        back = -HEAD if right else HEAD
        self.svg.add("path", class_="f", d=f"M{x:.1f} {y:.1f}l{back} -5v9z")

    def _fold(self, item: Fold) -> None:
        svg, y = self.svg, self.y
        right = item.sender is Role.CLIENT
        svg.text(TIME, y + 4, f"{item.first}-{item.last}", "dim e mono s")
        svg.group(f"pk {item.sender}", data_p=item.first, data_q=item.last)
        a, b = (LEFT, RIGHT) if right else (RIGHT, LEFT)
        svg.line(a, y, b - (HEAD if right else -HEAD), y + SLOPE - 1, "l bulk")
        self._head(b, y + SLOPE, right=right)
        svg.text((LEFT + RIGHT) / 2, y + SLOPE / 2 - 6, say.data_text(item), "m b s halo")
        svg.end()
        if item.acks:
            peer = Role.SERVER if right else Role.CLIENT
            self.y += ROW - 6
            svg.group(str(peer))
            self._arrow(self.y, SLOPE, right=not right)
            svg.text((LEFT + RIGHT) / 2, self.y + 1, say.acks_text(item), "m mono s halo")
            svg.end()
            self.y -= ROW - 6

    def _pause(self, text: str) -> None:
        self.svg.text((LEFT + RIGHT) / 2, self.y + 6, text, "dim m s")
        for x in (LEFT, RIGHT):
            self.svg.add("path", class_="rule", d=f"M{x - 6} {self.y + 1:.1f}l12 -4m-12 8l12 -4")

    def _states(self, client: tuple[Step, ...], server: tuple[Step, ...], left: float, right: float) -> None:
        for number, step in enumerate(client):
            self.svg.text(LEFT - 10, left + STEP * number, say.step_text(step), f"{_kind(step)} c e b")
        for number, step in enumerate(server):
            self.svg.text(RIGHT + 10, right + STEP * number, say.step_text(step), f"{_kind(step)} c b")


def _note_lines(item: Rung) -> list[str]:
    """What is odd about a segment, in lines that fit between the two lives."""
    return wrap(", ".join(item.notes), NOTE_LETTERS)


def _kind(step: Step) -> str:
    return STATE_CLASS.get(step.state, "st-none")


def _height(item: Item) -> float:
    if isinstance(item, Rung):
        notes = NOTE * len(_note_lines(item))
        return ROW + max(notes, STEP * (max(len(item.client), len(item.server), 1) - 1))
    if isinstance(item, Fold):
        return ROW + 8 + (ROW - 6 if item.acks else 0)
    if isinstance(item, Aside):
        return ROW
    return ROW - 4


def drawn(drawing: Ladder) -> Svg:
    """The ladder as a drawing."""
    return _Drawing(drawing).draw()
