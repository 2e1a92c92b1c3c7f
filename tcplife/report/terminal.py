"""The report for people: the capture's verdict first, then connections as blocks or a table, then the accounts.

In: connections. Out: text. Few connections are drawn one by one; of many, a table of the notable ones. From a live
input each is drawn as it ends. Nothing is kept per packet, and of many connections only what will be shown.
"""

from __future__ import annotations

from . import words
from .block import Block
from .paint import Paint, folded, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Look, Output
    from .overview import Overview
    from .timeline import Timeline

BLOCKS: Final = 8
"""So many connections are still drawn one by one."""


class TerminalReporter:
    """Text for people. look.view: "blocks", "table", "lines" (one each), or "auto" by how many there are."""

    def __init__(self, output: Output, look: Look) -> None:
        """Raises: UsageError when there is no such column to sort by."""
        self._output = output
        self._look = look
        self._paint = Paint(colour=look.colour, ascii_only=not look.unicode)
        self._block = Block(self._paint, width=look.width, utc=look.utc)
        self._overview: Overview | None = None
        self._waiting: list[Connection] = []
        self._drawn = 0
        self._live = False
        self._view = look.view
        if self._view == "auto" and (look.top is not None or look.order):
            self._view = "table"
        if self._view == "table":
            self._table()

    def begin(self) -> None:
        """Write nothing: the verdict on the capture comes first and is known last."""

    def went_live(self) -> None:
        """Draw what waited, and each later connection as it comes: packets are seen to come as they are captured.

        A stored capture through a pipe never is live, and looks as its file does.
        """
        self._live = True
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            self.connection(connection)

    def connection(self, connection: Connection) -> None:
        """Draw one connection, or keep what the table needs."""
        if self._view == "blocks" or (self._live and self._view == "auto" and self._drawn < BLOCKS):
            self._drawn += 1
            self._write(self._drawn_lines(connection))
        elif self._view == "lines" or (self._live and self._view == "auto"):
            self._write([one_line(connection, utc=self._look.utc)])
        elif self._view == "auto" and self._overview is None and len(self._waiting) < BLOCKS:
            self._waiting.append(connection)
        else:
            self._table().add(connection)

    def _table(self) -> Overview:
        """What many connections are counted in; begins with those that waited to be drawn."""
        if self._overview is None:
            from .overview import DEFAULT_TOP, Overview

            top = DEFAULT_TOP if self._look.top is None else self._look.top
            self._overview = Overview(self._look.order or "notable", top)
            for connection in self._waiting:
                self._overview.add(connection)
            self._waiting = []
        return self._overview

    def end(self, totals: Totals) -> None:
        """Write what was kept, and where every record of the capture went."""
        if self._look.quiet and self._view == "lines":
            self._output.flush()
            return
        judged = getattr(totals, "capture", None)
        lines = [*folded(safe(judged.line), self._look.width, ""), ""] if judged is not None else []
        if totals.piles is not None and totals.piles.lines:
            for line in totals.piles.lines:
                lines += folded(safe(line), self._look.width, "")
            lines.append("")
        for connection in sorted(self._waiting, key=lambda c: c.index):
            lines += self._drawn_lines(connection)
        if self._overview is not None and self._overview.connections:
            lines += [*self._overview.lines(self._paint, self._look.width), ""]
        self._write(lines + account(totals, self._paint, utc=self._look.utc, width=self._look.width))

    def _drawn_lines(self, connection: Connection) -> list[str]:
        """A block, with the segments where the analysis kept them."""
        lines = [*self._block.lines(connection), ""]
        if connection.segment_rows is not None:
            lines += [*self._timeline().lines(connection)[1:], ""]
        return lines

    def _timeline(self) -> Timeline:
        from .timeline import Timeline

        return Timeline(self._paint, width=self._look.width, absolute=self._look.absolute)

    def _write(self, lines: list[str]) -> None:
        self._output.write(self._paint.encoded(lines))
        if self._live:
            self._output.flush()


def one_line(c: Connection, *, utc: bool) -> str:
    """One connection in one line: when it began, who, how it ended, how long, how much, what went wrong."""
    octets = words.octets(c.client_stats.unique_bytes + c.server_stats.unique_bytes)
    began = words.clock(c.start_ns, utc=utc, decimals=3)
    lasted = words.span(c.end_ns - c.start_ns)
    return f"{began}  #{c.index}  {c.client} → {c.server}  {lasted}, {octets}: {safe(c.verdict)}"


def account(totals: Totals, paint: Paint, *, utc: bool, width: int) -> list[str]:
    """Where every record went: the sums, and what was odd about the input."""
    links = "/".join(getattr(totals, "links", ()))
    what = ", ".join(part for part in (totals.format, links) if part)
    name = safe(totals.source)
    lines = [paint("bold", name) + (f" ({what})" if what else "")]
    if totals.records:
        lines.append(f"  {_when(totals, utc=utc)}")
    skipped = sum(totals.skipped.values())
    tracked = f"{words.counted(totals.tracked, 'TCP segment')} in {words.counted(totals.connections, 'connection')}"
    sums = f"{words.counted(totals.records, 'record')} = {tracked} + {skipped:,} others"
    lines += folded(sums, width, "    ", "  ")
    others = [f"{count:,} {skip.word}" for skip, count in totals.skipped.items() if count and not skip.is_fault]
    faults = [f"{count:,} {skip.word}" for skip, count in totals.skipped.items() if count and skip.is_fault]
    if others:
        lines += folded(f"others: {', '.join(others)}", width, "    ", "  ")
    if faults:
        lines += [
            paint("yellow", line) for line in folded(f"could not be read: {', '.join(faults)}", width, "    ", "  ")
        ]
    if totals.stragglers:
        lines.append(f"  {words.counted(totals.stragglers, 'segment')} came after their connection had been reported")
    if totals.left_closed:
        lines.append(
            f"  {words.counted(totals.left_closed, 'ended connection')} left before 2MSL, "
            "as more had ended since (--max-closed)"
        )
    if totals.left_early or totals.left_idle:
        lines.append(f"  left before their end: {totals.left_early:,} for want of room, {totals.left_idle:,} idle")
    lines += [line for note in totals.notes for line in folded(f"note: {safe(note)}", width, "    ", "  ")]
    lines += [
        paint("red", line) for d in totals.damages for line in folded(f"damaged: {safe(str(d))}", width, "    ", "  ")
    ]
    return lines


def _when(totals: Totals, *, utc: bool) -> str:
    begun = words.date_and_time(totals.first_ns, utc=utc)
    ended = words.clock(totals.last_ns, utc=utc, decimals=0)
    return f"from {begun} to {ended} ({words.span(totals.last_ns - totals.first_ns)})"
