"""What `tcplife analyze` does once it is clear what was asked for: analyse, report, say how it went.

In: names of captures and what was given, by the names of `cli.analyze`. Out: an exit code. Without click, which a plain
command line (`straight`) has no use for.
"""

from __future__ import annotations

import sys

from ..errors import Exit, UsageError
from ..report.base import FORMATS, Look, reporter
from .output import OutputFile, say
from .run import is_live, knows_unicode, options_of, run, tell, wants_colour, width_of
from .saving import check_options
from .select import selection, severity_of
from .shared import run_shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.totals import Options


def analyse(captures: tuple[str, ...], given: dict[str, Any]) -> int:
    """Analyse and report; returns the exit code. Raises: TcplifeError."""
    from .. import pipeline  # noqa: F401 - its rooms publish the kinds that --anomaly may name

    check_options(given)
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
        say(f"tcplife: none of {outcome.totals.connections:,} connections was selected")
    return Exit(outcome.code)


def _options(given: dict[str, Any], *, live: bool) -> Options:
    return options_of(
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
