"""`--jobs` and `--cluster`: a run that is shared out, with the answer of one process.

In: what `run` takes, and who shall do the work. Out: its Outcome; or None, after one clear line, where only one
process gives the answer of one process.
"""

from __future__ import annotations

import sys

from ..errors import UsageError
from .output import say
from .run import Outcome, is_live, take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from ..cluster.shared import Crew
    from ..model.names import Severity
    from ..model.totals import Options
    from ..report.base import Output, Reporter
    from .select import Selection

LINES = "tcplife.report.lines:LineTail"


def run_shared(
    captures: Sequence[str],
    options: Options,
    given: dict[str, Any],
    reporter: Reporter,
    output: Output,
    selection: Selection,
    fail_on: Severity | None,
) -> Outcome | None:
    """Analyse and report with several processes; None when one process must do it. Raises: CaptureError, UsageError."""
    from ..cluster.work import NotSharedError

    reason = _hinders(captures, options, given)
    if reason:
        _tell(reason, given)
        return None
    in_lines = given["form"] == "jsonl" and not selection
    try:
        with _crew(captures, given) as crew:
            return _run(crew, options, LINES if in_lines else "", reporter, output, selection, fail_on)
    except NotSharedError as problem:
        _tell(str(problem), given)
        return None


def _tell(reason: str, given: dict[str, Any]) -> None:
    if given["cluster"]:
        raise UsageError(f"--cluster cannot give the answer of one process here: {reason}")
    say(f"tcplife: one process does it, not {given['jobs']}: {reason}")


def _hinders(captures: Sequence[str], options: Options, given: dict[str, Any]) -> str:
    """Why this run cannot be shared out; "" when it can."""
    if given["follow"]:
        return "--follow reads what comes as it comes"
    if options.count:
        return "--count stops after so many records of all files"
    if options.details:
        return "the segments of text show octets of the packets"
    if given.get("bpf"):
        return "packets are filtered (-f) as one stream"
    for name in captures:
        if name == "-" or is_live([name]):
            return f"{name} can be read only once"
    return ""


def _crew(captures: Sequence[str], given: dict[str, Any]) -> AbstractContextManager[Crew]:
    if given["cluster"]:
        from ..cluster.farm import FarmCrew

        address = None if given["cluster"] == "local" else given["cluster"]
        return FarmCrew(captures, address, given["jobs"], _progress(given))
    from ..cluster.local import LocalCrew

    return LocalCrew(captures, given["jobs"])


def _progress(given: dict[str, Any]) -> Callable[[str], None] | None:
    """Where to say how far the work is: standard error, when somebody looks."""
    if given["quiet"] or not sys.stderr.isatty():
        return None
    return lambda text: say(f"\r\x1b[K{text}", end="")


def _run(
    crew: Crew, options: Options, place: str, reporter: Reporter, output: Output, selection: Selection,
    fail_on: Severity | None,
) -> Outcome:  # fmt: skip
    from ..cluster.shared import SharedAnalysis

    analysis = SharedAnalysis(crew, options, place) if place else SharedAnalysis(crew, options)
    outcome = Outcome(analysis.totals)
    if place:
        from ..report.lines import line

        for one in analysis.places():
            outcome.selected += 1
            outcome.findings = outcome.findings or (fail_on is not None and one.worst >= fail_on)
            output.write(line(one.index, one.octets))
        output.flush()
        return outcome
    reporter.begin()
    for connection in analysis:
        take([connection], reporter, outcome, selection, fail_on)
    reporter.end(analysis.totals)
    return outcome
