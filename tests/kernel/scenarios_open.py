"""How connections begin: the handshake whole and damaged, refused, unanswered, crossing, fast, half-open."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import ACK, BARE_ACKS, DATA, RSTS, SYN, SYN_ACKS, SYNS, Segment, flags, sent_by
from tests.kernel.stage import CLIENT_PORT, PORT, Stage, abort, forget, read, read_all, scenario, set_tcp, start_at

SYN_RTO = 1.2  # longer than the first timeout of a SYN or SYN+ACK
TCP_DEFER_ACCEPT = 9  # linux/tcp.h


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


def one_sided(stage: Stage) -> socket.socket:
    """Connect, and return the client's socket alone: whether the server got the last ACK is open."""
    stage.listen()
    dialler = stage.dial()
    dialler.connect(stage.server.address(PORT))
    return dialler


@scenario()
def handshake_ack_lost(stage: Stage) -> None:
    """The handshake's ACK is lost; the server repeats its SYN+ACK."""
    stage.link.drop(1, when=BARE_ACKS)
    one_sided(stage)
    stage.let(SYN_RTO)


@scenario()
def handshake_ack_lost_for_good(stage: Stage) -> None:
    """No ACK of the handshake arrives: the client is ESTABLISHED, the server is not."""
    stage.link.drop(when=BARE_ACKS)
    one_sided(stage)
    stage.let(SYN_RTO)


@scenario()
def handshake_ack_lost_data_follows(stage: Stage) -> None:
    """The handshake's ACK is lost; data right behind it does its work."""
    stage.link.drop(1, when=BARE_ACKS)
    one_sided(stage).sendall(b"hello")
    stage.quiet()


@scenario()
def handshake_ack_and_data_lost(stage: Stage) -> None:
    """ACK and first data are lost."""
    stage.link.drop(1, when=BARE_ACKS)
    stage.link.drop(1, when=DATA)
    one_sided(stage).sendall(b"hello")
    stage.quiet(0.4)


@scenario()
def handshake_ack_lost_fin_follows(stage: Stage) -> None:
    """The handshake's ACK is lost; a FIN does its work."""
    stage.link.drop(1, when=BARE_ACKS)
    one_sided(stage).close()
    stage.quiet()


@scenario()
def handshake_ack_overtaken_by_data(stage: Stage) -> None:
    """Data arrives before the handshake's ACK."""
    held = stage.link.hold(1, when=BARE_ACKS)
    dialler = one_sided(stage)
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


def crossing(stage: Stage) -> tuple[socket.socket, socket.socket]:
    """Two sockets that call each other; their SYNs are held back by the caller's rules."""
    client, server = stage.dial(port=CLIENT_PORT), stage.server.tcp()
    stage.keep(server)
    server.bind(("", PORT))
    stage.start_connect(client)
    server.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        server.connect(stage.client.address(CLIENT_PORT))
    server.settimeout(5)
    return client, server


@scenario()
def simultaneous_open(stage: Stage) -> None:
    """RFC 9293 figure 7."""
    held = stage.link.hold(when=SYNS)
    client, server = crossing(stage)
    held.wait(2)
    held.open()
    stage.quiet()
    stage.talk(client, server)
    client.close()
    stage.quiet()
    server.close()


@scenario(both=True)
def simultaneous_open_one_syn_lost(stage: Stage) -> None:
    """Of two crossing SYNs one is lost: only one end passes through SYN_RECEIVED."""
    held = stage.link.hold(2, when=SYNS)
    crossing(stage)
    held.wait(2)
    held.held = [frame for frame in held.held if frame.sender == stage.actor.name]
    held.release()
    stage.let(SYN_RTO)


@scenario(both=True)
def simultaneous_open_syn_ack_lost(stage: Stage) -> None:
    """SYNs cross; one of the SYN+ACKs is lost."""
    held = stage.link.hold(2, when=SYNS)
    stage.link.drop(1, when=SYN_ACKS & sent_by(stage.actor))
    crossing(stage)
    held.wait(2)
    held.open()
    stage.let(SYN_RTO)


@scenario(both=True)
def simultaneous_open_then_abort(stage: Stage) -> None:
    """SYNs cross, the SYN+ACKs do not arrive; one side aborts in SYN_RECEIVED."""
    held = stage.link.hold(2, when=SYNS)
    stage.link.drop(when=SYN_ACKS)
    client, server = crossing(stage)
    held.wait(2)
    held.open()
    stage.quiet()
    abort(client if stage.actor is stage.client else server)
    stage.quiet()


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
    one_sided(stage).sendall(b"hello")
    stage.quiet()


