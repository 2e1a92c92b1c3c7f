"""Connections that stand and wait: piles of TIME_WAIT and CLOSE_WAIT, keep-alive, a SYN flood. Lessons 9, 10, 11."""

from __future__ import annotations

import contextlib
import gzip
import random
import socket
from typing import TYPE_CHECKING

from tests.kernel.frames import SYN_ACKS, Segment
from tests.samples.make.catalogue import BRIDGED, SCRIPTED, SOCKETS, recipe
from tests.samples.make.container import write_pcap
from tests.samples.make.dialogue import Dialogue
from tests.samples.make.stage import SERVER_PORT, abort, close_after_end, dial, pause, receive, staged, talk

if TYPE_CHECKING:
    from pathlib import Path

HTTP_PORT, DATABASE_PORT = 80, 5432
TIME_WAITS, CLOSE_WAITS = 60, 20
FLOOD_SYNS, FLOOD_BACKLOG = 3000, 256
FLOOD_SEED = 4987  # RFC 4987 is about SYN floods

REQUEST = b"GET / HTTP/1.0\r\n\r\n"
ANSWER = b"HTTP/1.0 204 No Content\r\n\r\n"


@recipe(
    "time_wait_pile",
    lessons=(9,),
    shows=(
        "Sixty short HTTP/1.0 connections, each closed first by the server, which collects sixty sockets in TIME_WAIT."
    ),
    origin=SOCKETS + "captured at the server",
)
def time_wait_pile(path: Path) -> None:
    """Let the server close first, again and again."""
    with staged(path, at="server", one_way=0.0005) as link, link.server.listen(HTTP_PORT) as listener:
        for _ in range(TIME_WAITS):
            client = dial(link.client, link.server.address(HTTP_PORT))
            server, _ = listener.accept()
            client.sendall(REQUEST)
            receive(server, len(REQUEST))
            server.sendall(ANSWER)
            server.close()
            close_after_end(client)


@recipe(
    "close_wait_pile",
    lessons=(9,),
    shows="Twenty clients of a database close; its application never does and collects twenty sockets in CLOSE_WAIT.",
    origin=SOCKETS + "the server's sockets are kept open to the end of the capture",
)
def close_wait_pile(path: Path) -> None:
    """Never close at the server."""
    forgotten: list[socket.socket] = []
    with staged(path, at="server", one_way=0.0005) as link:
        with link.server.listen(DATABASE_PORT) as listener:
            for _ in range(CLOSE_WAITS):
                client = dial(link.client, link.server.address(DATABASE_PORT))
                server, _ = listener.accept()
                talk(client, server, b"select 1", b"1")
                client.close()
                forgotten.append(server)
                pause(0.05)
        pause()
    for server in forgotten:
        server.close()


def keep_alive(sock: socket.socket, *, idle: int, interval: int, probes: int) -> None:
    """Switch keep-alive on; idle and interval in seconds."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, probes)


@recipe(
    "keep_alive_answered",
    lessons=(10,),
    shows="An idle connection: the server probes it every second, the client answers, nothing changes.",
    origin=SOCKETS + "TCP_KEEPIDLE 1, TCP_KEEPINTVL 1 at the server",
)
def keep_alive_answered(path: Path) -> None:
    """Idle for three probes, then go on."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        client = dial(link.client, link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        talk(client, server)
        keep_alive(server, idle=1, interval=1, probes=5)
        pause(3.5)
        talk(client, server)
        client.close()
        close_after_end(server)


