"""How a connection ended: the kinds of close, judged from the finished facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life


def judge_close(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """Fill close_kind, close_initiator, close_packet."""
