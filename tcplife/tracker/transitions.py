"""The RFC 9293 state machine as a watcher sees it: data only.

In: nothing. Out: the events, the rows, and NEXT, the dense table made from them. A transition exists here or it
does not exist; the diagram, the README's table and `explain` are drawn from the same rows. What makes an event
of a segment is decided in `connection.py` and `inbox.py`, never here.
"""

from __future__ import annotations

from ..model.catalogue import Row, publish_rows
from ..model.names import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    STATES,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    UNKNOWN,
)

EVENTS = (
    "SENDS_SYN", "SENDS_SYN_ACK", "SENDS_FIN", "SENDS_RST", "SENDS_NEW_SYN", "SHOWS_LIFE",
    "GETS_SYN", "GETS_SYN_ACK", "GETS_ACK_OF_SYN", "GETS_FIN", "GETS_ACK_OF_FIN", "GETS_RST",
    "GETS_RST_AFTER_LISTEN", "GETS_NEW_SYN", "GETS_ICMP_ERROR", "TIMER_2MSL",
)  # fmt: skip
"""What can move an endpoint. SENDS_*: its own segment; GETS_*: a segment or ICMP error that passed towards it."""
EVENT_COUNT = len(EVENTS)
SENDS_SYN, SENDS_SYN_ACK, SENDS_FIN, SENDS_RST, SENDS_NEW_SYN, SHOWS_LIFE = range(6)
GETS_SYN, GETS_SYN_ACK, GETS_ACK_OF_SYN, GETS_FIN, GETS_ACK_OF_FIN, GETS_RST = range(6, 12)
GETS_RST_AFTER_LISTEN, GETS_NEW_SYN, GETS_ICMP_ERROR, TIMER_2MSL = range(12, 16)


def _row(state: int, event: int, to: int, rfc: str, why: str) -> Row:
    return Row(state, EVENTS[event], to, rfc, why)


def _resets() -> tuple[Row, ...]:
    """A reset ends every synchronized state, whoever sent it."""
    synchronized = (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT)
    got = tuple(
        _row(s, GETS_RST, CLOSED, "3.10.7.4 second; RFC 5961 3.2", "an acceptable reset arrived") for s in synchronized
    )
    sent = tuple(
        _row(s, SENDS_RST, CLOSED, "3.10.5", "it aborted, or no longer knew the connection") for s in synchronized
    )
    return got + sent


