"""`tcplife analyze`: every connection of a capture, for people or programs."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..errors import Exit, UsageError
from ..model.totals import Options
from ..report.base import FORMATS, Look, reporter
from . import options as shared
from .output import OutputFile
from .run import is_live, knows_unicode, run, tell, wants_colour, width_of
from .saving import check_options
from .select import selection, severity_of
from .shared import SharedCommand, run_shared

_EPILOG = """Exit codes: 0 done, 1 findings at or above --fail-on, 2 usage, 3 input unreadable or no capture, 4 input
damaged or cut (the results hold up to there), 130 after Ctrl-C."""


@click.command(cls=SharedCommand, epilog=_EPILOG, short_help="Who opened, who closed and how, what went wrong.")
@click.argument("captures", nargs=-1, metavar="FILE...", type=click.Path(allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="What to write."
)
@click.option("--segments", is_flag=True, help="Keep and write every segment of each connection.")
@click.option(
    "--sort",
    "order",
    metavar="COLUMN",
    default="",
    help="Order of the table: a column, -column for the other way round.",
)
@click.option("--top", type=click.IntRange(0), metavar="N", help="Rows of the table, 0 for all (default 20).")
@click.option(
    "--view",
    type=click.Choice(["auto", "blocks", "table", "lines"]),
    default="auto",
    help="Blocks, a table, or one line per connection (auto: blocks for up to 8).",
)
@click.option("--fail-on", type=shared.SEVERITIES, help="Exit with 1 when an anomaly is at least this bad.")
@click.option("-S", "--absolute", is_flag=True, help="Absolute sequence numbers in the segments of text.")
@click.option(
    "--fields",
    metavar="A,B.C",
    help="Columns of csv: its own names (client_ip), or paths of the JSON record (client.ip, anomalies.kind).",
)
@shared.bpf_option
@shared.follow_option
@shared.checkpoint_options
@shared.jobs_options
@shared.selection_options
@shared.analysis_options
@shared.look_options
def analyze(captures: tuple[str, ...], **given: Any) -> int:
    """Analyse captures: who opened, who closed and how, both endpoints' states, what went wrong.

    FILE is a pcap or pcapng capture, compressed or not, or - for standard input. Several are read as one, in
    order of time.
    """
    from .. import pipeline  # noqa: F401 - its rooms publish the kinds that --anomaly may name

    check_options(captures, given)
    live = given["follow"] or is_live(captures)
    chosen = selection(
        **{name: given[name] for name in ("connection", "host", "port", "state", "anomaly", "severity", "filter_text")}
    )
    fail_on = severity_of(given["fail_on"]) if given["fail_on"] else None
    with OutputFile(given["output"]) as output:
        look = _look(given, terminal=output.is_terminal, live=live or bool(given["checkpoint"]))
        made = reporter(given["form"], output, look)
        waits = given["form"] in ("text", "json") or not output.is_terminal
        progress = sys.stderr.isatty() and not given["quiet"] and not live and waits
        options = _options(given, live=live)
        outcome = None
        if given["jobs"] > 1 or given["cluster"]:
            outcome = run_shared(captures, options, given, made, output, chosen, fail_on)
        if outcome is None:
            outcome = run(
                captures,
                options,
                made,
                chosen,
                fail_on=fail_on,
                progress=progress,
                follow=given["follow"],
                bpf=given["bpf"],
                keeping=given,
            )
    seen = output.is_terminal and sys.stderr.isatty() and given["form"] == "text" and not given["quiet"]
    if not seen:
        tell(outcome.totals, verbose=given["verbose"])
    if chosen and not outcome.selected and not given["quiet"]:
        click.echo(f"tcplife: none of {outcome.totals.connections:,} connections was selected", err=True)
    return Exit(outcome.code)


def _options(given: dict[str, Any], *, live: bool) -> Options:
    return shared.options_of(
        given,
        segments=given["segments"],
        details=given["segments"] and given["form"] == "text",
        live=live,
        keep_open=bool(given["checkpoint"]),
        # Who goes on from a checkpoint may want another format.
        piles=FORMATS[given["form"]].piles or bool(given["checkpoint"]),
    )


def _look(given: dict[str, Any], *, terminal: bool, live: bool) -> Look:
    view = given["view"]
    if view == "auto" and given["quiet"]:
        view = "lines"
    if view == "auto" and (given["connection"] or given["segments"]):
        view = "blocks"
    return Look(
        width=width_of(terminal=terminal),
        colour=wants_colour(given["colour"], terminal=terminal),
        unicode=knows_unicode() or not terminal,
        live=live,
        top=given["top"],
        order=given["order"],
        utc=given["utc"],
        quiet=given["quiet"],
        view=view,
        absolute=given["absolute"],
        columns=columns_of(given["fields"], given["form"]),
    )


def columns_of(fields: str | None, form: str) -> tuple[str, ...]:
    """The columns that --fields names, () for all. Raises: UsageError for a format that has no columns to choose."""
    if fields is None:
        return ()
    if form != "csv":
        raise UsageError(f"--fields chooses the columns of --format csv; {form} has none to choose")
    return tuple(name for name in (each.strip() for each in fields.split(",")) if name)
