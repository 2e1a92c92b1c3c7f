"""How connections open: the handshake, its repetitions, its loss, and the old SYN nobody meant. Lessons 1, 2, 7, 12."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tests.kernel.frames import BARE_ACKS, RSTS, SYN_ACKS, SYNS, Segment, sent_by
from tests.samples.make.catalogue import BRIDGED, SOCKETS, recipe
from tests.samples.make.stage import (
    SERVER_PORT,
    close_after_end,
    connected,
    dial,
    pause,
    receive,
    staged,
    start_dial,
    talk,
    vanish,
)

if TYPE_CHECKING:
    from pathlib import Path

CLIENT_PORT = 40404
OLD_SEQ = 90  # the old SYN of RFC 9293 figure 8


@recipe(
    "syn_repeated",
    lessons=(2,),
    shows="The first two SYNs are lost on the way; the third opens the connection.",
    origin=BRIDGED + "the first two SYNs dropped after the capture point, at the client",
)
def syn_repeated(path: Path) -> None:
    """Drop two SYNs."""
    with staged(path) as link:
        link.drop(2, when=SYNS)
        client, server = connected(link)
        talk(client, server)
        client.close()
        close_after_end(server)


@recipe(
    "syn_ack_repeated",
    lessons=(2,),
    shows="The SYN+ACK is lost after the capture point; the server repeats it and the connection opens.",
    origin=BRIDGED + "the first SYN+ACK and the client's second SYN dropped, captured at the server",
)
def syn_ack_repeated(path: Path) -> None:
    """Drop a SYN+ACK after, and the SYN repeated for it before the capture point."""
    with staged(path, at="server") as link:
        link.drop(1, when=SYN_ACKS)
        link.drop(1, when=SYNS, skip=1)
        client, server = connected(link)
        talk(client, server)
        client.close()
        close_after_end(server)


@recipe(
    "handshake_ack_lost",
    lessons=(2,),
    shows=(
        "The ACK that ends the handshake is lost after the capture point; the server, still in "
        "SYN_RECEIVED, repeats its SYN+ACK."
    ),
    origin=BRIDGED + "the client's first bare ACK dropped, captured at the client",
)
def handshake_ack_lost(path: Path) -> None:
    """Drop the third segment; the client says nothing more until the server asked again."""
    with staged(path) as link:
        link.drop(1, when=BARE_ACKS & sent_by("client"))
        client, server = connected(link)
        talk(client, server)
        client.close()
        close_after_end(server)


@recipe(
    "simultaneous_open",
    lessons=(7,),
    shows="Both ends send a SYN before they see the other's: SYN_SENT, SYN_RECEIVED, ESTABLISHED on both sides.",
    origin=BRIDGED + "both SYNs held back until both were sent",
)
def simultaneous_open(path: Path) -> None:
    """Let two SYNs cross."""
    with staged(path) as link:
        crossing = link.hold(2, when=SYNS)
        left = start_dial(link.client, link.server.address(SERVER_PORT), source_port=CLIENT_PORT)
        right = start_dial(link.server, link.client.address(CLIENT_PORT), source_port=SERVER_PORT)
        crossing.wait(2)
        crossing.release()
        pause()
        for sock in (left, right):
            sock.settimeout(5)
        talk(left, right)
        left.close()
        pause()
        close_after_end(right)


@recipe(
    "stale_syn",
    lessons=(2,),
    shows=(
        "An old duplicate SYN reaches the server before the new one; the client resets the answer, then "
        "opens (RFC 9293 figure 8)."
    ),
    origin=BRIDGED
    + ("the client's SYN held back while a forged old SYN of the same ports passes, captured at the server"),
)
def stale_syn(path: Path) -> None:
    """Overtake a SYN by an older one."""
    # on a fast wire: Linux repeats its SYN 8 ms after such a RST, and the held one is to be there before
    with staged(path, at="server", one_way=0.0003) as link, link.server.listen(SERVER_PORT) as listener:
        new, reset = link.hold(1, when=SYNS), link.watch(when=RSTS)
        client = start_dial(link.client, link.server.address(SERVER_PORT), source_port=CLIENT_PORT)
        new.wait()
        link.inject(old_syn((link.client.ipv4, CLIENT_PORT), (link.server.ipv4, SERVER_PORT)))
        reset.wait()
        new.release()
        server, _ = listener.accept()
        client.settimeout(5)
        talk(client, server)
        client.close()
        close_after_end(server)


@recipe(
    "stale_syn_alone",
    lessons=(2,),
    shows=(
        "An old duplicate SYN arrives when its sender has long forgotten it; the answer is reset, no "
        "application was involved."
    ),
    origin=BRIDGED + "the old SYN forged, both answers by real stacks, captured at the server",
)
def stale_syn_alone(path: Path) -> None:
    """Send an old SYN of a port that is closed by now."""
    with staged(path, at="server") as link, link.server.listen(SERVER_PORT):
        link.inject(old_syn((link.client.ipv4, CLIENT_PORT), (link.server.ipv4, SERVER_PORT)))
        pause()


def old_syn(source: tuple[str, int], target: tuple[str, int]) -> Segment:
    """Return a SYN as it may have left the source long ago."""
    return Segment(source, target, "S", OLD_SEQ, window=29200, options=bytes.fromhex("020405b4"))


@recipe(
    "half_open_syn",
    lessons=(2, 12),
    shows=(
        "The client crashed and opens again on the same ports; the server's ACK of the old connection "
        "draws a RST (RFC 9293 figure 9)."
    ),
    origin=BRIDGED + "the client's first socket forgotten by TCP_REPAIR, as a crash would",
)
def half_open_syn(path: Path) -> None:
    """Crash, then open again."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        first = dial(link.client, link.server.address(SERVER_PORT), source_port=CLIENT_PORT)
        lost, _ = listener.accept()
        talk(first, lost)
        pause()
        vanish(first)
        client = dial(link.client, link.server.address(SERVER_PORT), source_port=CLIENT_PORT)
        server, _ = listener.accept()
        talk(client, server)
        client.close()
        close_after_end(server)
        lost.close()