@recipe(
    "keep_alive_dead_peer",
    lessons=(10,),
    shows="The client is gone without a word: four probes stay unanswered, then the server resets.",
    origin=BRIDGED
    + (
        "everything dropped from some moment on; TCP_KEEPIDLE 1, TCP_KEEPINTVL 1, TCP_KEEPCNT 4, captured at the server"
    ),
)
def keep_alive_dead_peer(path: Path) -> None:
    """Probe a dead peer."""
    with staged(path, at="server") as link, link.server.listen(SERVER_PORT) as listener:
        client = dial(link.client, link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        talk(client, server)
        pause()
        link.drop()
        keep_alive(server, idle=1, interval=1, probes=4)
        pause(5.5)
        abort(client)
        server.close()


@recipe(
    "keep_alive_classic",
    lessons=(10,),
    shows="The classic timers: two hours idle, then ten probes 75 s apart to a dead peer, then a reset.",
    origin=SCRIPTED + "a real one takes two hours and a quarter",
    root=False,
)
def keep_alive_classic(path: Path) -> None:
    """Write the textbook's keep-alive. Source: RFC 1122 4.2.3.6; 75 s and ten probes from 4.4BSD."""
    idle, interval, probes = 7200, 75, 10
    dialogue = Dialogue()
    dialogue.say(">", "S", 0)
    dialogue.say("<", "S.", 1)
    dialogue.say(">", ".", 0)
    dialogue.say(">", "P.", 3, b"login\n")
    dialogue.say("<", ".", 1)
    dialogue.say("<", "P.", 2, b"welcome\n")
    dialogue.say(">", ".", 1)
    for number in range(probes):
        dialogue.wait(idle if number == 0 else interval)
        dialogue.say("<", ".", 0, seq_back=1)
    dialogue.wait(interval)
    dialogue.say("<", "R.", 0)
    write_pcap(path, dialogue.frames)


@recipe(
    "syn_flood",
    lessons=(11,),
    shows=(
        "3,000 SYNs from as many forged sources; the server answers until its backlog is full, and one "
        "real client waits for its turn."
    ),
    origin=BRIDGED
    + (
        "the SYNs forged (seeded), the server a real listener with a backlog of 256 and no SYN cookies, "
        "captured at the server"
    ),
    suffixes=(".pcap.gz",),
)
def syn_flood(path: Path) -> None:
    """Flood a listener on the link; its answers go nowhere."""
    dice = random.Random(FLOOD_SEED)
    plain = path.with_suffix("")
    with staged(plain, at="server") as link:
        link.server.sysctl("net.ipv4.tcp_syncookies", 0)
        link.server.sysctl("net.ipv4.tcp_max_syn_backlog", FLOOD_BACKLOG)
        link.server.sysctl("net.ipv4.tcp_synack_retries", 1)
        link.drop(when=SYN_ACKS)
        with link.server.listen(HTTP_PORT, backlog=FLOOD_BACKLOG), contextlib.suppress(TimeoutError):
            for number in range(FLOOD_SYNS):
                pause(0.02 if number % 50 == 0 else 0)  # what tcpdump and the link can follow
                source = (
                    f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}",
                    dice.randrange(1024, 65536),
                )
                link.inject(Segment(source, link.server.address(HTTP_PORT), "S", dice.getrandbits(32), window=1024))
            client = link.client.tcp()
            client.settimeout(1.5)
            client.connect(link.server.address(HTTP_PORT))
    path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    plain.unlink()


@recipe(
    "syn_flood_cookies",
    lessons=(11,),
    shows="A SYN flood against SYN cookies: every SYN is answered, and a real client gets through in the middle of it.",
    origin=BRIDGED
    + (
        "600 SYNs forged (seeded), the server a real listener with a backlog of 8 and SYN cookies, "
        "captured at the server"
    ),
    suffixes=(".pcap.gz",),
)
def syn_flood_cookies(path: Path) -> None:
    """Flood a listener that keeps no state."""
    dice = random.Random(FLOOD_SEED)
    plain = path.with_suffix("")
    with staged(plain, at="server") as link, link.server.listen(HTTP_PORT, backlog=8) as listener:
        link.server.sysctl("net.ipv4.tcp_syncookies", 2)
        for number in range(600):
            source = (f"10.7.{dice.randrange(4)}.{dice.randrange(1, 255)}", dice.randrange(1024, 65536))
            link.inject(Segment(source, link.server.address(HTTP_PORT), "S", dice.getrandbits(32), window=1024))
            if number == 300:
                client = dial(link.client, link.server.address(HTTP_PORT))
                server, _ = listener.accept()
                talk(client, server, REQUEST, ANSWER)
                client.close()
                close_after_end(server)
    path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    plain.unlink()
