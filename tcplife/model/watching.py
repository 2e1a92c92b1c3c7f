"""What a watcher sees of a run that goes on: events as they occur, and the table at one moment."""

from __future__ import annotations

from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .names import Role, Severity, State
    from .values import Address


class Happening(Value):
    """One event of a connection, as soon as its packet was read.

    what: "opened", "moved" (from_state, to_state, as they look now; later evidence may take them back), "anomaly"
    (name, severity). endpoint: whose. packet: number in the capture.
    """

    what: str
    ts_ns: int
    packet: int
    index: int
    client: Address
    server: Address
    endpoint: Role | None = None
    from_state: State | None = None
    to_state: State | None = None
    name: str = ""
    severity: Severity | None = None


class Glimpse(Value):
    """One connection at one moment. start_ns, last_ns: capture time of its first and latest packet.

    octets: payload seen from both sides, repeats not counted. anomalies: how many so far. reported: its record is out,
    and only its place in the table is kept.
    """

    index: int
    client: Address
    server: Address
    client_state: State
    server_state: State
    start_ns: int
    last_ns: int
    packets: int
    octets: int
    anomalies: int
    worst: Severity | None
    reported: bool


class Service(Value):
    """The connections of one service, counted: half_open are those whose handshake is not done."""

    server: Address
    total: int
    half_open: int
    established: int
    time_wait: int

    @property
    def flooded(self) -> bool:
        """Whether this looks like a SYN flood: as in the report's totals (`summary.floods`)."""
        return self.half_open >= FLOOD_HALF_OPEN and self.half_open > FLOOD_RATIO * self.established


FLOOD_HALF_OPEN = 100
"""Fewer half-open connections at once are no flood: a backlog holds at least 128."""
FLOOD_RATIO = 2


class Census(Value):
    """The whole table at one moment, and the connections asked for.

    now_ns: capture time. count: connections in the table, open: of these, those whose record is not out.
    clients, servers: how many of either endpoint are in each state. services: with anything half-open or in TIME_WAIT,
    the fullest first. shown: the connections asked for, in the order asked for; matching: how many there would be.
    """

    now_ns: int
    count: int
    open: int
    clients: dict[State, int]
    servers: dict[State, int]
    services: tuple[Service, ...]
    shown: tuple[Glimpse, ...]
    matching: int
