"""One host of a test: a network namespace of its own with a TAP device, sysctls, sockets and tcpdump in it.

The namespace has no name and lives as long as a descriptor here holds it; the device lives as long
as its descriptor. So nothing stays behind, however the test ends. Needs root and /dev/net/tun.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

CLONE_NEWNET: Final = 0x40000000  # linux/sched.h
TUNSETIFF: Final = 0x400454CA  # linux/if_tun.h
IFF_TAP_NO_PI: Final = 0x0002 | 0x1000
DEVICE: Final = "tap0"
# Neighbour discovery and multicast reports are no part of any scenario.
CAPTURE_FILTER: Final = "tcp or icmp or icmp6"
PCAP_HEADER: Final = 24
RECORD_HEADER: Final = 16
QUIET: Final = {
    "net.ipv6.conf.all.accept_ra": 0,
    "net.ipv6.conf.tap0.accept_dad": 0,
    "net.ipv6.conf.tap0.router_solicitations": 0,
    "net.ipv6.conf.tap0.accept_ra": 0,
    "net.ipv4.tcp_no_metrics_save": 1,  # one life must not colour the next
    "net.ipv4.icmp_ratelimit": 0,
}
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class Host:
    """A network namespace and its one device; every method may be called from any thread."""

    def __init__(self, name: str, number: int, mtu: int = 1500) -> None:
        self.name = name
        self.ipv4 = f"192.0.2.{number}"
        self.ipv6 = f"2001:db8::{number}"
        self.mac = f"02:00:00:00:00:{number:02x}"
        self.mtu = mtu
        self.passed = {True: 0, False: 0}  # frames sent (True) and received, as far as CAPTURE_FILTER takes them
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.call(self._enter)

    def _enter(self) -> None:
        if _LIBC.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET)")
        self.namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self.inode = os.fstat(self.namespace).st_ino
        self.tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.tap, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TAP_NO_PI))

    def connect_to(self, others: list[Host]) -> None:
        """Bring the device up with fixed neighbours, so that no packet but the test's own is sent."""
        lines = [
            "link set lo up",
            f"link set {DEVICE} address {self.mac} mtu {self.mtu}",
            f"addr add {self.ipv4}/24 dev {DEVICE}",
            f"addr add {self.ipv6}/64 dev {DEVICE} nodad",
            f"link set {DEVICE} up",
        ]
        for other in others:
            lines += [f"neigh add {ip} lladdr {other.mac} dev {DEVICE}" for ip in (other.ipv4, other.ipv6)]
        lines += [f"route add default via {others[0].ipv4} dev {DEVICE}"]
        lines += [f"route add ::/0 via {others[0].ipv6} dev {DEVICE}"]
        for name, value in QUIET.items():
            self.sysctl(name, value)
        self.run(["ip", "-batch", "-"], text="\n".join(lines))

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function inside the namespace and return what it returns."""
        return self._worker.submit(function, *args, **kwargs).result()

    def tcp(self, family: int = socket.AF_INET) -> socket.socket:
        """Make a TCP socket that lives in this namespace; it may be used from any thread."""
        made = self.call(socket.socket, family, socket.SOCK_STREAM)
        made.settimeout(5)
        return made

    def listen(self, port: int = 80, backlog: int = 16, family: int = socket.AF_INET) -> socket.socket:
        """Make a listening socket on all addresses."""
        listener = self.tcp(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", port))
        listener.listen(backlog)
        return listener

    def address(self, port: int, family: int = socket.AF_INET) -> tuple[str, int]:
        """Return where others reach this port."""
        return (self.ipv6 if family == socket.AF_INET6 else self.ipv4, port)

    def run(self, command: list[str], text: str = "") -> str:
        """Run a command in the namespace to its end and return its output."""
        done: subprocess.CompletedProcess[str] = self.call(
            subprocess.run, command, input=text, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr.strip()}")
        return done.stdout

    def spawn(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a command in the namespace and leave it running."""

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(command, **options)

        return self.call(start)

    def sysctl(self, name: str, value: object) -> None:
        """Set a sysctl of this namespace, such as net.ipv4.tcp_fastopen."""
        self.call(Path("/proc/sys/" + name.replace(".", "/")).write_text, str(value), encoding="ascii")

    def nft(self, rules: str) -> None:
        """Load nftables rules in this namespace."""
        self.run(["nft", "-f", "-"], text=rules)

    def capture(self, path: Path, *, snaplen: int = 262144, expression: str = CAPTURE_FILTER) -> Capture:
        """Start tcpdump on the device; it is listening when this returns."""
        return Capture(self, path, snaplen, expression)

    def close(self) -> None:
        """Let device and namespace go."""
        os.close(self.tap)
        os.close(self.namespace)
        self._worker.shutdown()


class Capture:
    """A running tcpdump, writing a nanosecond pcap file packet by packet."""

    def __init__(self, host: Host, path: Path, snaplen: int, expression: str) -> None:
        self.host, self.path = host, path
        self.received = self.dropped = -1  # as tcpdump tells at its end
        self._process = host.spawn(
            ["tcpdump", "-i", DEVICE, "-n", "-U", "--immediate-mode", "--time-stamp-precision=nano", "-Z", "root",
             "-s", str(snaplen), "-B", "4096", "-w", str(path), expression],
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stderr is not None
        self._stderr: IO[bytes] = self._process.stderr
        while b"listening on" not in (line := self._stderr.readline()):
            if not line:
                self.close()
                raise RuntimeError(f"tcpdump ended with {self._process.returncode}")
        self.before = dict(host.passed)
        self.expected = -1  # packets that passed while it ran

    def stop(self) -> Path:
        """Wait until every packet that passed is in the file (2 s at most), end tcpdump, return the path."""
        self.expected = sum(self.host.passed.values()) - sum(self.before.values())
        deadline = time.monotonic() + 2
        while count_records(self.path) < self.expected and time.monotonic() < deadline:
            time.sleep(0.01)
        told = self.close()
        numbers = {
            line.split(" ", 1)[1].strip(): int(line.split()[0]) for line in told.splitlines() if line[:1].isdigit()
        }
        self.received = numbers.get("packets captured", numbers.get("packet captured", -1))
        self.dropped = numbers.get("packets dropped by kernel", -1)
        return self.path

    @property
    def running(self) -> bool:
        """Whether tcpdump has not ended yet."""
        return self._process.poll() is None

    def close(self) -> str:
        """End tcpdump if it still runs, as after a scenario that failed; returns what it told at its end."""
        if self._stderr.closed:
            return ""
        self._process.send_signal(signal.SIGINT)
        with self._stderr:
            told = self._stderr.read().decode()
        self._process.wait()
        return told


def count_records(path: Path) -> int:
    """Count the complete records of a pcap file that may still grow."""
    data = path.read_bytes() if path.exists() else b""
    position, count = PCAP_HEADER, 0
    while position + RECORD_HEADER <= len(data):
        position += RECORD_HEADER + int.from_bytes(data[position + 8 : position + 12], "little")
        count += position <= len(data)
    return count
