"""The next records, decoded and looked up before their turn, so that what they need of the memory is on its way.

In: a reader, the decoder, the table. Out: the current record's Segment, Skip code and flow, as Reader.next(),
Decoder.decode() and Table.find() would give them: what lies in the reader's buffer does not change, decoding at a
glance depends on nothing else, and what was found is looked up again if the table has changed since. Everything else
(records that are not there in full, fragments, tunnels, whatever has an effect) waits for its turn.
This module is never compiled itself: the compiled rooms inline what `ahead.pxd` says; plain Python has `stride`.
"""

from __future__ import annotations

from ..decode.layers import UNTOLD
from ..model.segment import Segment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any

    from ..capture.reader import Reader
    from ..decode.decoder import Decoder
    from ..flows.table import Table

PLACES = 32
"""Segments in a ring: of what is foreseen, the current one with it."""


def forget(ring: Any, segments: list[Segment], before: int, counts: array[int]) -> None:
    """Foresee nothing: somebody else may have used the reader.

    segments: to be filled, one for each place. before: packets that stand before the reader's first. counts: of what is no
    segment, by Skip code.
    """


def stay(ring: Any, reader: Reader) -> None:
    """Remember where the reader is: somebody else has a look now."""


def stayed(ring: Any, reader: Reader, before: int) -> bool:
    """Whether nobody has used the reader since, so that what was foreseen still is."""
    return False


def go_on(ring: Any, reader: Reader, decoder: Decoder, table: Table, latest_ns: int, until_ns: int) -> bool:
    """Go to the next record that was foreseen; False if there is none, and it is Reader.next()'s turn.

    They come in groups of eight: before each, another one is looked at, and those on their way are one step further. So eight
    packets' time is there for what each step asks the memory for, and each step is a short loop. On the way segments
    before until_ns of lives that sleep are taken as long as they are plain, and what is no segment is counted; where
    until_ns is no time, none is.
    """
    return False


def taken(ring: Any) -> int:
    """How many were taken on the way."""
    return 0


def others(ring: Any) -> int:
    """How many of these are no segments."""
    return 0


def cut(ring: Any) -> int:
    """Of how many of these not all octets were captured."""
    return 0


def latest_ns(ring: Any) -> int:
    """Of latest_ns and when these were captured the latest."""
    return 0


def segment(ring: Any) -> Segment:
    """The segment of the record gone to."""
    return Segment()


def code(ring: Any) -> int:
    """Its Skip code, or UNTOLD."""
    return UNTOLD


def find(ring: Any, table: Table) -> Any:
    """The flow of that segment, if its code is that of TCP, as Table.find() tells it."""
