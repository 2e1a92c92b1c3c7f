"""Several lives in one capture: figures at other ports and times, their records in order of time."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tcplife import Options
from tcplife.api import analyze_with_totals
from tests.tracker.figure import HEADER, START_NS, World, records_of, steps_of

if TYPE_CHECKING:
    from tcplife import Connection, Totals

OPEN = """client segment server
    ... > S  0        ...
    ... < S. 0 ack 1  ...
    ... > .  1 ack 1  ..."""
CLOSED = f"""{OPEN}
    ... > F. 1 ack 1  ...
    ... < F. 1 ack 2  ...
    ... > .  2 ack 2  ..."""
LONE_SYN = "client segment server \n ... > S 0 ..."
DATA = "client segment server \n ... > P. 1 ack 1 len 10 ..."


def at(figure: str, port: int, seconds: float) -> list[bytes]:
    """Return the records of a figure whose client has this port and which begins after so many seconds."""
    world = World(ports=(port, 80), start_ns=START_NS + round(seconds * 10**9))
    return list(records_of(steps_of(figure), world))


def capture(*parts: list[bytes]) -> bytes:
    """Return all records in order of time."""
    records = [record for part in parts for record in part]
    return HEADER + b"".join(sorted(records, key=lambda record: struct.unpack_from("<II", record)))


def run(*parts: list[bytes], **options: Any) -> tuple[list[Connection], Totals]:
    """Return the connections in the order in which they left the table, and the totals."""
    analysis = analyze_with_totals(BytesIO(capture(*parts)), Options(**options))
    return list(analysis), analysis.totals


def ports(connections: list[Connection]) -> list[int]:
    """Return the clients' ports in order."""
    return [connection.client.port for connection in connections]
