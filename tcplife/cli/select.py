"""Which connections the user asked for: `--connection`, `--host`, `--port`, `--state`, `--anomaly`, `--filter`...

In: option values. Out: a Selection, whose matches() is asked of every finished connection. Every given option must
hold.
"""

from __future__ import annotations

from ..errors import UsageError
from ..model.catalogue import KINDS
from ..model.connection import ANOMALY_WIDTH
from ..model.names import STATES, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from ..model.connection import Connection

    Test = Callable[[Connection], bool]


class Selection:
    """Tests that a connection must all pass; none when nothing was asked for."""

    def __init__(self, tests: Sequence[Test] = ()) -> None:
        self._tests = tuple(tests)

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self._tests)

    def matches(self, c: Connection) -> bool:
        """Whether the connection passes every test."""
        return all(test(c) for test in self._tests)


def selection(
    *,
    connection: Sequence[int] = (),
    host: Sequence[str] = (),
    port: Sequence[int] = (),
    state: Sequence[str] = (),
    anomaly: Sequence[str] = (),
    severity: str | None = None,
    filter_text: str | None = None,
) -> Selection:
    """The selection these options mean; several values of one option: any of them will do.

    Raises: UsageError for an address, state, kind or expression that makes no sense.
    """
    tests: list[Test] = []
    if connection:
        wanted = frozenset(connection)
        tests.append(lambda c: c.index in wanted)
    if host:
        tests.append(_host_test([_network(text) for text in host]))
    if port:
        ports = frozenset(port)
        tests.append(lambda c: c.client_port in ports or c.server_port in ports)
    if state:
        numbers = frozenset(_state(text) for text in state)
        tests.append(lambda c: c.final_client in numbers or c.final_server in numbers)
    if anomaly:
        kinds = frozenset(_kind(text) for text in anomaly)
        tests.append(lambda c: any(code >> 1 in kinds for code in (c.anomaly_rows or ())[1::ANOMALY_WIDTH]))
    if severity is not None:
        least = severity_of(severity)
        tests.append(lambda c: c.worst >= least)
    if filter_text is not None:
        tests.append(_expression(filter_text))
    return Selection(tests)


def severity_of(word: str) -> Severity:
    """The severity of this name. Raises: UsageError."""
    try:
        return Severity[word.upper()]
    except KeyError:
        raise UsageError(f"no severity {word!r}; there are info, warning, error") from None


def _network(text: str) -> tuple[int, int, int]:
    """(version, lowest address, highest address) of an address or network."""
    from ipaddress import ip_network

    try:
        network = ip_network(text.partition("%")[0], strict=False)
    except ValueError:
        raise UsageError(f"--host: {text!r} is no IP address and no network") from None
    return network.version, int(network.network_address), int(network.broadcast_address)


def _host_test(networks: list[tuple[int, int, int]]) -> Test:
    def test(c: Connection) -> bool:
        ends = (c.client_hi << 64 | c.client_lo, c.server_hi << 64 | c.server_lo)
        return any(
            version == c.ip_version and low <= address <= high for version, low, high in networks for address in ends
        )

    return test


def _state(text: str) -> int:
    names = [str(state) for state in STATES]
    wanted = text.upper().replace("-", "_")
    if wanted not in names:
        from difflib import get_close_matches

        near = get_close_matches(wanted, names, 1)
        raise UsageError(
            f"--state: no state {text!r}"
            + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}")
        )
    return names.index(wanted)


def _kind(text: str) -> int:
    names = [kind.name for kind in KINDS]
    wanted = text.lower().replace("-", "_")
    if wanted not in names:
        from difflib import get_close_matches

        near = get_close_matches(wanted, names, 3) or [name for name in names if wanted and wanted in name][:3]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(f"--anomaly: no kind {text!r}{hint} ('tcplife explain anomalies' lists them)")
    return names.index(wanted)


def _expression(text: str) -> Test:
    from ..checks.expression import parse

    matches: Any = parse(text).matches
    return matches  # type: ignore[no-any-return]
