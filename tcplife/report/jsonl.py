"""The machine-readable formats: JSON lines, and one JSON document.

In: connections. Out: the contract's records, in the order in which connections end (jsonl) or of their index (json).
"""

from __future__ import annotations

from array import array

from ..model.compiled import COMPILED
from ..model.connection import SideStats
from .buffer import Buffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Look, Output
    from .plain_writer import PlainWriter
    from .record_writer import RecordWriter

FULL: Final = 100_000
"""Octets after which a buffer is written out (a live input hands on every line)."""
SPOOL: Final = 32 * 1024 * 1024
"""Octets of a document kept in memory while its connections wait to be sorted; beyond it they wait on disk."""


def record_writer(buffer: Buffer) -> RecordWriter | PlainWriter:
    """Whatever writes records fastest in the form that runs."""
    if COMPILED:
        from .record_writer import RecordWriter

        return RecordWriter(buffer, SideStats())
    from .plain_writer import PlainWriter

    return PlainWriter(buffer, SideStats())


class JsonLinesReporter:
    """One JSON object per line and connection, and nothing else."""

    def __init__(self, output: Output, look: Look) -> None:
        self._output = output
        self._live = look.live
        self._buffer = Buffer()

    def begin(self) -> None:
        """Write nothing: every line is a record. By now every room has published the names of its rows."""
        self._writer = record_writer(self._buffer)

    def connection(self, connection: Connection) -> None:
        """Write one line; handed on at once when the input is live."""
        self._writer.write(connection)
        self._buffer.raw(b"\n")
        if self._live or self._buffer.at >= FULL:
            self._buffer.hand_to(self._output)
            if self._live:
                self._output.flush()

    def connections(self, batch: list[Connection]) -> None:
        """Write a line each; equals `connection` of one after the other."""
        at = 0
        while at < len(batch):
            at = self._writer.write_lines(batch, at, FULL)
            if self._live or self._buffer.at >= FULL:
                self._buffer.hand_to(self._output)
        if self._live:
            self._output.flush()

    def end(self, totals: Totals) -> None:
        """Hand on what is left."""
        self._buffer.hand_to(self._output)
        self._output.flush()


class JsonReporter:
    """One document: schema_version, capture, connections by index. Records wait in a spool to be sorted."""

    def __init__(self, output: Output, look: Look) -> None:
        self._output = output
        self._buffer = Buffer()
        self._places = array("q")
        self._indexes = array("q")

    def begin(self) -> None:
        """Write nothing yet: the capture comes first and is known last."""
        from tempfile import SpooledTemporaryFile  # here, as it costs start-up time that jsonl need not pay

        self._spool = SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115 - closed in end()
        self._writer = record_writer(self._buffer)

    def connection(self, connection: Connection) -> None:
        """Keep the record until all are known."""
        self._writer.write(connection)
        self._indexes.append(connection.index)
        self._places.append(self._spool.tell())
        self._buffer.hand_to(self._spool)

    def end(self, totals: Totals) -> None:
        """Write the document."""
        import json  # here, as JSON lines need neither

        from .schema import SCHEMA_VERSION

        self._places.append(self._spool.tell())
        head = json.dumps({"schema_version": SCHEMA_VERSION, "capture": capture(totals)})
        self._output.write(head[:-1].encode() + b', "connections": [')
        ahead = b"\n"
        for number in sorted(range(len(self._indexes)), key=self._indexes.__getitem__):
            self._spool.seek(self._places[number])
            self._output.write(ahead + self._spool.read(self._places[number + 1] - self._places[number]))
            ahead = b",\n"
        self._output.write(b"\n]}\n" if self._indexes else b"]}\n")
        self._output.flush()
        self._spool.close()


def capture(totals: Totals) -> dict[str, Any]:
    """What the input was and where each of its records went, JSON-ready."""
    from .schema import rfc3339

    judged = getattr(totals, "capture", None)
    made: dict[str, Any] = {
        "source": totals.source,
        "format": totals.format,
        "snaplen": totals.snaplen,
        "links": list(getattr(totals, "links", ())),
        "records": totals.records,
        "tracked": totals.tracked,
        "skipped": {skip.word: count for skip, count in totals.skipped.items() if count},
        "connections": totals.connections,
        "first": rfc3339(totals.first_ns) if totals.records else None,
        "last": rfc3339(totals.last_ns) if totals.records else None,
        "damages": [
            {"what": d.what, "at_byte": d.at_byte, "packet": d.packet, "source": d.source} for d in totals.damages
        ],
        "notes": list(totals.notes),
    }
    if judged is not None:
        made["verdict"] = judged.line
        made["facts"] = judged.facts
    if totals.piles is not None:
        from dataclasses import asdict

        made["piles"] = [asdict(pile) for pile in totals.piles.piles]
        made["floods"] = [asdict(flood) for flood in totals.piles.floods]
        made["port_budgets"] = [asdict(budget) for budget in totals.piles.budgets]
    return made
