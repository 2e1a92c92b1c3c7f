# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Flows that wait in the order in which they came.

In: flows. Out: the one that has waited longest. A list whose front is given back now and then: no method of Python's
is looked up for it (measured: a deque costs four times as much when compiled).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .table import Flow

SLACK = 64
"""So many places in front may be empty, or as many as flows wait."""


class Queue:
    """waiting: how many wait."""

    __slots__ = ("_at", "_flows", "waiting")

    def __init__(self) -> None:
        self._flows: list[Flow | None] = []
        self._at = 0
        self.waiting = 0

    def push(self, flow: Flow) -> None:
        """One more, the last."""
        self._flows.append(flow)
        self.waiting += 1

    def first(self) -> Flow | None:
        """The one that has waited longest, if any waits."""
        return self._flows[self._at] if self.waiting else None

    def drop(self) -> None:
        """It waits no longer."""
        flows = self._flows
        flows[self._at] = None
        self._at += 1
        self.waiting -= 1
        if self._at >= SLACK and self._at >= self.waiting:
            del flows[: self._at]
            self._at = 0

    def flows(self) -> list[Any]:
        """All that wait, in order."""
        return self._flows[self._at :]
