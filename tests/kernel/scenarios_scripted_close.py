"""A scripted peer while the kernel closes: odd ACKs, FINs, resets, data for orphans, TIME_WAIT."""

from __future__ import annotations

import socket

from tests.kernel.script import MSS_OPTION, Peer, scripted, scripted_once
from tests.kernel.stage import read


@scripted
def fin_acknowledged_then_data_then_fin(peer: Peer) -> None:
    """The kernel half-closes; the peer goes on for a while."""
    peer.open()
    peer.kernel_fin()
    peer.send(".")
    for _ in range(3):
        peer.send("P.", b"more")
        peer.expect(".")
    read(peer.sock, 12)
    peer.send("F.")
    peer.quiet()


@scripted
def fin_not_acknowledged_but_answered(peer: Peer) -> None:
    """The peer's FIN does not cover the kernel's: CLOSING; then the ACK."""
    peer.open()
    peer.kernel_fin()
    peer.send("F.", ack=1)
    peer.expect(".")
    peer.send(".")
    peer.quiet()


@scripted
def closing_never_acknowledged(peer: Peer) -> None:
    """CLOSING at the end of the capture."""
    peer.open()
    peer.kernel_fin()
    peer.send("F.", ack=1)
    peer.quiet()


@scripted
def closing_reset(peer: Peer) -> None:
    """A RST in CLOSING."""
    peer.open()
    peer.kernel_fin()
    peer.send("F.", ack=1)
    peer.expect(".")
    peer.send("R")
    peer.quiet()


@scripted
def fin_and_its_ack_in_one_then_again(peer: Peer) -> None:
    """FIN+ACK of the kernel's FIN, twice."""
    peer.open()
    peer.kernel_fin()
    peer.send("F.")
    peer.expect(".")
    peer.send("F.", seq=1)
    peer.quiet()


@scripted
def fin_answered_by_rst(peer: Peer) -> None:
    """The peer answers the kernel's FIN with a RST."""
    peer.open()
    peer.kernel_fin()
    peer.send("R.")
    peer.quiet()


@scripted
def fin_answered_by_rst_in_window(peer: Peer) -> None:
    """A RST that is not exact in FIN_WAIT_1, then an orderly end."""
    peer.open()
    peer.kernel_fin()
    peer.send("R", seq=50)
    peer.quiet()
    peer.send("F.")
    peer.quiet()


@scripted
def last_ack_answered_by_rst(peer: Peer) -> None:
    """A RST in LAST_ACK."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send("R")
    peer.quiet()


@scripted
def last_ack_too_low(peer: Peer) -> None:
    """ACKs in LAST_ACK that do not cover the FIN."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".", ack=1)
    peer.quiet()


@scripted
def last_ack_too_high(peer: Peer) -> None:
    """An ACK in LAST_ACK beyond the FIN: RFC 9293 asks for an ACK and no change."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".", ack=1000)
    peer.quiet()


@scripted
def fin_wait_1_ack_of_data_only(peer: Peer) -> None:
    """Data and FIN are out, the ACK covers the data alone."""
    peer.open()
    peer.sock.sendall(b"data")
    peer.expect(".")
    peer.kernel_fin()
    peer.send(".", ack=5)
    peer.quiet()


@scripted
def fin_wait_1_ack_too_high(peer: Peer) -> None:
    """An ACK beyond the FIN in FIN_WAIT_1."""
    peer.open()
    peer.kernel_fin()
    peer.send(".", ack=100)
    peer.quiet()


@scripted
def orphan_gets_data(peer: Peer) -> None:
    """Data for an orphan in FIN_WAIT_2."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.send("P.", b"too late")
    peer.quiet()


@scripted
def orphan_gets_data_with_its_ack(peer: Peer) -> None:
    """The ACK of the orphan's FIN carries data."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send("P.", b"too late")
    peer.quiet()


@scripted
def orphan_gets_data_and_fin(peer: Peer) -> None:
    """The ACK of the orphan's FIN carries data and a FIN."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send("FP.", b"too late")
    peer.quiet()


