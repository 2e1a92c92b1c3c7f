"""Sequence numbers that pass 2**32."""

from __future__ import annotations

from tests.kernel.frames import ACK, SYN, SYNS, flags
from tests.kernel.stage import PORT, Stage, read, read_all, scenario, start_at


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
