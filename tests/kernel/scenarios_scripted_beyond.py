"""A scripted peer that goes beyond the window it is offered, and one whose connection begins again by the very same SYN.

Without scaling 65535 is all that a window can say; with large buffers the kernel's own is wider.
"""

from __future__ import annotations

from tests.kernel.script import MSS_OPTION, SACK_PERMITTED, Peer, scripted, scripted_once

OCTETS = bytes(100)
BEYOND = 65535 + 2
"""Above the octets in order: just beyond what the window offers."""
LARGE_BUFFERS = "4096 540000 15728640"


def open_with_large_buffers(peer: Peer) -> None:
    """The kernel calls, and takes more than it can say; SACK is agreed on."""
    peer.kernel.sysctl("net.ipv4.tcp_rmem", LARGE_BUFFERS)
    peer.call()
    peer.send("S.", options=MSS_OPTION + SACK_PERMITTED)
    peer.expect(".")


@scripted_once(passive=False)
def ack_of_the_last_fin_beyond_the_window(peer: Peer) -> None:
    """In LAST_ACK, by the number of octets never sent; nothing answers, so it was taken, whatever resets then."""
    open_with_large_buffers(peer)
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".", seq=peer.seq + BEYOND)
    peer.send("R.", seq=peer.seq + BEYOND)
    peer.quiet()


@scripted_once(passive=False)
def reset_behind_octets_beyond_the_window(peer: Peer) -> None:
    """They are reported (SACK), so a reset with the number after them is exact."""
    open_with_large_buffers(peer)
    for at in range(3):
        peer.send("P.", OCTETS, seq=peer.seq + BEYOND + at * len(OCTETS))
        peer.expect(".")
    peer.kernel_fin()
    peer.send("R.", seq=peer.seq + BEYOND + 3 * len(OCTETS))
    peer.quiet()


@scripted_once(passive=False)
def reset_behind_a_fin_beyond_the_window(peer: Peer) -> None:
    """The same of a FIN without octets."""
    open_with_large_buffers(peer)
    peer.send("F.", seq=peer.seq + BEYOND)
    peer.expect(".")
    peer.send("R", seq=peer.seq + BEYOND + 1)
    peer.quiet()


@scripted
def reset_with_octets_beyond_the_window(peer: Peer) -> None:
    """The number is exact, but it carries more than fits while the FIN waits to be read: refused. The next is bare."""
    peer.kernel.sysctl("net.ipv4.tcp_rmem", "4096 8192 20000")
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.send("R", bytes(30000), seq=peer.seq)
    peer.quiet()
    peer.send("S", seq=peer.seq - 1)
    peer.expect(".")
    peer.send("R.", ack=100)
    peer.quiet()


@scripted_once(passive=False)
def fin_in_order_after_one_with_an_old_ack(peer: Peer) -> None:
    """The window was never open: a FIN behind octets with an ACK of the SYN's own number is refused, a bare one is not."""
    peer.call()
    peer.send("S.", window=0, options=MSS_OPTION)
    peer.expect(".")
    peer.send("F.", bytes(5000), seq=peer.seq - 99, ack=0, window=0)
    peer.quiet()
    peer.send("F.", window=0)
    peer.quiet()
    peer.send("P.", OCTETS, window=0)
    peer.quiet()


@scripted_once(passive=True)
def same_syn_after_time_wait_was_reset(peer: Peer) -> None:
    """A reset ends TIME_WAIT; the very SYN of the life before is answered anew."""
    peer.tsval = 1000
    peer.open()
    peer.tsval = 1010
    peer.kernel_fin()
    peer.send("F.")
    peer.expect(".")
    peer.send("R.", ack=0)
    peer.quiet()
    peer.tsval = 1000
    peer.send("S", seq=0, options=peer.syn_options())
    peer.expect("S.")
    peer.tsval = 1020
    peer.send("S", seq=100_000, options=peer.syn_options())
    peer.expect(".")
    peer.quiet()


@scripted_once(passive=True)
def same_syn_after_the_request_was_reset(peer: Peer) -> None:
    """A reset ends the request, what comes late draws another; the very SYN is answered by a new one."""
    peer.tsval = 1000
    peer.start()
    peer.send("R")
    peer.quiet()
    peer.tsval = 1030
    peer.send("FP.", OCTETS, seq=peer.seq + 50000)
    peer.expect("R")
    peer.tsval = 1000
    peer.send("S", seq=0, options=peer.syn_options())
    peer.expect("S.")
    peer.send("R")
    peer.quiet()
