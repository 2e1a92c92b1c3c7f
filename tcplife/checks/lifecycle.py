"""A connection's whole life in words and lines, and what is different from the life that was expected."""

from __future__ import annotations

from .evidence import name_of, timeline, wireshark_filter
from .explain import why_not

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..model.connection import Connection
    from .expression import Expression


def states(connection: Connection, role: str) -> str:
    """The states an endpoint went through, in order, the first one included."""
    moves = [move for move in connection.transitions if move.endpoint == role]
    if not moves:
        return str(connection.final["client" if role == "client" else "server"])
    return " ".join([str(moves[0].from_state), *(str(move.to_state) for move in moves)])


def story(connection: Connection) -> str:
    """Who, how it ended, both endpoints' states, every segment (long ones cut short), the Wireshark filter."""
    close = connection.close
    ended = f"closed by {close.initiator or 'nobody knows whom'}: {close.kind}" if close else "open"
    return "\n".join(
        [
            f"{name_of(connection)}, {ended}",
            *(f"  {role}: {states(connection, role)}" for role in ("client", "server")),
            *(f"  {line}" for line in timeline(connection)),
            f"  wireshark: {wireshark_filter(connection)}",
        ],
    )


def differences(
    connection: Connection,
    wanted: dict[str, str | Iterable[str] | None],
    expression: Expression | None,
) -> list[str]:
    """What is not as wanted, two lines for each: expected, actual; empty when all is.

    wanted: client, server (states in order), close (its kind), initiator; None where anything will do.
    """
    close = connection.close
    actual = {
        "client": states(connection, "client"),
        "server": states(connection, "server"),
        "close": close.kind if close else "open",
        "initiator": str(connection.closed_by or "unknown"),
    }
    lines = []
    for name, value in wanted.items():
        if value is None:
            continue
        expected = " ".join(value.split() if isinstance(value, str) else value)
        if expected != actual[name]:
            lines += [f"  {name}: expected {expected}", f"  {name}: actual   {actual[name]}"]
    for clause in why_not(expression.root, connection) if expression is not None else ():
        lines += [f"  expected {clause.expected}", f"  actual   {clause.actual}"]
    return lines
