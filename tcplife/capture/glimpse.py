"""Records that lie in a reader's buffer behind the current one, seen before their turn.

In: a reader and a place in its buffer. Out: what next() will show of the record there, if all of it is at hand and it is
one of the usual kind; else False, and its turn will tell. Nothing is read for it, and nothing about the reader changes.
This module is never compiled itself: the compiled rooms inline what `glimpse.pxd` says; plain Python has no use for it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .reader import Reader


def at(reader: Reader, o: int, g: Any) -> bool:
    """Look at the record that begins at o in the buffer, and note in g what it is and where the next one begins."""
    return False


def go_beyond(reader: Reader, after: int, records: int) -> None:
    """Go beyond so many records, behind which another one begins; nobody has read on since they were seen."""


def show(reader: Reader, g: Any) -> None:
    """Go to the next record, which g tells of, and show it as next() does."""
