"""What a listener can do with a handshake: full queues, SYN cookies, floods, patience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kernel.frames import BARE_ACKS, Segment
from tests.kernel.stage import PORT, Stage, scenario, set_tcp

if TYPE_CHECKING:
    import socket

SYN_RTO = 1.2  # longer than the first timeout of a SYN or SYN+ACK
TCP_DEFER_ACCEPT = 9  # linux/tcp.h


def crowd(stage: Stage) -> tuple[socket.socket, list[socket.socket]]:
    """A listener that lets three wait, and four clients; the last one's ACK finds the queue full.

    Two come first, since a third half-open one beside them would be answered by a SYN cookie.
    """
    listener = stage.listen(backlog=2)
    diallers = [stage.dial() for _ in range(4)]
    held = stage.link.hold(2, when=BARE_ACKS, skip=2)
    for dialler in diallers:
        dialler.connect(stage.server.address(PORT))
    held.wait(2)
    held.open()
    return listener, diallers


@scenario()
def accept_queue_full(stage: Stage) -> None:
    """The handshake's ACK is ignored until there is room: SYN_RECEIVED and repeated SYN+ACKs."""
    listener, _ = crowd(stage)
    stage.let(SYN_RTO)
    for _ in range(4):
        accepted, _ = listener.accept()
        stage.keep(accepted)
    stage.quiet(0.1)


@scenario()
def accept_queue_full_data_ignored(stage: Stage) -> None:
    """Data and FIN of a client whom the server has not let in; it is never accepted."""
    _, diallers = crowd(stage)
    diallers[3].sendall(b"anybody?")
    stage.quiet()
    diallers[3].close()
    stage.let(SYN_RTO)


@scenario()
def accept_queue_full_then_room(stage: Stage) -> None:
    """There is room before the SYN+ACK is repeated: repeated data opens the connection."""
    listener, diallers = crowd(stage)
    diallers[3].sendall(b"anybody?")
    stage.keep(listener.accept()[0])
    stage.quiet(0.8)


@scenario()
def defer_accept(stage: Stage) -> None:
    """TCP_DEFER_ACCEPT: the server ignores the bare ACK and waits for data in SYN_RECEIVED."""
    listener = stage.listen()
    set_tcp(listener, TCP_DEFER_ACCEPT, 5)
    dialler = stage.dial()
    dialler.connect(stage.server.address(PORT))
    stage.quiet(0.2)
    dialler.sendall(b"now")
    accepted, _ = listener.accept()
    stage.keep(accepted)


@scenario()
def syn_cookies(stage: Stage) -> None:
    """SYN cookies always: no state before the handshake's ACK."""
    stage.server.sysctl("net.ipv4.tcp_syncookies", 2)
    client, server = stage.connect()
    stage.talk(client, server)
    client.close()
    stage.quiet()
    server.close()


@scenario()
def syn_cookies_ack_lost(stage: Stage) -> None:
    """With SYN cookies the handshake's ACK is lost, and data brings it."""
    stage.server.sysctl("net.ipv4.tcp_syncookies", 2)
    stage.link.drop(1, when=BARE_ACKS)
    stage.call().sendall(b"hello")
    stage.quiet()


@scenario()
def syn_cookies_client_gone(stage: Stage) -> None:
    """With SYN cookies the ACK never comes: nothing was ever there."""
    stage.server.sysctl("net.ipv4.tcp_syncookies", 2)
    stage.link.drop(when=BARE_ACKS)
    stage.call()
    stage.quiet()


@scenario()
def syn_flood(stage: Stage) -> None:
    """Forged SYNs from many sources: half-open connections pile up."""
    stage.listen(backlog=64)
    for number in range(40):
        source = (f"198.51.100.{number + 1}", 1024 + number)
        stage.link.inject(Segment(source, stage.server.address(PORT), "S", 1_000_000 * number))
    stage.quiet()
