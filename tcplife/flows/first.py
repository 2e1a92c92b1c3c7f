"""Whether a flow is a segment's, and which side of it sent the segment: for who knows that the hash is the same.

The two ways round are told apart without a branch: packets go to and fro, and no processor foresees which.
This module is never compiled itself: the compiled rooms inline what `first.pxd` says; plain Python has no use for it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.segment import Segment


def side_of(flow: Any, s: Segment) -> int:
    """The side of the flow that sent the segment, as Table.search() would tell it; -1 where it is not its flow."""
    return -1


def side_of_four(flow: Any, addresses: int, ports: int) -> int:
    """The same for who has of a segment over IPv4 its two addresses as one number, and its two ports."""
    return -1
