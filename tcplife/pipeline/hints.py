"""Ask the memory for what will be read soon, while this packet is dealt with: nothing but hints to the processor.

Ten thousand connections at once do not stay in the nearest cache, and each part is found by way of another. Nothing
depends on it: a hint that is wrong fetches what nobody reads. This module is never compiled itself: the compiled rooms
inline what `hints.pxd` says instead; plain Python has no use for it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..anomalies.streams import Streams
    from ..flows.queue import Queue
    from ..flows.table import Table


def record(b: bytes | bytearray, at: int) -> None:
    """Where the next record begins."""


def far_record(b: bytes | bytearray, at: int) -> None:
    """Where some record begins that is still far: its head in full."""


def slot(table: Table, h: int) -> None:
    """Where the table keeps what has this hash."""


def item(table: Table, h: int) -> Any:
    """What stands there first, borrowed."""


def head(table: Table, h: int) -> None:
    """The first flow that stands there."""


def parts(flow: Any, side: int) -> None:
    """What a life consists of, for a segment of this side."""


def parts_of_parts(flow: Any, side: int) -> None:
    """What that consists of; of the two timings that of the side whose octets are sent or acknowledged."""


def mark(streams: Streams, flow: Any) -> None:
    """Where it is told whether more is known of the two ends of a SYN alone."""


def leave(table: Table, streams: Streams, rest: list[Any]) -> None:
    """Flows leave, the last of these first: have the next ones at hand, and their places in the table."""


def evict(table: Table, streams: Streams) -> None:
    """The same for those that stand first in the queue of the least recently active ones."""


def close(queue: Queue, most: int) -> None:
    """A life joins those that wait here, no more than so many: have the one at hand that leaves for it."""
