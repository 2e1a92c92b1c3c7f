"""`tcplife plot`: one picture of one connection, as a small SVG."""

from __future__ import annotations

import click

from ..errors import UsageError
from . import options as shared
from .output import OutputFile
from .pictures import analysis_of, chosen, ended
from .run import is_live, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.totals import Totals

KINDS: Final = ("states", "time-sequence", "rtt", "window")


@click.command(short_help="One connection as SVG: states, sequence, round trips, windows.")
@shared.captures_argument
@click.option("--kind", type=click.Choice(KINDS), default="time-sequence", show_default=True, help="Which picture.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, which appears whole or not at all.")
@shared.selection_options
@shared.analysis_options
@click.option("-v", "--verbose", count=True, help="Notes on the input, too.")
def plot(captures: tuple[str, ...], **given: Any) -> int:
    """Draw one connection as SVG: both endpoints' states, a time-sequence graph, round trips, or windows.

    The same capture always gives the same octets, so that drawings can be kept and compared.
    """
    selected = chosen(given)
    with OutputFile(given["output"]) as output:
        drawing = _One(given["kind"])
        outcome = run(captures, analysis_of(given, live=is_live(captures)), drawing, selected)
        if not drawing.lines:
            raise UsageError(
                f"none of {outcome.totals.connections:,} connections was selected: there is nothing to draw"
            )
        output.write("".join(f"{line}\n" for line in drawing.lines).encode())
    return ended(outcome, verbose=given["verbose"])


class _One:
    """A reporter of a single picture."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.lines: list[str] = []

    def begin(self) -> None:
        """Nothing comes first."""

    def connection(self, connection: Connection) -> None:
        """Draw it. Raises: UsageError when it is the second."""
        if self.lines:
            raise UsageError("a picture shows one connection, and there are more: choose --connection N")
        from ..report.plots import plot as draw

        self.lines = draw(self._kind, connection).lines()

    def end(self, totals: Totals) -> None:
        """Nothing comes last."""
