"""Parquet: one row per connection, in row groups, with typed and nested columns.

In: connections. Out: a Parquet file, written group by group, so that memory stays that of one group. Needs the extra
`parquet` (pyarrow). The same connections give the same octets.
"""

from __future__ import annotations

from ..errors import MissingExtraError, UsageError
from ..model.connection import ANOMALY_WIDTH
from .schema import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Look, Output

GROUP_ROWS: Final = 65_536
GROUP_WEIGHT: Final = 2_000_000
"""Rows, and what hangs on them (transitions, anomalies, segments), after which a row group is written."""
CHUNK: Final = 2_048
"""Rows turned into Arrow at a time: Python's objects of a whole group would take fifty times its octets."""


class _Sink:
    """An Output as the file object pyarrow writes to; it only ever appends."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._at = 0
        self.closed = False

    def write(self, octets: Any) -> int:
        """Take all octets."""
        taken = bytes(octets)
        self._output.write(taken)
        self._at += len(taken)
        return len(taken)

    def tell(self) -> int:
        """How many octets were taken."""
        return self._at

    def flush(self) -> None:
        """Hand them on."""
        self._output.flush()

    def close(self) -> None:
        """Nothing more comes; the Output stays open."""
        self.closed = True

    def readable(self) -> bool:
        """It cannot be read."""
        return False

    def writable(self) -> bool:
        """It can be written."""
        return True

    def seekable(self) -> bool:
        """It cannot seek."""
        return False


class ParquetReporter:
    """Gathers rows and writes a row group when there are enough."""

    def __init__(self, output: Output, look: Look) -> None:
        """Raises: MissingExtraError without pyarrow, UsageError when a person would have to read it."""
        if getattr(output, "is_terminal", False):
            raise UsageError("--format parquet writes octets no terminal can show: add --output FILE.parquet")
        self._pa, self._pq = pyarrow()
        from .parquet_schema import schema

        self._schema = schema(self._pa)
        self._output = output
        self._rows: list[dict[str, Any]] = []
        self._chunks: list[Any] = []
        self._count = 0
        self._weight = 0

    def begin(self) -> None:
        """Open the file."""
        self._writer = self._pq.ParquetWriter(
            self._pa.PythonFile(_Sink(self._output), mode="w"), self._schema, compression="zstd", version="2.6"
        )

    def connection(self, connection: Connection) -> None:
        """Take one row."""
        self._rows.append(row(connection))
        self._count += 1
        for packed in (connection.transition_rows, connection.anomaly_rows, connection.segment_rows):
            self._weight += 0 if packed is None else len(packed) // ANOMALY_WIDTH
        if len(self._rows) >= CHUNK or self._weight > GROUP_WEIGHT:
            self._pack()
        if self._count >= GROUP_ROWS or self._weight > GROUP_WEIGHT:
            self._write()

    def end(self, totals: Totals) -> None:
        """Write the last group and the footer."""
        self._write()
        self._writer.close()
        self._output.flush()

    def _pack(self) -> None:
        if self._rows:
            self._chunks.append(self._pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def _write(self) -> None:
        self._pack()
        if self._chunks:
            self._writer.write_table(self._pa.concat_tables(self._chunks), row_group_size=GROUP_ROWS)
        self._chunks = []
        self._count = self._weight = 0


def pyarrow() -> tuple[ModuleType, ModuleType]:
    """The library and its Parquet module. Raises: MissingExtraError."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as problem:
        raise MissingExtraError(
            "--format parquet needs pyarrow, which is not installed: pip install 'tcplife[parquet]'"
        ) from problem
    return pa, parquet


def row(connection: Connection) -> dict[str, Any]:
    """The record as a row: the time as a time, and each anomaly's value under one name."""
    made = record(connection)
    made["start"] = connection.start_ns
    for shown, anomaly in zip(made["anomalies"], connection.anomalies, strict=True):
        if anomaly.value is not None:
            shown["value"] = anomaly.value
            shown["value_name"] = anomaly.value_name or "value"
    return made
