"""Two runs of one test: which lifecycles changed their shape, by service.

In: finished connections of both runs. Out: per service, the shapes that came, went, or became more or less frequent.
Neither ports of clients, addresses nor times are in a shape. A service is its port, unless the port is one of those
that systems hand out by turns: those of both runs are one service.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from ..checks.shape import shape_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..model.connection import Connection

EPHEMERAL = 32_768
"""Linux hands out ports from here on by itself (net.ipv4.ip_local_port_range)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of a service in both runs: how many connections, of how many, and the first of each (0: none)."""

    service: str
    shape: str
    old: int
    new: int
    old_of: int
    new_of: int
    old_example: int
    new_example: int

    @property
    def what(self) -> str:
        """The change in a word."""
        if not self.old:
            return "new"
        if not self.new:
            return "gone"
        return "same" if self.old * self.new_of == self.new * self.old_of else "share"


def compare_runs(old: Iterable[Connection], new: Iterable[Connection]) -> list[Shape]:
    """Every shape of both runs, by service; new and gone ones first."""
    counts: list[defaultdict[str, Counter[str]]] = [defaultdict(Counter), defaultdict(Counter)]
    examples: tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]] = ({}, {})
    for run, connections in enumerate((old, new)):
        for connection in connections:
            service, shape = _split(connection)
            counts[run][service][shape] += 1
            examples[run].setdefault((service, shape), connection.index)
    made = []
    for service in sorted(counts[0].keys() | counts[1].keys(), key=_by_number):
        one, two = counts[0][service], counts[1][service]
        for shape in one.keys() | two.keys():
            key = (service, shape)
            numbers = (one[shape], two[shape], one.total(), two.total())
            made.append(Shape(service, shape, *numbers, examples[0].get(key, 0), examples[1].get(key, 0)))
    order = {"new": 0, "gone": 1, "share": 2, "same": 3}
    return sorted(made, key=lambda s: (_by_number(s.service), order[s.what], -max(s.old, s.new), s.shape))


def _split(connection: Connection) -> tuple[str, str]:
    port = connection.server_port
    service = str(port) if port < EPHEMERAL else "any high port"
    return service, shape_of(connection).partition(": ")[2]


def _by_number(service: str) -> tuple[int, str]:
    return (int(service) if service.isdigit() else EPHEMERAL, service)
