"""One connection captured in many ways: late, one-sided, cut, twice, on all devices, in two files. Lessons 1, 14."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.samples.make.catalogue import DERIVED, SOCKETS, recipe
from tests.samples.make.container import forget_machine, read_pcap, write_pcap
from tests.samples.make.encapsulation import conversation
from tests.samples.make.manifest import tool
from tests.samples.make.stage import (
    ONE_WAY,
    SERVER_PORT,
    SlowLink,
    close_after_end,
    connected,
    dial,
    pause,
    recorded,
    run_beside,
    talk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.netns import Host

LOCAL = "127.0.0.1"


def tcpdump(path: Path, device: str, *more: str) -> list[str]:
    """Return the command that writes TCP of a device to the path, in tcpdump's own microseconds."""
    return ["tcpdump", "-i", device, "-n", "-U", "--immediate-mode", "-Z", "root", "-w", str(path), *more, "tcp"]


def short_life(link: SlowLink) -> None:
    """Open, talk and close in four segments."""
    client, server = connected(link)
    talk(client, server)
    client.close()
    pause()
    close_after_end(server)


def local_life(host: Host, octets: int = 5) -> None:
    """Open, talk and close within one host."""
    with host.listen(SERVER_PORT) as listener:
        client = dial(host, (LOCAL, SERVER_PORT))
        server, _ = listener.accept()
    talk(client, server, b"x" * octets, b"y" * octets)
    client.close()
    pause()
    close_after_end(server)


@recipe(
    "mid_stream",
    lessons=(1, 4, 14),
    shows="The capture begins after the handshake and some data: who is the client can only be guessed.",
    origin=SOCKETS + "tcpdump started late",
)
def mid_stream(path: Path) -> None:
    """Look late."""
    with SlowLink(ONE_WAY) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        with recorded(link, path):
            talk(client, server)
            client.close()
            pause()
            close_after_end(server)


@recipe(
    "mid_stream_open_end",
    lessons=(1, 14),
    shows="The capture begins after the handshake and ends before the close: data is all there is.",
    origin=SOCKETS + "tcpdump started late and ended early",
)
def mid_stream_open_end(path: Path) -> None:
    """Look late and leave early."""
    with SlowLink(ONE_WAY) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        with recorded(link, path):
            talk(client, server)
            pause()


def one_direction(path: Path, source: str) -> None:
    """Capture a life, but only what one side sends."""
    with SlowLink(ONE_WAY) as link, recorded(link, path, expression=f"tcp and src host {link.hosts[source].ipv4}"):
        short_life(link)


@recipe(
    "only_client_to_server",
    lessons=(1, 4),
    shows="An asymmetric route: only the client's packets pass the capture point.",
    origin=SOCKETS + "tcpdump filters on the source address",
)
def only_client_to_server(path: Path) -> None:
    """See the client only."""
    one_direction(path, "client")


@recipe(
    "only_server_to_client",
    lessons=(1, 4),
    shows="An asymmetric route: only the server's packets pass the capture point.",
    origin=SOCKETS + "tcpdump filters on the source address",
)
def only_server_to_client(path: Path) -> None:
    """See the server only."""
    one_direction(path, "server")


@recipe(
    "snaplen_96",
    lessons=(14,),
    shows="Only 96 octets of each packet are kept: the lengths are still the true ones.",
    origin=SOCKETS + "tcpdump -s 96",
)
def snaplen_96(path: Path) -> None:
    """Keep headers only."""
    with SlowLink(ONE_WAY) as link, recorded(link, path, snaplen=96):
        client, server = connected(link)
        talk(client, server, b"x" * 4000, b"y" * 9000)
        client.close()
        pause()
        close_after_end(server)


@recipe(
    "snaplen_60",
    lessons=(14,),
    shows="Only 60 octets of each packet are kept: the TCP options are cut, the fixed header is whole.",
    origin=SOCKETS + "tcpdump -s 60",
)
def snaplen_60(path: Path) -> None:
    """Keep less than the headers."""
    with SlowLink(ONE_WAY) as link, recorded(link, path, snaplen=60):
        short_life(link)


@recipe(
    "loopback",
    lessons=(1, 4, 14),
    shows="Both ends on one host: segments of 32 KB, and checksums that were never computed.",
    origin=SOCKETS + "both sockets in one namespace, captured on lo",
)
def loopback(path: Path) -> None:
    """Talk to oneself."""
    with SlowLink(ONE_WAY) as link, run_beside(link.client, tcpdump(path, "lo"), b"listening on"):
        local_life(link.client, 33_000)


def any_device(path: Path, linktype: str) -> None:
    """Capture on all devices: one connection from outside, one within the host."""
    with SlowLink(ONE_WAY) as link, run_beside(link.server, tcpdump(path, "any", "-y", linktype), b"listening on"):
        short_life(link)
        local_life(link.server)


@recipe(
    "any_sll2",
    lessons=(1, 4),
    shows="tcpdump -i any (LINUX_SLL2): one connection over the network, one over lo.",
    origin=SOCKETS + "tcpdump -i any at the server",
)
def any_sll2(path: Path) -> None:
    """Capture on all devices, today's way."""
    any_device(path, "LINUX_SLL2")


@recipe(
    "any_sll",
    lessons=(1, 4),
    shows="tcpdump -i any in its older link type (LINUX_SLL): one connection over the network, one over lo.",
    origin=SOCKETS + "tcpdump -i any -y LINUX_SLL at the server",
)
def any_sll(path: Path) -> None:
    """Capture on all devices, the old way."""
    any_device(path, "LINUX_SLL")


