# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The verdict where it takes more than the record says; the rest is told when somebody asks (`model.verdict`).

In: a Connection whose close, statistics and judgement are filled, and its life. Out: its verdict, or None for that.
"""

from __future__ import annotations

from ..model.close_kinds import THE_CONNECTION
from ..model.names import SYN_RECEIVED
from ..model.verdict import is_half_closed, other, start, unacknowledged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life

_ICMP = {
    (4, 3, 0): "network unreachable",
    (4, 3, 1): "host unreachable",
    (4, 3, 2): "protocol unreachable",
    (4, 3, 3): "port unreachable",
    (4, 3, 9): "network prohibited by an administrator",
    (4, 3, 10): "host prohibited by an administrator",
    (4, 3, 13): "communication prohibited by an administrator (a firewall)",
    (4, 3, -1): "destination unreachable",
    (4, 11, -1): "time exceeded on the way",
    (6, 1, 0): "no route",
    (6, 1, 1): "communication prohibited by an administrator (a firewall)",
    (6, 1, 3): "address unreachable",
    (6, 1, 4): "port unreachable",
    (6, 1, -1): "destination unreachable",
    (6, 3, -1): "time exceeded on the way",
}
"""(IP version, ICMP type, code; -1: any other) -> words."""


def judge_verdict(c: Connection, life: Life, server: Endpoint) -> None:
    """Fill verdict."""
    kind = c.close_kind
    c.told = None
    if kind is None:
        if server.state == SYN_RECEIVED:
            c.told = (
                f"Half-open: the server answered the SYN with SYN+ACK (packet {server.syn_packet}), and the client did "
                "not finish the handshake in this capture."
            )
        elif life.spent is not None and not is_half_closed(c):
            _judge_tries(c, life)
    elif life.incidents.icmp is not None and kind == "unreachable":
        c.told = (
            f"The client's SYN to port {c.server_port} was answered by an ICMP error (packet {c.close_packet}): "
            f"{_icmp(c, life)}."
        )
    elif (life.a.tries or life.b.tries) and kind == "timed_out":
        c.told = _timed_out(c, life)


def _judge_tries(c: Connection, life: Life) -> None:
    """Open, and octets were sent again in vain."""
    tries = max(life.a.tries, life.b.tries)
    if tries > 1:
        c.told = (
            f"{start(c, THE_CONNECTION)} was still open when the capture ended, after octets had been sent again {tries} times "
            f"without an answer{unacknowledged(c)}."
        )


def _icmp(c: Connection, life: Life) -> str:
    """The error that ended the attempt, in the words of RFC 792, RFC 1812 5.2.7 and RFC 4443 3."""
    for packet, _, kind, code in life.incidents.icmp or ():
        if packet == c.close_packet:
            return (
                _ICMP.get((c.ip_version, kind, code))
                or _ICMP.get((c.ip_version, kind, -1))
                or f"type {kind}, code {code}"
            )
    return "of a type that was not kept"


def _timed_out(c: Connection, life: Life) -> str:
    by = c.close_initiator
    side = c.client_side if by == 0 else 1 - c.client_side
    tries = life.a.tries if side == 0 else life.b.tries
    return (
        f"{start(c, by)} sent octets again {tries} times from packet {c.close_packet} on, got no answer and fell "
        f"silent: it probably gave up as the {other(by)} was gone{unacknowledged(c)}."
    )
