"""Ask the memory for what the next packets will read: their connections' parts, while this packet is dealt with.

Ten thousand connections at once do not stay in the nearest cache, and each part is found by way of another. What lies
in the reader's buffer behind the current record tells early which connection comes next. Nothing depends on it: a
guess that is wrong fetches what nobody reads. This module is never compiled itself: the compiled rooms inline what
`ahead.pxd` says instead; plain Python has no use for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from array import array

    from ..capture.reader import Reader
    from ..flows.table import Table


def look(reader: Reader, table: Table, looks: array[int]) -> None:
    """Look some records ahead in the reader's buffer (compiled: hints to the processor)."""


def leave(table: Table, rest: list[Any]) -> None:
    """Flows leave, the last of these first: have the next ones at hand, and their places in the table."""


def evict(table: Table) -> None:
    """The same for those that stand first in the queue of the least recently active ones."""