@recipe(
    "any_bridge",
    lessons=(1, 14),
    shows="Every packet twice, on the device and on the bridge above it: duplicates of the capture, not of TCP.",
    origin=SOCKETS + "tcpdump -i any at a server whose device is in a bridge",
)
def any_bridge(path: Path) -> None:
    """Capture on a bridge and its port."""
    with SlowLink(ONE_WAY) as link:
        host = link.server
        move = [
            "link add br0 type bridge",
            f"link set br0 address {host.mac}",
            "link set tap0 master br0",
            f"addr del {host.ipv4}/24 dev tap0",
            f"addr add {host.ipv4}/24 dev br0",
            "link set br0 up",
            f"neigh add {link.client.ipv4} lladdr {link.client.mac} dev br0",
        ]
        host.run(["ip", "-batch", "-"], text="\n".join(move))
        with run_beside(host, tcpdump(path, "any"), b"listening on"):
            short_life(link)


@recipe(
    "double_capture",
    lessons=(1, 14),
    shows="Captures of both ends merged: every packet twice, 2 ms apart, as from two mirror ports.",
    origin=SOCKETS + "captured at both ends, joined by mergecap",
)
def double_capture(path: Path) -> None:
    """Capture at both ends and merge."""
    with tempfile.TemporaryDirectory() as folder:
        ends = {name: Path(folder) / f"{name}.pcap" for name in ("client", "server")}
        with (
            SlowLink(ONE_WAY) as link,
            recorded(link, ends["client"]),
            recorded(link, ends["server"], at="server"),
        ):
            short_life(link)
        subprocess.run([tool("mergecap"), "-F", "nsecpcap", "-w", str(path), *map(str, ends.values())], check=True)


@recipe(
    "rotated",
    lessons=(1, 4, 14),
    shows="One connection over two files of a rotating capture: the second begins in the middle of it.",
    origin=SOCKETS + "tcpdump -G 1, a new file after a second",
    suffixes=("_1.pcap", "_2.pcap"),
)
def rotated(path: Path) -> None:
    """Pause for longer than a file lasts."""
    with tempfile.TemporaryDirectory() as folder, SlowLink(ONE_WAY) as link:
        numbered_by_second = Path(folder) / "%s.pcap"
        with run_beside(link.client, tcpdump(numbered_by_second, "tap0", "-G", "1"), b"listening on"):
            client, server = connected(link)
            talk(client, server)
            pause(1.2)
            talk(client, server)
            client.close()
            pause()
            close_after_end(server)
        first, second = sorted(Path(folder).iterdir())
        shutil.copyfile(first, path)
        shutil.copyfile(second, path.with_name(path.name.replace("_1", "_2")))


@recipe(
    "two_interfaces",
    lessons=(1, 4),
    shows="pcapng with two interfaces, lo and the network, nanosecond times, and statistics at the end.",
    origin=SOCKETS + "dumpcap at the server",
    suffixes=(".pcapng",),
)
def two_interfaces(path: Path) -> None:
    """Capture on two devices at once."""
    dumpcap = ["dumpcap", "-i", "lo", "-i", "tap0", "-f", "tcp", "-w", str(path)]
    path.unlink(missing_ok=True)
    with SlowLink(ONE_WAY) as link, run_beside(link.server, dumpcap, b"File:"):
        local_life(link.server)  # first: dumpcap writes device by device what comes at once
        pause(0.5)
        short_life(link)
    path.write_bytes(forget_machine(path.read_bytes()))


def rewritten(
    path: Path, change: Callable[[list[tuple[int, bytes]]], list[tuple[int, bytes]]], order: str = "<"
) -> None:
    """Capture a conversation and write what `change` makes of its frames."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pcap"
        conversation(plain, socket.AF_INET)
        write_pcap(path, change(read_pcap(plain)), order=order, nanoseconds=order == "<")


@recipe(
    "big_endian",
    lessons=(14,),
    shows="A pcap written by a big-endian machine, in microseconds.",
    origin=DERIVED + "the same frames in a big-endian file",
)
def big_endian(path: Path) -> None:
    """Swap the octets of the container."""
    rewritten(path, list, ">")


@recipe(
    "clock_backwards",
    lessons=(14,),
    shows="The clock is set back by 0.5 s in the middle of a connection.",
    origin=DERIVED + "0.5 s taken from the time of packet 7 and every later one",
)
def clock_backwards(path: Path) -> None:
    """Set the clock back."""
    rewritten(path, lambda frames: [(ts - 5 * 10**8 * (n >= 6), frame) for n, (ts, frame) in enumerate(frames)])


@recipe(
    "capture_loss",
    lessons=(14,),
    shows="The capture itself lost two packets: one of data, one ACK; what follows acknowledges octets never seen.",
    origin=DERIVED + "packets 4 and 6 taken out",
)
def capture_loss(path: Path) -> None:
    """Take packets out."""
    rewritten(path, lambda frames: [frame for n, frame in enumerate(frames, 1) if n not in {4, 6}])


@recipe(
    "handshake_missing",
    lessons=(1, 14),
    shows="The capture lost the SYN+ACK and the handshake's last ACK; the data implies both.",
    origin=DERIVED + "packets 2 and 3 taken out",
)
def handshake_missing(path: Path) -> None:
    """Take two thirds of the handshake out."""
    rewritten(path, lambda frames: [frame for n, frame in enumerate(frames, 1) if n not in {2, 3}])
