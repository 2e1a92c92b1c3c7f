"""Lifecycles reduced to shapes: how connections opened, ended and where both endpoints were left, with counts.

In: connections, any number. Out: a line per shape, the most frequent first, each with an example to look at, durations,
and the hosts that have far more of it than of everything else. Memory is bounded by MOST_SHAPES, not by connections.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..model.address import ip_text
from ..model.catalogue import KINDS
from ..model.close_kinds import OPENED
from ..model.names import STATES, Severity
from . import words
from .frequent import Frequent, Times

if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.totals import Totals
    from .base import Output
    from .paint import Paint

MOST_SHAPES: Final = 1000
"""Shapes told apart; the connections of further ones are counted together."""
HOSTS_EACH: Final = 64
HOSTS_IN_ALL: Final = 4096
SERVICES_EACH: Final = 32
OUTLIER_SHARE: Final = 0.5
"""A host stands out in a shape when so much of the shape is its own..."""
OUTLIER_LIFT: Final = 3.0
"""...and that is so many times its share of all connections."""
OUTLIER_COUNT: Final = 5
"""...and it has the shape so often."""
TOP: Final = 12
SIDES: Final = ("client", "server")

Host = tuple[int, int, int, int]  # side, IP version, two halves


class Shape(NamedTuple):
    """What connections of one pattern have in common. service: the server's port, 0 when ports are not told apart."""

    opened: str
    close: str | None
    closer: str | None
    client: str
    server: str
    service: int


class Pattern:
    """One shape and what was counted of it. The example is the first connection that had it."""

    __slots__ = ("count", "example", "hosts", "kinds", "services", "shape", "times")

    def __init__(self, shape: Shape, first: Connection) -> None:
        self.shape = shape
        self.count = 0
        self.times = Times()
        self.hosts: Frequent[Host] = Frequent(HOSTS_EACH)
        self.services: Frequent[int] = Frequent(SERVICES_EACH)
        self.kinds: dict[int, int] = {}
        self.example = {
            "index": first.index,
            "first_packet": first.first_packet,
            "last_packet": first.last_packet,
            "client": str(first.client),
            "server": str(first.server),
        }

    def add(self, c: Connection) -> None:
        """One more connection of this shape."""
        self.count += 1
        self.times.add(c.end_ns - c.start_ns)
        self.services.add(c.server_port)
        for host in _hosts(c):
            self.hosts.add(host)
        seen = c.kinds_seen
        while seen:
            lowest = seen & -seen
            kind = lowest.bit_length() - 1
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            seen ^= lowest


def _hosts(c: Connection) -> tuple[Host, Host]:
    return (0, c.ip_version, c.client_hi, c.client_lo), (1, c.ip_version, c.server_hi, c.server_lo)


class Patterns:
    """All shapes of a run. omitted: connections of shapes beyond MOST_SHAPES."""

    def __init__(self, *, by_service: bool = False) -> None:
        self.connections = 0
        self.omitted = 0
        self._by_service = by_service
        self._patterns: dict[Shape, Pattern] = {}
        self._hosts: Frequent[Host] = Frequent(HOSTS_IN_ALL)

    def add(self, c: Connection) -> None:
        """Take one finished connection."""
        self.connections += 1
        shape = self._shape(c)
        pattern = self._patterns.get(shape)
        if pattern is None:
            if len(self._patterns) >= MOST_SHAPES:
                self.omitted += 1
                return
            pattern = self._patterns[shape] = Pattern(shape, c)
        pattern.add(c)
        for host in _hosts(c):
            self._hosts.add(host)

    def _shape(self, c: Connection) -> Shape:
        return Shape(
            "unknown" if c.judgement is None else OPENED[c.judgement.opened_how],
            c.close_kind,
            c.closed_by,
            str(STATES[c.final_client]),
            str(STATES[c.final_server]),
            c.server_port if self._by_service else 0,
        )

    def ranked(self) -> list[Pattern]:
        """The most frequent first; of equals the one whose example came first."""
        return sorted(self._patterns.values(), key=lambda p: (-p.count, p.example["index"]))

    def outliers(self, pattern: Pattern) -> list[tuple[Host, int, int]]:
        """Hosts that make up a good part of a shape and are rare elsewhere: host, times here, times in all."""
        found = []
        for host, here in pattern.hosts.most(HOSTS_EACH):
            in_all = max(self._hosts.count(host), here)
            share_here, share_all = here / pattern.count, in_all / self.connections
            if here >= OUTLIER_COUNT and share_here >= OUTLIER_SHARE and share_here >= OUTLIER_LIFT * share_all:
                found.append((host, here, in_all))
        return found


