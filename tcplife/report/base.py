"""What every reporter is: begin, connection, end; and the registry that finds one by name.

In: finished connections, then the totals. Out: octets to an Output. A reporter's module is imported when it is
asked for and not before: start-up pays for one format only.
"""

from __future__ import annotations

from importlib import import_module

from ..errors import UsageError
from ..model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, Protocol

    from ..model.connection import Connection
    from ..model.totals import Totals

    class Output(Protocol):
        """Where the octets go."""

        def write(self, octets: bytes | memoryview, /) -> object:
            """Take all of them; a view is good during the call alone. Raises: what ends the run quietly, when nobody reads any more."""

        def flush(self) -> None:
            """Hand on what was taken."""

    class Reporter(Protocol):
        """Turns connections into one output; made by `reporter()`."""

        def begin(self) -> None:
            """Come before the first connection."""

        def connection(self, connection: Connection) -> None:
            """Take one finished connection, in the order in which they leave the table."""

        def end(self, totals: Totals) -> None:
            """Come after the last one, also when the run was interrupted."""


class Look(Value):
    """How the output shall look, as far as a format cares.

    width: columns, 0 for unlimited (a pipe: nothing is cut or folded). live: the input is a pipe that may never end,
    so that every connection is handed on at once. top: rows of the table, 0 for all. order: column to sort by,
    "-" in front for the other way round, "" for the format's own choice.
    absolute: sequence numbers as on the wire. columns: for formats that have some, () for all.
    """

    width: int = 0
    colour: bool = False
    unicode: bool = True
    live: bool = False
    top: int | None = None
    order: str = ""
    utc: bool = False
    quiet: bool = False
    view: str = "auto"
    absolute: bool = False
    columns: tuple[str, ...] = ()


class Format(Value):
    """One registered format: where its class is, and one line for help. piles: it tells where connections pile up."""

    place: str
    doc: str
    piles: bool = False


FORMATS: Final[dict[str, Format]] = {
    "text": Format("tcplife.report.terminal:TerminalReporter", "for people (default)", piles=True),
    "jsonl": Format(
        "tcplife.report.jsonl:JsonLinesReporter", "one JSON object per line and connection, each as it ends"
    ),
    "json": Format("tcplife.report.jsonl:JsonReporter", "one JSON document, connections in order of index", piles=True),
    "csv": Format("tcplife.report.table:CsvReporter", "one row per connection, with a header"),
    "parquet": Format("tcplife.report.parquet:ParquetReporter", "one row per connection, typed and nested columns"),
    "zeek": Format("tcplife.report.zeek_log:ZeekReporter", "Zeek's conn.log"),
    "zeek-json": Format("tcplife.report.zeek_log:ZeekJsonReporter", "Zeek's conn.log as JSON lines"),
    "eve": Format("tcplife.report.eve:EveReporter", "flow events as Suricata's eve.json has them"),
}
"""Every format `--format` knows; another room may add its own."""


def load(place: str) -> Any:
    """The object at "module:name"."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def reporter(name: str, output: Output, look: Look) -> Reporter:
    """A reporter of this format. Raises: UsageError for a format nobody registered."""
    if name not in FORMATS:
        raise UsageError(f"no format {name!r}; there are {', '.join(FORMATS)}")
    make: Callable[[Output, Look], Reporter] = load(FORMATS[name].place)
    return make(output, look)
