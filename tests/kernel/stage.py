"""A scenario and the stage it plays on: the link, a capture at each end, sockets, and the end of the run.

    @scenario(both=True)
    def four_segment_close(stage: Stage) -> None:
        "One side closes, the other answers and closes later."
        actor, other = stage.pair()
        actor.close()
        ...

`both=True` makes two scenarios of one: the actor is the client, or (`..._by_server`) the server.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import Segment
from tests.kernel.link import Link
from tests.kernel.truth import Finished, socket_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kernel.netns import Capture

SNAPLEN: Final = 160  # stored captures hold headers and the first octets
PORT: Final = 80
DELAYED_ACK: Final = 0.06  # longer than the kernel delays an ACK
CLIENT_PORT: Final = 40000
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, TCP_SEND_QUEUE = 19, 20, 21, 2  # linux/tcp.h


class Stage:
    """What a scenario sees; captures run at both ends unless it starts late."""

    def __init__(
        self, name: str, directory: Path, actor: str = "client", *, late: bool = False, alone: str = ""
    ) -> None:
        self.name, self.directory, self.alone = name, directory, alone
        self.link = Link()
        self.client, self.server = self.link.client, self.link.server
        self.actor = self.link.hosts[actor]
        self.other = self.server if actor == "client" else self.client
        self.captures: dict[str, Capture] = {}
        self._sockets: list[socket.socket] = []
        if not late:
            try:
                self.capture()
            except BaseException:
                self.close()
                raise

    def capture(self) -> None:
        """Start tcpdump at both ends (late scenarios call it themselves)."""
        for name, host in self.link.hosts.items():
            if self.alone not in {"", name}:
                continue
            path = self.directory / f"{self.name}.{name}.pcap"
            self.captures[name] = host.capture(path, snaplen=SNAPLEN)

    # ------------------------------------------------------------------ sockets

    def keep(self, *sockets: socket.socket) -> None:
        """Close these when all is over, not before: a collected socket would close in mid-scenario."""
        self._sockets += sockets

    def listen(self, port: int = PORT, backlog: int = 16, family: int = socket.AF_INET) -> socket.socket:
        """Make a listener at the server."""
        listener = self.server.listen(port, backlog, family)
        self.keep(listener)
        return listener

    def dial(self, family: int = socket.AF_INET, port: int = 0) -> socket.socket:
        """Make a socket at the client, not yet connected, bound to a port if one is given."""
        dialler = self.client.tcp(family)
        self.keep(dialler)
        if port:
            dialler.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            dialler.bind(("", port))
        return dialler

    def start_connect(self, dialler: socket.socket, port: int = PORT) -> None:
        """Send the SYN and go on."""
        dialler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            dialler.connect(self.server.address(port, dialler.family))
        dialler.settimeout(5)

    def connect(
        self, family: int = socket.AF_INET, port: int = PORT, client_port: int = 0
    ) -> tuple[socket.socket, socket.socket]:
        """Make a connection and return the client's and the server's socket."""
        listener = self.listen(port, family=family)
        dialler = self.dial(family, client_port)
        dialler.connect(self.server.address(port, family))
        accepted, _ = listener.accept()
        accepted.settimeout(5)
        self.keep(accepted)
        return dialler, accepted

    def call(self) -> socket.socket:
        """Make a connection and return the client's socket alone: whether the server got the last ACK is open."""
        self.listen()
        dialler = self.dial()
        dialler.connect(self.server.address(PORT))
        return dialler

    def pair(self, family: int = socket.AF_INET, client_port: int = 0) -> tuple[socket.socket, socket.socket]:
        """Make a connection and return the actor's and the other's socket."""
        dialler, accepted = self.connect(family, client_port=client_port)
        self.quiet()
        return (dialler, accepted) if self.actor is self.client else (accepted, dialler)

    def talk(self, one: socket.socket, other: socket.socket, octets: int = 100) -> None:
        """Send some octets each way and read them."""
        for sender, receiver in ((one, other), (other, one)):
            sender.sendall(bytes(octets))
            read(receiver, octets)

    def quiet(self, seconds: float = DELAYED_ACK) -> None:
        """Wait until nothing has passed for so long."""
        self.link.settle(seconds)

    def let(self, seconds: float) -> None:
        """Let the hosts' timers work for so long."""
        time.sleep(seconds)
        self.quiet()

    # ------------------------------------------------------------------ forging

    def forge(self, sock: socket.socket, letters: str, seq: int = 0, ack: int = 0, **fields: bytes | int) -> Segment:
        """A segment as if this socket sent it: seq and ack count from what both sides would send next."""
        local, remote = ends(sock)
        segment = Segment(local, remote, letters, self.link.next_seq(local) + seq, self.link.next_seq(remote) + ack)
        for name, value in fields.items():
            setattr(segment, name, value)
        if "." not in letters:
            segment.ack = 0
        return segment

    # ------------------------------------------------------------------ the end

    def finish(self) -> Finished:
        """Wait for quiet, take the socket tables, stop the captures, then let everything go."""
        self.link.settle(0.02)
        until = time.monotonic_ns()
        tables = {name: socket_table(host) for name, host in self.link.hosts.items()}
        for capture in self.captures.values():
            capture.stop()
        return Finished(self.name, self.link, self.captures, tables, until, realtime_offset())

    def close(self) -> None:
        """Close captures, sockets and link, however far the scenario came."""
        for capture in self.captures.values():
            capture.close()
        for sock in self._sockets:
            sock.close()
        self.link.close()


