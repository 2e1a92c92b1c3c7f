"""pytest fixtures over tcplife: read a capture, capture a test's own traffic, and assert how connections lived.

`tcplife_read(path)` reads a capture. `with tcplife_traffic(port=...) as traffic:` runs tcpdump around the block.
Both give a `Capture`; when the test fails, the timelines are in its report, and the traffic's capture is kept.
"""
# pytest imports this at every start, also where nobody uses it: what costs time is imported when it is needed.

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager

    from .checks.expression import Expression
    from .model.connection import Connection

__all__ = ["Capture", "assert_lifecycle", "assert_policy"]

KEEP_DEFAULT = "tcplife-captures"
START_S = 10.0
"""tcpdump begins to listen in a fraction of a second; a loaded machine gets more."""
SETTLE_S = 0.1
"""How long the line must be silent after the test's block: time for the last FIN and ACK of a server thread."""
STOP_S = 5.0
SNAPLEN, BUFFER_KIB = "4096", "32768"
"""In immediate mode libpcap's ring has slots of the snap length: with the default of 256 KiB it has eight."""
MOST_TIMELINES = 5
_CAPTURES = pytest.StashKey[list["Capture"]]()


class Capture:
    """The connections of one capture, analysed when first asked for (and again after the traffic has ended)."""

    def __init__(self, path: Path, *, ours: bool = False) -> None:
        self.path = path
        self.ours = ours
        self._connections: list[Connection] | None = None

    def __repr__(self) -> str:
        """The file it is in."""
        return f"<Capture {self.path}>"

    @property
    def connections(self) -> list[Connection]:
        """Every TCP connection, in the order of their first packets, with its segments."""
        if self._connections is None:
            from .api import analyze

            found = analyze(str(self.path), segments=True)
            self._connections = sorted(found, key=lambda connection: connection.index)
        return self._connections

    def where(self, expression: str) -> list[Connection]:
        """The connections that fit an expression, as in `tcplife analyze --filter`."""
        chosen = _parsed(expression)
        return [connection for connection in self.connections if chosen.matches(connection)]

    def one(self, expression: str | None = None) -> Connection:
        """The only connection (that fits an expression). Raises: AssertionError when there is none, or another."""
        __tracebackhide__ = True
        found = self.where(expression) if expression else self.connections
        if len(found) != 1:
            told = "".join(f"\n  {_name(connection)}" for connection in found)
            raise AssertionError(
                f"expected one connection{f' where {expression}' if expression else ''}, found {len(found)}{told}"
            )
        return found[0]

    def timeline(self) -> str:
        """Every connection's segments, line by line (long ones and many of them are cut short)."""
        from .checks.lifecycle import story

        shown = [story(connection) for connection in self.connections[:MOST_TIMELINES]]
        more = len(self.connections) - len(shown)
        return "\n".join([*shown, f"... and {more} more connections"] if more > 0 else shown)


def assert_lifecycle(
    capture: Capture | Connection | str | os.PathLike[str] | Iterable[Connection],
    *,
    where: str | None = None,
    client: str | Iterable[str] | None = None,
    server: str | Iterable[str] | None = None,
    close: str | None = None,
    initiator: str | None = None,
    expect: str | None = None,
) -> None:
    """Assert how every connection (that `where` selects) lived.

    client, server: the states the endpoint went through, in order ("CLOSED SYN_SENT ESTABLISHED ..." or a list).
    close, initiator: how it ended, and who began that. expect: an expression that must hold.
    Raises: AssertionError with what is different and the timeline, also when there is no connection at all.
    """
    __tracebackhide__ = True
    from .checks.lifecycle import differences, story

    connections = _connections(capture)
    if where is not None:
        chosen = _parsed(where)
        connections = [connection for connection in connections if chosen.matches(connection)]
    if not connections:
        raise AssertionError(f"no connection{f' where {where}' if where else ''}: nothing is proved")
    wanted = {"client": client, "server": server, "close": close, "initiator": initiator}
    expression = _parsed(expect) if expect is not None else None
    for connection in connections:
        wrong = differences(connection, wanted, expression)
        if wrong:
            raise AssertionError("\n".join([f"{_name(connection)} lived otherwise:", *wrong, story(connection)]))


