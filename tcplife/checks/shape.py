"""The shape of a lifecycle: what two connections have in common that lived the same life at another time and port."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from ..model.catalogue import KINDS, ROWS
from ..model.connection import TRANSITION_WIDTH
from ..model.names import ROLES, STATES, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model.connection import Connection

_CACHED = 8192


def shape_of(connection: Connection) -> str:
    """One line: service, how it closed, each endpoint's states in order, the kinds of anomalies worth a warning.

    Neither time, addresses, the client's port, nor how often something happened are in it.
    """
    rows: Sequence[int] = connection.transition_rows or ()
    codes = tuple(code & 1 | code >> 3 << 1 for code in rows[2::TRANSITION_WIDTH])
    life = _life(codes, connection.final_client, connection.final_server)
    closed = _closed(connection.close_kind, connection.close_initiator)
    return f"service {connection.server_port}: {closed}; {life}{_flaws(connection.kinds_seen)}"


def fingerprint(*parts: str) -> str:
    """A short name of some texts, the same in every run and on every machine."""
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


@lru_cache(_CACHED)
def _closed(kind: str | None, initiator: int) -> str:
    by = f" by {ROLES[initiator]}" if initiator >= 0 else ""
    return f"{kind}{by}" if kind else "open"


@lru_cache(_CACHED)
def _life(codes: tuple[int, ...], client: int, server: int) -> str:
    return "; ".join(
        f"{role} {' '.join(_states(codes, side)) or STATES[final]}"
        for side, (role, final) in enumerate(zip(ROLES, (client, server), strict=True))
    )


def _states(codes: tuple[int, ...], side: int) -> list[str]:
    rows = [ROWS[code >> 1] for code in codes if code & 1 == side]
    return [str(STATES[row.from_state]) for row in rows[:1]] + [str(STATES[row.to_state]) for row in rows]


@lru_cache(_CACHED)
def _flaws(bits: int) -> str:
    worth = [kind.name for number, kind in enumerate(KINDS) if bits >> number & 1 and kind.severity >= Severity.WARNING]
    return f"; {', '.join(sorted(worth))}" if worth else ""