def realtime_offset() -> int:
    """Return CLOCK_REALTIME - CLOCK_MONOTONIC in nanoseconds, from the tightest of many readings."""
    readings = []
    for _ in range(50):
        before, wall, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        readings.append((after - before, wall - (before + after) // 2))
    return min(readings)[1]


def ends(sock: socket.socket) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return local and remote address of a socket."""
    local, remote = sock.getsockname(), sock.getpeername()
    return (local[0], local[1]), (remote[0], remote[1])


def read(sock: socket.socket, octets: int) -> bytes:
    """Read so many octets, fewer only at the end of the stream."""
    data = b""
    while len(data) < octets and (more := sock.recv(min(octets - len(data), 1 << 16))):
        data += more
    return data


def read_all(sock: socket.socket) -> bytes:
    """Read to the end of the stream."""
    return read(sock, 1 << 62)


def abort(sock: socket.socket) -> None:
    """Close with linger 0: a RST where the state allows one."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def disconnect(sock: socket.socket) -> None:
    """Give the connection up and keep the socket: connect() to AF_UNSPEC."""
    nowhere = ctypes.create_string_buffer(16)
    ctypes.CDLL(None).connect(sock.fileno(), nowhere, len(nowhere))


def forget(sock: socket.socket) -> None:
    """Close without a word, as a host does that crashed: TCP_REPAIR drops the connection silently."""
    set_tcp(sock, TCP_REPAIR, 1)
    sock.close()


def start_at(sock: socket.socket, isn: int) -> None:
    """Let a socket that is not yet connected begin with this initial sequence number."""
    set_tcp(sock, TCP_REPAIR, 1)
    set_tcp(sock, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("I", isn))
    set_tcp(sock, TCP_REPAIR, 0)


def set_tcp(sock: socket.socket, option: int, value: int) -> None:
    """Set a TCP level option."""
    sock.setsockopt(socket.IPPROTO_TCP, option, value)


@contextlib.contextmanager
def meanwhile(function: Callable[[], object]) -> Iterator[None]:
    """Run something in a thread beside the block, and wait for its end."""
    thread = threading.Thread(target=function)
    thread.start()
    try:
        yield
    finally:
        thread.join()


# ---------------------------------------------------------------------- the register


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named scenario; `slow` ones are left out of CI's live runs, `topic` is the module they come from.

    alone: the one host that has a kernel in it, where the other is a script ("" for two kernels).
    """

    name: str
    body: Callable[[Stage], None]
    actor: str
    late: bool
    slow: bool
    topic: str
    alone: str

    def play(self, directory: Path) -> Finished:
        """Play it once."""
        stage = Stage(self.name, directory, self.actor, late=self.late, alone=self.alone)
        try:
            self.body(stage)
            return stage.finish()
        finally:
            stage.close()


SCENARIOS: Final[dict[str, Scenario]] = {}


def scenario(
    *, both: bool = False, late: bool = False, slow: bool = False, alone: str = ""
) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Register a scenario (two, if `both`): see the module's docstring."""

    def register(body: Callable[[Stage], None]) -> Callable[[Stage], None]:
        topic = re.sub(r".*scenarios_", "", body.__module__)
        for actor in ("client", "server") if both else ("client",):
            name = body.__name__ + ("_by_server" if actor == "server" else "")
            if name in SCENARIOS:
                raise ValueError(f"two scenarios named {name}")
            SCENARIOS[name] = Scenario(name, body, actor, late, slow, topic, alone)
        return body

    return register
