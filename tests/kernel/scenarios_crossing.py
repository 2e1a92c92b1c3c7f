"""Simultaneous open, and SYNs that meet an old connection."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tests.kernel.frames import FINS, SYN_ACKS, SYNS, Segment, sent_by
from tests.kernel.stage import CLIENT_PORT, PORT, Stage, abort, forget, scenario

if TYPE_CHECKING:
    import socket

SYN_RTO = 1.2  # longer than the first timeout of a SYN or SYN+ACK


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


@scenario(both=True)
def simultaneous_open_closed_before_it_is_answered(stage: Stage) -> None:
    """SYNs cross, the actor's SYN+ACKs are all lost; it closes before the other's SYN+ACK comes."""
    held = stage.link.hold(2, when=SYNS)
    stage.link.drop(when=SYN_ACKS & sent_by(stage.actor))
    answers = stage.link.hold(when=SYN_ACKS & sent_by(stage.other))
    client, server = crossing(stage)
    held.wait(2)
    held.open()
    answers.wait()
    actor, other = (client, server) if stage.actor is stage.client else (server, client)
    actor.close()
    stage.quiet()
    answers.open()
    stage.quiet()
    other.close()
    stage.quiet()


@scenario(both=True)
def simultaneous_open_both_closed_before_it_is_answered(stage: Stage) -> None:
    """SYNs cross, every SYN+ACK is lost, as is the actor's first FIN; both close before anything opens them."""
    held = stage.link.hold(2, when=SYNS)
    stage.link.drop(when=SYN_ACKS)
    fins = stage.link.hold(1, when=FINS & sent_by(stage.actor))
    client, server = crossing(stage)
    held.wait(2)
    held.open()
    stage.quiet()
    actor, other = (client, server) if stage.actor is stage.client else (server, client)
    actor.close()
    fins.wait()
    other.close()
    stage.let(SYN_RTO)


@scenario()
def old_duplicate_syn(stage: Stage) -> None:
    """RFC 9293 figure 8: an old SYN comes first, the client resets its answer, then the real one succeeds."""
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
    """RFC 9293 figure 9: the client forgot and connects again from the same port."""
    client, server = stage.connect(client_port=CLIENT_PORT)
    stage.talk(client, server)
    forget(client)
    stage.quiet()
    stage.start_connect(stage.dial(port=CLIENT_PORT))
    stage.let(SYN_RTO)


@scenario(both=True)
def half_open_discovered_by_data(stage: Stage) -> None:
    """RFC 9293 figure 10: one side forgot, the other sends data and is reset."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    forget(actor)
    stage.quiet()
    other.sendall(b"are you there?")
