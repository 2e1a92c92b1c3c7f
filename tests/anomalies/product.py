"""Our reading of a capture as users get it: `tcplife.analyze` with the per-segment log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tcplife
from tcplife.anomalies.kinds import WIRESHARK_KINDS
from tests.anomalies.tshark import Row

if TYPE_CHECKING:
    from pathlib import Path

SHARED_NAMES = frozenset(WIRESHARK_KINDS)


def rows_of(capture: Path) -> dict[int, Row]:
    """Row of each TCP segment of a capture, by packet number; raw flags and tshark's stream are not told."""
    rows: dict[int, Row] = {}
    for connection in tcplife.analyze(str(capture), segments=True):
        for line in connection.segments or ():
            rows[line.packet] = Row(
                stream=None,
                seq=line.seq,
                ack=line.ack,
                length=line.length,
                flags=None,
                window=line.window,
                duplicates=None,
                kinds=SHARED_NAMES.intersection(line.anomalies),
            )
    return rows
