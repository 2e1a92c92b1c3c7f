"""A scripted peer that answers oddly: the kernel calls."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import RST
from tests.kernel.script import MSS_OPTION, Peer, scripted_once
from tests.kernel.stage import abort, read


@scripted_once(passive=False)
def bare_ack_in_syn_sent(peer: Peer) -> None:
    """An ACK without SYN in SYN_SENT is nothing."""
    peer.call()
    peer.send(".", seq=1)
    peer.quiet()
    peer.send("S.", options=MSS_OPTION)
    peer.expect(".")


@scripted_once(passive=False)
def wrong_syn_ack_in_syn_sent(peer: Peer) -> None:
    """A SYN+ACK of something never sent is reset."""
    peer.call()
    peer.send("S.", options=MSS_OPTION, seq=0, ack=99)
    peer.expect("R")
    peer.send("S.", options=MSS_OPTION)
    peer.expect(".")


@scripted_once(passive=False)
def wrong_ack_with_rst_in_syn_sent(peer: Peer) -> None:
    """A RST whose ACK is wrong is nothing."""
    peer.call()
    peer.send("R.", seq=0, ack=99)
    peer.quiet()
    peer.send("S.", options=MSS_OPTION)
    peer.expect(".")


@scripted_once(passive=False)
def rst_ack_in_syn_sent(peer: Peer) -> None:
    """Refused."""
    peer.call()
    peer.send("R.", seq=0, ack=1)
    peer.quiet()


@scripted_once(passive=False)
def fin_ack_in_syn_sent(peer: Peer) -> None:
    """FIN+ACK without SYN in SYN_SENT is nothing."""
    peer.call()
    peer.send("F.", seq=1)
    peer.quiet()
    peer.send("S.", options=MSS_OPTION)
    peer.expect(".")


@scripted_once(passive=False)
def syn_ack_with_fin(peer: Peer) -> None:
    """A SYN+ACK that carries a FIN as well: Linux takes no FIN from it."""
    peer.call()
    peer.send("SF.", options=MSS_OPTION)
    peer.quiet()


@scripted_once(passive=False)
def syn_ack_with_data(peer: Peer) -> None:
    """A SYN+ACK with data."""
    peer.call()
    peer.send("S.", b"early", options=MSS_OPTION)
    peer.expect(".")
    peer.quiet()
    peer.seq = 1
    peer.send("P.", b"early")
    peer.quiet()
    read(peer.sock, 5)


@scripted_once(passive=False)
def syn_crosses_then_ack(peer: Peer) -> None:
    """Simultaneous open that ends with a plain ACK of the kernel's SYN+ACK."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.quiet()
    peer.finish()


@scripted_once(passive=False)
def syn_crosses_then_syn_ack(peer: Peer) -> None:
    """Simultaneous open that ends with a SYN+ACK."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send("S.", seq=0, options=MSS_OPTION)
    peer.quiet()
    peer.finish()


@scripted_once(passive=False)
def syn_crosses_then_rst(peer: Peer) -> None:
    """Simultaneous open, ended by a RST in SYN_RECEIVED."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send("R")
    peer.quiet()


@scripted_once(passive=False)
def syn_crosses_then_fin(peer: Peer) -> None:
    """Simultaneous open; the ACK of the kernel's SYN carries a FIN."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send("F.")
    peer.quiet()
    peer.sock.close()
    peer.quiet()
    peer.send(".")


@scripted_once(passive=False)
def syn_crosses_then_close(peer: Peer) -> None:
    """Simultaneous open; the application closes in SYN_RECEIVED: FIN_WAIT_1."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.sock.close()
    peer.quiet()
    peer.send(".", ack=1)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=False)
def syn_crosses_then_abort(peer: Peer) -> None:
    """Simultaneous open; the application aborts in SYN_RECEIVED."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    abort(peer.sock)
    peer.quiet()


@scripted_once(passive=False)
def syn_unanswered_then_rst_late(peer: Peer) -> None:
    """The RST comes after the SYN was repeated."""
    peer.call()
    peer.expect("S")
    peer.send("R.", seq=0, ack=1)
    peer.quiet()


@scripted_once(passive=False)
def closed_in_syn_sent_then_syn_ack(peer: Peer) -> None:
    """The application gave up; the late SYN+ACK meets nobody."""
    peer.call()
    peer.sock.close()
    peer.send("S.", options=MSS_OPTION)
    reset = peer.expect()
    assert reset.flags & RST


@scripted_once(passive=False)
def fast_open_client_partial(peer: Peer) -> None:
    """The SYN+ACK acknowledges the SYN alone, or half of its data."""
    peer.kernel.sysctl("net.ipv4.tcp_fastopen", 5)
    peer.sock = peer.stage.dial()
    with contextlib.suppress(BlockingIOError):
        peer.sock.sendto(b"request", socket.MSG_FASTOPEN, peer.local)
    syn = peer.expect("S")
    peer.remote = syn.src
    peer.send("S.", ack=4, options=MSS_OPTION)
    peer.quiet()
    peer.send(".")
    peer.quiet()
    peer.finish()


@scripted_once(passive=False)
def fast_open_client_gets_data_and_fin(peer: Peer) -> None:
    """The answer to a Fast Open SYN: SYN+ACK, then data and FIN at once."""
    peer.kernel.sysctl("net.ipv4.tcp_fastopen", 5)
    peer.sock = peer.stage.dial()
    with contextlib.suppress(BlockingIOError):
        peer.sock.sendto(b"request", socket.MSG_FASTOPEN, peer.local)
    syn = peer.expect("S")
    peer.remote = syn.src
    peer.send("S.", options=MSS_OPTION)
    peer.send("FP.", b"answer")
    peer.quiet()
    peer.sock.close()
    peer.quiet()
    peer.send(".")
    peer.quiet()
