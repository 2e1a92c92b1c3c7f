"""A scripted peer with a closed window, or against one: FINs held back, refused, and what shows where their sender was."""

from __future__ import annotations

import socket

from tests.kernel.script import MSS_OPTION, Peer, scripted, scripted_once
from tests.kernel.stage import abort, read

OCTETS = bytes(100)
PIECE = bytes(20_000)
SMALL_BUFFER = 16_000


@scripted
def fin_held_back_then_time_wait_answers(peer: Peer) -> None:
    """The kernel closes against a closed window, gets a FIN, and answers out of TIME_WAIT when its own went through."""
    peer.open()
    peer.send(".", window=0)
    peer.sock.sendall(OCTETS)
    peer.sock.close()
    peer.send("F.", window=0)
    peer.expect(".")
    peer.send(".")
    peer.expect("F.")
    peer.send(".")
    peer.quiet()
    peer.send("P.", OCTETS)
    peer.expect(".")
    peer.quiet()


@scripted
def bare_fin_into_a_closed_window(peer: Peer) -> None:
    """A full buffer refuses octets with their FIN; the FIN alone, at the number of the first of them, is taken."""
    peer.open()
    peer.send("P.", PIECE)
    peer.quiet()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    peer.send("FP.", PIECE * 3, seq=peer.seq)
    peer.quiet()
    peer.send("F.", seq=peer.seq + len(PIECE) * 3)
    peer.quiet()
    peer.send("FP.", OCTETS, seq=peer.seq)
    peer.send("F.", seq=peer.seq)
    peer.quiet()
    peer.send("R", seq=peer.seq + 1 + len(PIECE) * 3)
    peer.quiet()
    abort(peer.sock)
    peer.quiet()


@scripted
def gone_from_last_ack_before_its_ack_comes(peer: Peer) -> None:
    """In LAST_ACK the application aborts without a word: the ACK of its FIN draws a RST, which LAST_ACK never sends."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.kernel_fin()
    abort(peer.sock)
    peer.send(".")
    peer.expect("R")
    peer.quiet()


@scripted
def gone_from_closing_before_its_ack_comes(peer: Peer) -> None:
    """The same out of CLOSING."""
    peer.open()
    peer.kernel_fin()
    peer.send("F.", ack=1)
    peer.expect(".")
    abort(peer.sock)
    peer.send(".")
    peer.expect("R")
    peer.quiet()


@scripted_once(passive=True)
def fin_that_acknowledges_nothing_finds_a_request(peer: Peer) -> None:
    """A request answers a FIN without the right ACK by a RST, and keeps nothing of it."""
    peer.start()
    peer.send("F.", seq=1, ack=0)
    peer.expect("R")
    peer.send(".")
    peer.accept()
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.quiet()


@scripted
def fin_refused_once_and_taken_out_of_fin_wait_2(peer: Peer) -> None:
    """A FIN that acknowledges what was never sent is refused; sent again in FIN_WAIT_2, a minimal socket takes it."""
    peer.open()
    peer.send("F.", seq=1, ack=2)
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.quiet()
    peer.send("F.")
    peer.expect(".")
    peer.quiet()


@scripted_once(passive=True)
def number_of_a_listener_that_comes_out_of_time_wait(peer: Peer) -> None:
    """With tcp_rfc1337 a RST does not end TIME_WAIT, the SYN after it does: the new ISN lies beyond the old numbers."""
    peer.kernel.sysctl("net.ipv4.tcp_rfc1337", 1)
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send("F.")
    peer.expect(".")
    peer.send("R")
    peer.quiet()
    peer.send("S", seq=5000, options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".", seq=5001, ack=1)
    peer.accept()
    peer.send("P.", OCTETS, seq=5001, ack=1)
    read(peer.sock, len(OCTETS))
    peer.quiet()


@scripted_once(passive=True)
def fin_that_acknowledges_too_much_finds_a_request(peer: Peer) -> None:
    """A request answers it by a RST with that number; the number is right once the kernel has sent its own FIN."""
    peer.start()
    peer.send("F.", seq=1, ack=2)
    peer.expect("R")
    peer.send(".")
    peer.accept()
    peer.kernel_fin()
    peer.send(".", seq=1)
    peer.quiet()
    peer.send("F.")
    peer.expect(".")
    peer.quiet()


@scripted
def reset_behind_a_fin_that_was_refused(peer: Peer) -> None:
    """A FIN was refused for what it acknowledged, so the RST behind it is not exact, though that was sent since."""
    peer.open()
    peer.send("F.", seq=1, ack=2)
    peer.expect(".")
    peer.kernel_fin()
    peer.send("R", seq=2)
    peer.quiet()
    peer.send(".")
    peer.quiet()
    peer.send("F.")
    peer.expect(".")
    peer.quiet()
