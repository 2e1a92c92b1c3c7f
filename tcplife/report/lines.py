"""The record's line without its index, made where a connection was tracked; the index is put in where all are known.

In: a Connection. Out: what follows its index in the line that `jsonl` writes; `line()` puts the two together.
"""

from __future__ import annotations

from .buffer import Buffer
from .jsonl import record_writer
from .schema import SCHEMA_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection

HEAD = b'{"schema_version":%d,"index":' % SCHEMA_VERSION


class LineTail:
    """Connection -> the rest of its line."""

    def __init__(self) -> None:
        self._buffer = Buffer()
        self._writer = record_writer(self._buffer)

    def __call__(self, connection: Connection) -> bytes:
        """Return it, from the comma behind the index to the line's end."""
        self._writer.write(connection)
        self._buffer.raw(b"\n")
        octets: bytes = self._buffer.take()
        return octets[octets.index(b",", len(HEAD)) :]


def line(index: int, tail: bytes) -> bytes:
    """The whole line."""
    return b"%b%d%b" % (HEAD, index, tail)
