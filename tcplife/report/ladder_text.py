"""The ladder in a terminal: two vertical lines, an arrow per segment, states at both edges as they change.

In: a Ladder. Out: lines of at most `width` columns, 80 or more look best. Long labels get shorter before they are cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from ..model.names import Role, Severity
from . import ladder_words as say
from . import words
from .ladder import Aside, Fold, Gap, Rung, Skip
from .paint import clipped, folded, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .ladder import Item, Ladder, Step
    from .paint import Paint

LEAST: Final = 64
STATE: Final = 13
WIDEST: Final = 64
"""Columns of an arrow at most: longer ones are no easier to read."""
SIDE_STYLE: Final = {Role.CLIENT: "cyan", Role.SERVER: "magenta"}
BAD_STYLE: Final = {int(Severity.WARNING): "yellow", int(Severity.ERROR): "bold red"}


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a drawing."""

    life: str
    pause: str
    line: str
    dash: str
    bulk: str
    right: str
    left: str
    lost: str
    note: str


UNICODE: Final = Glyphs("│", "┊", "─", "╌", "═", "▶", "◀", "✗", "╰")
ASCII: Final = Glyphs("|", ":", "-", "- ", "=", ">", "<", "x", "`")


class TextLadder:
    """Draws ladders. width: columns; ascii_only: for terminals that know nothing else."""

    def __init__(self, paint: Paint, *, width: int = 80, ascii_only: bool = False) -> None:
        self._paint = paint
        self._width = max(width, LEAST)
        self._glyphs = ASCII if ascii_only else UNICODE
        self._time = self._packet = self._lane = self._label = 0

    def lines(self, drawing: Ladder) -> list[str]:
        """The headline, the verdict, the picture, and what its marks mean."""
        c = drawing.connection
        self._measure(drawing)
        paint = self._paint
        lines = [paint("bold", f"#{c.index}  {c.client} → {c.server}"), *folded(safe(c.verdict), self._width, "    ")]
        lines += ["", self._heads(), self._row("", "", drawing.client, self._blank(), drawing.server)]
        for item in drawing.items:
            lines += self._item(item)
        lines.append("")
        for line in say.legend(drawing):
            lines += [paint("dim", text) for text in folded(line, self._width, "    ")]
        return [line.rstrip() for line in lines]

    def _measure(self, drawing: Ladder) -> None:
        """How wide each column is, and which form of label fits all of them."""
        c = drawing.connection
        self._packet = max(6, len(str(c.last_packet)))
        self._time = max(8, len(self._when(c.duration)))
        fixed = self._packet + self._time + 2 * STATE + 6
        self._lane = min(self._width - fixed, WIDEST)
        rungs = [item.segment for item in drawing.items if isinstance(item, Rung)]
        room = self._lane - 6
        fitting = (at for at, form in enumerate(say.LABELS) if all(len(form(s)) <= room for s in rungs))
        self._label = next(fitting, len(say.LABELS) - 1)

    def _when(self, offset: float) -> str:
        return f"{offset:.6f}" if offset < 100 else f"{offset:.3f}"

    def _heads(self) -> str:
        left = f"{'packet':>{self._packet}} {'time':>{self._time}} {'client':>{STATE}} "
        return self._paint("dim", f"{left}{'':{self._lane + 2}} server")

    def _blank(self, life: str = "") -> str:
        life = life or self._glyphs.life
        return life + " " * self._lane + life

    def _row(self, packet: str, when: str, client: str, lane: str, server: str) -> str:
        paint = self._paint
        left = f"{packet:>{self._packet}} {when:>{self._time}}"
        return (
            paint("dim", left) + " " * (1 + STATE - len(client)) + paint("bold", client) + f" {lane} "
            + paint("bold", server)
        )  # fmt: skip

    def _item(self, item: Item) -> list[str]:
        if isinstance(item, Rung):
            return self._rung(item)
        if isinstance(item, Fold):
            return self._fold(item)
        if isinstance(item, Gap):
            return [self._middle(f"{words.span(item.ns)} pass", self._glyphs.pause)]
        if isinstance(item, Skip):
            text = say.skip_text(item)
            return [self._middle(text, self._glyphs.pause, f"{item.first}-{item.last}")]
        return self._aside(item)

    def _rung(self, item: Rung) -> list[str]:
        s = item.segment
        label = say.LABELS[self._label](s)
        notes = list(item.notes)
        if notes and item.bad < Severity.WARNING and len(label) + len(", ".join(notes)) + 9 <= self._lane:
            label, notes = f"{label} ({', '.join(notes)})", []
        style = BAD_STYLE.get(item.bad, SIDE_STYLE[s.sender])
        again = bool(item.fate.repeat_of or item.fate.lost)
        lane = self._arrow(label, s.sender, style, dashed=again, lost=item.fate.lost)
        lines = self._stepped(str(s.packet), self._when(s.offset), item.client, lane, item.server)
        for number, note in enumerate(wrap(", ".join(notes), self._lane - 5)):
            text = clipped(f"{' ' if number else self._glyphs.note} {note}", self._lane - 2)
            inner = "  " + self._paint(BAD_STYLE.get(item.bad, "dim"), text) + " " * (self._lane - 2 - len(text))
            lines.append(self._row("", "", "", f"{self._glyphs.life}{inner}{self._glyphs.life}", ""))
        return lines

    def _stepped(
        self, packet: str, when: str, client: tuple[Step, ...], lane: str, server: tuple[Step, ...]
    ) -> list[str]:
        """The row, and one more for each further state the same packet led to."""
        lines = []
        for number in range(max(1, len(client), len(server))):
            left = say.step_text(client[number]) if number < len(client) else ""
            right = say.step_text(server[number]) if number < len(server) else ""
            first = number == 0
            lines.append(
                self._row(packet if first else "", when if first else "", left, lane if first else self._blank(), right)
            )
        return lines

    def _arrow(
        self, label: str, sender: Role, style: str, *, dashed: bool = False, lost: bool = False, bulk: bool = False
    ) -> str:
        """One arrow across the lane, its label in the middle; a lost one ends in a cross before the other line."""
        g = self._glyphs
        label = clipped(label, self._lane - 4)
        stroke = g.bulk if bulk else g.dash if dashed else g.line
        gap = max(self._lane // 6, 3) if lost and len(label) + 10 < self._lane else 0
        head = g.lost if lost else g.right if sender is Role.CLIENT else g.left
        length = self._lane - gap - 1
        before = max((length - len(label) - 2) // 2, 1)
        after = max(length - len(label) - 2 - before, 0)
        strokes = stroke * self._lane
        if sender is Role.CLIENT:
            body = f"{strokes[:before]} {label} {strokes[:after]}{head}{'':{gap}}"
        else:
            body = f"{'':{gap}}{head}{strokes[:after]} {label} {strokes[:before]}"
        return g.life + self._paint(style, body[: self._lane]) + g.life

    def _fold(self, item: Fold) -> list[str]:
        peer = Role.SERVER if item.sender is Role.CLIENT else Role.CLIENT
        left = f"{item.first}-{item.last}"
        lines = [
            self._row(
                "", left, "", self._arrow(say.data_text(item), item.sender, SIDE_STYLE[item.sender], bulk=True), ""
            )
        ]
        if item.acks:
            lines.append(self._row("", "", "", self._arrow(say.acks_text(item), peer, SIDE_STYLE[peer]), ""))
        return lines

    def _middle(self, text: str, life: str, left: str = "") -> str:
        return self._row("", left, "", self._words_between(text, life), "")

    def _words_between(self, text: str, life: str) -> str:
        text = clipped(text, self._lane - 2)
        before = (self._lane - len(text)) // 2
        after = self._lane - len(text) - before
        return f"{life}{'':{before}}{self._paint('dim', text)}{'':{after}}{life}"

    def _aside(self, item: Aside) -> list[str]:
        text = say.aside_text(item)
        return self._stepped("", "", item.client, self._words_between(text, self._glyphs.pause), item.server)
