"""Segments that neither end sent: resets, SYNs, FINs and ACKs forged in every state."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import DATA, SYN_ACKS, SYNS, Segment, sent_by
from tests.kernel.stage import CLIENT_PORT, PORT, Stage, scenario


@scenario(both=True)
def forged_rst_exact(stage: Stage) -> None:
    """RFC 5961: the exact number resets; the one in whose name it was sent learns of it later."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R"))
    stage.quiet()
    with contextlib.suppress(OSError):
        actor.sendall(b"what happened?")


@scenario(both=True)
def forged_rst_in_window(stage: Stage) -> None:
    """RFC 5961: inside the window but not exact: challenge ACK."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R", seq=5))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_old(stage: Stage) -> None:
    """A RST from before: ignored."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R", seq=-50))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_beyond_the_window(stage: Stage) -> None:
    """A RST from far ahead: ignored."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R", seq=50_000_000))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_with_ack_in_window(stage: Stage) -> None:
    """RST+ACK inside the window, not exact."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R.", seq=5))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_behind_a_sack_hole(stage: Stage) -> None:
    """A RST at the right edge of SACKed data is taken, as Linux does."""
    actor, _ = stage.pair()
    stage.link.drop(1, when=DATA & sent_by(stage.actor))
    stage.link.drop(2, when=DATA & sent_by(stage.actor), skip=1)
    actor.sendall(b"lost")
    actor.sendall(b"arrives")
    stage.quiet(0.02)
    stage.link.inject(stage.forge(actor, "R"))
    stage.quiet()


@scenario(both=True)
def forged_syn_in_established(stage: Stage) -> None:
    """A SYN in a synchronized state: challenge ACK, no more."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "S", seq=1000))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_syn_ack_in_established(stage: Stage) -> None:
    """A SYN+ACK in a synchronized state: challenge ACK."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "S.", seq=0))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_syn_in_close_wait(stage: Stage) -> None:
    """The same in CLOSE_WAIT and FIN_WAIT_2."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.inject(stage.forge(actor, "S", seq=9))
    stage.link.inject(stage.forge(other, "S", seq=9))
    stage.quiet()
    other.close()


@scenario(both=True)
def forged_fin_exact(stage: Stage) -> None:
    """A FIN forged at the right number is a FIN; the victim's peer answers the ACK with bewilderment."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "F."))
    stage.quiet()


@scenario(both=True)
def forged_fin_beyond_the_window(stage: Stage) -> None:
    """A FIN out of the window changes nothing."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "F.", seq=50_000_000))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_fin_old(stage: Stage) -> None:
    """A FIN before the window changes nothing."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "F.", seq=-60))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_in_fin_wait_2(stage: Stage) -> None:
    """An exact RST for FIN_WAIT_2 and one for CLOSE_WAIT."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    for segment in (stage.forge(other, "R"), stage.forge(actor, "R")):
        stage.link.inject(segment)
        stage.quiet()


@scenario(both=True)
def forged_rst_in_window_everywhere(stage: Stage) -> None:
    """RSTs not exact in FIN_WAIT_2 and CLOSE_WAIT, then the close goes on."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.inject(stage.forge(other, "R", seq=7))
    stage.link.inject(stage.forge(actor, "R", seq=7))
    stage.quiet()
    other.close()


@scenario()
def forged_rst_in_syn_sent(stage: Stage) -> None:
    """In SYN_SENT a RST counts if it acknowledges the SYN: one that does not, then one that does."""
    stage.link.drop(when=SYNS)
    stage.start_connect(dialler := stage.dial(port=CLIENT_PORT))
    (syn,) = stage.link.wait(SYNS)
    stage.keep(dialler)
    for ack in (syn.seq + 5, syn.seq + 1):
        stage.link.inject(Segment(syn.dst, syn.src, "R.", 0, ack))
        stage.quiet(0.1)


@scenario()
def forged_bare_rst_in_syn_sent(stage: Stage) -> None:
    """A RST without ACK in SYN_SENT is ignored."""
    held = stage.link.hold(1, when=SYNS)
    stage.listen()
    stage.start_connect(stage.dial())
    (syn,) = held.wait()
    stage.link.inject(Segment(syn.dst, syn.src, "R", syn.seq + 1))
    stage.quiet()
    held.open()


@scenario()
def forged_rst_in_syn_received(stage: Stage) -> None:
    """A RST that fits ends SYN_RECEIVED."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(stage.dial(port=CLIENT_PORT))
    held.wait()
    (syn,) = stage.link.sent(SYNS)
    stage.link.inject(Segment(syn.src, syn.dst, "R", syn.seq + 1))
    stage.quiet()


@scenario()
def forged_rst_in_syn_received_not_exact(stage: Stage) -> None:
    """A RST in the window but not exact for SYN_RECEIVED."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(stage.dial(port=CLIENT_PORT))
    held.wait()
    (syn,) = stage.link.sent(SYNS)
    stage.link.inject(Segment(syn.src, syn.dst, "R", syn.seq + 100))
    stage.quiet()
    held.open()


@scenario()
def forged_syn_ack_bad_in_syn_sent(stage: Stage) -> None:
    """A SYN+ACK for a SYN never sent is reset and changes nothing."""
    held = stage.link.hold(1, when=SYNS)
    stage.listen()
    stage.start_connect(stage.dial())
    (syn,) = held.wait()
    stage.link.inject(Segment(syn.dst, syn.src, "S.", 777, syn.seq + 77))
    stage.quiet()
    held.open()


@scenario()
def forged_ack_bad_in_syn_received(stage: Stage) -> None:
    """An ACK of something never sent in SYN_RECEIVED: RST back, no change."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(stage.dial())
    held.wait()
    (syn,), (answer,) = stage.link.sent(SYNS), stage.link.sent(SYN_ACKS)
    stage.link.inject(Segment(syn.src, syn.dst, ".", syn.seq + 1, answer.seq + 1000))
    stage.quiet()
    held.open()


@scenario()
def stray_segments_to_a_listener(stage: Stage) -> None:
    """ACK, FIN and data to a listener are reset."""
    stage.listen()
    client, server = stage.client.address(CLIENT_PORT), stage.server.address(PORT)
    for letters in (".", "F.", "P.", "R"):
        stage.link.inject(Segment(client, server, letters, 1000, 2000, payload=b"x" if "P" in letters else b""))
    stage.quiet()
