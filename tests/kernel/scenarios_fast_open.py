"""TCP Fast Open, from both sides."""

from __future__ import annotations

import socket

from tests.kernel.frames import BARE_ACKS, SYN_ACKS, SYNS, sent_by
from tests.kernel.stage import PORT, Stage, abort, read, read_all, scenario, set_tcp

SYN_RTO = 1.2  # longer than the first timeout of a SYN or SYN+ACK


def fast_open(stage: Stage, data: bytes = b"request") -> tuple[socket.socket, socket.socket]:
    """A client that sends data with its SYN and a listener that takes it, no cookie needed."""
    for host in (stage.client, stage.server):
        host.sysctl("net.ipv4.tcp_fastopen", 0x207)
    listener = stage.listen()
    set_tcp(listener, socket.TCP_FASTOPEN, 16)
    dialler = stage.dial()
    dialler.sendto(data, socket.MSG_FASTOPEN, stage.server.address(PORT))
    return dialler, listener


@scenario()
def fast_open_data_in_syn(stage: Stage) -> None:
    """Fast Open: data in the SYN is accepted with the SYN+ACK."""
    dialler, listener = fast_open(stage)
    accepted, _ = listener.accept()
    stage.keep(accepted)
    read(accepted, 7)
    stage.quiet()
    dialler.close()
    stage.quiet()
    accepted.close()


@scenario()
def fast_open_early_answer(stage: Stage) -> None:
    """The server answers in SYN_RECEIVED, before the handshake's ACK."""
    held = stage.link.hold(when=SYN_ACKS | (BARE_ACKS & sent_by("client")))
    _, listener = fast_open(stage)
    accepted, _ = listener.accept()
    stage.keep(accepted)
    accepted.sendall(b"early answer")
    stage.quiet()
    held.open()


@scenario()
def fast_open_early_fin(stage: Stage) -> None:
    """The server closes in SYN_RECEIVED: FIN_WAIT_1 without ESTABLISHED."""
    held = stage.link.hold(when=SYN_ACKS)
    dialler, listener = fast_open(stage)
    accepted, _ = listener.accept()
    accepted.settimeout(5)
    read(accepted, 7)
    accepted.sendall(b"answer")
    accepted.close()
    stage.quiet()
    held.open()
    read_all(dialler)
    dialler.close()


@scenario()
def fast_open_abort_in_syn_received(stage: Stage) -> None:
    """The server aborts before the handshake's ACK: RST from SYN_RECEIVED."""
    held = stage.link.hold(when=SYN_ACKS)
    _, listener = fast_open(stage)
    accepted, _ = listener.accept()
    abort(accepted)
    stage.quiet()
    held.open()


@scenario()
def fast_open_handshake_ack_lost(stage: Stage) -> None:
    """Fast Open, and the handshake's ACK is lost."""
    stage.link.drop(1, when=BARE_ACKS & sent_by("client"))
    _, listener = fast_open(stage)
    accepted, _ = listener.accept()
    stage.keep(accepted)
    stage.let(SYN_RTO)


@scenario()
def fast_open_syn_lost(stage: Stage) -> None:
    """The SYN with data is lost; the repeated one carries none."""
    stage.link.drop(1, when=SYNS)
    _, listener = fast_open(stage)
    accepted, _ = listener.accept()
    stage.keep(accepted)
    read(accepted, 7)


@scenario()
def fast_open_refused_data(stage: Stage) -> None:
    """The server does not do Fast Open: its SYN+ACK leaves the data unacknowledged."""
    stage.client.sysctl("net.ipv4.tcp_fastopen", 5)
    listener = stage.listen()
    dialler = stage.dial()
    dialler.sendto(b"request", socket.MSG_FASTOPEN, stage.server.address(PORT))
    accepted, _ = listener.accept()
    accepted.settimeout(5)
    stage.keep(accepted)
    read(accepted, 7)
    stage.talk(dialler, accepted)


@scenario()
def fast_open_cookie_asked_then_used(stage: Stage) -> None:
    """The first connection asks for the cookie, the second uses it."""
    for host in (stage.client, stage.server):
        host.sysctl("net.ipv4.tcp_fastopen", 3)
    listener = stage.listen()
    set_tcp(listener, socket.TCP_FASTOPEN, 16)
    for _ in range(2):
        dialler = stage.dial()
        dialler.settimeout(None)  # without a cookie it waits for the SYN+ACK
        dialler.sendto(b"request", socket.MSG_FASTOPEN, stage.server.address(PORT))
        accepted, _ = listener.accept()
        accepted.settimeout(5)
        stage.keep(accepted)
        read(accepted, 7)
        stage.quiet()
        accepted.close()
        stage.quiet()
        dialler.close()
        stage.quiet()


@scenario()
def fast_open_client_half_closes(stage: Stage) -> None:
    """The client's FIN follows its SYN with data at once."""
    dialler, listener = fast_open(stage)
    accepted, _ = listener.accept()
    accepted.settimeout(5)
    stage.keep(accepted)
    stage.link.wait(BARE_ACKS)  # shutdown() in SYN_SENT would give the connection up
    dialler.shutdown(socket.SHUT_WR)
    read_all(accepted)
    accepted.sendall(b"answer")
    accepted.close()
    read_all(dialler)
