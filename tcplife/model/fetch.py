"""What is needed soon is asked of the memory early: only compiled code does so, which inlines `fetch.pxd`.

This module is never compiled itself.
"""

from __future__ import annotations

from collections.abc import Sequence


def item(items: Sequence[object], at: int) -> None:
    """The first 128 octets of an item that is read a few steps later, if there is one at this index."""