@scenario()
def syn_cookies_client_gone(stage: Stage) -> None:
    """With SYN cookies the ACK never comes: nothing was ever there."""
    stage.server.sysctl("net.ipv4.tcp_syncookies", 2)
    stage.link.drop(when=BARE_ACKS)
    one_sided(stage)
    stage.quiet()


@scenario()
def syn_flood(stage: Stage) -> None:
    """Forged SYNs from many sources: half-open connections pile up."""
    stage.listen(backlog=64)
    for number in range(40):
        source = (f"198.51.100.{number + 1}", 1024 + number)
        stage.link.inject(Segment(source, stage.server.address(PORT), "S", 1_000_000 * number))
    stage.quiet()


@scenario()
def old_duplicate_syn(stage: Stage) -> None:
    """RFC 9293 figure 9: an old SYN comes first, the client resets its answer, then the real one succeeds."""
    listener = stage.listen()
    held = stage.link.hold(1, when=SYNS)
    stage.start_connect(dialler := stage.dial(port=CLIENT_PORT))
    (real,) = held.wait()
    stage.link.inject(Segment(real.src, real.dst, "S", real.seq - 1_000_000))
    stage.quiet()
    held.open()
    accepted, _ = listener.accept()
    stage.keep(accepted)
    stage.talk(dialler, accepted)


@scenario()
def old_duplicate_syn_alone(stage: Stage) -> None:
    """An old SYN of a client that has nothing to do with it any more: RST."""
    stage.listen()
    stage.link.inject(Segment(stage.client.address(CLIENT_PORT), stage.server.address(PORT), "S", 12345))
    stage.quiet()


@scenario()
def half_open_discovered_by_syn(stage: Stage) -> None:
    """RFC 9293 figure 10: the client forgot and connects again from the same port."""
    client, server = stage.connect(client_port=CLIENT_PORT)
    stage.talk(client, server)
    forget(client)
    stage.quiet()
    stage.start_connect(stage.dial(port=CLIENT_PORT))
    stage.let(SYN_RTO)


@scenario(both=True)
def half_open_discovered_by_data(stage: Stage) -> None:
    """RFC 9293 figure 11: one side forgot, the other sends data and is reset."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    forget(actor)
    stage.quiet()
    other.sendall(b"are you there?")


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


@scenario(both=True)
def sequence_numbers_wrap(stage: Stage) -> None:
    """The client's numbers pass 2**32 in the data; either side closes first."""
    listener = stage.listen()
    dialler = stage.dial()
    start_at(dialler, 2**32 - 5000)
    dialler.connect(stage.server.address(PORT))
    accepted, _ = listener.accept()
    accepted.settimeout(5)
    dialler.sendall(bytes(12000))
    read(accepted, 12000)
    stage.talk(dialler, accepted)
    first, second = (dialler, accepted) if stage.actor is stage.client else (accepted, dialler)
    first.close()
    stage.quiet()
    second.close()


@scenario()
def sequence_numbers_wrap_at_syn(stage: Stage) -> None:
    """ISN 2**32 - 1: the first octet has number 0."""
    listener = stage.listen()
    dialler = stage.dial()
    start_at(dialler, 2**32 - 1)
    dialler.connect(stage.server.address(PORT))
    accepted, _ = listener.accept()
    stage.keep(accepted)
    accepted.settimeout(5)
    stage.talk(dialler, accepted)
    stage.link.drop(1, when=flags("F."))
    dialler.close()
    read_all(accepted)
    accepted.close()
    assert stage.link.sent(SYNS)[0].seq == 2**32 - 1


@scenario()
def sequence_numbers_wrap_at_fin(stage: Stage) -> None:
    """The FIN has number 2**32 - 1, its ACK is 0."""
    listener = stage.listen()
    dialler = stage.dial()
    start_at(dialler, 2**32 - 102)
    dialler.connect(stage.server.address(PORT))
    accepted, _ = listener.accept()
    stage.keep(accepted)
    accepted.settimeout(5)
    stage.talk(dialler, accepted)
    dialler.close()
    read_all(accepted)
    accepted.close()
    stage.quiet()
    assert any(frame.ack == 0 and frame.flags & (SYN | ACK) == ACK for frame in stage.link.sent())


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
