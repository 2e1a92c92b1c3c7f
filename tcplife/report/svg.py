"""SVG, written: one element per line, numbers short and always the same, so that diff can compare two drawings.

In: elements. Out: lines. Text and attributes are escaped here and nowhere else. Colours are classes: alone, a drawing
brings its style (page/pictures.css, light and dark); inside a page, the page has it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from .paint import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

Value = str | float | int

STATE_CLASS: Final = {
    "SYN_SENT": "st-open",
    "SYN_RECEIVED": "st-open",
    "ESTABLISHED": "st-est",
    "FIN_WAIT_1": "st-act",
    "FIN_WAIT_2": "st-act",
    "CLOSING": "st-act",
    "TIME_WAIT": "st-act",
    "CLOSE_WAIT": "st-pas",
    "LAST_ACK": "st-pas",
}
"""Opening, open, the side that closes first, the side that closes second; the others have no colour."""


@cache
def style() -> str:
    """The style sheet of every picture."""
    return (files(__package__) / "page" / "pictures.css").read_text("utf-8")


def number(value: float) -> str:
    """A coordinate: at most one decimal, no trailing zero."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def escape(text: str) -> str:
    """Text as SVG and HTML show it; control characters and direction marks as escapes."""
    text = safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


class Svg:
    """One drawing. title, text: what a screen reader says of it."""

    def __init__(self, width: float, height: float, title: str, text: str = "") -> None:
        self.width = width
        self.height = height
        self._title = title
        self._text = text
        self._lines: list[str] = []

    def add(self, tag: str, text: str | None = None, /, **attributes: Value | None) -> None:
        """One element; `class_` is its class, an underscore in a name a hyphen, None leaves it out."""
        said = "".join(_attribute(name, value) for name, value in attributes.items() if value is not None)
        self._lines.append(f"<{tag}{said}/>" if text is None else f"<{tag}{said}>{escape(text)}</{tag}>")

    def text(self, x: float, y: float, text: str, kind: str = "", **attributes: Value | None) -> None:
        """Words at a place; nothing for no words."""
        if text:
            self.add("text", text, x=x, y=y, class_=kind or None, **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str, **attributes: Value | None) -> None:
        """A straight line."""
        self.add("path", class_=kind, d=f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", **attributes)

    def path(self, points: Iterable[tuple[float, float]], kind: str, **attributes: Value | None) -> None:
        """A line through points; nothing for less than two."""
        told = [f"{number(x)} {number(y)}" for x, y in points]
        if len(told) > 1:
            self.add("path", class_=kind, d=f"M{'L'.join(told)}", **attributes)

    def group(self, kind: str, **attributes: Value | None) -> None:
        """Begin a group."""
        said = "".join(_attribute(name, value) for name, value in attributes.items() if value is not None)
        self._lines.append(f"<g{_attribute('class_', kind)}{said}>")

    def end(self) -> None:
        """End it."""
        self._lines.append("</g>")

    def lines(self, *, alone: bool = True) -> list[str]:
        """The drawing. alone: a file of its own, with its style; otherwise part of a page that has it."""
        size = f'width="{number(self.width)}" height="{number(self.height)}"'
        box = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        name = 'xmlns="http://www.w3.org/2000/svg" ' if alone else ""
        head = [f'<svg {name}class="tl" {size} {box} role="img">', f"<title>{escape(self._title)}</title>"]
        if self._text:
            head.append(f"<desc>{escape(self._text)}</desc>")
        if alone:
            head.append(f"<style>\n{style()}</style>")
        return [*head, *self._lines, "</svg>"]


def _attribute(name: str, value: Value) -> str:
    said = escape(value) if isinstance(value, str) else number(value)
    return f' {name.rstrip("_").replace("_", "-")}="{said}"'
