"""A scripted peer whose segments a stack refuses, or takes against all appearance: what follows shows which."""

from __future__ import annotations

import socket

from tests.kernel.script import MSS_OPTION, SACK_PERMITTED, Peer, scripted, scripted_once
from tests.kernel.stage import CLIENT_PORT, disconnect, read, set_tcp

OCTETS = bytes(100)
LARGEST_WINDOW = 65535
UNSENT = 1101
"""Acknowledges octets that the kernel never sent."""
SIGNED = bytes([19, 18]) + bytes(16) + bytes([1, 1])
NONSENSE = bytes([99, 0]) + bytes(18)
REUSE_STEP = 65537
"""By how much Linux goes on from TIME_WAIT (tcp_twsk_unique)."""


@scripted_once(passive=True)
def request_gone_with_its_listener(peer: Peer) -> None:
    """The listener closes, then a RST with a wrong number finds the request, and takes it along without a word."""
    peer.start()
    assert peer.listener is not None
    peer.listener.close()
    peer.send("R", seq=5000)
    peer.quiet()


@scripted_once(passive=True)
def request_and_an_ack_one_tick_older(peer: Peer) -> None:
    """A request allows for no timestamp older than the SYN's, be it by one tick; an endpoint does."""
    peer.tsval = 1000
    peer.start()
    echo = peer.tsecr
    peer.tsval = 999
    peer.send(".")
    peer.expect(".")
    peer.tsval, peer.tsecr = 1001, echo
    peer.send(".")
    peer.accept()
    peer.tsval = 1000
    peer.send("P.", OCTETS)
    read(peer.sock, len(OCTETS))
    peer.quiet()
    peer.finish()


@scripted_once(passive=False)
def syn_ack_with_octets_and_fin_for_fast_open(peer: Peer) -> None:
    """Who calls by Fast Open takes octets and FIN of the SYN+ACK; others take the SYN alone."""
    peer.kernel.sysctl("net.ipv4.tcp_fastopen", 0x5)
    peer.sock = peer.stage.dial(port=CLIENT_PORT)
    peer.sock.setblocking(False)
    peer.sock.sendto(OCTETS, socket.MSG_FASTOPEN, peer.local)
    peer.remote = peer.expect("S").src
    peer.send("SF.", OCTETS, options=MSS_OPTION)
    peer.expect(".")
    peer.sock.close()
    peer.quiet()


@scripted_once(passive=True)
def fast_open_syn_with_fin_is_reset_and_nothing_ends(peer: Peer) -> None:
    """In SYN_RECEIVED a Fast Open socket resets another SYN (here with FIN), and answers the first one again."""
    peer.kernel.sysctl("net.ipv4.tcp_fastopen", 0x207)
    peer.listen()
    assert peer.listener is not None
    set_tcp(peer.listener, socket.TCP_FASTOPEN, 16)
    peer.send("S", OCTETS, options=MSS_OPTION)
    peer.expect("S.")
    peer.send("SF", seq=peer.seq, options=MSS_OPTION)
    peer.expect()
    peer.send("S", seq=0, options=MSS_OPTION)
    peer.expect("S.")
    peer.quiet()


@scripted_once(passive=False)
def reset_behind_a_fin_that_waits(peer: Peer) -> None:
    """Two FINs wait behind holes: a RST with the number after the higher one is exact (SACK)."""
    peer.call()
    peer.send("S.", options=MSS_OPTION + SACK_PERMITTED)
    peer.expect(".")
    peer.send("F.", seq=51)
    peer.expect(".")
    peer.send("F.", seq=2001)
    peer.expect(".")
    peer.send("R.", seq=2002)
    peer.quiet()


@scripted_once(passive=False)
def ack_of_the_fin_beyond_the_largest_window(peer: Peer) -> None:
    """Without scaling 65535 is all that a window can say; the kernel takes what lies a little beyond."""
    peer.kernel.sysctl("net.ipv4.tcp_rmem", "4096 540000 15728640")
    peer.call()
    peer.send("S.", options=MSS_OPTION + SACK_PERMITTED)
    peer.expect(".")
    peer.kernel_fin()
    peer.send("P.", OCTETS, seq=1 + LARGEST_WINDOW + 1)
    peer.expect(".")
    peer.sock.close()
    peer.quiet()


@scripted_once(passive=True)
def window_probe_shows_that_it_had_opened(peer: Peer) -> None:
    """Nobody probes a closed window in SYN_RECEIVED: the handshake's ACK had come, though all else is refused."""
    peer.start()
    peer.send(".", window=0)
    peer.accept()
    peer.sock.sendall(OCTETS)
    peer.link.wait(count=len(peer.link.sent()) + 1)
    peer.send("F.", seq=peer.seq, ack=UNSENT, window=0)
    peer.quiet()


@scripted_once(passive=True)
def reset_behind_octets_that_were_refused(peer: Peer) -> None:
    """Octets with an ACK of nothing are refused whole, so the RST behind them is not exact."""
    peer.open()
    peer.send("P.", OCTETS, seq=peer.seq, ack=UNSENT)
    peer.quiet()
    peer.send("R", seq=peer.seq + len(OCTETS))
    peer.quiet()
    peer.finish()


@scripted_once(passive=True)
def time_wait_keeps_to_itself_after_a_reset(peer: Peer) -> None:
    """With tcp_rfc1337 TIME_WAIT does not heed a RST: a SYN after that is answered out of it."""
    peer.kernel.sysctl("net.ipv4.tcp_rfc1337", 1)
    peer.open()
    peer.kernel_fin()
    peer.send("F.")
    peer.expect(".")
    peer.send("R")
    peer.quiet()
    peer.send("S", seq=-5000, options=MSS_OPTION)
    peer.expect(".")
    peer.quiet()


@scripted
def signed_where_nobody_signs(peer: Peer) -> None:
    """Segments signed by TCP MD5 are dropped unread, and so are those whose options have impossible lengths."""
    peer.open()
    for options in (SIGNED, NONSENSE):
        for letters in ("R.", "P.", "F."):
            peer.send(letters, OCTETS if letters == "P." else b"", seq=1, options=options)
    peer.quiet()
    peer.finish()


@scripted_once(passive=True)
def handshake_ack_signed_where_nobody_signs(peer: Peer) -> None:
    """A request drops it, too; the next one opens the connection."""
    peer.start()
    peer.send(".", options=SIGNED)
    peer.quiet()
    peer.send(".")
    peer.accept()
    peer.finish()


@scripted_once(passive=False)
def listens_where_it_called(peer: Peer) -> None:
    """Its call is given up without a word; it answers the peer's SYN as a listener, by another number."""
    peer.call()
    disconnect(peer.sock)
    peer.sock.listen(1)
    peer.send("S", options=peer.syn_options())
    peer.expect("S.")
    peer.send(".")
    peer.quiet()
    peer.send("F.")
    peer.expect(".")
    peer.quiet()


@scripted_once(passive=False)
def time_wait_answers_a_syn_it_cannot_hand_on(peer: Peer) -> None:
    """Who called does not listen: TIME_WAIT answers a new SYN by an ACK, and stays."""
    peer.open()
    peer.kernel_fin()
    peer.send(".")
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.send("S", seq=2 + REUSE_STEP, options=peer.syn_options())
    peer.expect(".")
    peer.send("R", seq=3 + REUSE_STEP)
    peer.quiet()
