"""The page: one file that opens from disk, asks nobody for anything, and runs no script but its own.

In: connections analysed with segments, then the totals. Out: octets. Patterns first; pictures of the connections that
matter; what is left out is said. Needs jinja2 (the extra `report`).
"""

from __future__ import annotations

import heapq
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from importlib.resources import files

from ..errors import MissingExtraError
from ..model.catalogue import KINDS
from ..model.connection import ANOMALY_WIDTH
from . import words
from .columns import notability
from .html_curves import Curves
from .html_detail import Detail, detail
from .html_rows import COLUMNS, ROWS, Rows, end_of
from .paint import Paint, safe
from .svg import style
from .terminal import account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Output

DETAILS: Final = 40
"""Connections that get pictures, unless asked for more."""
MOST: Final = 8_000_000
"""Characters of pictures in a page: browsers open it at once."""


class HtmlReporter:
    """Collects, and writes the page at the end. details: how many connections get pictures."""

    def __init__(self, output: Output, *, details: int = DETAILS) -> None:
        """Raises: MissingExtraError without jinja2."""
        self._template = _template()
        self._output = output
        self._details = details
        self._chosen: list[tuple[tuple[int, ...], int, Connection]] = []
        self._examples: dict[str, Connection] = {}
        self._rows = Rows()
        self._curves = Curves()
        self._ends: Counter[str] = Counter()
        self._kinds: Counter[int] = Counter()
        self._first: dict[object, int] = {}
        self._connections = 0

    def begin(self) -> None:
        """Write nothing: what comes first is known last."""

    def connection(self, connection: Connection) -> None:
        """Count it, keep its row, and all of it while it is among those that matter."""
        c = connection
        self._connections += 1
        end = end_of(c)
        self._ends[end] += 1
        self._note_first(end, c.index)
        rows = c.anomaly_rows or ()
        for kind in {rows[at + 1] >> 1 for at in range(0, len(rows), ANOMALY_WIDTH)}:
            self._kinds[kind] += 1
            self._note_first(kind, c.index)
        self._rows.add(c)
        self._curves.add(c)
        if self._details and end not in self._examples and len(self._examples) < self._details:
            self._examples[end] = c
        elif self._details:
            entry = (notability(c), -c.index, c)
            if len(self._chosen) < self._details:
                heapq.heappush(self._chosen, entry)
            else:
                heapq.heappushpop(self._chosen, entry)

    def _note_first(self, word: object, index: int) -> None:
        """Connections come as they end: the first of a kind is the one of the lowest number."""
        self._first[word] = min(self._first.get(word, index), index)

    def end(self, totals: Totals) -> None:
        """Write the page."""
        details, dropped = self._drawn()
        style_text = style() + _asset("page.css")
        script = _asset("page.js")
        page = self._template.render(
            title=safe(totals.source),
            verdict=safe(totals.capture.line) if totals.capture is not None else "",
            account=[line.strip() for line in account(totals, Paint(colour=False), utc=True, width=0)],
            lines=[safe(line) for line in totals.piles.lines] if totals.piles is not None else [],
            ends=self._table(self._ends),
            kinds=self._kind_table(),
            connections=self._connections,
            bands=_inline(self._curves.bands()) if self._connections else "",
            piles=[_inline(svg) for svg in self._curves.piles()],
            grain=self._curves.grain,
            columns=COLUMNS,
            rows=self._rows.json(),
            details=details,
            left_out=self._left_out(len(details), dropped),
            style=style_text,
            script=script,
            style_hash=_hash(style_text),
            script_hash=_hash(script),
        )
        self._output.write(page.encode("utf-8", "backslashreplace"))
        self._output.flush()

    def _drawn(self) -> tuple[list[Detail], int]:
        """The pictures of those that matter most, as long as there is room; how many there was none for."""
        ranked = sorted(self._chosen, reverse=True)[: max(self._details - len(self._examples), 0)]
        matter = [*self._examples.values(), *(c for *_, c in ranked)]
        matter.sort(key=notability, reverse=True)
        details: list[Detail] = []
        size = 0
        for c in matter:
            if size < MOST:
                details.append(detail(c))
                size += details[-1].size
        return sorted(details, key=lambda d: d.index), len(matter) - len(details)

    def _table(self, counts: Counter[str]) -> list[tuple[str, int, str, int]]:
        """Word, how often, share, an example."""
        total = sum(counts.values())
        return [(name, n, words.share(n, total), self._first[name]) for name, n in counts.most_common()]

    def _kind_table(self) -> list[tuple[str, str, int, int]]:
        """Severity, kind, connections, an example; the worst first."""
        ranked = sorted(self._kinds.items(), key=lambda item: (-KINDS[item[0]].severity, -item[1]))
        return [(KINDS[k].severity.word, KINDS[k].name.replace("_", " "), n, self._first[k]) for k, n in ranked]

    def _left_out(self, drawn: int, dropped: int) -> list[str]:
        """What the page does not show."""
        lines = []
        if drawn < self._connections:
            lines.append(
                f"Pictures: {drawn:,} of {self._connections:,} connections, one of each kind of end and then the most "
                "notable (--details N: more, --connection N: this one)."
            )
        if dropped:
            lines.append(f"{dropped:,} of those chosen have no pictures, to keep the page small.")
        if self._rows.left_out:
            lines.append(f"Table: the {ROWS:,} most notable; {self._rows.left_out:,} connections are not in it.")
        if self._curves.omitted:
            lines.append(f"Curves: {self._curves.omitted:,} connections of further services are not in them.")
        return lines


def _inline(svg: Any) -> str:
    return "\n".join(svg.lines(alone=False))


def _asset(name: str) -> str:
    return (files(__package__) / "page" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """A source expression of Content-Security-Policy. Source: CSP Level 3, 2.3.1."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _template() -> Any:
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise MissingExtraError("the page needs jinja2: pip install 'tcplife[report]'") from None
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset("page.html"))
