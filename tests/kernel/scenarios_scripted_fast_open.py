"""A scripted peer and TCP Fast Open: what may come, and what the application may do, before the handshake is complete."""

from __future__ import annotations

import socket

from tests.kernel.script import MSS_OPTION, Peer, scripted_once
from tests.kernel.stage import abort, disconnect, read, set_tcp

REQUEST = b"request"
SYN_RTO = 1.2


def ask(peer: Peer) -> None:
    """Let the kernel take octets in a SYN without a cookie, and send it some."""
    peer.kernel.sysctl("net.ipv4.tcp_fastopen", 0x207)
    peer.listen()
    assert peer.listener is not None
    set_tcp(peer.listener, socket.TCP_FASTOPEN, 16)
    peer.send("S", REQUEST, options=MSS_OPTION)
    peer.expect("S.")


def call(peer: Peer) -> None:
    """Let the kernel send octets in its SYN without a cookie."""
    peer.kernel.sysctl("net.ipv4.tcp_fastopen", 0x5)
    peer.sock = peer.stage.dial(port=40000)
    peer.sock.setblocking(False)
    peer.sock.sendto(REQUEST, socket.MSG_FASTOPEN, peer.local)
    peer.remote = peer.expect("S").src


@scripted_once(passive=True)
def fast_open_reset_before_accept(peer: Peer) -> None:
    """A RST in SYN_RECEIVED, while nobody has accepted yet."""
    ask(peer)
    peer.send("R.")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_reset_after_accept(peer: Peer) -> None:
    """A RST in SYN_RECEIVED, once the application has the octets."""
    ask(peer)
    peer.accept()
    read(peer.sock, len(REQUEST))
    peer.send("R.")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_close_with_unread_octets(peer: Peer) -> None:
    """The application closes and has not read: RST from SYN_RECEIVED."""
    ask(peer)
    peer.accept()
    peer.sock.close()
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_close_before_the_ack(peer: Peer) -> None:
    """The application closes in SYN_RECEIVED; the ACK covers the SYN only, the next one the FIN."""
    ask(peer)
    peer.accept()
    read(peer.sock, len(REQUEST))
    peer.sock.close()
    peer.expect("F.")
    peer.send(".", ack=1)
    peer.quiet()
    peer.send(".")
    peer.quiet()
    peer.send("F.")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_close_then_one_ack_for_all(peer: Peer) -> None:
    """The first ACK covers SYN and FIN at once."""
    ask(peer)
    peer.accept()
    read(peer.sock, len(REQUEST))
    peer.sock.close()
    peer.expect("F.")
    peer.send("F.")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_listener_closes(peer: Peer) -> None:
    """The listener closes with the connection in its queue."""
    ask(peer)
    assert peer.listener is not None
    peer.listener.close()
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_fin_as_the_first_ack(peer: Peer) -> None:
    """The handshake's ACK carries a FIN."""
    ask(peer)
    peer.accept()
    read(peer.sock, len(REQUEST))
    peer.send("F.")
    peer.quiet()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def fast_open_syn_again(peer: Peer) -> None:
    """The SYN with its octets comes again, before and after the ACK."""
    ask(peer)
    peer.send("S", REQUEST, seq=0, options=MSS_OPTION)
    peer.quiet()
    peer.accept()
    read(peer.sock, len(REQUEST))
    peer.send(".")
    peer.send("S", REQUEST, seq=0, options=MSS_OPTION)
    peer.quiet()
    peer.finish()


@scripted_once(passive=True)
def fast_open_answer_then_disconnect(peer: Peer) -> None:
    """The application answers and disconnects in SYN_RECEIVED."""
    ask(peer)
    peer.accept()
    peer.sock.sendall(b"answer")
    disconnect(peer.sock)
    peer.quiet()
    peer.send(".", ack=1)
    peer.quiet()


@scripted_once(passive=False)
def fast_open_call_given_up(peer: Peer) -> None:
    """The SYN with octets is repeated without; a SYN+ACK of the SYN alone; then all goes on."""
    call(peer)
    peer.stage.let(SYN_RTO)
    peer.quiet()
    peer.send("S.", ack=1, options=MSS_OPTION)
    peer.quiet()
    peer.send(".")
    peer.finish()


@scripted_once(passive=False)
def fast_open_call_crossed(peer: Peer) -> None:
    """A SYN crosses the SYN with octets; then its ACK."""
    call(peer)
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.quiet()
    peer.finish()


@scripted_once(passive=False)
def fast_open_call_answered_and_closed(peer: Peer) -> None:
    """SYN+ACK of octets and all, FIN at once; the application closes, too."""
    call(peer)
    peer.send("S.", options=MSS_OPTION)
    peer.send("F.")
    peer.quiet()
    peer.sock.close()
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=False)
def fast_open_call_refused(peer: Peer) -> None:
    """A RST of the SYN with octets."""
    call(peer)
    peer.send("R.")
    peer.quiet()


@scripted_once(passive=False)
def fast_open_call_aborted(peer: Peer) -> None:
    """The application aborts in SYN_SENT: silence; the SYN+ACK draws a RST."""
    call(peer)
    abort(peer.sock)
    peer.send("S.", options=MSS_OPTION)
    peer.quiet()
