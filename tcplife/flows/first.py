"""Whether the flow that stands first at its place in the table is a segment's, as it nearly always is.

In: a flow, a segment and its hash. Out: the side that sent the segment, as Table.search() would tell it; -1 if it is
another's flow, and the search has to go along the chain. The two ways round are told apart without a branch: packets
go to and fro, and no processor foresees which.
This module is never compiled itself: the compiled rooms inline what `first.pxd` says; plain Python has no use for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model.segment import Segment


def side_of(flow: Any, s: Segment, h: int) -> int:
    """The side of the flow, which may be None, that sent the segment with this hash; -1 where it is not its flow."""
    return -1