@scripted
def orphan_gets_old_data(peer: Peer) -> None:
    """Octets it has already read do an orphan no harm."""
    peer.open()
    peer.send("P.", b"early")
    peer.expect(".")
    read(peer.sock, 5)
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.send("P.", b"early", seq=1)
    peer.quiet()


@scripted
def orphan_gets_fin_beyond_a_gap(peer: Peer) -> None:
    """A FIN beyond missing octets for an orphan."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.send("F.", seq=20)
    peer.quiet()


@scripted
def shut_reader_gets_data(peer: Peer) -> None:
    """shutdown(SHUT_RDWR) while the application keeps the socket."""
    peer.open()
    peer.sock.shutdown(socket.SHUT_RDWR)
    peer.expect("F.")
    peer.send(".")
    peer.send("P.", b"unwanted")
    peer.quiet()


@scripted
def fin_against_a_zero_window(peer: Peer) -> None:
    """The peer's window is closed: FIN_WAIT_1 without a FIN, until it opens."""
    peer.open()
    peer.send(".", window=0)
    peer.sock.sendall(b"held back")
    peer.sock.shutdown(socket.SHUT_WR)
    peer.quiet()
    peer.send(".", window=1000)
    peer.quiet()
    peer.send("F.")
    peer.quiet()


@scripted
def fin_against_a_zero_window_crossed(peer: Peer) -> None:
    """The peer closes while the kernel's FIN cannot leave."""
    peer.open()
    peer.send(".", window=0)
    peer.sock.sendall(b"held back")
    peer.sock.shutdown(socket.SHUT_WR)
    peer.quiet()
    peer.send("F.", window=0)
    peer.quiet()
    peer.send(".", window=1000)
    peer.quiet()
    peer.send(".")
    peer.quiet()


def into_time_wait(peer: Peer) -> None:
    """Close, the kernel first."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send("F.")
    peer.expect(".")


@scripted
def time_wait_gets_fin_again(peer: Peer) -> None:
    """The same FIN."""
    into_time_wait(peer)
    peer.send("F.", seq=1)
    peer.quiet()


@scripted
def time_wait_gets_data(peer: Peer) -> None:
    """Octets beyond the FIN."""
    into_time_wait(peer)
    peer.send("P.", b"ghost")
    peer.quiet()


@scripted
def time_wait_gets_rst_exact(peer: Peer) -> None:
    """Assassination."""
    into_time_wait(peer)
    peer.send("R")
    peer.quiet()


@scripted
def time_wait_gets_rst_in_window(peer: Peer) -> None:
    """A RST in the window, not exact."""
    into_time_wait(peer)
    peer.send("R", seq=60)
    peer.quiet()


@scripted
def time_wait_gets_old_rst(peer: Peer) -> None:
    """A RST with the FIN's own number."""
    into_time_wait(peer)
    peer.send("R", seq=1)
    peer.quiet()


@scripted_once(passive=True)
def time_wait_gets_new_syn(peer: Peer) -> None:
    """A new life, its ISN beyond the old numbers."""
    into_time_wait(peer)
    peer.iss += 100_000
    peer.seq, peer.ack = 0, 0
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.accept()
    peer.finish()


@scripted_once(passive=True)
def time_wait_gets_old_syn(peer: Peer) -> None:
    """A SYN below the old numbers: answered by an ACK."""
    into_time_wait(peer)
    peer.send("S", seq=-5000, options=MSS_OPTION)
    peer.quiet()


@scripted_once(passive=True)
def time_wait_gets_new_syn_then_rst(peer: Peer) -> None:
    """A new SYN opens SYN_RECEIVED, and a RST ends it."""
    into_time_wait(peer)
    peer.iss += 100_000
    peer.seq, peer.ack = 0, 0
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send("R")
    peer.quiet()
