"""A scripted peer and the other ends: disconnect, shutdown of both directions, timers, TIME_WAIT reused, closed windows."""

from __future__ import annotations

import socket
import struct

from tests.kernel.script import MSS_OPTION, Peer, scripted, scripted_once, timestamp
from tests.kernel.stage import disconnect, read, set_tcp

TCP_DEFER_ACCEPT, TCP_USER_TIMEOUT = 9, 18


@scripted
def disconnect_established(peer: Peer) -> None:
    """connect() to nowhere in ESTABLISHED."""
    peer.open()
    disconnect(peer.sock)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted
def disconnect_close_wait(peer: Peer) -> None:
    """... in CLOSE_WAIT."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    disconnect(peer.sock)
    peer.quiet()


@scripted
def disconnect_fin_wait_1(peer: Peer) -> None:
    """... in FIN_WAIT_1."""
    peer.open()
    peer.kernel_fin()
    disconnect(peer.sock)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted
def disconnect_fin_wait_2(peer: Peer) -> None:
    """... in FIN_WAIT_2."""
    peer.open()
    peer.kernel_fin()
    peer.send(".")
    peer.quiet()
    disconnect(peer.sock)
    peer.quiet()


@scripted_once(passive=False)
def disconnect_syn_sent(peer: Peer) -> None:
    """... in SYN_SENT, the SYN+ACK comes later."""
    peer.call()
    disconnect(peer.sock)
    peer.send("S.", options=MSS_OPTION)
    peer.quiet()


@scripted
def shutdown_both_then_octets(peer: Peer) -> None:
    """shutdown() of both directions, octets after it, then close."""
    peer.open()
    peer.sock.shutdown(socket.SHUT_RDWR)
    peer.expect("F.")
    peer.send(".")
    peer.send("P.", b"octets")
    peer.quiet()
    peer.sock.close()
    peer.send("F.")
    peer.quiet()


@scripted
def shutdown_read_octets_then_close(peer: Peer) -> None:
    """shutdown() of reading, octets that nobody reads, close."""
    peer.open()
    peer.sock.shutdown(socket.SHUT_RD)
    peer.send("P.", b"octets")
    peer.quiet()
    peer.sock.close()
    peer.quiet()


@scripted
def linger_for_a_while(peer: Peer) -> None:
    """close() lingers a second for an ACK that never comes."""
    peer.open()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))
    peer.sock.sendall(b"octets")
    peer.sock.close()
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted
def user_timeout_in_fin_wait_1(peer: Peer) -> None:
    """The FIN is never acknowledged within TCP_USER_TIMEOUT."""
    peer.open()
    set_tcp(peer.sock, TCP_USER_TIMEOUT, 400)
    peer.kernel_fin()
    peer.stage.let(1.2)
    peer.send(".")
    peer.quiet()


@scripted
def user_timeout_against_a_closed_window(peer: Peer) -> None:
    """Octets wait for a window within TCP_USER_TIMEOUT."""
    peer.open()
    peer.send(".", window=0)
    set_tcp(peer.sock, TCP_USER_TIMEOUT, 400)
    peer.sock.sendall(b"octets")
    peer.stage.let(1.2)
    peer.send(".")
    peer.quiet()


@scripted
def fin_into_a_closed_window(peer: Peer) -> None:
    """The kernel's own window is closed when the FIN comes."""
    peer.open()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    for _ in range(8):
        peer.send("P.", bytes(1000))
    peer.quiet()
    peer.send("F.", seq=peer.ack_of_kernel())
    peer.quiet()


@scripted
def fin_out_of_order_for_an_orphan(peer: Peer) -> None:
    """An orphan in FIN_WAIT_1 gets a FIN behind a hole, then what fills it."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send("F.", seq=5, ack=1)
    peer.quiet()
    peer.send("P.", b"fill", seq=1)
    peer.quiet()


@scripted
def fin_out_of_order_in_fin_wait_2(peer: Peer) -> None:
    """A half-closed socket in FIN_WAIT_2 gets a FIN behind a hole, then what fills it."""
    peer.open()
    peer.kernel_fin()
    peer.send(".")
    peer.quiet()
    peer.send("F.", seq=5)
    peer.quiet()
    peer.send("P.", b"fill", seq=1)
    peer.quiet()


@scripted
def rst_answers_the_challenge(peer: Peer) -> None:
    """RST in the window, challenged; then SYN, challenged; then exact."""
    peer.open()
    peer.send("R", seq=100)
    peer.quiet()
    peer.stage.let(0.6)
    peer.send("S", seq=200, options=MSS_OPTION)
    peer.quiet()
    peer.send("R", seq=1)
    peer.quiet()


def open_deferred(peer: Peer) -> None:
    """A handshake with a listener that waits for more than its last ACK."""
    peer.listen()
    assert peer.listener is not None
    set_tcp(peer.listener, TCP_DEFER_ACCEPT, 5)
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def defer_accept_opened_by_octets(peer: Peer) -> None:
    """TCP_DEFER_ACCEPT: the ACK is passed over, octets open."""
    open_deferred(peer)
    peer.send("P.", b"octets")
    peer.quiet()
    peer.accept()
    read(peer.sock, 6)
    peer.finish()


@scripted_once(passive=True)
def defer_accept_opened_by_fin(peer: Peer) -> None:
    """TCP_DEFER_ACCEPT: a FIN opens."""
    open_deferred(peer)
    peer.send("F.")
    peer.quiet()


@scripted_once(passive=True)
def queue_full_then_reset(peer: Peer) -> None:
    """A full accept queue passes ACK and octets over; a RST ends the request."""
    peer.listener = peer.stage.listen(backlog=0)
    peer.local = (peer.local[0], 40001)
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.local, peer.seq, peer.ack = (peer.local[0], 40000), 0, 0
    peer.send("S", options=MSS_OPTION)
    peer.quiet()
    peer.send(".")
    peer.send("P.", b"octets")
    peer.quiet()
    peer.send("R.")
    peer.quiet()


@scripted_once(passive=True)
def opened_with_a_closed_window(peer: Peer) -> None:
    """SYN and ACK offer no window; octets wait, the peer closes."""
    peer.listen()
    peer.send("S", options=MSS_OPTION, window=0)
    peer.expect("S.")
    peer.send(".", window=0)
    peer.accept()
    peer.sock.sendall(b"octets")
    peer.stage.let(0.5)
    peer.send("F.", window=0)
    peer.quiet()
    peer.sock.close()
    peer.stage.let(0.5)
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def time_wait_reused_by_a_lower_number_with_a_newer_timestamp(peer: Peer) -> None:
    """A SYN below RCV.NXT reopens because its timestamp is newer."""
    peer.tsval = 1000
    peer.open()
    peer.kernel_fin()
    peer.send("F.")
    peer.expect(".")
    peer.tsval = 3000
    peer.send("S", seq=-5000, options=MSS_OPTION + timestamp(3000))
    peer.quiet()


@scripted_once(passive=True)
def time_wait_keeps_off_an_older_timestamp(peer: Peer) -> None:
    """A SYN above RCV.NXT with an older timestamp is answered by an ACK."""
    peer.tsval = 3000
    peer.open()
    peer.kernel_fin()
    peer.send("F.")
    peer.expect(".")
    peer.send("S", seq=50_000, options=MSS_OPTION + timestamp(1000))
    peer.quiet()
