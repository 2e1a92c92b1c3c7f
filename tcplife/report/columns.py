"""The columns of the terminal's table: title, width, cell, sort key, each by the name `--sort` takes.

In: a Connection. Out: short text and a key that orders. A narrow terminal shows the first columns that fit.
"""

from __future__ import annotations

from ..errors import UsageError
from ..model.names import Severity
from ..model.value import Value
from . import words
from .paint import safe
from .table import kinds_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from ..model.connection import Connection

    Key = int | str | tuple[int, ...]


class Column(Value):
    """One column. rank: the order in which columns are given up when room is short, the highest first."""

    name: str
    title: str
    cell: Callable[[Connection], str]
    key: Callable[[Connection], Key]
    rank: int
    right: bool = False
    descending: bool = False


def _both(c: Connection, attribute: str) -> int:
    one: int = getattr(c.client_stats, attribute)
    other: int = getattr(c.server_stats, attribute)
    return one + other


def _number(name: str, title: str, attribute: str, rank: int, text: Callable[[int], str] = str) -> Column:
    return Column(
        name,
        title,
        lambda c: text(_both(c, attribute)),
        lambda c: _both(c, attribute),
        rank,
        right=True,
        descending=True,
    )


def notability(c: Connection) -> tuple[int, ...]:
    """How much a connection asks to be looked at: worst anomaly, octets lost on the way, resets, repeats, size."""
    rows = c.anomaly_rows
    found = (0 if rows is None else len(rows) >> 2) + c.anomalies_omitted
    return (c.worst, found, _both(c, "retransmitted_packets"), _both(c, "resets"), _both(c, "unique_bytes"))


def _span(ns: int) -> str:
    return "-" if ns < 0 else words.span(ns)


def _problems(c: Connection) -> str:
    return safe(kinds_text(c)) or "-"


COLUMNS: Final = {
    column.name: column
    for column in (
        Column("index", "#", lambda c: str(c.index), lambda c: c.index, 0, right=True),
        Column("client", "client", lambda c: str(c.client), lambda c: (c.client_hi, c.client_lo, c.client_port), 0),
        Column("server", "server", lambda c: str(c.server), lambda c: (c.server_hi, c.server_lo, c.server_port), 0),
        Column("end", "end", lambda c: (c.close_kind or "open").replace("_", "-"), lambda c: c.close_kind or "", 0),
        Column(
            "duration",
            "lasted",
            lambda c: _span(c.end_ns - c.start_ns),
            lambda c: c.end_ns - c.start_ns,
            3,
            right=True,
            descending=True,
        ),
        _number("bytes", "octets", "unique_bytes", 2, words.short_octets),
        _number("packets", "pkts", "packets", 5),
        _number("repeats", "again", "retransmitted_packets", 4),
        Column(
            "handshake",
            "shake",
            lambda c: _span(c.handshake_ns),
            lambda c: c.handshake_ns,
            7,
            right=True,
            descending=True,
        ),
        Column("closer", "closer", lambda c: c.closed_by or "-", lambda c: c.closed_by or "", 6),
        Column(
            "state",
            "final states",
            lambda c: f"{c.final['client']}/{c.final['server']}",
            lambda c: (c.final_client, c.final_server),
            8,
        ),
        Column("notable", "problems", _problems, notability, 1, descending=True),
    )
}
"""Every column by name, in the order of the table."""

ALIASES: Final = {
    "start": "index",
    "octets": "bytes",
    "retransmissions": "repeats",
    "close": "end",
    "final": "state",
    "anomalies": "notable",
    "severity": "notable",
}


def order_of(text: str) -> tuple[Callable[[Connection], Key], bool]:
    """The sort key and whether the greatest comes first; "-name" turns the usual direction round.

    Raises: UsageError for a name that is no column.
    """
    name = text.removeprefix("-")
    column = COLUMNS.get(ALIASES.get(name, name))
    if column is None:
        raise UsageError(f"cannot sort by {name!r}; there are {', '.join((*COLUMNS, *ALIASES))}")
    return column.key, column.descending != text.startswith("-")


def severity_of(c: Connection) -> Severity | None:
    """The worst anomaly of a connection, None without any."""
    return Severity(c.worst) if c.worst else None
