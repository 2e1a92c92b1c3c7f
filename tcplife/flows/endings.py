"""What ended a moment ago on a live input and waits to be told: long enough for a last segment on its way, no longer.

In: flows as they end, with a clock that never goes back. Out: each once its time has come, in order. Bounded by the
table: a flow that left it is only passed over. What "ended" means is the caller's to know.
"""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from .table import Flow

LINGER_NS: Final = 150_000_000
"""An ending is told so long after it: half a second is promised, a silent pipe is looked at ten times a second."""


class Endings:
    """A queue in order of time, as every flow waits equally long from its end on, whatever still comes of it."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, Flow]] = deque()

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def note(self, flow: Flow, clock_ns: int) -> None:
        """Take a flow that ended just now."""
        self._waiting.append((clock_ns + LINGER_NS, flow))

    def due(self, clock_ns: int) -> Any:
        """Return the next flow whose time has come and which is still in its table, or None."""
        waiting = self._waiting
        while waiting and waiting[0][0] <= clock_ns:
            flow = waiting.popleft()[1]
            if not flow.gone:
                return flow
        return None
