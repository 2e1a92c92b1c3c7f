"""The ladder as a Markdown table, for a ticket. In: a Ladder. Out: text; what Markdown would act on is escaped."""

from __future__ import annotations

from ..model.names import Role
from . import ladder_words as say
from . import words
from .ladder import Aside, Fold, Gap, Rung, Skip
from .paint import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .ladder import Item, Ladder, Step

ESCAPED: Final = str.maketrans({ch: f"\\{ch}" for ch in "\\`*_{}[]<>#|~!&$@"})
ARROWS: Final = {Role.CLIENT: ("→", "⇢", "⇒"), Role.SERVER: ("←", "⇠", "⇐")}
"""Of one segment, of one sent again or lost, of a run."""


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return safe(text).translate(ESCAPED)


def markdown(drawing: Ladder) -> list[str]:
    """A heading, the verdict, one row per item, the legend."""
    c = drawing.connection
    lines = [f"### {escaped(f'Connection {c.index}: {c.client} → {c.server}')}", "", escaped(c.verdict), ""]
    lines += ["| packet | time (s) | client | | segment | server |", "|---:|---:|---|:-:|---|---|"]
    lines.append(_row("", "", drawing.client, "", "", drawing.server))
    for item in drawing.items:
        lines += _item(item)
    marks = say.legend(drawing)
    return [*lines, *(["", *(f"- {escaped(mark)}" for mark in marks)] if marks else [])]


def _row(packet: str, time: str, client: str, arrow: str, text: str, server: str) -> str:
    return f"| {packet} | {time} | {escaped(client)} | {arrow} | {text} | {escaped(server)} |"


def _steps(steps: tuple[Step, ...]) -> str:
    return ", ".join(say.step_text(step) for step in steps)


def _item(item: Item) -> list[str]:
    if isinstance(item, Rung):
        s = item.segment
        dashed = bool(item.fate.lost or item.fate.repeat_of)
        text = f"`{say.full(s)}`" + "".join(f"; {escaped(note)}" for note in item.notes)
        arrow = ARROWS[s.sender][dashed] + (" ✗" if item.fate.lost else "")
        return [_row(str(s.packet), f"{s.offset:.6f}", _steps(item.client), arrow, text, _steps(item.server))]
    if isinstance(item, Fold):
        peer = Role.SERVER if item.sender is Role.CLIENT else Role.CLIENT
        packets = f"{item.first}-{item.last}"
        rows = [_row(packets, f"{item.begins:.6f}", "", ARROWS[item.sender][2], say.data_text(item), "")]
        if item.acks:
            rows.append(_row("", "", "", ARROWS[peer][0], say.acks_text(item), ""))
        return rows
    if isinstance(item, Gap):
        return [_row("", "", "", "", f"*{words.span(item.ns)} pass*", "")]
    if isinstance(item, Skip):
        return [_row(f"{item.first}-{item.last}", f"{item.begins:.6f}", "", "", f"*{say.skip_text(item)}*", "")]
    return [_aside(item)]


def _aside(item: Aside) -> str:
    return _row("", f"{item.offset:.6f}", _steps(item.client), "", f"*{say.aside_text(item)}*", _steps(item.server))
