"""Connections that fail by themselves: keep-alive, timeouts, closed windows."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import BARE_ACKS, sent_by
from tests.kernel.stage import Stage, forget, meanwhile, read_all, scenario, set_tcp


@scenario(both=True)
def keep_alive_answered(stage: Stage) -> None:
    """Probes and answers move no state."""
    actor, _ = stage.pair()
    _probe(actor)
    stage.let(2.3)


@scenario(both=True)
def keep_alive_failure(stage: Stage) -> None:
    """No answer to the probes: RST."""
    actor, _ = stage.pair()
    _probe(actor)
    stage.link.drop(when=sent_by(stage.other))
    stage.let(3.5)


@scenario(both=True)
def keep_alive_finds_a_stranger(stage: Stage) -> None:
    """The other side forgot: its RST answers the probe."""
    actor, other = stage.pair()
    _probe(actor)
    forget(other)
    stage.let(1.5)


def _probe(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2)):
        set_tcp(sock, option, value)


@scenario(both=True)
def user_timeout(stage: Stage) -> None:
    """TCP_USER_TIMEOUT: unacknowledged data, then silence."""
    actor, _ = stage.pair()
    set_tcp(actor, socket.TCP_USER_TIMEOUT, 500)
    stage.link.drop(when=sent_by(stage.actor))
    actor.sendall(b"into the void")
    stage.let(1.4)


@scenario(both=True)
def retransmissions_exhausted(stage: Stage) -> None:
    """tcp_retries2 reached: silent."""
    stage.actor.sysctl("net.ipv4.tcp_retries2", 2)
    actor, _ = stage.pair()
    stage.link.drop(when=sent_by(stage.actor))
    actor.sendall(b"into the void")
    stage.let(2.2)


@scenario(both=True)
def orphan_fin_exhausted(stage: Stage) -> None:
    """The FIN of an orphan is never acknowledged: silent CLOSED from FIN_WAIT_1."""
    stage.actor.sysctl("net.ipv4.tcp_orphan_retries", 1)
    actor, _ = stage.pair()
    stage.link.drop(when=sent_by(stage.actor))
    actor.close()
    stage.let(1.5)


@scenario(both=True)
def orphan_last_ack_exhausted(stage: Stage) -> None:
    """The second FIN is never acknowledged: silent CLOSED from LAST_ACK."""
    stage.actor.sysctl("net.ipv4.tcp_orphan_retries", 1)
    actor, other = stage.pair()
    other.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.drop(when=BARE_ACKS & sent_by(stage.other))
    actor.close()
    stage.let(1.5)


def _fill(stage: Stage, octets: int = 400_000) -> tuple[socket.socket, socket.socket]:
    """The actor's data closes the other's window; more waits in the actor's queue."""
    actor, other = stage.pair()
    other.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    actor.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while octets > 0:
            octets -= actor.send(bytes(min(octets, 65536)))
    actor.settimeout(5)
    stage.quiet()
    return actor, other


@scenario(both=True)
def zero_window_then_read(stage: Stage) -> None:
    """The window closes and opens again."""
    actor, other = _fill(stage, 100_000)
    stage.quiet(0.3)
    with meanwhile(lambda: read_all(other)):
        actor.shutdown(socket.SHUT_WR)
    other.close()


@scenario(both=True)
def close_against_a_zero_window(stage: Stage) -> None:
    """close() while the window is closed: the kernel is in FIN_WAIT_1, its FIN is nowhere to be seen."""
    actor, _ = _fill(stage)
    actor.close()
    stage.quiet(0.4)


@scenario(both=True)
def close_against_a_zero_window_that_opens(stage: Stage) -> None:
    """The same, and the FIN comes when the window opens."""
    actor, other = _fill(stage)
    actor.close()
    stage.quiet(0.3)
    read_all(other)
    other.close()


@scenario(both=True)
def zero_window_reader_aborts(stage: Stage) -> None:
    """The side that does not read closes: RST."""
    _, other = _fill(stage)
    other.close()
