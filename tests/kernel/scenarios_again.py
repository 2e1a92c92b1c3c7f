"""The same once more: a socket that connects a second time, and two ends between which another connection begins, or
would: one of them is still in the one before.
"""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import SYNS
from tests.kernel.script import MSS_OPTION, Peer, scripted, scripted_once
from tests.kernel.stage import CLIENT_PORT, PORT, Stage, disconnect, forget, read, scenario

ISN = 100_000


def _refused(stage: Stage) -> socket.socket:
    """A socket that was refused; in blocking mode its connect() tells of it at once and it may call again."""
    dialler = stage.dial()
    dialler.setblocking(True)
    with contextlib.suppress(ConnectionRefusedError):
        dialler.connect(stage.server.address(PORT))
    return dialler


@scenario()
def connect_again_after_refusal(stage: Stage) -> None:
    """Nobody listens; when somebody does, the same socket calls again, from another port."""
    dialler = _refused(stage)
    listener = stage.listen()
    dialler.connect(stage.server.address(PORT))
    accepted, _ = listener.accept()
    stage.keep(accepted)
    stage.quiet()


@scenario()
def connect_again_unanswered(stage: Stage) -> None:
    """Refused once, then nobody answers: the second call begins and ends in SYN_SENT."""
    dialler = _refused(stage)
    stage.link.drop(when=SYNS)
    stage.start_connect(dialler)
    stage.quiet()


@scenario()
def connect_again_after_disconnecting(stage: Stage) -> None:
    """The socket gives its connection up by a reset, calls again, and ends in order."""
    dialler, _ = stage.connect()
    disconnect(dialler)
    stage.quiet()
    listener = stage.listen(PORT + 1)
    dialler.connect(stage.server.address(PORT + 1))
    accepted, _ = listener.accept()
    stage.keep(accepted)
    stage.talk(dialler, accepted)
    accepted.close()
    stage.quiet()
    dialler.close()
    stage.quiet()


@scenario()
def connect_again_from_the_same_port(stage: Stage) -> None:
    """The same, bound to a port, to the same listener: both lives have the same addresses."""
    listener = stage.listen()
    dialler = stage.dial(port=CLIENT_PORT)
    for _ in range(2):
        dialler.connect(stage.server.address(PORT))
        accepted, _ = listener.accept()
        stage.keep(accepted)
        accepted.sendall(b"hello")
        read(dialler, 5)
        stage.quiet()
        disconnect(dialler)
        stage.quiet()


@scenario()
def connect_again_after_the_peers_close(stage: Stage) -> None:
    """The peer has closed; in CLOSE_WAIT the socket gives up and calls again."""
    dialler, accepted = stage.connect()
    accepted.close()
    stage.quiet()
    disconnect(dialler)
    stage.quiet()
    listener = stage.listen(PORT + 1)
    dialler.connect(stage.server.address(PORT + 1))
    again, _ = listener.accept()
    stage.keep(again)
    stage.quiet()


@scripted
def other_syn_unanswered_in_last_ack(peer: Peer) -> None:
    """The first one draws a challenge ACK, the second comes too soon for another: it is still in LAST_ACK."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".", ack=1)
    peer.send("S", seq=ISN, options=MSS_OPTION)
    peer.expect(".")
    peer.send("S", seq=2 * ISN, options=MSS_OPTION)
    peer.quiet()


@scripted_once(passive=True)
def other_syn_unanswered_in_fin_wait_2(peer: Peer) -> None:
    """The same in FIN_WAIT_2, where nothing was to be said since."""
    peer.open()
    peer.kernel_fin()
    peer.send(".")
    peer.send("R.", seq=5000)
    peer.expect(".")
    peer.send("S", seq=ISN, options=MSS_OPTION)
    peer.quiet()


@scripted_once(passive=True)
def request_reset_by_another_syn_and_a_third_answered(peer: Peer) -> None:
    """A SYN within the window resets the request; the next one is answered anew, and reset."""
    peer.start()
    peer.send("S", bytes(10), seq=5000, options=MSS_OPTION)
    peer.expect("R.")
    peer.iss += ISN
    peer.seq = 0
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send("R.", ack=77)
    peer.quiet()


@scripted_once(passive=True)
def same_syn_after_fin_wait_1_was_reset(peer: Peer) -> None:
    """The reset acknowledges nothing, and counts; the very SYN is answered anew."""
    peer.tsval = 1000
    peer.open()
    peer.tsval = 1010
    peer.kernel_fin()
    peer.send("R.", ack=0)
    peer.quiet()
    peer.tsval = 1000
    peer.send("S", seq=0, options=peer.syn_options())
    peer.expect("S.")
    peer.quiet()


@scripted_once(passive=False)
def reset_behind_a_refused_fin(peer: Peer) -> None:
    """A FIN that acknowledges what was never sent is refused, so the reset with the number after it is not exact."""
    peer.call()
    peer.send("S.", window=0, options=MSS_OPTION)
    peer.expect(".")
    peer.send("F.", seq=peer.seq, ack=2)
    peer.expect(".")
    peer.send("R", seq=peer.seq + 1)
    peer.quiet()


@scripted_once(passive=False)
def second_call_answered_by_octets(peer: Peer) -> None:
    """The socket is gone without a word, another calls from its port; octets with an ACK of its SYN open nothing."""
    peer.call()
    peer.send("S.", options=MSS_OPTION)
    peer.expect(".")
    peer.stage.let(0.1)
    forget(peer.sock)
    again = peer.stage.dial(port=CLIENT_PORT)
    peer.stage.start_connect(again)
    peer.expect("S")
    peer.ack = 1
    peer.send("P.", b"hello")
    peer.quiet()
