"""Records that nobody holds any more but who made them: the next ones are written into them. Only compiled code does so.

This module is never compiled itself; compiled rooms inline `spare.pxd`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_spare(made: list[Any], at: int, like: Any) -> bool:
    """Whether nobody else holds the record at that place, nor its rows, which are as many as those of one like it."""
    return False
