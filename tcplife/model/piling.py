"""Where connections pile up: values of a finished run, made from connections as they leave (so it works on streams)."""

from __future__ import annotations

from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .names import Role, State


class Pile(Value):
    """Connections of one host and service that are in one state at the same time.

    host: whose endpoints pile up. port: of the service. peer: the other host, where the host is the client (its ports
    are what a pile costs), else "". total: connections that were in the state. peak: most at once, at peak_ns; exact:
    false when the peak is known to within a bucket only. left: still there at the end. oldest_s: age of the
    oldest of these, else the longest stay of any. first_packet: of the earliest such connection.
    """

    host: str
    port: int
    peer: str
    endpoint: Role
    state: State
    total: int
    peak: int
    peak_ns: int
    exact: bool
    left: int
    oldest_s: float
    first_packet: int


class Flood(Value):
    """A SYN flood against one service.

    syns: openings asked for. completed: handshakes finished. half_open_peak: most unfinished at once. sources:
    different addresses (an estimate above some thousand). rate_peak: most openings in one second.
    """

    host: str
    port: int
    syns: int
    completed: int
    half_open_peak: int
    sources: int
    rate_peak: int
    first_packet: int
    last_packet: int
    line: str


class PortBudget(Value):
    """How many of a client's ports towards one service wait in TIME_WAIT, and how many it has.

    budget: ports of Linux's default range. peak: most waiting at once. rate: connections per second that use the
    budget up for good, at this 2MSL.
    """

    client: str
    server: str
    port: int
    peak: int
    budget: int
    rate: float
    line: str


class PileReport(Value):
    """piles: largest first. lines: what deserves telling, a sentence each. omitted: hosts and services not followed."""

    piles: tuple[Pile, ...]
    floods: tuple[Flood, ...]
    budgets: tuple[PortBudget, ...]
    lines: tuple[str, ...]
    omitted: int
