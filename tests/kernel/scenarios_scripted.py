"""A real kernel socket against a scripted peer that behaves in every odd way a stack must survive."""

from __future__ import annotations

import socket

from tests.kernel.script import MSS_OPTION, Peer, scripted, timestamp
from tests.kernel.stage import read

FAR = 50_000_000


@scripted
def ack_beyond_snd_nxt(peer: Peer) -> None:
    """An ACK of something never sent changes nothing."""
    peer.open()
    peer.send(".", ack=1000)
    peer.quiet()
    peer.finish()


@scripted
def ack_beyond_snd_nxt_with_fin(peer: Peer) -> None:
    """A FIN whose ACK covers something never sent is no FIN."""
    peer.open()
    peer.send("F.", seq=1, ack=1000)
    peer.quiet()
    peer.finish()


@scripted
def ack_far_too_old(peer: Peer) -> None:
    """An ACK far below SND.UNA, with data and with a FIN (RFC 5961 5.2)."""
    peer.open()
    peer.send("P.", b"old ack", seq=1, ack=-FAR)
    peer.quiet()
    peer.send("F.", seq=1, ack=-FAR)
    peer.quiet()
    peer.finish()


@scripted
def ack_a_little_old(peer: Peer) -> None:
    """A FIN with an ACK that is old but within the window."""
    peer.open()
    peer.sock.sendall(b"x" * 500)
    peer.expect(".")
    peer.send(".")
    peer.send("F.", ack=1)
    peer.quiet()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")


@scripted
def data_beyond_the_window(peer: Peer) -> None:
    """Data out of the window is refused."""
    peer.open()
    peer.send("P.", b"far away", seq=FAR)
    peer.quiet()
    peer.finish()


@scripted
def fin_beyond_the_window(peer: Peer) -> None:
    """A FIN out of the window is refused."""
    peer.open()
    peer.send("F.", seq=FAR)
    peer.quiet()
    peer.finish()


@scripted
def fin_beyond_a_gap_then_filled(peer: Peer) -> None:
    """A FIN inside the window, octets missing before it."""
    peer.open()
    peer.send("F.", seq=11)
    peer.quiet()
    peer.send("P.", b"0123456789")
    peer.quiet()
    read(peer.sock, 10)
    peer.sock.close()
    peer.expect("F.")
    peer.seq += 1
    peer.send(".")


@scripted
def fin_beyond_a_gap_then_another_before(peer: Peer) -> None:
    """Two FINs at different numbers: the lower one comes second and is the one that counts."""
    peer.open()
    peer.send("F.", seq=11)
    peer.quiet()
    peer.send("F.", seq=1)
    peer.quiet()
    peer.sock.close()
    peer.quiet()


@scripted
def fin_twice_at_different_numbers(peer: Peer) -> None:
    """A second FIN beyond the first."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.send("F.", seq=5)
    peer.quiet()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")


@scripted
def data_after_fin(peer: Peer) -> None:
    """Octets beyond one's own FIN."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.send("P.", b"one more thing", seq=2)
    peer.quiet()
    peer.sock.close()
    peer.quiet()
    peer.send(".")


@scripted
def fin_with_data(peer: Peer) -> None:
    """FIN on data."""
    peer.open()
    peer.send("FP.", b"the end")
    peer.expect(".")
    read(peer.sock, 7)
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")


@scripted
def fin_in_overlapping_data(peer: Peer) -> None:
    """FIN on data half of which came before."""
    peer.open()
    peer.send("P.", b"abcdef", seq=1)
    peer.expect(".")
    peer.send("FP.", b"defghi", seq=4)
    peer.expect(".")
    read(peer.sock, 9)
    peer.sock.close()
    peer.expect("F.")
    peer.seq = 11
    peer.send(".")


@scripted
def fin_with_data_beyond_the_window(peer: Peer) -> None:
    """FIN on data that is cut at the window's edge: the FIN is cut off, too."""
    peer.open()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    for number in range(60):
        peer.send("P.", bytes(1000), seq=1 + 1000 * number)
    peer.send("FP.", bytes(1000), seq=60001)
    peer.quiet()


@scripted
def keep_alive_by_the_peer(peer: Peer) -> None:
    """Probes with no octet and with one old octet."""
    peer.open()
    peer.send("P.", b"data")
    peer.expect(".")
    peer.send(".", seq=4)
    peer.expect(".")
    peer.send(".", b"a", seq=4)
    peer.quiet()
    read(peer.sock, 4)
    peer.finish()


@scripted
def segments_without_ack(peer: Peer) -> None:
    """Data and FIN without the ACK flag are dropped."""
    peer.open()
    peer.send("P", b"no ack", seq=1)
    peer.send("F", seq=1)
    peer.send("", seq=1)
    peer.quiet()
    peer.finish()


