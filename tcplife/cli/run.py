"""One run: open the input, analyse it, hand every selected connection to a reporter, finish in order whatever happens.

In: names of captures, options, a selection, a reporter. Out: an exit code. Ctrl-C and SIGTERM end the reading, not the
report; a second Ctrl-C ends everything.
"""

from __future__ import annotations

import os
import signal
import stat
import sys

from ..capture import Reader
from ..errors import Exit, UsageError
from ..model.totals import Options
from ..model.value import Value
from ..report.paint import safe
from .output import say
from .progress import Progress
from .saving import saved, saver_of, tell_saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Any, Final, Self

    from ..model.connection import Connection
    from ..model.names import Severity
    from ..model.totals import Totals
    from ..pipeline import Analysis
    from ..report.base import Reporter
    from .select import Selection


IDLE_MS: Final = 100
"""A silent pipe is looked at so often: an ending is told within half a second (`flows.endings`)."""


def options_of(given: dict[str, Any], **more: Any) -> Options:
    """The Options that `options.analysis_options` say, with more that the command itself decides."""
    return Options(
        msl_s=given["msl"],
        checksums=given["checksums"],
        count=given["count"],
        max_connections=given["max_connections"],
        max_closed=given["max_closed"],
        idle_timeout_s=given["idle_timeout"],
        **more,
    )


def is_live(captures: Sequence[str]) -> bool:
    """Whether the input is one that may go on for ever: a pipe, a socket, a device."""
    if len(captures) != 1:
        return False
    try:
        mode = os.fstat(0).st_mode if captures[0] == "-" else os.stat(captures[0]).st_mode  # noqa: PTH116 - start-up time
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def open_input(captures: Sequence[str], *, live: bool, follow: bool = False, bpf: str | None = None) -> Reader:
    """The reader over all captures. follow: over those of a directory, as they appear. bpf: a tcpdump filter.

    Raises: CaptureError, UsageError for a filter that libpcap refuses.
    """
    from ..capture import open_capture, open_captures, open_follow

    if not captures:
        return Reader(None, "no capture", "")
    if bpf is not None:
        if follow:
            raise UsageError("-f does not go with --follow: filter while capturing (tcpdump -w ... 'FILTER')")
        from ..capture.bpf import PacketFilter
        from ..capture.filtered import FilteredReader

        chosen = PacketFilter(bpf)
        return FilteredReader(open_input(captures, live=live), chosen)
    if follow:
        if len(captures) != 1:
            raise UsageError("--follow takes one directory")
        return open_follow(captures[0], idle_ms=IDLE_MS)
    if live:
        return open_capture(captures[0], live=True, idle_ms=IDLE_MS)
    return open_captures(list(captures))


def stopper(analysis: Analysis, reader: Reader) -> Callable[[], None]:
    """What Ctrl-C and SIGTERM do first: a followed directory is read to its end, a pipe as far as it is filled."""
    stop_reading: Callable[[], None] | None = getattr(reader, "stop", None)

    def stop() -> None:
        if stop_reading is not None:
            stop_reading()
        analysis.stop()

    return stop


class Signals:
    """First Ctrl-C or SIGTERM: `stop` is called once. Second Ctrl-C: KeyboardInterrupt. interrupted: it was Ctrl-C."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._before: dict[int, Any] = {}
        self.interrupted = False
        self.stopped = False

    def __enter__(self) -> Self:
        """Take over both signals (in the main thread; elsewhere they are not ours to take)."""
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                self._before[number] = signal.signal(number, self._take)
            except ValueError:
                break
        return self

    def __exit__(self, *problem: object) -> None:
        """Give them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
        self.stopped = True
        self._stop()


class Outcome(Value, frozen=False):
    """How a run ended. findings: a connection had an anomaly at or above the limit."""

    totals: Totals
    findings: bool = False
    interrupted: bool = False
    selected: int = 0

    @property
    def code(self) -> Exit:
        """The exit code: damage first (the results may be short), then findings, then Ctrl-C."""
        if self.totals.damages:
            return Exit.DAMAGED
        if self.findings:
            return Exit.FINDINGS
        return Exit.INTERRUPTED if self.interrupted else Exit.DONE


def run(
    captures: Sequence[str],
    options: Options,
    reporter: Reporter,
    selection: Selection,
    *,
    fail_on: Severity | None = None,
    progress: bool = False,
    follow: bool = False,
    bpf: str | None = None,
    keeping: dict[str, Any] | None = None,
) -> Outcome:
    """Analyse and report; returns how it went. follow: `captures` is a directory. Raises: CaptureError.

    bpf: only records that match this tcpdump filter are analysed. keeping: options of --checkpoint (`saving`).
    Raises: UsageError for a bad one.
    """
    from ..pipeline import Analysis

    reader = open_input(captures, live=options.live, follow=follow, bpf=bpf)
    reader.open_window()
    try:
        analysis = Analysis(reader, options)
        saver = saver_of(keeping, analysis, captures) if keeping else None
        finish = bool(keeping and keeping["finish"])
        outcome = Outcome(analysis.totals)
        with Signals(stopper(analysis, reader)) as signals, Progress(reader, wanted=progress) as bar:
            reporter.begin()
            told = False
            for batch in analysis.batches() if saver is None else saved(analysis, saver, finish=finish):
                if analysis.is_live and not told:
                    told = True
                    _go_live(reporter)
                take(batch, reporter, outcome, selection, fail_on)
            bar.stop()
            outcome.totals = analysis.totals
            reporter.end(analysis.totals)
            outcome.interrupted = signals.interrupted
        if saver is not None:
            tell_saved(analysis, saver.path)
        return outcome
    finally:
        reader.close()


def _go_live(reporter: Reporter) -> None:
    """Tell a reporter that cares that connections now come as they end."""
    went_live: Callable[[], None] | None = getattr(reporter, "went_live", None)
    if went_live is not None:
        went_live()


def take(
    batch: list[Connection], reporter: Reporter, outcome: Outcome, selection: Selection, fail_on: Severity | None
) -> None:
    """Report those of the batch that are wanted; all at once where the reporter can."""
    if selection:
        batch = [connection for connection in batch if selection.matches(connection)]
    outcome.selected += len(batch)
    if fail_on is not None and not outcome.findings:
        outcome.findings = any(connection.worst >= fail_on for connection in batch)
    at_once: Callable[[list[Connection]], None] | None = getattr(reporter, "connections", None)
    if at_once is not None:
        at_once(batch)
        return
    for connection in batch:
        reporter.connection(connection)


def tell(totals: Totals, *, verbose: int = 0) -> None:
    """Say on standard error what was wrong with the input; with -v also what was merely odd."""
    for damage in totals.damages:
        say(f"tcplife: damaged input: {safe(str(damage))}")
    for note in totals.notes if verbose else ():
        say(f"tcplife: note: {safe(note)}")


def width_of(*, terminal: bool) -> int:
    """Columns of the terminal; 0 (no limit) when nobody looks at one."""
    if not terminal:
        return 0
    import shutil

    return max(shutil.get_terminal_size((80, 24)).columns, 40)


def wants_colour(choice: str, *, terminal: bool) -> bool:
    """Whether to colour: always, never, or auto (a terminal, NO_COLOR not set, TERM not dumb). Source: no-color.org."""
    if choice != "auto":
        return choice == "always"
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def knows_unicode() -> bool:
    """Whether standard output takes more than ASCII."""
    return "utf" in (sys.stdout.encoding or "").lower()
