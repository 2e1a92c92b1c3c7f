"""A window of the memory through which a large file is seen, so that nobody copies the octets that nobody looks at.

In: a descriptor and an offset. Out: where the file's octets stand. One reader at a time has the window: it lies in one
place, and moves over the file. A file that becomes shorter meanwhile, or a disk that fails, would end the process
(SIGBUS): instead of what is not there the window then shows octets 255, of which no reader makes a record. Behind the
window stand zeros, wider than any record: a file that somebody writes over while it is read makes nobody read where
nothing is.
This module is never compiled itself: the compiled rooms inline what `window.pxd` says; plain Python has no window.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

WINDOW: Final = 2 * 1024 * 1024  # octets of the file in view
GRAIN: Final = 64 * 1024  # a window begins at a multiple of it, whatever the machine's pages are


def at(owner: Any, descriptor: int, offset: int) -> Any:
    """Move the window to the offset, a multiple of GRAIN, from which on the file has WINDOW octets: where they stand.

    None if there is no window, or another owner has it.
    """
    return None


def lost() -> bool:
    """Whether some of what is in view could not be had."""
    return False


def shut(owner: Any) -> None:
    """Give the window back, if the owner has it."""
