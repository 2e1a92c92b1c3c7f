"""What the two ends agree on in the handshake, and what follows from it. Lesson 3."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from tests.kernel.frames import DATA, SYNS, Frame, sent_by
from tests.samples.make import wire
from tests.samples.make.catalogue import BRIDGED, SOCKETS, recipe
from tests.samples.make.stage import SERVER_PORT, close_after_end, connected, pause, receive, staged, talk

if TYPE_CHECKING:
    from pathlib import Path

TCP_FASTOPEN, MSG_FASTOPEN = 23, 0x20000000  # linux/tcp.h, linux/socket.h
IPPROTO_MPTCP = 262
BOTH_WAYS = 3  # net.ipv4.tcp_fastopen: as client and as server
CONGESTION_EXPERIENCED = 3  # RFC 3168 section 5: both ECN bits
IP_OCTETS, ETHERNET_OCTETS = 20, 14


@recipe(
    "options_usual",
    lessons=(3,),
    shows="Both ends offer MSS, window scale, SACK and timestamps, with different MSS and different window scales.",
    origin=SOCKETS + "TCP_MAXSEG 1200 at the client, a receive buffer of 2 MB at the server",
)
def options_usual(path: Path) -> None:
    """Open with the usual options."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        link.server.sysctl("net.ipv4.tcp_rmem", "4096 131072 2000000")
        client = link.client.tcp()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1200)
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        talk(client, server, b"x" * 3000, b"y" * 3000)
        client.close()
        close_after_end(server)


@recipe(
    "options_none",
    lessons=(3,),
    shows="An old or tiny stack: only the MSS is agreed, no window scale, no SACK, no timestamps.",
    origin=SOCKETS + "tcp_timestamps, tcp_sack and tcp_window_scaling off at the client",
)
def options_none(path: Path) -> None:
    """Open with nothing but MSS."""
    with staged(path) as link:
        for name in ("tcp_timestamps", "tcp_sack", "tcp_window_scaling"):
            link.client.sysctl(f"net.ipv4.{name}", 0)
        client, server = connected(link)
        talk(client, server, b"x" * 3000, b"y" * 3000)
        client.close()
        close_after_end(server)


@recipe(
    "options_scale_refused",
    lessons=(3,),
    shows="The client offers a window scale, the server does not: nobody scales, the windows are the plain field.",
    origin=SOCKETS + "tcp_window_scaling off at the server",
)
def options_scale_refused(path: Path) -> None:
    """Offer a window scale in vain."""
    with staged(path) as link:
        link.server.sysctl("net.ipv4.tcp_window_scaling", 0)
        client, server = connected(link)
        talk(client, server, b"x" * 3000, b"y" * 3000)
        client.close()
        close_after_end(server)


@recipe(
    "options_ecn",
    lessons=(3,),
    shows="ECN is agreed in the handshake; one segment is marked on the way, ECE comes back and CWR answers it.",
    origin=BRIDGED + "the congestion bits set in one data segment, captured at the server",
)
def options_ecn(path: Path) -> None:
    """Mark one segment as a congested router would."""
    with staged(path, at="server") as link:
        for host in link.hosts.values():
            host.sysctl("net.ipv4.tcp_ecn", 1)
        client, server = connected(link)
        link.edit(congested, 1, when=DATA & sent_by("client"), skip=2)
        for _ in range(3):
            client.sendall(b"x" * 4000)
            receive(server, 4000)
        client.close()
        close_after_end(server)


def congested(frame: Frame) -> bytes:
    """Return the frame with its ECN field at 'congestion experienced' and the IP checksum right again."""
    head, rest = bytearray(frame.ip[:IP_OCTETS]), frame.ip[IP_OCTETS:]
    head[1] |= CONGESTION_EXPERIENCED
    head[10:12] = b"\0\0"
    head[10:12] = wire.checksum(bytes(head)).to_bytes(2)
    return frame.raw[:ETHERNET_OCTETS] + bytes(head) + rest


