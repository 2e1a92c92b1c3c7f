"""How connections break: RST by either side in each phase, by a stranger, or silence. Lesson 12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kernel.frames import BARE_ACKS, FINS, Segment, sent_by
from tests.samples.make.catalogue import BRIDGED, SOCKETS, recipe
from tests.samples.make.stage import (
    SERVER_PORT,
    SlowLink,
    abort,
    close_after_end,
    connected,
    dial,
    pause,
    receive,
    staged,
    talk,
)

if TYPE_CHECKING:
    from pathlib import Path

CLIENT_PORT = 40404
HTTP_PORT = 80
MIDDLEBOX_TTL = 57  # seven hops nearer or farther than the real peer's 64


@recipe(
    "reset_in_syn_received",
    lessons=(12,),
    shows="The handshake's last ACK is lost and the client aborts: the RST finds the server in SYN_RECEIVED.",
    origin=BRIDGED + "the client's bare ACK dropped, then SO_LINGER 0",
)
def reset_in_syn_received(path: Path) -> None:
    """Abort before the server is established."""
    with staged(path) as link, link.server.listen(SERVER_PORT):
        link.drop(1, when=BARE_ACKS & sent_by("client"))
        client = dial(link.client, link.server.address(SERVER_PORT))
        pause()
        abort(client)


@recipe(
    "reset_by_client",
    lessons=(12,),
    shows="The client aborts an established connection after the answer.",
    origin=SOCKETS + "SO_LINGER 0",
)
def reset_by_client(path: Path) -> None:
    """Abort in ESTABLISHED."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        abort(client)
        pause()
        server.close()


@recipe(
    "reset_unread_data",
    lessons=(12,),
    shows="The server closes with the client's request unread: RST instead of FIN, the request is lost.",
    origin=SOCKETS + "close() before reading",
)
def reset_unread_data(path: Path) -> None:
    """Close with unread data."""
    with staged(path) as link:
        client, server = connected(link)
        client.sendall(b"nobody will read this\n")
        pause()
        server.close()
        pause()
        client.close()


@recipe(
    "reset_in_fin_wait_1",
    lessons=(12,),
    shows="The client's FIN is not acknowledged yet when it aborts.",
    origin=BRIDGED + "the FIN held back, then SO_LINGER 0, captured at the client",
)
def reset_in_fin_wait_1(path: Path) -> None:
    """Abort in FIN_WAIT_1."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        link.drop(when=FINS)
        client.shutdown(1)
        pause(0.02)
        abort(client)
        pause()
        server.close()


@recipe(
    "reset_in_fin_wait_2",
    lessons=(5, 12),
    shows="The client closes its half, waits, and aborts in FIN_WAIT_2.",
    origin=SOCKETS + "shutdown(SHUT_WR), then SO_LINGER 0",
)
def reset_in_fin_wait_2(path: Path) -> None:
    """Abort in FIN_WAIT_2."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.shutdown(1)
        pause(0.3)
        abort(client)
        pause()
        server.close()


@recipe(
    "reset_in_close_wait",
    lessons=(12,),
    shows="The server got the client's FIN and answers with RST instead of its own FIN.",
    origin=SOCKETS + "SO_LINGER 0 at the server",
)
def reset_in_close_wait(path: Path) -> None:
    """Abort in CLOSE_WAIT."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.close()
        pause(0.3)
        abort(server)


@recipe(
    "reset_data_after_close",
    lessons=(12,),
    shows="The client has closed both directions; data that still comes is answered by RST, and lost.",
    origin=SOCKETS + "close() at the client, the server sends on",
)
def reset_data_after_close(path: Path) -> None:
    """Send to a socket nobody holds any more."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.close()
        pause()
        server.sendall(b"too late\n")
        pause()
        server.close()


@recipe(
    "reset_late_segment",
    lessons=(12,),
    shows="After an orderly close a late segment of the old connection finds nobody and draws a RST.",
    origin=BRIDGED + "one data segment passes a second time after the close, captured at the server",
)
def reset_late_segment(path: Path) -> None:
    """Let a duplicate arrive after the end."""
    with staged(path, at="server") as link:
        client, server = connected(link)
        late = link.duplicate(1, after=0.8)
        talk(client, server)
        late.wait()
        client.close()
        close_after_end(server)
        pause(1)


