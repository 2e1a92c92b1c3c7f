"""The command `tcplife`: turns whatever ends a command into one line and an exit code.

In: the command line. Out: an exit code (`errors.Exit`). What says plainly what it wants (`straight`) is done at once;
click is asked about everything else, `tcplife --version` aside.
"""

from __future__ import annotations

import os
import sys

from ..errors import Exit, TcplifeError
from .output import OutputGoneError, say, version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Never a traceback for what input or user can cause."""
    try:
        return _run(sys.argv[1:] if args is None else list(args))
    except TcplifeError as problem:
        return _told(str(problem), problem.exit_code)
    except (OutputGoneError, BrokenPipeError):
        _give_up_output()
        return Exit.DONE
    except KeyboardInterrupt:
        say("")  # below the terminal's ^C
        return Exit.INTERRUPTED
    except OSError as problem:
        name = f"{problem.filename}: " if problem.filename else ""
        return _told(f"{name}{(problem.strerror or str(problem)).lower()}", Exit.USAGE)


def _run(words: list[str]) -> int:
    if "_TCPLIFE_COMPLETE" not in os.environ:  # a shell asks click what could come next
        if words == ["--version"]:
            say(version(), sys.stdout)
            return Exit.DONE
        if words[:1] == ["analyze"] and (code := _analyse(words[1:])) is not None:
            return code
    from .group import run

    return run(words)


def _analyse(words: list[str]) -> int | None:
    from .straight import understood

    meant = understood(words)
    if meant is None:
        return None
    from .analysis import analyse

    return analyse(*meant)


def _told(text: str, code: int) -> int:
    from ..report.paint import safe

    say(f"tcplife: {safe(text)}")
    return code


def _give_up_output() -> None:
    """Nobody reads standard output any more: let what is left in buffers go nowhere, quietly."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return
