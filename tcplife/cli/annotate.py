"""`tcplife annotate`: the same packets, with what was found out about them as comments, for Wireshark and tshark."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext

import click

from ..errors import CaptureError, UsageError
from . import options as shared
from .notebook import Notebook
from .output import OutputFile
from .pictures import chosen, ended
from .progress import Progress
from .run import Outcome, Signals, is_live, options_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..capture import Reader
    from ..capture.tee import Tee
    from ..model.totals import Totals
    from .select import Selection


@click.command(short_help="The packets as they are, with what happened as comments.")
@shared.captures_argument
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, which appears whole or not at all (-: to a pipe).")
@shared.selection_options
@shared.analysis_options
@click.option("-q", "--quiet", is_flag=True, help="No progress, no word when nothing was selected.")
@click.option("-v", "--verbose", count=True, help="Notes on the input, too.")
def annotate(captures: tuple[str, ...], **given: Any) -> int:
    """Copy captures into one pcapng, with transitions, anomalies and verdicts as comments on the packets.

    The packets stay as they are, bit for bit, in their order. What is known of a packet is known only when its
    connection has ended, so the input is read twice; of a pipe the first reading keeps a copy in a temporary file.
    Selecting options choose whose packets get comments; all packets are written.

    tcplife annotate in.pcap -o out.pcapng; tshark -r out.pcapng -Y frame.comment -T fields -e frame.number -e
    frame.comment
    """
    if given["output"] in (None, "-") and sys.stdout.isatty():
        raise UsageError("a capture is nothing for a terminal: give -o FILE, or send it through a pipe")
    selected = chosen(given)
    tee = _tee(captures)
    with closing(tee) if tee else nullcontext(), closing(Notebook()) as notes, OutputFile(given["output"]) as output:
        outcome = _noted(_reading(captures, tee), tee, given, selected, notes)
        _copy(_reading(captures, tee, again=True), notes, outcome.totals, output)
    return ended(outcome, verbose=given["verbose"], quiet=given["quiet"])


def _tee(captures: Sequence[str]) -> Tee | None:
    """What keeps the octets of an input that can be read but once; None for files. Raises: CaptureError, UsageError."""
    if "-" in captures and len(captures) > 1:
        raise UsageError("standard input cannot be read together with files: their packets would have to be sorted")
    if captures[0] != "-" and not is_live(captures):
        return None
    from ..capture.source import opened
    from ..capture.tee import Tee

    name = "standard input" if captures[0] == "-" else captures[0]
    return Tee(opened(0 if captures[0] == "-" else captures[0], name), name)


def _reading(captures: Sequence[str], tee: Tee | None, *, again: bool = False) -> Reader:
    """The reader of the input. again: for the second time. Raises: CaptureError."""
    from ..capture import open_capture, open_captures

    if tee is None:
        return open_captures(list(captures))
    return open_capture(tee.again() if again else tee)


def _noted(reader: Reader, tee: Tee | None, given: dict[str, Any], selected: Selection, notes: Notebook) -> Outcome:
    """Analyse all of it, and note every comment."""
    from ..pipeline import Analysis
    from ..report.annotate import comments

    analysis = Analysis(reader, options_of(given))
    outcome = Outcome(analysis.totals)

    def end() -> None:
        analysis.stop()
        if tee is not None:
            tee.stop()

    try:
        with Signals(end) as signals, Progress(reader, wanted=not given["quiet"] and sys.stderr.isatty()):
            for connection in analysis:
                if selected.matches(connection):
                    outcome.selected += 1
                    for packet, comment in comments(connection):
                        notes.write(packet, comment)
        outcome.interrupted = signals.interrupted
    finally:
        reader.close()
    return outcome


def _copy(reader: Reader, notes: Notebook, totals: Totals, output: OutputFile) -> None:
    """Write every record that was analysed. Raises: CaptureError when they are no longer there."""
    from .. import __version__
    from ..capture import RECORD
    from ..capture.write import PcapngWriter
    from ..report.annotate import section_comments

    try:
        writer = PcapngWriter(output.write, comments=section_comments(totals), program=f"tcplife {__version__}")
        for number in range(1, totals.records + 1):
            if reader.next() != RECORD:
                raise CaptureError(f"{reader.source}: it had {totals.records} records, and now only {number - 1}")
            writer.packet(reader, notes.read(number))
    finally:
        reader.close()
