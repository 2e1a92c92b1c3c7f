"""A scripted peer that opens oddly: the kernel listens."""

from __future__ import annotations

from tests.kernel.script import MSS_OPTION, Peer, scripted_once
from tests.kernel.stage import read

FAR = 50_000_000


@scripted_once(passive=True)
def handshake_by_fin(peer: Peer) -> None:
    """The third segment is a FIN+ACK."""
    peer.start()
    peer.send("F.")
    peer.accept()
    peer.quiet()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")


@scripted_once(passive=True)
def handshake_by_data_and_fin(peer: Peer) -> None:
    """The third segment carries data and FIN."""
    peer.start()
    peer.send("FP.", b"all at once")
    peer.accept()
    read(peer.sock, 11)
    peer.sock.close()
    peer.quiet()
    peer.send(".")


@scripted_once(passive=True)
def handshake_ack_out_of_window(peer: Peer) -> None:
    """The third segment's number is out of the window: an ACK, no change."""
    peer.start()
    peer.send(".", seq=FAR)
    peer.quiet()
    peer.send(".")
    peer.accept()


@scripted_once(passive=True)
def handshake_wrong_ack(peer: Peer) -> None:
    """The third segment acknowledges the wrong number: RST."""
    peer.start()
    peer.send(".", ack=500)
    peer.quiet()
    peer.send(".")
    peer.accept()


@scripted_once(passive=True)
def handshake_rst(peer: Peer) -> None:
    """A RST instead of the third segment (a port scanner's way)."""
    peer.start()
    peer.send("R")
    peer.quiet()


@scripted_once(passive=True)
def handshake_rst_ack(peer: Peer) -> None:
    """RST+ACK instead of the third segment."""
    peer.start()
    peer.send("R.")
    peer.quiet()


@scripted_once(passive=True)
def handshake_rst_old(peer: Peer) -> None:
    """A RST with the SYN's own number is old."""
    peer.start()
    peer.send("R", seq=0)
    peer.quiet()


@scripted_once(passive=True)
def syn_repeated_in_syn_received(peer: Peer) -> None:
    """The SYN comes again: the SYN+ACK, too."""
    peer.start()
    peer.send("S", seq=0, options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.accept()


@scripted_once(passive=True)
def new_syn_in_syn_received(peer: Peer) -> None:
    """A SYN with another number in the window: Linux 6 drops neither."""
    peer.start()
    peer.send("S", seq=500, options=MSS_OPTION)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def syn_with_data(peer: Peer) -> None:
    """Data in a SYN without Fast Open is not taken."""
    peer.listen()
    peer.send("S", b"too early", options=MSS_OPTION)
    peer.seq = 1
    peer.expect("S.")
    peer.send("P.", b"too early")
    peer.accept()
    read(peer.sock, 9)


@scripted_once(passive=True)
def syn_fin_to_a_listener(peer: Peer) -> None:
    """SYN+FIN opens nothing."""
    peer.listen()
    peer.send("SF", options=MSS_OPTION, seq=0)
    peer.quiet()


@scripted_once(passive=True)
def syn_ack_to_a_listener(peer: Peer) -> None:
    """SYN+ACK to a listener is reset."""
    peer.listen()
    peer.send("S.", options=MSS_OPTION, seq=0, ack=77)
    peer.quiet()


@scripted_once(passive=True)
def syn_rst_to_a_listener(peer: Peer) -> None:
    """SYN+RST to a listener is nothing."""
    peer.listen()
    peer.send("SR", options=MSS_OPTION, seq=0)
    peer.quiet()


@scripted_once(passive=True)
def syn_never_followed(peer: Peer) -> None:
    """SYN_RECEIVED, SYN+ACKs repeated, nothing more."""
    peer.start()
    peer.stage.let(1.3)


@scripted_once(passive=True, iss=2**32 - 1)
def passive_wrap_at_syn(peer: Peer) -> None:
    """The peer's ISN is 2**32 - 1."""
    peer.open()
    peer.send("P.", b"from zero on")
    peer.quiet()
    read(peer.sock, 12)
    peer.finish()


@scripted_once(passive=True, iss=2**32 - 4)
def passive_wrap_in_a_gap(peer: Peer) -> None:
    """A FIN beyond a hole that lies across 2**32."""
    peer.open()
    peer.send("F.", seq=9)
    peer.quiet()
    peer.send("P.", b"01234567", seq=1)
    peer.quiet()
    read(peer.sock, 8)
    peer.sock.close()
    peer.expect("F.")
    peer.seq = 10
    peer.send(".")
