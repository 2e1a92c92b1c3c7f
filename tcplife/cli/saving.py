"""A run that is saved: `--checkpoint FILE`.

In: an Analysis that keeps what is open, its Saver. Out: finished connections as from the Analysis itself, with the file
written now and then, each time after everything before it has been handed on.
"""

from __future__ import annotations

import stat

from ..errors import UsageError
from ..report.paint import safe
from .output import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..checkpoint import Saver
    from ..model.connection import Connection
    from ..pipeline import Analysis


def check_options(given: dict[str, Any]) -> None:
    """Refuse what does not go together. Raises: UsageError."""
    path = given["checkpoint"]
    if not path:
        if given["finish"]:
            raise UsageError("--finish needs --checkpoint FILE")
        return
    if given["jobs"] > 1 or given["cluster"]:
        raise UsageError("--checkpoint is for one process: leave out --jobs and --cluster")
    if given["output"] not in (None, "-") and not _is_special(given["output"]):
        raise UsageError("--checkpoint with --output: a killed run would lose its lines; write them with >> instead")


def _is_special(path: str) -> bool:
    import os

    try:
        return not stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - start-up time
    except OSError:
        return False


def saver_of(given: dict[str, Any], analysis: Analysis, captures: Sequence[str]) -> Saver | None:
    """Return what saves the run, gone on from its file if there is one; None when nobody asked for it.

    Raises: CheckpointError, UsageError when it cannot go on from the file.
    """
    if not given["checkpoint"]:
        return None
    from ..checkpoint import Saver

    saver = Saver(given["checkpoint"], analysis, captures, given["checkpoint_every"])
    saver.take_up()
    return saver


def saved(analysis: Analysis, saver: Saver, *, finish: bool) -> Iterator[list[Connection]]:
    """Yield the finished connections in batches; what is open at the end stays in the file, unless this is the last run."""
    try:
        while analysis.step():
            yield analysis.take_ready()
            if saver.is_due():
                saver.save()
        yield analysis.take_ready()
        while finish and analysis.leave():
            yield analysis.take_ready()
        yield analysis.take_ready()
        if finish:
            saver.remove()
        else:
            saver.save()
    finally:
        analysis.reader.close()
        analysis.complete()


def tell_saved(analysis: Analysis, path: str) -> None:
    """Say on standard error what was kept, and how to get it."""
    count = analysis.count
    if count:
        say(
            f"tcplife: {count:,} connection{'' if count == 1 else 's'} kept in {safe(path)}: the next run goes on with"
            " them, --finish ends them"
        )
