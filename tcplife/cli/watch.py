"""`tcplife watch`: a capture as it happens, on a live screen or as one line per event.

One thread: a step of the analysis (a tenth of a second at most on a silent pipe), the keys, the screen, and again.
"""

from __future__ import annotations

import sys

import click

from ..errors import Exit
from ..model.totals import Options
from . import options as shared
from .output import OutputFile
from .run import Signals, knows_unicode, open_input, options_of, stopper, tell, wants_colour, width_of
from .run import is_live as may_be_live
from .select import severity_of
from .straight import COLOURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..capture import Reader
    from ..pipeline import Analysis


@click.command()
@click.argument("captures", nargs=-1, metavar="[-|FILE...]")
@click.option("--no-tui", is_flag=True, help="One line per event, also on a terminal (a pipe gets lines anyway).")
@click.option("--severity", type=shared.SEVERITIES, help="Leave out anomalies that are less bad.")
@shared.follow_option
@click.option("--utc", is_flag=True, help="Times of day in UTC (default: local time).")
@click.option("--color", "colour", type=click.Choice(COLOURS), default="auto", help="Colour.")
@shared.analysis_options
def watch(captures: tuple[str, ...], **given: Any) -> int:
    """Watch connections live: tcpdump -U -w - | tcplife watch

    Shows both endpoints' states, age, octets and anomalies as they occur, half-open and TIME_WAIT connections per service,
    and warns of SYN floods. Keys: q quit, space pause, s sort, / filter, c closed ones too, ? help.
    """
    from ..anomalies import rules  # noqa: F401 - publishes the kinds that anomalies are named by

    names = captures or ("-",)
    live = given["follow"] or may_be_live(names)
    options = options_of(given, live=live, watch=True)
    reader = open_input(names, live=live, follow=given["follow"])
    try:
        return _watch(reader, options, names, given)
    finally:
        reader.close()


def _watch(reader: Reader, options: Options, names: Sequence[str], given: dict[str, Any]) -> Exit:
    from ..pipeline import Analysis
    from ..report.paint import Paint
    from ..report.terminal import account

    analysis = Analysis(reader, options)
    screen = sys.stdout.isatty() and not given["no_tui"] and wants_screen()
    paint = Paint(
        colour=wants_colour(given["colour"], terminal=sys.stdout.isatty()),
        ascii_only=sys.stdout.isatty() and not knows_unicode(),
    )
    with OutputFile(None) as output, Signals(stopper(analysis, reader)) as signals:
        if screen:
            from .watch_screen import watch_on_screen

            watch_on_screen(analysis, given, stays="-" not in names and not options.live)
        else:
            _watch_as_lines(analysis, output, paint, given)
        totals = analysis.totals
        output.write(paint.encoded(account(totals, paint, utc=given["utc"], width=width_of(terminal=screen))))
    tell(totals)
    if totals.damages:
        return Exit.DAMAGED
    return Exit.INTERRUPTED if signals.interrupted else Exit.DONE


def wants_screen() -> bool:
    """Whether the terminal can be drawn on."""
    import os

    return os.environ.get("TERM", "dumb") != "dumb"


def _watch_as_lines(analysis: Analysis, output: OutputFile, paint: Any, given: dict[str, Any]) -> None:
    from ..model.names import Severity
    from ..report.watch_lines import EventLines

    least = severity_of(given["severity"]) if given["severity"] else Severity.INFO
    lines = EventLines(output, paint, utc=given["utc"], least=least)
    goes_on = True
    while goes_on:
        goes_on = analysis.step()
        lines.happenings(analysis.take_happenings())
        lines.finished(analysis.take_ready())
    while analysis.leave():
        lines.finished(analysis.take_ready())
    lines.finished(analysis.take_ready())
    analysis.complete()
