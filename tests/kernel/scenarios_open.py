"""How connections begin: the handshake whole and damaged, refused, unanswered, crossing, fast, half-open."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import BARE_ACKS, DATA, RSTS, SYN_ACKS, SYNS
from tests.kernel.stage import PORT, Stage, read_all, scenario

SYN_RTO = 1.2  # longer than the first timeout of a SYN or SYN+ACK


@scenario()
def handshake(stage: Stage) -> None:
    """RFC 9293 figure 6, left open."""
    stage.connect()


@scenario()
def handshake_ipv6(stage: Stage) -> None:
    """The same over IPv6."""
    stage.connect(socket.AF_INET6)


@scenario()
def no_options(stage: Stage) -> None:
    """Neither timestamps nor SACK nor window scale."""
    for name in ("tcp_timestamps", "tcp_sack", "tcp_window_scaling"):
        stage.client.sysctl(f"net.ipv4.{name}", 0)
    client, server = stage.connect()
    stage.talk(client, server)
    client.close()
    stage.quiet()
    server.close()


@scenario()
def syn_lost(stage: Stage) -> None:
    """The first SYN is lost."""
    stage.link.drop(1, when=SYNS)
    stage.connect()


@scenario()
def syn_ack_lost(stage: Stage) -> None:
    """The first SYN+ACK is lost; the SYN comes again."""
    stage.link.drop(1, when=SYN_ACKS)
    stage.connect()


@scenario()
def syn_and_syn_ack_lost(stage: Stage) -> None:
    """First a SYN, then a SYN+ACK is lost."""
    stage.link.drop(1, when=SYNS)
    stage.link.drop(1, when=SYN_ACKS)
    stage.connect()


@scenario()
def handshake_ack_lost(stage: Stage) -> None:
    """The handshake's ACK is lost; the server repeats its SYN+ACK."""
    stage.link.drop(1, when=BARE_ACKS)
    stage.call()
    stage.let(SYN_RTO)


@scenario()
def handshake_ack_lost_for_good(stage: Stage) -> None:
    """No ACK of the handshake arrives: the client is ESTABLISHED, the server is not."""
    stage.link.drop(when=BARE_ACKS)
    stage.call()
    stage.let(SYN_RTO)


@scenario()
def handshake_ack_lost_data_follows(stage: Stage) -> None:
    """The handshake's ACK is lost; data right behind it does its work."""
    stage.link.drop(1, when=BARE_ACKS)
    stage.call().sendall(b"hello")
    stage.quiet()


@scenario()
def handshake_ack_and_data_lost(stage: Stage) -> None:
    """ACK and first data are lost."""
    stage.link.drop(1, when=BARE_ACKS)
    stage.link.drop(1, when=DATA)
    stage.call().sendall(b"hello")
    stage.quiet(0.4)


@scenario()
def handshake_ack_lost_fin_follows(stage: Stage) -> None:
    """The handshake's ACK is lost; a FIN does its work."""
    stage.link.drop(1, when=BARE_ACKS)
    stage.call().close()
    stage.quiet()


@scenario()
def handshake_ack_overtaken_by_data(stage: Stage) -> None:
    """Data arrives before the handshake's ACK."""
    held = stage.link.hold(1, when=BARE_ACKS)
    dialler = stage.call()
    held.wait()
    dialler.sendall(b"hello")
    stage.quiet()
    held.open()


@scenario()
def syn_duplicated(stage: Stage) -> None:
    """The network doubles the SYN; the second meets a connection."""
    stage.link.duplicate(1, when=SYNS, after=0.05)
    stage.connect()
    stage.quiet()


@scenario()
def syn_ack_duplicated(stage: Stage) -> None:
    """The network doubles the SYN+ACK."""
    stage.link.duplicate(1, when=SYN_ACKS)
    stage.connect()
    stage.quiet()


@scenario()
def handshake_slow(stage: Stage) -> None:
    """The SYN+ACK takes longer than the client's patience: both repeat themselves."""
    stage.link.delay(1.3, 1, when=SYN_ACKS)
    stage.connect()
    stage.let(SYN_RTO)


@scenario()
def refused(stage: Stage) -> None:
    """Nobody listens: RST."""
    with contextlib.suppress(ConnectionRefusedError):
        stage.dial().connect(stage.server.address(PORT))


@scenario()
def refused_rst_lost(stage: Stage) -> None:
    """Nobody listens; the first RST is lost."""
    stage.link.drop(1, when=RSTS)
    with contextlib.suppress(ConnectionRefusedError):
        stage.dial().connect(stage.server.address(PORT))


@scenario()
def refused_by_icmp(stage: Stage) -> None:
    """A packet filter answers the SYN with ICMP port unreachable."""
    rule = f"tcp dport {PORT} reject with icmp type port-unreachable"
    stage.server.nft(f"table inet t {{ chain c {{ type filter hook input priority 0; {rule}; }}; }}")
    with contextlib.suppress(OSError):
        stage.dial().connect(stage.server.address(PORT))


@scenario()
def refused_by_a_filter(stage: Stage) -> None:
    """A packet filter answers the SYN with a RST."""
    rule = f"tcp dport {PORT} reject with tcp reset"
    stage.server.nft(f"table inet t {{ chain c {{ type filter hook input priority 0; {rule}; }}; }}")
    with contextlib.suppress(OSError):
        stage.dial().connect(stage.server.address(PORT))


@scenario()
def unanswered(stage: Stage) -> None:
    """No SYN is answered until the application gives up, silently."""
    stage.link.drop(when=SYNS)
    stage.start_connect(dialler := stage.dial())
    stage.let(SYN_RTO)
    dialler.close()
    stage.quiet()


@scenario()
def unanswered_still_trying(stage: Stage) -> None:
    """SYN_SENT at the end of the capture."""
    stage.link.drop(when=SYNS)
    stage.start_connect(stage.dial())
    stage.let(SYN_RTO)


@scenario()
def syn_retries_exhausted(stage: Stage) -> None:
    """The kernel gives the SYN up after tcp_syn_retries."""
    stage.client.sysctl("net.ipv4.tcp_syn_retries", 1)
    stage.link.drop(when=SYNS)
    stage.start_connect(stage.dial())
    stage.let(3.4)


@scenario()
def syn_ack_retries_exhausted(stage: Stage) -> None:
    """The client is gone after its SYN: the server gives SYN_RECEIVED up."""
    stage.server.sysctl("net.ipv4.tcp_synack_retries", 0)
    stage.link.drop(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(dialler := stage.dial())
    stage.link.wait(SYN_ACKS)
    dialler.close()
    stage.let(1.5)


@scenario()
def client_gone_before_the_syn_ack(stage: Stage) -> None:
    """The client closes in SYN_SENT; the late SYN+ACK draws a RST."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(dialler := stage.dial())
    held.wait()
    dialler.close()
    held.open()


@scenario()
def listener_closes_in_syn_received(stage: Stage) -> None:
    """The listener closes between SYN and ACK; the ACK draws a RST."""
    held = stage.link.hold(when=SYN_ACKS)
    listener = stage.listen()
    stage.start_connect(stage.dial())
    held.wait()
    listener.close()
    held.open()


@scenario()
def accepted_late(stage: Stage) -> None:
    """The connection waits in the queue with data before the application takes it."""
    listener = stage.listen()
    dialler = stage.dial()
    dialler.connect(stage.server.address(PORT))
    dialler.sendall(b"waiting")
    dialler.shutdown(socket.SHUT_WR)
    stage.quiet(0.2)
    accepted, _ = listener.accept()
    accepted.settimeout(5)
    read_all(accepted)
    accepted.close()
