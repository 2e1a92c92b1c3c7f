"""Comma-separated values: one row per connection, the record's fields laid flat.

In: connections. Out: a header line, then rows (RFC 4180, but lines end with a line feed). Nested values have columns of
their own; transitions and segments have none, anomalies are named with their counts.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from ..model.catalogue import KINDS
from ..model.connection import ANOMALY_WIDTH
from ..model.names import Severity
from .fields import cell
from .schema import MS_NS, Record, record, rfc3339
from .stats_fields import STATS_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Look, Output

    Cell = str | int | float | bool | None

FULL: Final = 60_000


def kinds_text(c: Connection) -> str:
    """The anomaly kinds of a connection with their counts: "retransmission*3 zero_window"."""
    rows = c.anomaly_rows or ()
    counts = Counter(KINDS[code >> 1].name for code in rows[1::ANOMALY_WIDTH])
    return " ".join(name if count == 1 else f"{name}*{count}" for name, count in counts.items())


def _stat(side: str, attribute: str, *, ns: bool, optional: bool) -> Callable[[Connection], Cell]:
    def cell(c: Connection) -> Cell:
        value: int = getattr(getattr(c, side), attribute)
        if optional and value == -1:
            return None
        return value / MS_NS if ns else value

    return cell


def _columns() -> dict[str, Callable[[Connection], Cell]]:
    columns: dict[str, Callable[[Connection], Cell]] = {
        "index": lambda c: c.index,
        "start": lambda c: rfc3339(c.start_ns),
        "duration": lambda c: c.duration,
        "client_ip": lambda c: c.client.ip,
        "client_port": lambda c: c.client_port,
        "server_ip": lambda c: c.server.ip,
        "server_port": lambda c: c.server_port,
        "client_basis": lambda c: c.client_basis,
        "tunnel": lambda c: c.tunnel,
        "first_packet": lambda c: c.first_packet,
        "last_packet": lambda c: c.last_packet,
        "client_final": lambda c: str(c.final["client"]),
        "server_final": lambda c: str(c.final["server"]),
        "close": lambda c: c.close_kind,
        "close_initiator": lambda c: c.closed_by,
        "close_packet": lambda c: c.close_packet or None,
        "handshake_ms": lambda c: None if c.handshake_ns == -1 else c.handshake_ns / MS_NS,
        "conn_state": lambda c: c.zeek_state,
        "history": lambda c: c.zeek_history,
        "worst": lambda c: Severity(c.worst).word if c.worst else None,
        "anomalies": kinds_text,
        "verdict": lambda c: c.verdict,
    }
    for role in ("client", "server"):
        for f in STATS_FIELDS:
            name = f"{f.name}_ms" if f.ns else f.name
            columns[f"{role}_{name}"] = _stat(f"{role}_stats", f.attribute, ns=f.ns, optional=f.optional)
    return columns


COLUMNS: Final = _columns()
"""Every column by name, in order."""


class _Records:
    """Columns by their path in the record; all of them look at one record of the connection at hand."""

    def __init__(self) -> None:
        self._of: Connection | None = None
        self._record: Record = {}

    def column(self, path: str) -> Callable[[Connection], Cell]:
        """The cell of a path. Raises: UsageError for a path there is not."""
        take = cell(path)

        def value(c: Connection) -> Cell:
            if self._of is not c:
                self._of, self._record = c, record(c)
            return take(self._record)

        return value


class CsvReporter:
    """One row per connection, with a header."""

    def __init__(self, output: Output, look: Look) -> None:
        """Choose the columns. Raises: UsageError for a column that does not exist."""
        names = look.columns or tuple(COLUMNS)
        self._output = output
        self._live = look.live
        records = _Records()
        self._cells = [COLUMNS.get(name) or records.column(name) for name in names]
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(names)

    def begin(self) -> None:
        """Hand on the header when somebody waits for it."""
        if self._live:
            self._hand_on()

    def connection(self, connection: Connection) -> None:
        """Write one row."""
        self._writer.writerow([take(connection) for take in self._cells])
        if self._live or self._text.tell() > FULL:
            self._hand_on()

    def end(self, totals: Totals) -> None:
        """Hand on what is left."""
        self._hand_on()

    def _hand_on(self) -> None:
        self._output.write(self._text.getvalue().encode("utf-8", "replace"))
        self._output.flush()
        self._text.seek(0)
        self._text.truncate()
