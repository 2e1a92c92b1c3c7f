"""The state history of both endpoints as rows of a picture with two lanes.

In: a Connection. Out: rows in the order of the packets: who went where, and how long it stayed there.
"""

from __future__ import annotations

from ..model.names import Basis, Role
from ..model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection
    from ..model.values import Transition

SECOND_NS: Final = 1_000_000_000


class Stay(Value):
    """One endpoint in one state. ns: nanoseconds until it left, -1 when it did not. implied: never seen, but proved."""

    state: str
    ns: int
    implied: bool = False


class Row(Value, frozen=False):
    """What one packet changed. packet: None for a timer or where the capture begins; offset_ns: since the start."""

    packet: int | None
    offset_ns: int
    client: Stay | None = None
    server: Stay | None = None
    timer: bool = False


def first_states(connection: Connection) -> dict[str, str]:
    """The state each endpoint began in, as far as anything is known of it."""
    known = {role: str(state) for role, state in connection.final.items()}
    for move in reversed(connection.transitions):
        known[move.endpoint] = str(move.from_state)
    return known


def rows(connection: Connection) -> list[Row]:
    """One row per packet that moved somebody; a second one where it moved somebody twice."""
    moves = connection.transitions
    made: list[Row] = []
    for number, move in enumerate(moves):
        stay = Stay(str(move.to_state), _length(moves, number), move.basis is Basis.IMPLIED)
        last = made[-1] if made else None
        fits = last is not None and last.packet == move.packet and last.timer == (move.basis is Basis.TIMER)
        if last is None or not fits or getattr(last, move.endpoint) is not None:
            last = Row(move.packet, round(move.offset * SECOND_NS), timer=move.basis is Basis.TIMER)
            made.append(last)
        if move.endpoint is Role.CLIENT:
            last.client = stay
        else:
            last.server = stay
    return made


def _length(moves: list[Transition], number: int) -> int:
    """Nanoseconds until this endpoint moved again, -1 when it did not."""
    move = moves[number]
    for later in moves[number + 1 :]:
        if later.endpoint is move.endpoint:
            return round((later.offset - move.offset) * SECOND_NS)
    return -1