@recipe(
    "fast_open",
    lessons=(3,),
    shows=(
        "The first connection fetches a Fast Open cookie; the second carries its request in the SYN and "
        "is answered before the handshake ends."
    ),
    origin=SOCKETS + "net.ipv4.tcp_fastopen = 3, MSG_FASTOPEN",
)
def fast_open(path: Path) -> None:
    """Open twice, the second time fast."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        for host in link.hosts.values():
            host.sysctl("net.ipv4.tcp_fastopen", BOTH_WAYS)
        listener.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
        for _ in range(2):
            # its own thread: the client returns to its caller only when the SYN+ACK is there
            answering = threading.Thread(target=answer_one, args=(listener,))
            answering.start()
            client = link.client.tcp()
            client.settimeout(None)  # a non-blocking socket would not send what it was given with the SYN
            client.sendto(b"request\n", MSG_FASTOPEN, link.server.address(SERVER_PORT))
            receive(client, 7)
            pause()
            client.close()
            answering.join()
            pause()


def answer_one(listener: socket.socket) -> None:
    """Accept a connection, answer its request at once and close after the client."""
    server, _ = listener.accept()
    receive(server, 8)
    server.sendall(b"answer\n")
    close_after_end(server)


@recipe(
    "fast_open_refused",
    lessons=(3,),
    shows="The server has forgotten the cookie: it acknowledges only the SYN, and the client sends the data again.",
    origin=SOCKETS + "the server's Fast Open key changed between the two connections",
)
def fast_open_refused(path: Path) -> None:
    """Change the key that makes cookies."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        for host in link.hosts.values():
            host.sysctl("net.ipv4.tcp_fastopen", BOTH_WAYS)
        listener.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
        for key in ("1", "2"):
            link.server.sysctl("net.ipv4.tcp_fastopen_key", "-".join([key * 8] * 4))
            client = link.client.tcp()
            client.settimeout(None)  # a non-blocking socket would not send what it was given with the SYN
            client.sendto(b"request\n", MSG_FASTOPEN, link.server.address(SERVER_PORT))
            server, _ = listener.accept()
            receive(server, 8)
            client.close()
            close_after_end(server)
            pause()


@recipe(
    "mptcp",
    lessons=(3,),
    shows="Multipath TCP: MP_CAPABLE in the handshake, data sequence signals after it.",
    origin=SOCKETS + "sockets of IPPROTO_MPTCP, one path",
)
def mptcp(path: Path) -> None:
    """Open a multipath connection."""
    with staged(path) as link:
        listener = link.server.call(socket.socket, socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
        client = link.client.call(socket.socket, socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
        with contextlib.closing(listener):
            listener.bind(("", SERVER_PORT))
            listener.listen(1)
            client.connect(link.server.address(SERVER_PORT))
            server, _ = listener.accept()
        talk(client, server)
        client.close()
        close_after_end(server)
        pause()


@recipe(
    "syn_without_options",
    lessons=(3,),
    shows="A middlebox strips every option from the SYN: no window scale, SACK or timestamps, though both ends could.",
    origin=BRIDGED + "the SYN rewritten without options, captured at the server",
)
def syn_without_options(path: Path) -> None:
    """Strip the options of the SYN."""
    with staged(path, at="server") as link:
        link.edit(stripped, when=SYNS)
        client, server = connected(link)
        talk(client, server, b"x" * 1000)
        client.close()
        close_after_end(server)


def stripped(frame: Frame) -> bytes:
    """Return the frame's segment without options in a new frame."""
    (src, sport), (dst, dport) = frame.src, frame.dst
    segment = wire.Tcp(sport, dport, frame.seq, frame.ack, frame.flags, frame.window)
    return frame.raw[:ETHERNET_OCTETS] + wire.ipv4_octets(src, dst, wire.tcp_octets(src, dst, segment))
