"""The typed values a finished Connection unpacks into: frozen, printable, comparable."""

from __future__ import annotations

from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .names import Basis, Role, Severity, State


class Address(Value):
    """One end of a connection."""

    ip: str
    port: int

    def __str__(self) -> str:
        """Tcpdump's way: 192.0.2.1.80; IPv6 likewise."""
        return f"{self.ip}.{self.port}"


class Transition(Value):
    """One state change of one endpoint, and what proves it.

    packet: the packet that caused it, None for a timer. offset: seconds since the connection's first packet.
    basis: sent (certain), received (tentative until `confirmed_by`, a packet number), implied, timer.
    Source: RFC 9293 3.3.2 figure 5; `rfc` names the paragraph of this very row.
    """

    packet: int | None
    offset: float
    endpoint: Role
    from_state: State
    to_state: State
    event: str
    basis: Basis
    confirmed_by: int | None
    rfc: str


class Anomaly(Value):
    """Something worth telling, with the packet that proves it.

    endpoint: who sent that packet. value: what `value_name` says (octets, a count, milliseconds), None if nothing.
    related: another packet that belongs to it (the original of a repeat), None if none. guess: its cause is
    suspected, other causes would look the same.
    """

    kind: str
    packet: int
    endpoint: Role
    severity: Severity
    value: int | None = None
    value_name: str = ""
    related: int | None = None
    guess: bool = False


class Close(Value):
    """How it ended: kind (three_segment, reset...), who began it, the packet in which it began."""

    kind: str
    initiator: Role | None
    packet: int


class SegmentLine(Value):
    """One segment as the contract's `segments` show it; seq and ack relative, window scaled once known."""

    packet: int
    offset: float
    sender: Role
    flags: str
    seq: int
    ack: int | None
    length: int
    window: int
    client_state: State
    server_state: State
    anomalies: tuple[str, ...] = ()
    options: bytes = b""
    payload: bytes = b""
