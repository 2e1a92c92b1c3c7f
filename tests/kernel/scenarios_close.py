"""How connections end when all goes well, and when FINs and their ACKs are lost, late, repeated or cross."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import ACK, BARE_ACKS, DATA, FINS, sent_by
from tests.kernel.stage import CLIENT_PORT, PORT, Stage, meanwhile, read, read_all, scenario, set_tcp


@scenario(both=True)
def four_segment_close(stage: Stage) -> None:
    """RFC 9293 figure 12."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    actor.close()
    stage.quiet()
    other.close()


@scenario(both=True)
def four_segment_close_ipv6(stage: Stage) -> None:
    """The same over IPv6."""
    actor, other = stage.pair(socket.AF_INET6)
    stage.talk(actor, other)
    actor.close()
    stage.quiet()
    other.close()


@scenario(both=True)
def three_segment_close(stage: Stage) -> None:
    """The other side has nothing more to say: its FIN carries the ACK of the first."""
    actor, other = stage.pair()
    for _ in range(12):
        stage.talk(actor, other)  # leaves the quick ACKs of the beginning behind
    set_tcp(other, socket.TCP_QUICKACK, 0)
    held = stage.link.hold(when=FINS & sent_by(stage.actor))
    actor.sendall(b"last")
    actor.close()

    def answer() -> None:
        read_all(other)
        other.close()

    with meanwhile(answer):
        held.wait()
        held.open()


@scenario(both=True)
def three_segment_close_for_sure(stage: Stage) -> None:
    """The bare ACK of the first FIN is lost, so that the FIN+ACK acknowledges it first."""
    actor, other = stage.pair()
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.other))
    actor.close()
    read_all(other)
    other.close()


@scenario(both=True)
def half_close_with_data(stage: Stage) -> None:
    """Data goes on for a while after the first FIN."""
    actor, other = stage.pair()
    actor.sendall(b"GET / HTTP/1.0\r\n\r\n")
    actor.shutdown(socket.SHUT_WR)
    read_all(other)
    for _ in range(3):
        other.sendall(bytes(3000))
        read(actor, 3000)
        stage.quiet()
    other.close()


@scenario(both=True)
def half_close_left_open(stage: Stage) -> None:
    """CLOSE_WAIT and FIN_WAIT_2 until the end of the capture."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    other.sendall(b"still here")


@scenario(both=True)
def fin_with_the_last_data(stage: Stage) -> None:
    """FIN rides on data."""
    actor, other = stage.pair()
    set_tcp(actor, socket.TCP_CORK, 1)
    actor.sendall(b"last words")
    actor.close()
    stage.quiet()
    read_all(other)
    other.close()


@scenario()
def simultaneous_close(stage: Stage) -> None:
    """Both FINs are under way at once: CLOSING on both sides."""
    client, server = stage.connect()
    held = stage.link.hold(when=FINS)
    client.close()
    server.close()
    held.wait(2)
    held.open()


@scenario(both=True)
def simultaneous_close_with_data(stage: Stage) -> None:
    """Both FINs cross, one behind data still unacknowledged."""
    actor, other = stage.pair()
    held = stage.link.hold(when=FINS | DATA)
    actor.sendall(b"one more thing")
    actor.shutdown(socket.SHUT_WR)
    other.shutdown(socket.SHUT_WR)
    held.wait(3)
    held.open()
    stage.quiet()
    read_all(other)


@scenario(both=True)
def data_to_a_closed_orphan(stage: Stage) -> None:
    """Data reaches FIN_WAIT_2 after close(): RST, straight to CLOSED."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    other.sendall(b"too late")


@scenario(both=True)
def data_crosses_the_fin_of_close(stage: Stage) -> None:
    """Data reaches FIN_WAIT_1 after close(): RST."""
    actor, other = stage.pair()
    held = stage.link.hold(when=FINS & sent_by(stage.actor))
    actor.close()
    held.wait()
    other.sendall(b"too late")
    stage.quiet()
    held.open()


