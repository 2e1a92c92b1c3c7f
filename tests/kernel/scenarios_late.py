"""Captures that begin in the middle: what came before is not seen."""

from __future__ import annotations

import socket

from tests.kernel.frames import BARE_ACKS, DATA, FINS, SYN_ACKS, sent_by
from tests.kernel.stage import PORT, Stage, abort, read, read_all, scenario


@scenario(both=True, late=True)
def late_idle(stage: Stage) -> None:
    """Begun while the connection is idle; data, then a close."""
    actor, other = stage.pair()
    stage.capture()
    stage.talk(actor, other)
    actor.close()
    stage.quiet()
    other.close()


@scenario(both=True, late=True)
def late_only_the_close(stage: Stage) -> None:
    """Begun just before the first FIN."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.quiet()
    stage.capture()
    actor.close()
    stage.quiet()
    other.close()


@scenario(both=True, late=True)
def late_between_the_fins(stage: Stage) -> None:
    """Begun in the half-closed time: the first FIN is not seen."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.capture()
    other.sendall(b"more")
    read(actor, 4)
    stage.quiet()
    other.close()


@scenario(both=True, late=True)
def late_only_the_second_fin(stage: Stage) -> None:
    """Begun just before the second FIN: only FIN and ACK are seen."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    stage.capture()
    other.close()


@scenario(both=True, late=True)
def late_between_fin_and_ack(stage: Stage) -> None:
    """Begun with the first FIN under way: its ACK is the first thing seen."""
    actor, other = stage.pair()
    held = stage.link.hold(1, when=FINS)
    actor.close()
    held.wait()
    stage.quiet()
    stage.capture()
    held.open()
    stage.quiet()
    other.close()


@scenario(both=True, late=True)
def late_abort(stage: Stage) -> None:
    """Begun in the middle; the end is a RST."""
    actor, other = stage.pair()
    stage.quiet()
    stage.capture()
    stage.talk(actor, other)
    abort(actor)


@scenario(both=True, late=True)
def late_only_the_abort(stage: Stage) -> None:
    """All that is seen is a RST."""
    actor, _ = stage.pair()
    stage.quiet()
    stage.capture()
    abort(actor)


@scenario(late=True)
def late_after_the_syn(stage: Stage) -> None:
    """Begun between SYN and SYN+ACK."""
    held = stage.link.hold(1, when=SYN_ACKS)
    listener = stage.listen()
    stage.start_connect(stage.dial())
    held.wait()
    stage.capture()
    held.open()
    accepted, _ = listener.accept()
    stage.keep(accepted)


@scenario(late=True)
def late_after_the_syn_ack(stage: Stage) -> None:
    """Begun just before the handshake's ACK arrives."""
    held = stage.link.hold(1, when=BARE_ACKS)
    stage.listen()
    dialler = stage.dial()
    dialler.connect(stage.server.address(PORT))
    held.wait()
    stage.capture()
    held.open()
    dialler.sendall(b"hello")
    stage.quiet()


@scenario(both=True, late=True)
def late_simultaneous_close(stage: Stage) -> None:
    """Begun in the middle, both close at once."""
    actor, other = stage.pair()
    stage.quiet()
    stage.capture()
    held = stage.link.hold(when=FINS)
    actor.close()
    other.close()
    held.wait(2)
    held.open()


@scenario(both=True, late=True)
def late_three_segment_close(stage: Stage) -> None:
    """Begun in the middle, closed by three segments."""
    actor, other = stage.pair()
    stage.quiet()
    stage.capture()
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.other))
    actor.close()
    read_all(other)
    other.close()


@scenario(both=True, late=True)
def late_in_a_transfer(stage: Stage) -> None:
    """Begun while data is under way, with a loss, then a close with the FIN beyond the hole."""
    actor, other = stage.pair()
    held = stage.link.hold(when=DATA)
    actor.sendall(bytes(4000))
    held.wait(3)
    stage.capture()
    held.held = held.held[1:]
    held.open()
    actor.close()
    read_all(other)
    other.close()


@scenario(both=True, late=True)
def late_in_time_wait(stage: Stage) -> None:
    """Begun when one side is in TIME_WAIT: a late FIN and its ACK are all there is."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.actor))
    other.close()
    stage.link.wait(BARE_ACKS & sent_by(stage.actor))
    stage.quiet(0.02)
    stage.capture()
    stage.quiet(0.4)


@scenario(late=True)
def late_idle_and_silent(stage: Stage) -> None:
    """Begun in the middle, and one side alone speaks."""
    client, server = stage.connect()
    stage.quiet()
    stage.capture()
    client.sendall(b"anything new?")
    read(server, 13)