def assert_policy(
    capture: Capture | Connection | str | os.PathLike[str] | Iterable[Connection],
    policy: str | os.PathLike[str] | None = None,
    *,
    profile: str = "graceful",
) -> None:
    """Assert that every rule of a policy file (else of a profile) holds; the message is `tcplife check`'s."""
    __tracebackhide__ = True
    from .checks import as_text, builtin
    from .checks import policy as files
    from .checks.run import Check

    rules = builtin.profile(profile) if policy is None else files.load(Path(policy), builtin.profile)
    run = Check(rules)
    for connection in _connections(capture):
        run.add(connection)
    verdict = run.verdict()
    if verdict.failed:
        raise AssertionError(f"{as_text.summary(verdict)}\n{as_text.render(verdict)}")


def _connections(capture: Capture | Connection | str | os.PathLike[str] | Iterable[Connection]) -> list[Connection]:
    from .model.connection import Connection

    if isinstance(capture, Capture):
        return capture.connections
    if isinstance(capture, str | os.PathLike):
        return Capture(Path(capture)).connections
    return [capture] if isinstance(capture, Connection) else list(capture)


def _parsed(expression: str) -> Expression:
    from .checks.expression import parse

    return parse(expression)


def _name(connection: Connection) -> str:
    from .checks.evidence import name_of

    return name_of(connection)


# -- capturing ---------------------------------------------------------------------------------------------------------


class NotPermittedError(Exception):
    """Nobody lets us capture here; the message says why."""


class _Tcpdump:
    """One tcpdump writing into a file; stopped when everything that was sent before is in it."""

    def __init__(self, path: Path, interface: str, expression: str) -> None:
        self.path = path
        self.interface = interface
        self.marker = secrets.token_bytes(24)
        self._beacon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._beacon.bind(("127.0.0.1", 0))
        port = self._beacon.getsockname()[1]
        # Standard output is a file of ours: tcpdump gives up its privileges and may not write where we may.
        command = [
            "tcpdump",
            "-n",
            "-U",
            "--immediate-mode",
            "-s",
            SNAPLEN,
            "-B",
            BUFFER_KIB,
            "-i",
            interface,
            "-w",
            "-",
        ]
        self.log = path.with_suffix(".log")
        with path.open("wb") as packets, self.log.open("wb") as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                    [*command, f"({expression}) or (udp port {port})"], stdout=packets, stderr=log
                )
            except OSError as problem:
                self._beacon.close()
                raise NotPermittedError(f"tcpdump cannot be run: {problem.strerror}") from problem
        self._wait_until_listening()

    def _wait_until_listening(self) -> None:
        until = time.monotonic() + START_S
        while "listening on" not in self._said():
            if self._process.poll() is not None or time.monotonic() > until:
                self._end()
                said = self._said().strip().splitlines()
                raise NotPermittedError(f"tcpdump on {self.interface}: {said[-1] if said else 'no answer'}")
            time.sleep(0.01)

    def _said(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self, settle_s: float) -> int:
        """Wait for silence and for our own marker, end tcpdump; returns how many packets the kernel dropped."""
        self._wait_for_silence(settle_s)
        if self.interface in {"lo", "any"}:
            self._wait_for_marker()
        self._end()
        dropped = re.search(r"(\d+) packets? dropped by kernel", self._said())
        return int(dropped[1]) if dropped else 0

    def _wait_for_silence(self, settle_s: float) -> None:
        until = time.monotonic() + STOP_S
        size, since = -1, time.monotonic()
        while time.monotonic() < until and time.monotonic() - since < settle_s:
            now = self.path.stat().st_size
            if now != size:
                size, since = now, time.monotonic()
            time.sleep(0.01)

    def _wait_for_marker(self) -> None:
        """A datagram of ours, sent last, is in the file: so is everything that was sent before it."""
        self._beacon.sendto(self.marker, self._beacon.getsockname())
        until = time.monotonic() + STOP_S
        while time.monotonic() < until:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - 65_536))
                if self.marker in file.read():
                    return
            time.sleep(0.01)

    def _end(self) -> None:
        self._beacon.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class TrafficFixture(Protocol):
    """What `tcplife_traffic` gives."""

    def __call__(
        self,
        port: int | None = None,
        *,
        interface: str = "lo",
        expression: str = "tcp",
        settle_s: float = SETTLE_S,
    ) -> AbstractContextManager[Capture]:
        """Capture around a block. port: only its traffic; expression: tcpdump's; settle_s: silence to wait for."""


