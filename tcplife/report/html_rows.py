"""The table of the page as compact JSON: one array per connection, words that come again by number.

In: connections. Out: JSON text that may stand in a script element. Of more than ROWS the most notable stay.
"""

from __future__ import annotations

import heapq
import json

from ..model.catalogue import KINDS
from ..model.connection import ANOMALY_WIDTH
from ..model.names import STATES
from .block import CLOSE_WORDS
from .columns import notability

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection

ROWS: Final = 100_000
COLUMNS: Final = (
    ("#", "number"), ("start", "seconds"), ("client", "text"), ("server", "text"), ("lasted", "seconds"),
    ("sent", "octets"), ("received", "octets"), ("packets", "number"), ("again", "number"), ("round trip", "seconds"),
    ("end", "text"), ("client state", "text"), ("server state", "text"), ("problems", "text"),
)  # fmt: skip
"""Title and kind of every column, as the page's script reads the arrays."""


def end_of(c: Connection) -> str:
    """How it ended, in words."""
    return CLOSE_WORDS.get(c.close_kind or "", c.close_kind or "still open")


class Rows:
    """Keeps what the table needs of each connection; `left_out`: how many there was no room for."""

    def __init__(self) -> None:
        self._heap: list[tuple[tuple[int, ...], int, list[Any]]] = []
        self._words: dict[str, int] = {}
        self.left_out = 0

    def add(self, c: Connection) -> None:
        """One row."""
        row = self._row(c)
        entry = (notability(c), -c.index, row)
        if len(self._heap) < ROWS:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)
            self.left_out += 1

    def _row(self, c: Connection) -> list[Any]:
        rtts = [side.rtt_median_ns for side in (c.client_stats, c.server_stats) if side.rtt_median_ns >= 0]
        client, server = c.client, c.server
        anomalies = c.anomaly_rows or ()
        kinds = dict.fromkeys(anomalies[at + 1] >> 1 for at in range(0, len(anomalies), ANOMALY_WIDTH))
        worst = sorted(kinds, key=lambda kind: -KINDS[kind].severity)
        return [
            c.index,
            c.start_ns,
            self._word(client.ip), client.port,
            self._word(server.ip), server.port,
            c.end_ns - c.start_ns,
            c.client_stats.unique_bytes,
            c.server_stats.unique_bytes,
            c.client_stats.packets + c.server_stats.packets,
            c.client_stats.retransmitted_packets + c.server_stats.retransmitted_packets,
            max(rtts, default=-1),
            self._word(end_of(c)),
            self._word(str(STATES[c.final_client])),
            self._word(str(STATES[c.final_server])),
            self._word(", ".join(KINDS[kind].name.replace("_", " ") for kind in worst)),
            c.worst,
        ]  # fmt: skip

    def _word(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    def json(self) -> str:
        """Everything, in order of index; times from the first start, in microseconds."""
        rows = sorted(row for _, _, row in self._heap)
        first = min((row[1] for row in rows), default=0)
        for row in rows:
            row[1] = (row[1] - first) // 1000
            row[6] = row[6] // 1000
            row[11] = row[11] // 1000 if row[11] >= 0 else -1
        told = {"words": list(self._words), "rows": rows}
        return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")