@recipe(
    "half_open_data",
    lessons=(12,),
    shows=(
        "The client crashed; the server's next data finds no connection there and is answered by a RST "
        "(RFC 9293 figure 10)."
    ),
    origin=SOCKETS + "the client's socket forgotten by TCP_REPAIR, as a crash would",
)
def half_open_data(path: Path) -> None:
    """Crash, then receive data."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        vanish(client)
        server.sendall(b"are you there?\n")
        pause()
        server.close()


@recipe(
    "refused",
    lessons=(12,),
    shows="Nobody listens on the port: the SYN is answered by RST+ACK.",
    origin=SOCKETS + "a closed port",
)
def refused(path: Path) -> None:
    """Knock at a closed port."""
    with staged(path) as link, contextlib.suppress(ConnectionRefusedError):
        dial(link.client, link.server.address(SERVER_PORT))


@recipe(
    "unanswered",
    lessons=(2, 12),
    shows="Three SYNs, and no answer to any: the client gives up.",
    origin=BRIDGED + "everything dropped; net.ipv4.tcp_syn_retries = 2",
)
def unanswered(path: Path) -> None:
    """Drop every frame."""
    with staged(path) as link, contextlib.suppress(TimeoutError):
        link.drop()
        link.client.sysctl("net.ipv4.tcp_syn_retries", 2)
        link.client.sysctl("net.ipv4.tcp_syn_linear_timeouts", 0)  # 1, 2, 4 s, as every other stack
        client = link.client.tcp()
        client.settimeout(20)
        client.connect(link.server.address(SERVER_PORT))


@recipe(
    "host_unreachable",
    lessons=(12,),
    shows="A router answers the SYN with ICMP host unreachable, quoting its first octets.",
    origin=SOCKETS + "the peer routes and has an 'unreachable' route to the address",
)
def host_unreachable(path: Path) -> None:
    """Ask a router for an address it cannot reach."""
    with staged(path) as link, contextlib.suppress(OSError):
        link.server.sysctl("net.ipv4.ip_forward", 1)
        link.server.run(["ip", "route", "add", "unreachable", "198.51.100.9"])
        client = link.client.tcp()
        client.settimeout(10)
        client.connect(("198.51.100.9", SERVER_PORT))


@recipe(
    "port_filtered",
    lessons=(12,),
    shows="A firewall answers the SYN with ICMP administratively prohibited.",
    origin=SOCKETS + "the server's nftables reject the port",
)
def port_filtered(path: Path) -> None:
    """Knock at a filtered port."""
    with staged(path) as link, contextlib.suppress(OSError):
        link.server.nft(
            f"add table ip guard\n"
            f"add chain ip guard in {{ type filter hook input priority 0; }}\n"
            f"add rule ip guard in tcp dport {SERVER_PORT} reject with icmp admin-prohibited\n"
        )
        dial(link.client, link.server.address(SERVER_PORT))


@recipe(
    "accept_queue_full",
    lessons=(2, 11),
    shows="The server's accept queue is full: it ignores the handshake's ACKs and the data until there is room.",
    origin=SOCKETS + "listen(0) and three clients, accepted late",
)
def accept_queue_full(path: Path) -> None:
    """Open three connections to a server that has room for one."""
    with staged(path) as link, link.server.listen(SERVER_PORT, backlog=0) as listener:
        clients = [start_dial(link.client, link.server.address(SERVER_PORT)) for _ in range(3)]
        pause(0.5)
        for client in clients:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                client.send(b"hello\n")
        pause(1.2)
        listener.settimeout(8)
        for _ in clients:
            server, _ = listener.accept()
            receive(server, 6)
            server.close()
        for client in clients:
            client.close()