@scenario(both=True)
def orphan_fin_wait_2_times_out(stage: Stage) -> None:
    """After tcp_fin_timeout an orphan is forgotten without a word; a FIN after that draws a RST."""
    stage.actor.sysctl("net.ipv4.tcp_fin_timeout", 1)
    actor, other = stage.pair()
    actor.close()
    stage.let(1.6)
    other.close()


@scenario(both=True)
def close_before_accept(stage: Stage) -> None:
    """The listener goes while a connection waits unaccepted: RST."""
    listener = stage.listen()
    dialler = stage.dial()
    dialler.connect(stage.server.address(PORT))
    stage.quiet()
    if stage.actor is stage.client:
        dialler.close()
        stage.quiet()
    listener.close()


@scenario()
def client_closes_at_once(stage: Stage) -> None:
    """connect() and close() with nothing in between; the FIN is right behind the handshake's ACK."""
    listener = stage.listen()
    dialler = stage.dial()
    dialler.connect(stage.server.address(PORT))
    dialler.close()
    accepted, _ = listener.accept()
    stage.keep(accepted)
    accepted.settimeout(5)
    read_all(accepted)
    accepted.close()


@scenario()
def two_lives_one_after_the_other(stage: Stage) -> None:
    """The same listener, two connections."""
    for number in range(2):
        client, server = stage.connect(port=PORT + number)
        stage.talk(client, server)
        client.close()
        stage.quiet()
        server.close()
        stage.quiet()


@scenario(both=True)
def time_wait_reused_by_a_new_syn(stage: Stage) -> None:
    """A new life of the same four numbers inside 2MSL: at the server by its SYN, at the client by tcp_tw_reuse."""
    stage.client.sysctl("net.ipv4.tcp_tw_reuse", 1)
    stage.client.sysctl("net.ipv4.ip_local_port_range", f"{CLIENT_PORT} {CLIENT_PORT + 1}")
    listener = stage.listen()
    for _ in range(2):
        dialler = stage.dial()
        dialler.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        dialler.connect(stage.server.address(PORT))
        accepted, _ = listener.accept()
        stage.keep(accepted)
        stage.talk(dialler, accepted)
        first, second = (dialler, accepted) if stage.actor is stage.client else (accepted, dialler)
        first.close()
        stage.quiet()
        second.close()
        stage.let(1.2)  # tcp_tw_reuse waits a second


@scenario()
def no_timestamps_time_wait_reused(stage: Stage) -> None:
    """Without timestamps a larger sequence number opens TIME_WAIT at the server."""
    stage.client.sysctl("net.ipv4.tcp_timestamps", 0)
    listener = stage.listen()
    for _ in range(2):
        dialler = stage.dial(port=CLIENT_PORT)
        dialler.connect(stage.server.address(PORT))
        accepted, _ = listener.accept()
        stage.keep(accepted)
        accepted.close()
        stage.quiet()
        dialler.close()
        stage.quiet()


@scenario(both=True)
def linger2_negative(stage: Stage) -> None:
    """TCP_LINGER2 below zero: no FIN_WAIT_2 for an orphan, it goes when its FIN is acknowledged."""
    actor, other = stage.pair()
    set_tcp(actor, socket.TCP_LINGER2, -1)
    actor.close()
    stage.quiet()
    with contextlib.suppress(OSError):
        other.close()


@scenario(both=True)
def bare_fin_flag_lost_in_repacketized_data(stage: Stage) -> None:
    """Data and FIN both lost; what is repeated carries both in one segment."""
    actor, other = stage.pair()
    stage.link.drop(2, when=(DATA | FINS) & sent_by(stage.actor))
    actor.sendall(b"x")
    actor.close()
    read_all(other)
    other.close()
    stage.quiet()
    assert any(frame.flags & ACK for frame in stage.link.sent(FINS))