@scripted
def every_flag_at_once(peer: Peer) -> None:
    """SYN, FIN, RST, PSH, ACK and URG in one segment: a RST before all."""
    peer.open()
    peer.send("SFRP.U", seq=1)
    peer.quiet()


@scripted
def syn_and_fin_in_established(peer: Peer) -> None:
    """SYN+FIN in a synchronized state: a SYN, challenge ACK."""
    peer.open()
    peer.send("SF.", seq=1)
    peer.quiet()
    peer.finish()


@scripted
def rst_with_data(peer: Peer) -> None:
    """A RST that carries octets."""
    peer.open()
    peer.send("R.", b"go away")
    peer.quiet()


@scripted
def rst_with_fin(peer: Peer) -> None:
    """RST and FIN in one segment."""
    peer.open()
    peer.send("RF.")
    peer.quiet()


@scripted
def rst_inside_data(peer: Peer) -> None:
    """A RST whose number is old, though its octets reach RCV.NXT."""
    peer.open()
    peer.send("P.", b"0123456789")
    peer.expect(".")
    peer.send("R", b"789ab", seq=8)
    peer.quiet()
    read(peer.sock, 10)
    peer.finish()


@scripted
def rst_challenged_then_exact(peer: Peer) -> None:
    """A RST in the window draws a challenge ACK, the answer to it is exact."""
    peer.open()
    peer.send("R", seq=100)
    peer.expect(".")
    peer.send("R", seq=1)
    peer.quiet()


@scripted
def rst_beyond_a_gap(peer: Peer) -> None:
    """Octets missing, then a RST behind what came: Linux takes the edge of SACKed octets as exact only with SACK."""
    peer.open()
    peer.send("P.", b"later", seq=11)
    peer.expect(".")
    peer.send("R", seq=16)
    peer.quiet()
    peer.send("P.", b"0123456789")
    peer.quiet()


@scripted
def syn_in_window_then_rst(peer: Peer) -> None:
    """A half-open peer: its new SYN is challenged, and the challenge answered by a RST."""
    peer.open()
    peer.send("S", seq=500, options=MSS_OPTION)
    challenge = peer.expect(".")
    peer.link.settle(0.02)
    peer.send("R", seq=(challenge.ack - peer.iss) % 2**32)
    peer.quiet()


@scripted
def syn_repeated_in_established(peer: Peer) -> None:
    """The very first SYN (or SYN+ACK) comes again."""
    peer.open()
    peer.send("S" if peer.passive else "S.", seq=0, options=MSS_OPTION)
    peer.quiet()
    peer.finish()


@scripted
def urgent_data(peer: Peer) -> None:
    """URG moves no state."""
    peer.open()
    peer.send("P.U", b"urgent")
    peer.quiet()
    read(peer.sock, 5)
    peer.finish()


def with_timestamps(peer: Peer) -> None:
    """Open with timestamps agreed."""
    peer.tsval = 100_000
    peer.open()
    peer.tsval += 10
    peer.send("P.", b"hello")
    peer.expect(".")
    read(peer.sock, 5)


@scripted
def paws_rejects_data(peer: Peer) -> None:
    """Data with an old timestamp is refused."""
    with_timestamps(peer)
    peer.send("P.", b"old", seq=6, options=timestamp(50_000, peer.tsecr))
    peer.quiet()
    peer.finish()


@scripted
def paws_rejects_fin(peer: Peer) -> None:
    """A FIN with an old timestamp is no FIN."""
    with_timestamps(peer)
    peer.send("F.", seq=6, options=timestamp(50_000, peer.tsecr))
    peer.quiet()
    peer.finish()


@scripted
def paws_does_not_stop_a_rst(peer: Peer) -> None:
    """A RST is taken whatever its timestamp."""
    with_timestamps(peer)
    peer.send("R", seq=6, options=timestamp(50_000, peer.tsecr))
    peer.quiet()


@scripted
def timestamps_missing(peer: Peer) -> None:
    """Segments without the agreed timestamps are taken by Linux."""
    with_timestamps(peer)
    peer.send("P.", b"bare", timestamps=False)
    peer.quiet()
    read(peer.sock, 4)
    peer.send("F.", timestamps=False)
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send(".", timestamps=False)
    peer.quiet()


@scripted
def paws_in_time_wait(peer: Peer) -> None:
    """In TIME_WAIT, too, an old timestamp protects against a RST."""
    with_timestamps(peer)
    peer.sock.close()
    peer.expect("F.")
    peer.send("F.")
    peer.quiet()
    peer.send("R", options=timestamp(50_000, peer.tsecr))
    peer.quiet()
