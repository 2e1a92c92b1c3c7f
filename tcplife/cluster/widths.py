"""Numbers that compiled and plain modules of this room share: a compiled module keeps its own to itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


AT_END: Final = 1 << 62
"""Stands for the packet at which what is left leaves: behind all packets."""
CODES: Final = 64
"""Room for every Skip code."""
LEAVES_WIDTH: Final = 6
"""A row of `leaves`: packet and phase at which a connection left; then last activity and index of the one whose turn it
was to leave (phase -1 and at the end); its own index here; capture time, doubled, plus 1 when its timers still ran."""
OPENS_WIDTH: Final = 4
"""A row of `opens`: packet and phase at which a connection opened; last activity and index of whose turn it was."""
