"""EVE: flow events in the JSON lines of Suricata's eve.json, for whatever already reads those.

In: connections. Out: one `flow` event each. What tcplife alone knows stands under `tcplife`. Octets are payload octets
(Suricata counts whole packets), and tcp_flags are left out: both are documented in docs/exchange.md.
Source: Suricata user guide, "Eve JSON Format", event type flow.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from ..model.community import community_id
from ..model.names import State
from .table import kinds_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Look, Output

FULL: Final = 60_000
SECOND_NS: Final = 1_000_000_000
US_NS: Final = 1_000
HALF: Final = (1 << 63) - 1
OPENING: Final = frozenset({State.SYN_SENT, State.SYN_RECEIVED, State.LISTEN, State.UNKNOWN})
TCP_STATES: Final = {
    State.SYN_SENT: "syn_sent",
    State.SYN_RECEIVED: "syn_recv",
    State.ESTABLISHED: "established",
    State.FIN_WAIT_1: "fin_wait1",
    State.FIN_WAIT_2: "fin_wait2",
    State.CLOSE_WAIT: "close_wait",
    State.CLOSING: "closing",
    State.LAST_ACK: "last_ack",
    State.TIME_WAIT: "time_wait",
    State.CLOSED: "closed",
}
"""Suricata's words for the states it knows: src/stream-tcp.c."""


def event(c: Connection) -> dict[str, Any]:
    """The flow event of a connection; its timestamp is that of the last packet, the earliest Suricata could log it."""
    client, server = c.client_stats, c.server_stats
    state = _flow_state(c)
    tcp: dict[str, Any] = {
        "syn": client.syns + server.syns > 0,
        "fin": client.fins + server.fins > 0,
        "rst": client.resets + server.resets > 0,
    }
    if c.final["client"] in TCP_STATES:
        tcp["state"] = TCP_STATES[c.final["client"]]
    return {
        "timestamp": _stamp(c.end_ns),
        "flow_id": int.from_bytes(community_id(c)[2:10], "big") * 31 + c.index & HALF,
        "event_type": "flow",
        "src_ip": c.client.ip,
        "src_port": c.client_port,
        "dest_ip": c.server.ip,
        "dest_port": c.server_port,
        "ip_v": c.ip_version,
        "proto": "TCP",
        "flow": {
            "pkts_toserver": client.packets,
            "pkts_toclient": server.packets,
            "bytes_toserver": client.bytes,
            "bytes_toclient": server.bytes,
            "start": _stamp(c.start_ns),
            "end": _stamp(c.end_ns),
            "age": (c.end_ns - c.start_ns) // SECOND_NS,
            "state": state,
            "reason": "shutdown" if c.close_kind is None else "timeout",
            "alerted": False,
        },
        "community_id": community_id(c).decode(),
        "tcp": tcp,
        "tcplife": {
            "index": c.index,
            "first_packet": c.first_packet,
            "last_packet": c.last_packet,
            "close": c.close_kind,
            "close_initiator": c.closed_by,
            "final": {role: str(state) for role, state in c.final.items()},
            "conn_state": c.zeek_state,
            "anomalies": kinds_text(c).split(),
            "verdict": c.verdict,
        },
    }


def _flow_state(c: Connection) -> str:
    """Suricata's coarse state: new, established, closed."""
    if c.close_kind is not None:
        return "closed"
    return "new" if set(c.final.values()) & OPENING else "established"


def _stamp(ns: int) -> str:
    second, rest = divmod(ns, SECOND_NS)
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest // US_NS:06d}+0000"


class EveReporter:
    """One event per line; handed on at once when the input is live."""

    def __init__(self, output: Output, look: Look) -> None:
        self._output = output
        self._live = look.live
        self._lines = bytearray()

    def begin(self) -> None:
        """Write nothing: every line is an event."""

    def connection(self, connection: Connection) -> None:
        """Write one event."""
        self._lines += json.dumps(event(connection), separators=(",", ":")).encode() + b"\n"
        if self._live or len(self._lines) > FULL:
            self._hand_on()

    def end(self, totals: Totals) -> None:
        """Hand on what is left."""
        self._hand_on()

    def _hand_on(self) -> None:
        self._output.write(bytes(self._lines))
        self._output.flush()
        self._lines.clear()