TRANSITIONS = (
    # RFC 9293 figure 6: opening
    _row(CLOSED, SENDS_SYN, SYN_SENT, "3.10.1", "active open: it sent a SYN"),
    _row(LISTEN, SENDS_SYN_ACK, SYN_RECEIVED, "3.10.7.2 third", "it answered a SYN, so it was listening"),
    _row(SYN_SENT, GETS_SYN_ACK, ESTABLISHED, "3.10.7.3 fourth", "its SYN was acknowledged, and it got the peer's"),
    _row(SYN_RECEIVED, GETS_ACK_OF_SYN, ESTABLISHED, "3.10.7.4 fifth", "its SYN was acknowledged"),
    # figure 7: both open at once
    _row(SYN_SENT, GETS_SYN, SYN_RECEIVED, "3.10.7.3 fourth", "simultaneous open: a SYN crossed its own"),
    # an opening that fails
    _row(SYN_SENT, GETS_RST, CLOSED, "3.10.7.3 second", "refused: a reset acknowledged its SYN"),
    _row(SYN_SENT, GETS_ICMP_ERROR, CLOSED, "RFC 1122 4.2.3.9; RFC 5461", "an ICMP error answered its SYN"),
    _row(SYN_SENT, SENDS_RST, CLOSED, "3.10.5", "it no longer knew the connection it had asked for"),
    _row(SYN_RECEIVED, GETS_RST_AFTER_LISTEN, LISTEN, "3.10.7.4 second", "passive open: back to listening"),
    _row(SYN_RECEIVED, GETS_RST, CLOSED, "3.10.7.4 second", "active open: refused"),
    _row(SYN_RECEIVED, SENDS_RST, CLOSED, "3.10.5", "it aborted before the handshake was complete"),
    _row(SYN_RECEIVED, SENDS_FIN, FIN_WAIT_1, "3.10.4", "closed before the handshake was complete"),
    # figure 12: the side that closes first
    _row(ESTABLISHED, SENDS_FIN, FIN_WAIT_1, "3.10.4", "it has nothing more to send"),
    _row(FIN_WAIT_1, GETS_ACK_OF_FIN, FIN_WAIT_2, "3.10.7.4 fifth", "its FIN was acknowledged"),
    _row(FIN_WAIT_2, GETS_FIN, TIME_WAIT, "3.10.7.4 eighth", "the peer has nothing more to send either"),
    _row(TIME_WAIT, TIMER_2MSL, CLOSED, "3.10.8", "2MSL have passed"),
    # figure 12: the side that closes second
    _row(ESTABLISHED, GETS_FIN, CLOSE_WAIT, "3.10.7.4 eighth", "the peer has nothing more to send"),
    _row(CLOSE_WAIT, SENDS_FIN, LAST_ACK, "3.10.4", "it has nothing more to send either"),
    _row(LAST_ACK, GETS_ACK_OF_FIN, CLOSED, "3.10.7.4 fifth", "its FIN was acknowledged"),
    # figure 13: both close at once
    _row(FIN_WAIT_1, GETS_FIN, CLOSING, "3.10.7.4 eighth", "simultaneous close: the FINs crossed"),
    _row(CLOSING, GETS_ACK_OF_FIN, TIME_WAIT, "3.10.7.4 fifth", "its FIN was acknowledged"),
    # TIME_WAIT cut short by a new incarnation
    _row(TIME_WAIT, GETS_NEW_SYN, CLOSED, "3.10.7.4 fourth; RFC 6191", "a new SYN reopened the 4-tuple"),
    _row(TIME_WAIT, SENDS_NEW_SYN, CLOSED, "3.6.1; RFC 6191", "it reused the 4-tuple itself"),
    # where the capture begins in the middle
    _row(UNKNOWN, SHOWS_LIFE, ESTABLISHED, "3.3.2", "it takes part in a connection that began before the capture"),
    _row(UNKNOWN, SENDS_RST, CLOSED, "3.10.7.1", "it reset a connection it does not know"),
    _row(
        UNKNOWN,
        GETS_RST,
        CLOSED,
        "3.10.7.4 second",
        "an abort arrived; what it was before, the capture does not show",
    ),
    *_resets(),
)

NO_ROW = 255
"""In NEXT and ROW_OF: no such transition."""


def _dense() -> tuple[bytes, bytes]:
    """(next state, row number) by state * EVENT_COUNT + event; NO_ROW where there is none."""
    to = bytearray([NO_ROW]) * (len(STATES) * EVENT_COUNT)
    row_of = bytearray([NO_ROW]) * len(to)
    for number, row in enumerate(TRANSITIONS):
        cell = row.from_state * EVENT_COUNT + EVENTS.index(row.event)
        if to[cell] != NO_ROW:
            raise ValueError(f"two rows for {STATES[row.from_state]} on {row.event}")
        to[cell] = row.to_state
        row_of[cell] = number
    return bytes(to), bytes(row_of)


NEXT, ROW_OF = _dense()


def _before(end: int) -> bytes:
    """By state: 1 if what an endpoint may get can bring it from there to this one, or it is this one."""
    moves = [(row.from_state, row.to_state) for row in TRANSITIONS if row.event.startswith("GETS_")]
    reached = {end}
    for _ in STATES:
        reached |= {before for before, after in moves if after in reached}
    return bytes(state in reached for state in range(len(STATES)))


MAY_BE_IN_TIME_WAIT = _before(TIME_WAIT)
"""By state of the log: whether the endpoint may be in TIME_WAIT once it has got all that passed towards it."""
EVENT_OF = bytes(EVENTS.index(row.event) for row in TRANSITIONS)
"""Event of each row by its number."""
FROM_OF = bytes(row.from_state for row in TRANSITIONS)
"""State that each row leaves, by its number."""
TO_OF = bytes(row.to_state for row in TRANSITIONS)
"""State that each row leads to, by its number."""
publish_rows(TRANSITIONS)
