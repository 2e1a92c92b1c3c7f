"""The table at one moment: endpoints by state, services under strain, and the few connections somebody looks at.

In: the flows of the table. Out: a Census. Looks at every connection once (some microseconds each), makes text only of those that are shown or searched.
"""

from __future__ import annotations

from heapq import nlargest

from ..model.address import ip_text
from ..model.catalogue import KINDS
from ..model.names import CLOSED, ESTABLISHED, LISTEN, STATES, SYN_RECEIVED, SYN_SENT, TIME_WAIT, UNKNOWN, Severity
from ..model.values import Address
from ..model.watching import Census, Glimpse, Service
from .happenings import client_side_of, ends_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final

    from ..tracker.life import Life

Counts = dict[tuple[int, int, int, int], list[int]]
"""By address, port and IP version: connections in all, half-open, established, in TIME_WAIT."""

MAX_SERVICES: Final = 10_000
"""Services counted in one census; those that come later go uncounted, their connections do not."""
SHOWN_SERVICES: Final = 20
ROW: Final = 4

ORDERS: Final[dict[str, Callable[[Life], int]]] = {
    "newest": lambda life: life.index,
    "oldest": lambda life: -life.index,
    "octets": lambda life: life.a.unique + life.b.unique,
    "idle": lambda life: -life.last_ns,
    "active": lambda life: life.last_ns,
    "anomalies": lambda life: _anomaly_count(life),  # noqa: PLW0108 - it is defined below
}
"""What a list of connections can be sorted by; the first ones have the largest value."""


def take_census(flows: Iterable[Life], now_ns: int, order: str, limit: int, words: str, *, closed: bool) -> Census:
    """Look at the whole table.

    order: a key of ORDERS. limit: connections to show. words: each must occur in a connection's line ("" for all).
    closed: whether to show those whose record is out, too.
    """
    clients = [0] * len(STATES)
    servers = [0] * len(STATES)
    services: Counts = {}
    wanted: list[Life] = []
    needles = words.lower().split()
    count = 0
    still_open = 0
    for life in flows:
        count += 1
        side = client_side_of(life)
        client = life.view(life.a if side == 0 else life.b)
        server = life.view(life.b if side == 0 else life.a)
        clients[client] += 1
        servers[server] += 1
        _count_service(services, life, side, client, server)
        if not life.reported:
            still_open += 1
        elif not closed:
            continue
        if not needles or _matches(life, needles):
            wanted.append(life)
    shown = nlargest(limit, wanted, key=ORDERS[order])
    return Census(
        now_ns,
        count,
        still_open,
        {STATES[state]: number for state, number in enumerate(clients) if number},
        {STATES[state]: number for state, number in enumerate(servers) if number},
        _strained(services),
        tuple(glimpse(life) for life in shown),
        len(wanted),
    )


def glimpse(life: Life) -> Glimpse:
    """Return how one connection looks now."""
    side = client_side_of(life)
    client, server = ends_of(life, side)
    a = STATES[life.view(life.a)]
    b = STATES[life.view(life.b)]
    return Glimpse(
        life.index,
        client,
        server,
        a if side == 0 else b,
        b if side == 0 else a,
        life.start_ns,
        life.last_ns,
        life.a.packets + life.b.packets,
        life.a.unique + life.b.unique,
        _anomaly_count(life),
        _worst(life),
        bool(life.reported),
    )


def _count_service(services: Counts, life: Life, side: int, client: int, server: int) -> None:
    key = (
        (life.b_hi, life.b_lo, life.b_port, life.ip_version)
        if side == 0
        else (life.a_hi, life.a_lo, life.a_port, life.ip_version)
    )
    counts = services.get(key)
    if counts is None:
        if len(services) >= MAX_SERVICES:
            return
        counts = services[key] = [0, 0, 0, 0]
    counts[0] += 1
    if server == SYN_RECEIVED or (client == SYN_SENT and server in (UNKNOWN, LISTEN, CLOSED)):
        counts[1] += 1
    elif ESTABLISHED in (client, server):
        counts[2] += 1
    elif TIME_WAIT in (client, server):
        counts[3] += 1


def _strained(services: Counts) -> tuple[Service, ...]:
    """Return the services with connections half-open or in TIME_WAIT, the fullest first."""
    found = [(counts[1] + counts[3], counts[1], key) for key, counts in services.items() if counts[1] or counts[3]]
    return tuple(
        Service(Address(ip_text(key[0], key[1], key[3]), key[2]), *services[key])
        for _, _, key in nlargest(SHOWN_SERVICES, found)
    )


def _matches(life: Life, needles: list[str]) -> bool:
    client, server = ends_of(life, client_side_of(life))
    kinds = " ".join(_kind_names(life))
    line = f"#{life.index} {client} {server} {STATES[life.view(life.a)]} {STATES[life.view(life.b)]} {kinds}".lower()
    return all(needle in line for needle in needles)


def _kind_names(life: Life) -> set[str]:
    rows = life.anomalies
    return set() if rows is None else {KINDS[rows[at] >> 1].name for at in range(1, len(rows), ROW)}


def _anomaly_count(life: Life) -> int:
    return (0 if life.anomalies is None else len(life.anomalies) // ROW) + life.incidents.anomalies_omitted


def _worst(life: Life) -> Severity | None:
    rows = life.anomalies
    if not rows:
        return None
    return max(KINDS[rows[at] >> 1].severity for at in range(1, len(rows), ROW))
