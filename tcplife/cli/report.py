"""`tcplife report`: everything about a capture on one page that opens from disk."""

from __future__ import annotations

import sys

import click

from ..errors import UsageError
from . import options as shared
from .output import OutputFile
from .pictures import analysis_of, chosen, ended
from .run import is_live, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command(short_help="One HTML page: verdicts, connections, pictures.")
@shared.captures_argument
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, which appears whole or not at all.")
@click.option(
    "--details", type=click.IntRange(0), default=40, show_default=True, metavar="N", help="Connections with pictures."
)
@shared.selection_options
@shared.analysis_options
@click.option("-q", "--quiet", is_flag=True, help="No progress, no word when nothing was selected.")
@click.option("-v", "--verbose", count=True, help="Notes on the input, too.")
def report(captures: tuple[str, ...], **given: Any) -> int:
    """Write one HTML page: the capture's verdict, what happened in it, every connection, pictures of those that matter.

    The page holds all it needs, asks no host for anything, and says what it leaves out. Needs the extra `report`.
    """
    if given["output"] in (None, "-") and sys.stdout.isatty():
        raise UsageError("a page is nothing for a terminal: give -o report.html")
    from ..report.html_page import HtmlReporter

    selected = chosen(given)
    with OutputFile(given["output"]) as output:
        reporter = HtmlReporter(output, details=given["details"])
        progress = not given["quiet"] and sys.stderr.isatty()
        outcome = run(captures, analysis_of(given, live=is_live(captures)), reporter, selected, progress=progress)
    return ended(outcome, verbose=given["verbose"], quiet=given["quiet"])
