"""One row of Zeek's conn.log, for who asks for whole rows: nearly always a record's own fields say what it does.

In: nothing. Out: `ZeekLine`, a row as far as this project writes it.
"""

from __future__ import annotations

from typing import NamedTuple


class ZeekLine(NamedTuple):
    """One row of Zeek's conn.log: who originated it (side of our connection), and Zeek's words and numbers for it.

    start_ns: capture time of its first packet. duration_ns: to the last packet that Zeek counts as activity; Zeek
    prints the octets only when it is above zero.
    """

    start_ns: int
    duration_ns: int
    orig_side: int
    conn_state: str
    history: str
    orig_bytes: int
    resp_bytes: int
    orig_pkts: int
    resp_pkts: int
    missed_bytes: int