# -- pytest ------------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where captures of failed tests go, and whether a machine that cannot capture fails."""
    group = parser.getgroup("tcplife")
    group.addoption(
        "--tcplife-keep",
        metavar="DIR",
        help="folder for the captures of failed tests (default: ini tcplife_keep, else tcplife-captures)",
    )
    group.addoption(
        "--tcplife-require",
        action="store_true",
        help="fail, instead of skip, tests whose traffic cannot be captured here",
    )
    parser.addini("tcplife_keep", "folder for the captures of failed tests", default=KEEP_DEFAULT)


def _note(request: pytest.FixtureRequest, capture: Capture) -> Capture:
    request.node.stash.setdefault(_CAPTURES, []).append(capture)
    return capture


@pytest.fixture
def tcplife_read(request: pytest.FixtureRequest) -> Callable[[str | os.PathLike[str]], Capture]:
    """Give a function that reads a capture, by its path."""

    def read(path: str | os.PathLike[str]) -> Capture:
        return _note(request, Capture(Path(path)))

    return read


@pytest.fixture
def tcplife_traffic(request: pytest.FixtureRequest, tmp_path: Path) -> TrafficFixture:
    """Capture the test's own traffic: what is called in a `with` block gives a Capture, complete behind the block.

    Skips the test, with the reason, where capturing is not permitted (--tcplife-require: fails it).
    """

    @contextmanager
    def traffic(
        port: int | None = None,
        *,
        interface: str = "lo",
        expression: str = "tcp",
        settle_s: float = SETTLE_S,
    ) -> Iterator[Capture]:
        path = tmp_path / f"traffic-{len(request.node.stash.get(_CAPTURES, [])) + 1}.pcap"
        chosen = f"{expression} and port {port}" if port is not None else expression
        try:
            tcpdump = _Tcpdump(path, interface, chosen)
        except NotPermittedError as problem:
            if request.config.getoption("--tcplife-require"):
                pytest.fail(str(problem), pytrace=False)
            pytest.skip(str(problem))
        capture = _note(request, Capture(path, ours=True))
        try:
            yield capture
        finally:
            dropped = tcpdump.stop(settle_s)
        if dropped:
            request.node.warn(pytest.PytestWarning(f"tcpdump dropped {dropped} packets: {path.name} is not complete"))

    return traffic


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test's report shows the timelines of its captures and names the files kept."""
    report = yield
    captures = item.stash.get(_CAPTURES, [])
    failed = report.when == "call" and report.failed
    for number, capture in enumerate(captures, 1):
        if failed:
            kept = _keep(item, capture, number) if capture.ours else capture.path
            report.sections.append((f"tcplife: {kept}", _story(capture)))
    return report


def _story(capture: Capture) -> str:
    from .errors import TcplifeError

    try:
        return capture.timeline() or "no TCP connection in it"
    except (TcplifeError, OSError) as problem:
        return str(problem)


def _keep(item: pytest.Item, capture: Capture, number: int) -> Path:
    """Copy the capture of a failed test to where it stays; returns that place."""
    config = item.config
    folder: Path = config.rootpath / (config.getoption("--tcplife-keep") or config.getini("tcplife_keep"))
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", item.nodeid)[-120:].strip("-")
    kept = folder / f"{name}-{number}.pcap"
    shutil.copyfile(capture.path, kept)
    return kept
