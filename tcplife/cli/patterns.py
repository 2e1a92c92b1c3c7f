"""`tcplife patterns`: what kinds of lives a capture holds, however many connections there are."""

from __future__ import annotations

import sys

import click

from ..errors import Exit
from . import options as shared
from .output import OutputFile
from .run import is_live, knows_unicode, options_of, run, tell, wants_colour
from .select import selection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command(short_help="Lifecycles as a dozen shapes, and hosts that stand out.")
@shared.captures_argument
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write."
)
@click.option(
    "--top", type=click.IntRange(0), default=12, show_default=True, metavar="N", help="Shapes shown, 0 for all."
)
@click.option("--by-service", is_flag=True, help="Tell the server's ports apart.")
@shared.bpf_option
@shared.selection_options
@shared.analysis_options
@shared.look_options
def patterns(captures: tuple[str, ...], **given: Any) -> int:
    """Reduce lifecycles to shapes: how they opened, how they ended, where both endpoints were left.

    Each with its count, share, durations, one example, frequent anomalies, and hosts that have far more of it than of
    anything else. Durations are at most an eighth too high.
    """
    from .. import pipeline  # noqa: F401 - its rooms publish the kinds that --anomaly may name
    from ..report.paint import Paint
    from ..report.patterns import PatternsJsonReporter, PatternsReporter

    names = ("connection", "host", "port", "state", "anomaly", "severity", "filter_text")
    chosen = selection(**{name: given[name] for name in names})
    live = is_live(captures)
    options = options_of(given, live=live)
    with OutputFile(given["output"]) as output:
        terminal = output.is_terminal
        paint = Paint(
            colour=wants_colour(given["colour"], terminal=terminal), ascii_only=terminal and not knows_unicode()
        )
        kind = PatternsJsonReporter if given["form"] == "json" else PatternsReporter
        made = kind(output, paint, top=given["top"], by_service=given["by_service"])
        progress = sys.stderr.isatty() and not given["quiet"] and not live
        outcome = run(captures, options, made, chosen, progress=progress, bpf=given["bpf"])
    tell(outcome.totals, verbose=given["verbose"])
    return Exit(outcome.code)
