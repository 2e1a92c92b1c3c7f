"""Zeek's conn.log: as tab-separated values with Zeek's header, and as JSON lines.

In: connections. Out: one row each, in the columns of Zeek with its community-id script loaded. What tcplife does
not know (the application's protocol, octets with IP headers, local networks) is unset, as Zeek says it.
Source: Zeek base/protocols/conn/main.zeek and base/frameworks/logging/writers/ascii.zeek.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha1

from ..model.address import ip_text
from ..model.community import community_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Look, Output

    Value = str | int | float

FULL: Final = 60_000
SECOND_NS: Final = 1_000_000_000
US_NS: Final = 1_000
UID_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
UID_SIZE: Final = 17
FLIPPED: Final = "^"
"""The history letter that says that Zeek took the receiver of the first packet for the originator."""

COLUMNS: Final = {
    "ts": "time",
    "uid": "string",
    "id.orig_h": "addr",
    "id.orig_p": "port",
    "id.resp_h": "addr",
    "id.resp_p": "port",
    "proto": "enum",
    "service": "string",
    "duration": "interval",
    "orig_bytes": "count",
    "resp_bytes": "count",
    "conn_state": "string",
    "local_orig": "bool",
    "local_resp": "bool",
    "missed_bytes": "count",
    "history": "string",
    "orig_pkts": "count",
    "orig_ip_bytes": "count",
    "resp_pkts": "count",
    "resp_ip_bytes": "count",
    "tunnel_parents": "set[string]",
    "community_id": "string",
}
"""Every column and its type, in order."""


def uid(c: Connection, start_ns: int) -> str:
    """A name of the connection in the form of Zeek's; the same for the same connection of the same capture."""
    octets = b"%b %d %d" % (community_id(c), start_ns, c.index)
    number = int.from_bytes(sha1(octets, usedforsecurity=False).digest(), "big")
    letters = []
    for _ in range(UID_SIZE):
        number, letter = divmod(number, len(UID_LETTERS))
        letters.append(UID_LETTERS[letter])
    return "C" + "".join(letters)


def originator_is_client(c: Connection) -> bool:
    """Whether Zeek's originator, the sender of the first packet unless the history says flipped, is our client."""
    return c.client_side == (1 if c.zeek_history.startswith(FLIPPED) else 0)


def rows(c: Connection) -> list[dict[str, Value]]:
    """The rows of a connection: one, or several where Zeek's timers or rules cut it."""
    if c.zeek_rows is None:
        return [row(c)]
    return [_row(c, line.orig_side == c.client_side, line.start_ns, line.duration_ns, line[3:]) for line in c.zeek_rows]


def row(c: Connection) -> dict[str, Value]:
    """The set fields of a connection's only row, by column."""
    told = (
        c.zeek_state, c.zeek_history, c.zeek_bytes_orig, c.zeek_bytes_resp, c.zeek_pkts_orig, c.zeek_pkts_resp,
        c.zeek_missed,
    )  # fmt: skip
    return _row(c, originator_is_client(c), c.start_ns, c.end_ns - c.start_ns, told)


def _row(
    c: Connection, by_client: bool, start_ns: int, duration_ns: int, told: tuple[str, str, int, int, int, int, int]
) -> dict[str, Value]:
    """Octets are unset with the duration when there is none, as in Zeek. by_client: who originated it."""
    state, history, orig_bytes, resp_bytes, orig_pkts, resp_pkts, missed = told
    ends = ((c.client_hi, c.client_lo), c.client_port), ((c.server_hi, c.server_lo), c.server_port)
    (orig, orig_port), (resp, resp_port) = ends if by_client else ends[::-1]
    made: dict[str, Value] = {
        "ts": start_ns // US_NS / 1e6,
        "uid": uid(c, start_ns),
        "id.orig_h": ip_text(*orig, c.ip_version),
        "id.orig_p": orig_port,
        "id.resp_h": ip_text(*resp, c.ip_version),
        "id.resp_p": resp_port,
        "proto": "tcp",
    }
    if duration_ns > 0:
        made["duration"] = duration_ns // US_NS / 1e6
        made["orig_bytes"] = orig_bytes
        made["resp_bytes"] = resp_bytes
    made["conn_state"] = state
    made["missed_bytes"] = missed
    if history:
        made["history"] = history
    made["orig_pkts"] = orig_pkts
    made["resp_pkts"] = resp_pkts
    made["community_id"] = community_id(c).decode()
    return made


class _Log:
    """Lines, gathered and handed on; at once when the input is live."""

    def __init__(self, output: Output, look: Look) -> None:
        self._output = output
        self._live = look.live
        self._lines: list[str] = []
        self._size = 0

    def _line(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line)
        if self._live or self._size > FULL:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._lines:
            self._output.write(("\n".join(self._lines) + "\n").encode())
        self._output.flush()
        self._lines.clear()
        self._size = 0


class ZeekJsonReporter(_Log):
    """One JSON object per line, unset fields left out, as Zeek writes with LogAscii::use_json."""

    def begin(self) -> None:
        """Write nothing: every line is a row."""

    def connection(self, connection: Connection) -> None:
        """Write its row, or rows."""
        for made in rows(connection):
            self._line(json.dumps(made, separators=(",", ":")))

    def end(self, totals: Totals) -> None:
        """Hand on what is left."""
        self._hand_on()


class ZeekReporter(_Log):
    """Tab-separated values between Zeek's header and its #close line.

    The times of both are the capture's, not the clock's, so that the same capture gives the same octets.
    """

    def __init__(self, output: Output, look: Look) -> None:
        super().__init__(output, look)
        self._opened = False

    def begin(self) -> None:
        """Wait for the first connection: the header tells its time."""

    def connection(self, connection: Connection) -> None:
        """Write its row, or rows, the header before the first."""
        if not self._opened:
            self._open(connection.start_ns)
        for made in rows(connection):
            self._line("\t".join(_cell(made.get(name)) for name in COLUMNS))

    def end(self, totals: Totals) -> None:
        """Close the log as Zeek does."""
        if not self._opened:
            self._open(totals.first_ns)
        self._line(f"#close\t{_stamp(totals.last_ns)}")
        self._hand_on()

    def _open(self, ns: int) -> None:
        self._opened = True
        self._lines += [
            "#separator \\x09",
            "#set_separator\t,",
            "#empty_field\t(empty)",
            "#unset_field\t-",
            "#path\tconn",
            f"#open\t{_stamp(ns)}",
            "\t".join(("#fields", *COLUMNS)),
            "\t".join(("#types", *COLUMNS.values())),
        ]


def _cell(value: Value | None) -> str:
    if value is None:
        return "-"
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _stamp(ns: int) -> str:
    return f"{datetime.fromtimestamp(ns // SECOND_NS, UTC):%Y-%m-%d-%H-%M-%S}"
