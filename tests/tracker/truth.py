"""What holds of every record, whatever was captured: the chain of states, the table, the bases, the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tcplife import State
from tcplife.model.names import STATES
from tcplife.tracker.transitions import TRANSITIONS

if TYPE_CHECKING:
    from tcplife import Connection, SegmentLine, Transition

ROWS: Final = {(STATES[row.from_state], row.event, STATES[row.to_state], row.rfc) for row in TRANSITIONS}
BEGINNINGS: Final = {State.UNKNOWN, State.CLOSED, State.LISTEN}
"""Before the first packet no other state can be known."""
AT_THE_END: Final = 1 << 40
LISTENS_AGAIN: Final = {State.CLOSED: State.LISTEN}
"""Figure 5's passive OPEN, which no segment shows: a port whose socket was reset answers the next SYN."""

LOST_TRACK: Final = {State.ESTABLISHED: State.UNKNOWN}
"""What the capture lacks may have been a FIN: how it opened is certain, what became of it is not."""


def check(connection: Connection) -> None:
    """One record with its segments."""
    senders = {line.packet: str(line.sender) for line in connection.segments or ()}
    for role in ("client", "server"):
        moves = [move for move in connection.transitions if move.endpoint == role]
        if moves or role in senders.values():  # else it has not answered, and may be in the life before (figure 10)
            _check_chain(moves, connection.final[role])
        for move in moves:
            _check_move(move, senders)
    _check_order(connection.transitions)
    _check_sums(connection)


def _check_chain(moves: list[Transition], final: State) -> None:
    state = moves[0].from_state if moves else final
    assert state in BEGINNINGS, f"began in {state}"
    for move in moves:
        assert move.from_state in (state, LISTENS_AGAIN.get(state)), f"{move} does not leave {state}"
        state = move.to_state
    assert final in (state, LOST_TRACK.get(state))


def _check_order(moves: list[Transition]) -> None:
    """By packet, what time did last; what came to an endpoint before it moved otherwise (crossing FINs) stays behind."""
    reached = {"client": 0, "server": 0}
    order = []
    for move in moves:
        reached[move.endpoint] = max(reached[move.endpoint], AT_THE_END if move.packet is None else move.packet)
        order.append(reached[move.endpoint])
    assert order == sorted(order), f"out of order: {order}"


def _check_move(move: Transition, senders: dict[int, str]) -> None:
    assert (move.from_state, move.event, move.to_state, move.rfc) in ROWS, f"{move} is no row of the table"
    sender = senders.get(move.packet or 0)
    if move.basis == "timer":
        assert (move.packet, move.event) == (None, "TIMER_2MSL")
    elif move.basis == "sent":
        assert move.event.startswith("SENDS_")
        assert sender in (move.endpoint, None), f"{move}, but packet {move.packet} is the peer's"
    elif move.basis == "received":
        assert move.event.startswith("GETS_")
        assert sender != move.endpoint, f"{move}, but packet {move.packet} is its own"
    if move.confirmed_by is not None:
        wanted = move.endpoint if move.basis == "received" else senders[move.confirmed_by]
        assert senders[move.confirmed_by] == wanted, f"{move} is confirmed by its peer"
        assert move.confirmed_by >= (move.packet or 0), f"{move} is confirmed before it took place"


def _check_sums(connection: Connection) -> None:
    lines = connection.segments or ()
    for role, stats in (("client", connection.client_stats), ("server", connection.server_stats)):
        own = [line for line in lines if line.sender == role]
        assert stats.packets == len(own)
        most = sum(line.length for line in own)
        assert sum(line.length for line in own if _counts(line)) <= stats.bytes <= most
        assert 0 <= stats.unique_bytes <= stats.bytes
    assert connection.first_packet == min(line.packet for line in lines)
    assert connection.last_packet == max(line.packet for line in lines)


def _counts(line: SegmentLine) -> bool:
    """Whether its octets surely count: what no receiver would look at, or was captured twice, does not."""
    plain = "." in line.flags and not set("SR") & set(line.flags)
    return plain and not {"duplicate_packet", "impossible_ack"} & set(line.anomalies)