class PatternsReporter:
    """Counts; writes at the end, as a table for people."""

    def __init__(self, output: Output, paint: Paint, *, top: int = TOP, by_service: bool = False) -> None:
        """top: shapes shown, 0 for all."""
        self._output = output
        self._paint = paint
        self._top = top
        self.patterns = Patterns(by_service=by_service)

    def begin(self) -> None:
        """Nothing comes first."""

    def connection(self, connection: Connection) -> None:
        """Count it."""
        self.patterns.add(connection)

    def end(self, totals: Totals) -> None:
        """Write the table."""
        self._output.write(self._paint.encoded(self._lines()))
        self._output.flush()

    def _lines(self) -> list[str]:
        found = self.patterns
        ranked = found.ranked()
        shown = ranked[: self._top] if self._top else ranked
        made = [f"{words.counted(found.connections, 'connection')} in {words.counted(len(ranked), 'shape')}"]
        if not ranked:
            return made
        made += [self._paint("dim", f"{'count':>10} {'share':>6} {'median':>8} {'95%':>8}  life")]
        for pattern in shown:
            made += self._pattern(pattern)
        rest = found.connections - sum(pattern.count for pattern in shown)
        if rest:
            more = len(ranked) - len(shown)
            made.append(
                f"{rest:>10,} {_share(rest, found.connections):>6} {'':17}  {words.counted(more, 'more shape')}"
            )
        return made

    def _pattern(self, pattern: Pattern) -> list[str]:
        times = [words.span(pattern.times.quantile(share)) for share in (0.5, 0.95)]
        head = (
            f"{pattern.count:>10,} {_share(pattern.count, self.patterns.connections):>6} {times[0]:>8} {times[1]:>8}  "
        )
        example = pattern.example
        made = [
            (
                f"{head}{self._paint('bold', life(pattern.shape))}; {_services(pattern)}; "
                f"e.g. #{example['index']}, packets {example['first_packet']}-{example['last_packet']}{_kinds(pattern)}"
            )
        ]
        for (side, version, hi, lo), here, in_all in self.patterns.outliers(pattern):
            made.append(
                f"{'':36}{self._paint('yellow', f'{SIDES[side]} {ip_text(hi, lo, version)}')} has {here:,} of them, "
                f"and {in_all - here:,} other connections"
            )
        return made


class PatternsJsonReporter(PatternsReporter):
    """The same as one JSON document, every shape in it."""

    def end(self, totals: Totals) -> None:
        """Write the document."""
        found = self.patterns
        made = {
            "schema_version": 1,
            "connections": found.connections,
            "omitted": found.omitted,
            "shapes": [self._object(pattern) for pattern in found.ranked()],
        }
        self._output.write(json.dumps(made, indent=1).encode() + b"\n")
        self._output.flush()

    def _object(self, pattern: Pattern) -> dict[str, Any]:
        shape, times = pattern.shape, pattern.times
        spans = {"min": times.least, "median": times.quantile(0.5), "p95": times.quantile(0.95), "max": times.most}
        return {
            "count": pattern.count,
            "share": pattern.count / self.patterns.connections,
            "opened": shape.opened,
            "close": shape.close,
            "closed_by": shape.closer,
            "final": {"client": shape.client, "server": shape.server},
            "duration_ms": {name: ns / 1e6 for name, ns in spans.items()},
            "services": {str(port): count for port, count in pattern.services.most(SERVICES_EACH)},
            "anomalies": {KINDS[kind].name: count for kind, count in sorted(pattern.kinds.items())},
            "outliers": [
                {"endpoint": SIDES[side], "ip": ip_text(hi, lo, version), "count": here, "in_all": in_all}
                for (side, version, hi, lo), here, in_all in self.patterns.outliers(pattern)
            ],
            "example": pattern.example,
        }


def life(shape: Shape) -> str:
    """A shape in a few words: "three-segment open, four-segment close by client: client TIME_WAIT, server CLOSED"."""
    opened = shape.opened.replace("_", "-")
    if shape.close is None:
        end = "not closed"
    elif shape.close == shape.opened and shape.close not in ("three_segment", "simultaneous"):
        end = ""
    else:
        end = shape.close.replace("_", "-") + (" close" if shape.close.endswith("segment") else "")
        end += f" by {shape.closer}" if shape.closer else ""
    left = f"client {shape.client}, server {shape.server}"
    return f"{opened}{' open' if opened.endswith('segment') else ''}{', ' if end else ''}{end}: {left}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%"


def _services(pattern: Pattern) -> str:
    most = pattern.services.most(3)
    more = len(pattern.services) - len(most)
    text = "port " + ", ".join(str(port) for port, _ in most)
    return f"{text} and {'at least ' if pattern.services.error else ''}{words.counted(more, 'other')}" if more else text


def _kinds(pattern: Pattern) -> str:
    """The anomalies of at least warning that a tenth of the shape's connections have, worst share first."""
    found = [
        (count, KINDS[kind].name)
        for kind, count in pattern.kinds.items()
        if KINDS[kind].severity >= Severity.WARNING and count * 10 >= pattern.count
    ]
    found.sort(key=lambda item: (-item[0], item[1]))
    return "".join(f"; {name} {_share(count, pattern.count)}" for count, name in found[:3])
