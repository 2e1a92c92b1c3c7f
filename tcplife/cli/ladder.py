"""`tcplife ladder`: the textbook's picture of a connection, for terminals, tickets and slides."""

from __future__ import annotations

import click

from ..errors import UsageError
from . import options as shared
from .output import OutputFile
from .pictures import analysis_of, chosen, ended
from .run import is_live, knows_unicode, run, wants_colour, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.totals import Totals

NO_TERMINAL: Final = 80
"""Columns where nobody looks at a terminal: what fits everywhere."""
FORMATS: Final = ("text", "markdown", "mermaid", "svg")
ONE: Final = frozenset({"mermaid", "svg"})
"""Formats in which one output is one drawing."""
ENDLESS: Final = 1 << 62


@click.command(short_help="Two vertical lines, an arrow per segment, states at the edges.")
@shared.captures_argument
@click.option("--all", "unfold", is_flag=True, help="Every segment; otherwise runs of plain data are folded.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="What to write.")
@click.option("--width", type=click.IntRange(64, 400), metavar="COLUMNS", help="Columns of the text (64 to 400).")
@shared.selection_options
@shared.analysis_options
@shared.look_options
def ladder(captures: tuple[str, ...], **given: Any) -> int:
    """Draw connections as two vertical lines, an arrow per segment, both endpoints' states at the edges.

    A state with ? is tentative: the segment passed, and nothing later confirms that it arrived. Segments sent again
    and lost ones are dashed. mermaid and svg hold one connection: choose it with --connection N.
    """
    selected = chosen(given)
    with OutputFile(given["output"]) as output:
        drawings = _Drawings(output, given["form"], _drawer(given, terminal=output.is_terminal))
        outcome = run(captures, analysis_of(given, live=is_live(captures)), drawings, selected)
    return ended(outcome, verbose=given["verbose"], quiet=given["quiet"])


class _Drawings:
    """A reporter of ladders: each connection as it comes."""

    def __init__(self, output: OutputFile, form: str, draw: Callable[[Connection], bytes]) -> None:
        self._output = output
        self._form = form
        self._draw = draw
        self._drawn = 0

    def begin(self) -> None:
        """Nothing comes first."""

    def connection(self, connection: Connection) -> None:
        """Draw it. Raises: UsageError where the format holds one and this is the second."""
        if self._drawn and self._form in ONE:
            raise UsageError(f"--format {self._form} holds one connection, and there are more: choose --connection N")
        self._output.write((b"\n" if self._drawn else b"") + self._draw(connection))
        self._output.flush()
        self._drawn += 1

    def end(self, totals: Totals) -> None:
        """Nothing comes last."""


def _drawer(given: dict[str, Any], *, terminal: bool) -> Callable[[Connection], bytes]:
    """What turns a connection into the octets of the chosen format."""
    from ..report.ladder import BOUND, ladder
    from ..report.paint import Paint

    form, unfold = given["form"], given["unfold"]
    if form == "text":
        from ..report.ladder_text import TextLadder

        ascii_only = terminal and not knows_unicode()
        paint = Paint(colour=wants_colour(given["colour"], terminal=terminal), ascii_only=ascii_only)
        width = given["width"] or width_of(terminal=terminal) or NO_TERMINAL
        drawing = TextLadder(paint, width=width, ascii_only=ascii_only)
        return lambda c: paint.encoded(drawing.lines(ladder(c, unfold=unfold)))
    plain = Paint(colour=False)
    if form == "markdown":
        from ..report.ladder_markdown import markdown

        return lambda c: plain.encoded(markdown(ladder(c, unfold=unfold)))
    if form == "mermaid":
        from ..report import ladder_mermaid

        bound = ENDLESS if unfold else ladder_mermaid.BOUND
        return lambda c: plain.encoded(ladder_mermaid.mermaid(ladder(c, unfold=unfold, bound=bound)))
    from ..report import ladder_svg

    bound = BOUND if not unfold else ENDLESS
    return lambda c: plain.encoded(ladder_svg.drawn(ladder(c, unfold=unfold, bound=bound)).lines())
