"""`tcplife timeline`: every segment in a line, beside it both endpoints' states."""

from __future__ import annotations

import click

from ..errors import Exit, UsageError
from ..model.totals import Options
from . import options as shared
from .output import OutputFile
from .run import Signals, is_live, knows_unicode, open_input, options_of, run, tell, wants_colour, width_of
from .select import Selection, selection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..model.connection import Connection
    from ..model.totals import Totals
    from ..report.paint import Paint
    from ..report.timeline import Timeline

PAYLOAD: int = 4096
"""Octets of a payload that are looked at for its first line (tcpdump's lines)."""


@click.command(short_help="Every segment in a line, both states beside it.")
@shared.captures_argument
@click.option(
    "--style",
    type=click.Choice(["states", "tcpdump"]),
    default="states",
    show_default=True,
    help="tcpdump: its own lines, as tcpdump -nr prints them (TCP only; tunnels and fragments are opened).",
)
@click.option("-S", "--absolute", is_flag=True, help="Absolute sequence numbers.")
@shared.bpf_option
@shared.selection_options
@shared.analysis_options
@shared.look_options
def timeline(captures: tuple[str, ...], **given: Any) -> int:
    """Print one line per segment: flags, relative numbers, what the octets say, states as they change, anomalies.

    Connection by connection, each as it ends; with --style tcpdump in the order of the capture.
    """
    from .. import pipeline  # noqa: F401 - its rooms publish the kinds that --anomaly may name

    names = ("connection", "host", "port", "state", "anomaly", "severity", "filter_text")
    chosen = selection(**{name: given[name] for name in names})
    with OutputFile(given["output"]) as output:
        if given["style"] == "tcpdump":
            return _tcpdump(captures, given, chosen, output)
        return _states(captures, given, chosen, output)


def _options(given: dict[str, Any], *, live: bool, details: bool = True) -> Options:
    return options_of(given, segments=True, details=details, live=live)


class _Lines:
    """A reporter of timelines: each connection as it comes."""

    def __init__(self, output: OutputFile, paint: Paint, drawing: Timeline) -> None:
        self._output = output
        self._paint = paint
        self._drawing = drawing

    def begin(self) -> None:
        """Nothing comes first."""

    def connection(self, connection: Connection) -> None:
        """Every segment, and an empty line."""
        self._output.write(self._paint.encoded([*self._drawing.lines(connection), ""]))
        self._output.flush()

    def end(self, totals: Totals) -> None:
        """Nothing comes last."""


def _states(captures: Sequence[str], given: dict[str, Any], chosen: Selection, output: OutputFile) -> int:
    from ..report.paint import Paint
    from ..report.timeline import Timeline

    terminal = output.is_terminal
    paint = Paint(colour=wants_colour(given["colour"], terminal=terminal), ascii_only=terminal and not knows_unicode())
    drawing = Timeline(paint, width=width_of(terminal=terminal), absolute=given["absolute"])
    options = _options(given, live=is_live(captures))
    outcome = run(captures, options, _Lines(output, paint, drawing), chosen, bpf=given["bpf"])
    tell(outcome.totals, verbose=given["verbose"])
    if not outcome.selected and not given["quiet"]:
        click.echo(f"tcplife: none of {outcome.totals.connections:,} connections was selected", err=True)
    return Exit(outcome.code)


class _Packets:
    """A reporter that only notes which packets the selected connections are made of."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()

    def begin(self) -> None:
        """Nothing comes first."""

    def connection(self, connection: Connection) -> None:
        """Note its packets."""
        self.numbers.update(segment.packet for segment in connection.segments or ())

    def end(self, totals: Totals) -> None:
        """Nothing comes last."""


def _tcpdump(captures: Sequence[str], given: dict[str, Any], chosen: Selection, output: OutputFile) -> int:
    """Lines as tcpdump prints them; for a selection the captures are read twice, which a pipe cannot be."""
    from ..report.tcpdump import TcpdumpLines
    from ..tap import Tap

    live = is_live(captures)
    wanted: set[int] | None = None
    if chosen:
        if live:
            raise UsageError("--style tcpdump reads a selection's capture twice, which a pipe cannot be: save it first")
        packets = _Packets()
        run(captures, _options(given, live=False, details=False), packets, chosen, bpf=given["bpf"])
        wanted = packets.numbers
    reader = open_input(captures, live=live, bpf=given["bpf"])
    lines = TcpdumpLines(absolute=given["absolute"], utc=given["utc"])
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True

    try:
        tap = Tap(reader, given["count"])
        with Signals(stop) as signals:
            for segment in tap:
                if stopped:
                    break
                if segment is None:
                    output.flush()
                    continue
                line = lines.line(segment, *tap.options(), tap.payload(PAYLOAD))
                if wanted is None or segment.packet in wanted:
                    output.write(line.encode("utf-8", "backslashreplace") + b"\n")
        output.flush()
    finally:
        reader.close()
    for damage in reader.damages:
        click.echo(f"tcplife: damaged input: {damage}", err=True)
    if reader.damages:
        return Exit.DAMAGED
    return Exit.INTERRUPTED if signals.interrupted else Exit.DONE
