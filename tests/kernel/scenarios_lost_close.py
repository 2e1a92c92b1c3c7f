"""How connections end when FINs and their ACKs are lost, late, repeated or cross."""

from __future__ import annotations

import socket

from tests.kernel.frames import BARE_ACKS, DATA, FINS, sent_by
from tests.kernel.stage import Stage, meanwhile, read, read_all, scenario

RTO = 0.35  # longer than the least retransmission timeout


@scenario(both=True)
def crossing_fins_first_ack_lost(stage: Stage) -> None:
    """Of two crossing FINs, the ACK of one is lost: CLOSING until it is repeated."""
    actor, other = stage.pair()
    held = stage.link.hold(when=FINS)
    actor.close()
    other.close()
    held.wait(2)
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.other))
    held.open()
    stage.quiet(RTO)


@scenario(both=True)
def fin_lost_both_close(stage: Stage) -> None:
    """The first FIN is lost, the other side closes meanwhile: simultaneous close by accident."""
    actor, other = stage.pair()
    stage.link.drop(1, when=FINS & sent_by(stage.actor))
    actor.close()
    stage.quiet()
    other.close()
    stage.quiet(RTO)


@scenario(both=True)
def fin_lost(stage: Stage) -> None:
    """The first FIN is lost and repeated."""
    actor, other = stage.pair()
    stage.link.drop(1, when=FINS & sent_by(stage.actor))
    actor.close()
    read_all(other)
    other.close()


@scenario(both=True)
def fin_lost_twice(stage: Stage) -> None:
    """The first FIN is lost twice."""
    actor, other = stage.pair()
    stage.link.drop(2, when=FINS & sent_by(stage.actor))
    actor.close()
    read_all(other)
    other.close()


@scenario(both=True)
def ack_of_fin_lost(stage: Stage) -> None:
    """The first FIN arrives, its ACK does not; the FIN is repeated."""
    actor, other = stage.pair()
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.other))
    actor.close()
    stage.quiet(RTO)
    other.close()


@scenario(both=True)
def second_fin_lost(stage: Stage) -> None:
    """The second FIN is lost and repeated: LAST_ACK."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    stage.link.drop(1, when=FINS & sent_by(stage.other))
    other.close()
    stage.quiet(RTO)


@scenario(both=True)
def last_ack_lost(stage: Stage) -> None:
    """The last ACK is lost: the second FIN comes again in TIME_WAIT and is acknowledged again."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.actor))
    other.close()
    stage.quiet(RTO)


@scenario(both=True)
def last_ack_lost_for_good(stage: Stage) -> None:
    """No last ACK ever arrives within the capture: LAST_ACK at its end."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    stage.link.drop(when=BARE_ACKS & sent_by(stage.actor))
    other.close()
    stage.quiet(RTO)


@scenario(both=True)
def second_fin_never_arrives(stage: Stage) -> None:
    """FIN_WAIT_2 on one side, LAST_ACK on the other, to the end."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.drop(when=FINS & sent_by(stage.other))
    other.close()
    stage.quiet(RTO)


@scenario(both=True)
def fin_never_arrives(stage: Stage) -> None:
    """FIN_WAIT_1 on one side, ESTABLISHED on the other, to the end."""
    actor, other = stage.pair()
    stage.link.drop(when=FINS & sent_by(stage.actor))
    actor.close()
    stage.quiet(RTO)
    other.sendall(b"still here")


@scenario(both=True)
def fin_beyond_a_hole(stage: Stage) -> None:
    """Data before the FIN is lost: the FIN acts when the hole is filled."""
    actor, other = stage.pair()
    stage.link.drop(1, when=DATA & sent_by(stage.actor))
    actor.sendall(b"lost")
    actor.close()
    read_all(other)
    stage.quiet()
    other.close()


@scenario(both=True)
def fin_beyond_a_hole_never_filled(stage: Stage) -> None:
    """Data before the FIN never arrives: the receiver stays ESTABLISHED."""
    actor, other = stage.pair()
    stage.link.drop(when=DATA & sent_by(stage.actor))
    actor.sendall(b"lost")
    actor.close()
    stage.quiet(RTO)
    other.sendall(b"still here")


@scenario(both=True)
def fin_overtakes_data(stage: Stage) -> None:
    """FIN and data swap their places on the way."""
    actor, other = stage.pair()
    held = stage.link.hold(when=(DATA | FINS) & sent_by(stage.actor))
    actor.sendall(b"late")
    actor.close()
    held.wait(2)
    held.release(backwards=True)
    held.open()
    read_all(other)
    stage.quiet()
    other.close()


@scenario(both=True)
def large_data_with_holes_then_fin(stage: Stage) -> None:
    """Several losses in a longer transfer that ends with a FIN."""
    actor, other = stage.pair()
    stage.link.drop(1, when=DATA & sent_by(stage.actor), skip=2)
    stage.link.drop(1, when=DATA & sent_by(stage.actor), skip=7)
    stage.link.drop(1, when=FINS & sent_by(stage.actor))
    with meanwhile(lambda: read_all(other)):
        actor.sendall(bytes(40000))
        actor.close()
    other.close()


@scenario(both=True)
def fin_duplicated(stage: Stage) -> None:
    """The network doubles both FINs."""
    actor, other = stage.pair()
    stage.link.duplicate(when=FINS)
    actor.close()
    stage.quiet()
    other.close()


@scenario(both=True)
def last_ack_duplicated(stage: Stage) -> None:
    """The last ACK comes twice: the second meets no socket, or a closed one."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    stage.link.duplicate(when=BARE_ACKS & sent_by(stage.actor), after=0.05)
    other.close()
    stage.quiet()


@scenario(both=True)
def everything_twice(stage: Stage) -> None:
    """Every single segment is doubled by the network."""
    stage.link.duplicate()
    actor, other = stage.pair()
    stage.talk(actor, other)
    actor.close()
    read_all(other)
    other.close()


@scenario(both=True)
def fin_acknowledged_late_by_data(stage: Stage) -> None:
    """The ACK of the FIN is lost, data of the other side brings it."""
    actor, other = stage.pair()
    stage.link.drop(1, when=BARE_ACKS & sent_by(stage.other))
    actor.shutdown(socket.SHUT_WR)
    stage.link.wait(FINS)
    stage.quiet()
    other.sendall(b"an answer")
    read(actor, 9)
    other.close()


@scenario(both=True)
def second_fin_overtakes_the_ack_of_the_first(stage: Stage) -> None:
    """The FIN+ACK arrives before the bare ACK of the first FIN."""
    actor, other = stage.pair()
    held = stage.link.hold(when=BARE_ACKS & sent_by(stage.other))
    actor.close()
    held.wait()
    other.close()
    stage.link.wait(FINS & sent_by(stage.other))
    stage.quiet()
    held.open()


@scenario(both=True)
def second_fin_beyond_a_hole(stage: Stage) -> None:
    """The passive side's last data is lost before its FIN: FIN_WAIT_2 until it is filled."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.drop(1, when=DATA & sent_by(stage.other))
    other.sendall(b"lost")
    other.close()
    read_all(actor)
