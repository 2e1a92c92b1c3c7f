"""Resets in every synchronized state: how the client comes into it, and the number that an abort uses there."""

from __future__ import annotations

from typing import Final

LEADS: Final = {
    "ESTABLISHED": [],
    "FIN_WAIT_1": ["FIN_WAIT_1 > F. 1 ack 1 ..."],
    "FIN_WAIT_2": ["FIN_WAIT_1 > F. 1 ack 1 ...", "FIN_WAIT_2 < . 1 ack 2 ..."],
    "CLOSE_WAIT": ["CLOSE_WAIT < F. 1 ack 1 ...", "CLOSE_WAIT > . 1 ack 2 ..."],
    "CLOSING": ["FIN_WAIT_1 > F. 1 ack 1 ...", "CLOSING < F. 1 ack 1 +1 ...", "CLOSING > . 2 ack 2 +1 ..."],
    "LAST_ACK": ["CLOSE_WAIT < F. 1 ack 1 ...", "CLOSE_WAIT > . 1 ack 2 ...", "LAST_ACK > F. 1 ack 2 ..."],
    "TIME_WAIT": ["FIN_WAIT_1 > F. 1 ack 1 ...", "TIME_WAIT < F. 1 ack 2 ...", "TIME_WAIT > . 2 ack 2 ..."],
}
CLIENTS: Final = {
    "ESTABLISHED": "1 ack 1",
    "FIN_WAIT_1": "2 ack 1",
    "FIN_WAIT_2": "2 ack 1",
    "CLOSE_WAIT": "1 ack 2",
    "CLOSING": "2 ack 2",
    "LAST_ACK": "2 ack 2",
    "TIME_WAIT": "2 ack 2",
}
"""Numbers of the client's own reset: its next one, and the server's."""
SERVERS: Final = {
    "ESTABLISHED": "1 ack 1",
    "FIN_WAIT_1": "1 ack 1",
    "FIN_WAIT_2": "1 ack 2",
    "CLOSE_WAIT": "2 ack 1",
    "CLOSING": "2 ack 1",
    "LAST_ACK": "2 ack 1",
    "TIME_WAIT": "2 ack 2",
}


def abort(state: str) -> str:
    """Return a figure whose client aborts in a state."""
    return _figure(state, f"CLOSED > R. {CLIENTS[state]} ...")


def is_aborted(state: str) -> str:
    """Return a figure whose client gets an acceptable reset in a state."""
    return _figure(state, f"CLOSED < R. {SERVERS[state]} ...")


def _figure(state: str, last: str) -> str:
    return "\n".join(["client segment server", "ESTABLISHED ESTABLISHED", *LEADS[state], last])
