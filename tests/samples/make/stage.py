"""Two real TCP stacks on a link with a little delay, tcpdump at one end: where most captures are made.

    with staged(path, at="server") as link:
        client, server = connected(link)
        client.close()

Refuses to know: lessons. What the link itself can do (drop, hold, repeat, inject) is in tests/kernel/link.py.
"""

from __future__ import annotations

import signal
import socket
import struct
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.kernel.frames import ANY, Frame, When, parse
from tests.kernel.link import Link, Rule
from tests.kernel.netns import CAPTURE_FILTER
from tests.samples.make.container import SNAPLEN
from tests.samples.make.manifest import tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kernel.netns import Host

ONE_WAY = 0.002  # seconds a frame is on its way, as in a small town
SERVER_PORT = 7  # the echo service: nothing a reader would take for HTTP
DELAYED_ACK = 0.1  # longer than Linux holds an acknowledgement back (40 ms), so that it goes alone
ABORT = struct.pack("ii", 1, 0)  # struct linger: on, 0 s: close() sends RST instead of FIN
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21  # linux/tcp.h; Python has no names for them
REPAIR_ON, REPAIR_OFF, SEND_QUEUE = 1, 0, 2


class EveryFrame(When):
    """True of every frame, those without TCP too."""

    def __call__(self, frame: Frame) -> bool:
        """Say yes."""
        return True


class SlowLink(Link):
    """A link on which every frame takes a while, unless another rule decides about it."""

    def __init__(self, one_way: float) -> None:
        """Set both hosts to the same congestion control, whatever the machine's default is."""
        super().__init__()
        for host in self.hosts.values():
            host.sysctl("net.ipv4.tcp_congestion_control", "reno")  # every kernel lets a namespace choose it
        self.one_way = one_way
        self.apply(lambda _rule, frame: self.deliver_later(frame, one_way), when=EveryFrame(lambda _frame: True))

    def edit(
        self, change: Callable[[Frame], bytes], count: int | None = None, *, when: When = ANY, skip: int = 0
    ) -> Rule:
        """Deliver what `change` makes of a matching frame, in its turn."""

        def act(_rule: Rule, frame: Frame) -> None:
            self.deliver_later(parse(change(frame), frame.sender), self.one_way)

        return self._add(when, count, skip, act)

    def duplicate(self, count: int | None = None, *, when: When = ANY, skip: int = 0, after: float = 0) -> Rule:
        """Deliver matching frames in their turn, and again so many seconds later."""

        def act(_rule: Rule, frame: Frame) -> None:
            self.deliver_later(frame, self.one_way)
            self.deliver_later(frame, self.one_way + after)

        return self._add(when, count, skip, act)

    def _add(self, when: When, count: int | None, skip: int, act: Callable[[Rule, Frame], None]) -> Rule:
        rule = super()._add(when, count, skip, act)
        if len(self.rules) > 1:  # the delay stays the last word
            self.rules[-2:] = [rule, self.rules[-2]]
        return rule


@contextmanager
def staged(path: Path, *, at: str = "client", one_way: float = ONE_WAY, snaplen: int = SNAPLEN) -> Iterator[SlowLink]:
    """Yield a link; what passes host `at` until the end of the block is in the capture, every packet of it."""
    with SlowLink(one_way) as link, recorded(link, path, at=at, snaplen=snaplen):
        yield link


@contextmanager
def recorded(
    link: SlowLink, path: Path, *, at: str = "client", snaplen: int = SNAPLEN, expression: str = CAPTURE_FILTER
) -> Iterator[None]:
    """Capture at a host's device, in nanoseconds, while the block runs and until its last packets have passed.

    Raises: RuntimeError when tcpdump lost packets.
    """
    capture = link.hosts[at].capture(path, snaplen=snaplen, expression=expression)
    try:
        yield
        time.sleep(2 * link.one_way + 0.05)
    finally:
        capture.stop()
    if capture.dropped:
        msg = f"{path.name}: tcpdump lost {capture.dropped} packets"
        raise RuntimeError(msg)


@contextmanager
def run_beside(host: Host, command: list[str], ready: bytes) -> Iterator[None]:
    """Run a capture program in the namespace beside the block; it is ready when it has said so on its standard error.

    Raises: RuntimeError when it ends too early or with an error.
    """
    process = host.spawn([tool(command[0]), *command[1:]], stderr=subprocess.PIPE)
    stderr = process.stderr
    if stderr is None or not any(ready in line for line in stderr):
        msg = f"{command[0]} ended with {process.wait()}"
        raise RuntimeError(msg)
    try:
        yield
        time.sleep(0.5)  # what is on its way, and the program's own buffers
    finally:
        process.send_signal(signal.SIGINT)
        told = stderr.read().decode()
        stderr.close()
    if process.wait():
        raise RuntimeError(told)


def connected(
    link: Link, port: int = SERVER_PORT, *, family: int = socket.AF_INET, source_port: int = 0
) -> tuple[socket.socket, socket.socket]:
    """Return the client's and the server's socket of a new connection; the listener is gone."""
    with link.server.listen(port, family=family) as listener:
        client = dial(link.client, link.server.address(port, family), source_port=source_port, family=family)
        server, _ = listener.accept()
    server.settimeout(5)
    return client, server


def dial(host: Host, address: tuple[str, int], *, source_port: int = 0, family: int = socket.AF_INET) -> socket.socket:
    """Return a connected socket of the host."""
    client = host.tcp(family)
    if source_port:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(("", source_port))
    client.connect(address)
    return client


def start_dial(host: Host, address: tuple[str, int], *, source_port: int = 0) -> socket.socket:
    """Return a socket that has sent its SYN, or will; connect() is not waited for."""
    client = host.tcp()
    client.settimeout(0)
    if source_port:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(("", source_port))
    client.connect_ex(address)
    return client


def pause(seconds: float = DELAYED_ACK) -> None:
    """Let the stacks do what is due; by default until a delayed acknowledgement has gone."""
    time.sleep(seconds)


def talk(client: socket.socket, server: socket.socket, request: bytes = b"ping\n", answer: bytes = b"pong\n") -> None:
    """Send a request and its answer, and read both."""
    client.sendall(request)
    receive(server, len(request))
    server.sendall(answer)
    receive(client, len(answer))


def receive(sock: socket.socket, octets: int) -> bytes:
    """Read exactly so many octets, fewer only at the end of the stream."""
    got = b""
    while len(got) < octets and (more := sock.recv(octets - len(got))):
        got += more
    return got


def close_after_end(sock: socket.socket) -> None:
    """Read to the end of the stream, then close at once."""
    while sock.recv(65536):
        pass
    sock.close()


def abort(sock: socket.socket) -> None:
    """Close with RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    sock.close()


def vanish(sock: socket.socket) -> None:
    """Forget the connection without a segment, as a crash does."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    sock.close()
