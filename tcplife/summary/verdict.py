"""The verdict: one sentence on a finished connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life


def judge_verdict(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """Fill verdict."""
