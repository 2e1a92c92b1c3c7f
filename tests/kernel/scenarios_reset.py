"""How connections end when all does not go well: aborts, failures, forged resets and SYNs, TIME_WAIT cut short."""

from __future__ import annotations

import socket

from tests.kernel.frames import ACK, BARE_ACKS, DATA, FINS, RSTS, sent_by
from tests.kernel.stage import Stage, abort, ends, read, read_all, scenario

RTO = 0.35


@scenario(both=True)
def abort_established(stage: Stage) -> None:
    """Linger 0 in ESTABLISHED: RST."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    abort(actor)


@scenario(both=True)
def abort_close_wait(stage: Stage) -> None:
    """Linger 0 in CLOSE_WAIT: RST."""
    actor, other = stage.pair()
    other.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_fin_wait_1(stage: Stage) -> None:
    """Linger 0 in FIN_WAIT_1 (the FIN is lost): RST."""
    actor, _ = stage.pair()
    stage.link.drop(when=FINS)
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_fin_wait_1_fin_held(stage: Stage) -> None:
    """Linger 0 in FIN_WAIT_1; the RST overtakes the FIN."""
    actor, _ = stage.pair()
    held = stage.link.hold(when=FINS)
    actor.shutdown(socket.SHUT_WR)
    held.wait()
    abort(actor)
    stage.quiet()
    held.open()


@scenario(both=True)
def abort_fin_wait_2(stage: Stage) -> None:
    """Linger 0 in FIN_WAIT_2: RST."""
    actor, _ = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_last_ack(stage: Stage) -> None:
    """Linger 0 in LAST_ACK: silent."""
    actor, other = stage.pair()
    other.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.drop(when=BARE_ACKS & sent_by(stage.other))
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_closing(stage: Stage) -> None:
    """Linger 0 in CLOSING: silent."""
    actor, other = stage.pair()
    held = stage.link.hold(2, when=FINS)
    actor.shutdown(socket.SHUT_WR)
    other.shutdown(socket.SHUT_WR)
    held.wait(2)
    stage.link.drop(when=BARE_ACKS & sent_by(stage.other))
    held.open()
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_rst_lost(stage: Stage) -> None:
    """The RST is lost; what the other side sends later is answered by another."""
    actor, other = stage.pair()
    stage.link.drop(1, when=RSTS)
    abort(actor)
    stage.quiet()
    other.sendall(b"are you there?")


@scenario(both=True)
def abort_rst_lost_for_good(stage: Stage) -> None:
    """The RST is lost, and nothing comes after it: one side thinks it is connected."""
    actor, _ = stage.pair()
    stage.link.drop(when=RSTS)
    abort(actor)


@scenario(both=True)
def abort_with_unsent_data(stage: Stage) -> None:
    """Linger 0 with data under way, which is lost: the RST's number is beyond what arrived."""
    actor, _ = stage.pair()
    stage.link.drop(when=DATA)
    actor.sendall(bytes(3000))
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_crosses_data(stage: Stage) -> None:
    """The RST and the other side's data pass each other."""
    actor, other = stage.pair()
    held = stage.link.hold(when=DATA | RSTS)
    other.sendall(b"crossing")
    held.wait()
    abort(actor)
    held.wait(2)
    held.open()


@scenario(both=True)
def aborts_cross(stage: Stage) -> None:
    """Both sides abort at once."""
    actor, other = stage.pair()
    held = stage.link.hold(2, when=RSTS)
    abort(actor)
    abort(other)
    held.wait(2)
    held.open()


@scenario(both=True)
def abort_crosses_fin(stage: Stage) -> None:
    """A RST and a FIN pass each other."""
    actor, other = stage.pair()
    held = stage.link.hold(2, when=RSTS | FINS)
    abort(actor)
    other.close()
    held.wait(2)
    held.open()


@scenario(both=True)
def close_with_unread_data(stage: Stage) -> None:
    """close() with data in the receive queue: RST at once."""
    actor, other = stage.pair()
    other.sendall(b"never read")
    stage.quiet()
    actor.close()


@scenario(both=True)
def close_with_unread_data_in_close_wait(stage: Stage) -> None:
    """The same after the other side's FIN."""
    actor, other = stage.pair()
    other.sendall(b"never read")
    other.close()
    stage.quiet()
    actor.close()


@scenario(both=True)
def data_after_close(stage: Stage) -> None:
    """The first answer to an orphan draws a RST, the second meets a closed endpoint."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    held = stage.link.hold(when=RSTS)
    other.sendall(b"one")
    other.sendall(b"two")
    stage.quiet()
    held.open()


@scenario(both=True)
def killed(stage: Stage) -> None:
    """The administrator kills the socket (`ss -K`): RST."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    local, remote = ends(actor)
    stage.actor.run(["ss", "-K", "src", f"{local[0]}:{local[1]}", "dst", f"{remote[0]}:{remote[1]}"])


@scenario(both=True)
def middlebox_resets_both(stage: Stage) -> None:
    """Something between resets both ends with exact numbers."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    for segment in (stage.forge(actor, "R"), stage.forge(other, "R")):
        stage.link.inject(segment)
    stage.quiet()


@scenario(both=True)
def reset_after_half_close(stage: Stage) -> None:
    """Data, half close, more data, then the reader aborts."""
    actor, other = stage.pair()
    actor.sendall(b"request")
    actor.shutdown(socket.SHUT_WR)
    read_all(other)
    other.sendall(bytes(5000))
    read(actor, 2000)
    abort(actor)
    stage.quiet()
    assert any(frame.flags & ACK for frame in stage.link.sent())


@scenario(both=True)
def fin_retransmitted_after_abort(stage: Stage) -> None:
    """The other side's FIN, lost and repeated, meets an endpoint that has aborted."""
    actor, other = stage.pair()
    stage.link.drop(1, when=FINS)
    stage.link.drop(1, when=RSTS)
    other.close()
    stage.quiet(0.02)
    abort(actor)
    stage.quiet(RTO)
