"""The process: `python -m tcplife` and the installed command `tcplife` are both `main` here.

In: the command line. Out: the process's exit code. What is here is for a process of our own only; whoever calls the
command within another (`cli.main`) keeps that one's collector and its end.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

from .model.pool import large_arenas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

COLLECT_EVERY: Final = 1_000_000
"""Container objects that may come into being before the collector looks at the young ones."""


def main() -> int:
    """Run the command line and end the process; returns the exit code where the interpreter must end it."""
    # Neither imports nor records form cycles that are garbage; the collector would only walk over them again and again
    # (an eighth of a start, half of a flood's time).
    gc.set_threshold(COLLECT_EVERY, 50, 100)
    large_arenas()
    _open_closed()
    from .cli.main import main as run

    code = run()
    return code if _is_shared() else _leave(code)


def _open_closed() -> None:
    """Where standard output or standard error is closed (`>&-`), what is written there goes nowhere, quietly."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end


def _is_shared() -> bool:
    """Whether other threads run: the interpreter knows how to wait for them."""
    threading = sys.modules.get("threading")
    return threading is not None and threading.active_count() > 1


def _leave(code: int) -> int:
    """End at once: to take the interpreter apart object by object takes as long as to start it, and frees nothing.

    Returns the code when an output cannot be flushed: the interpreter tells of it.
    """
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return code
    atexit._run_exitfuncs()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