@recipe(
    "reset_by_middlebox",
    lessons=(12,),
    shows=(
        "A stranger on the path resets the client in the server's name; the TTL (57) betrays it, and "
        "the real answer still comes."
    ),
    origin=BRIDGED + "a forged RST with the exact sequence number, captured at the client",
)
def reset_by_middlebox(path: Path) -> None:
    """Forge a RST as a censor does."""
    request = b"GET /forbidden HTTP/1.1\r\nHost: a.example\r\n\r\n"
    with staged(path) as link:
        client, server = connected(link, HTTP_PORT, source_port=CLIENT_PORT)
        client.sendall(request)
        receive(server, len(request))
        pause()
        forge_reset(link, HTTP_PORT)
        pause()
        server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        pause()
        client.close()
        server.close()


@recipe(
    "reset_challenged",
    lessons=(12,),
    shows=(
        "A forged RST inside the window but not exact draws a challenge ACK and closes nothing; an old "
        "one is ignored (RFC 5961)."
    ),
    origin=BRIDGED + "two forged RSTs with wrong sequence numbers, captured at the client",
)
def reset_challenged(path: Path) -> None:
    """Forge RSTs that must not work."""
    with staged(path) as link:
        client, server = connected(link, source_port=CLIENT_PORT)
        talk(client, server)
        pause()
        forge_reset(link, SERVER_PORT, off_by=1000)
        pause()
        forge_reset(link, SERVER_PORT, off_by=-3)
        pause()
        talk(client, server)
        client.close()
        close_after_end(server)


def forge_reset(link: SlowLink, port: int, *, off_by: int = 0) -> None:
    """Give the client a RST that seems to come from the server; off_by is added to the exact sequence number."""
    source = (link.server.ipv4, port)
    exact = link.next_seq(source)
    link.inject(Segment(source, (link.client.ipv4, CLIENT_PORT), "R", exact + off_by, window=0, ttl=MIDDLEBOX_TTL))


@recipe(
    "crash_during_transfer",
    lessons=(12,),
    shows=(
        "The server falls silent with data outstanding; the client repeats it with growing pauses and "
        "nobody ever closes."
    ),
    origin=BRIDGED + "everything dropped from some moment on",
)
def crash_during_transfer(path: Path) -> None:
    """Drop everything after the first exchange; stop looking after the fourth repetition."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        link.drop()
        client.sendall(b"is anybody there?\n")
        pause(4)
        server.close()


@recipe(
    "reset_by_server",
    lessons=(12,),
    shows="The server aborts with its answer on the way: the client acknowledges octets of a dead connection.",
    origin=SOCKETS + "SO_LINGER 0 right after a write, captured at the server",
)
def reset_by_server(path: Path) -> None:
    """Abort in ESTABLISHED, from the other side."""
    with staged(path, at="server") as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        server.sendall(b"answer" * 1000)
        abort(server)
        pause()
        client.close()


@recipe(
    "reset_never_accepted",
    lessons=(12,),
    shows="The server's program ends before it has accepted: the waiting connection, request and all, is reset.",
    origin=SOCKETS + "the listener closed with a connection in its queue",
)
def reset_never_accepted(path: Path) -> None:
    """Close the listener with somebody waiting."""
    with staged(path) as link:
        with link.server.listen(SERVER_PORT):
            client = dial(link.client, link.server.address(SERVER_PORT))
            client.sendall(b"will anybody take this?\n")
            pause()
        pause()
        client.close()


@recipe(
    "reset_fin_wait_2_timeout",
    lessons=(4, 12),
    shows="The client waits in FIN_WAIT_2 only so long; the FIN that comes after that finds nobody and draws a RST.",
    origin=SOCKETS + "net.ipv4.tcp_fin_timeout = 1 at the client, the server closes after 3 s",
)
def reset_fin_wait_2_timeout(path: Path) -> None:
    """Close later than the peer waits."""
    with staged(path) as link:
        link.client.sysctl("net.ipv4.tcp_fin_timeout", 1)
        client, server = connected(link)
        talk(client, server)
        client.close()
        pause(3)
        server.close()
        pause()


@recipe(
    "reset_time_wait",
    lessons=(8, 12),
    shows="A stray RST ends TIME_WAIT early (RFC 1337): the repeated FIN after it is answered by a RST.",
    origin=BRIDGED + "the last ACK dropped, then a forged RST with the exact sequence number, captured at the client",
)
def reset_time_wait(path: Path) -> None:
    """Kill a socket in TIME_WAIT."""
    with staged(path) as link:
        client, server = connected(link, source_port=CLIENT_PORT)
        talk(client, server)
        client.close()
        pause()
        link.drop(1, when=BARE_ACKS & sent_by("client"))
        server.close()
        pause(0.05)
        forge_reset(link, SERVER_PORT)
        pause(0.4)
