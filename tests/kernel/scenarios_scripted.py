"""A real kernel socket against a scripted peer that behaves in every odd way a stack must survive."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import RST
from tests.kernel.script import MSS_OPTION, Peer, scripted, scripted_once, timestamp
from tests.kernel.stage import abort, read

FAR = 50_000_000


def finish(peer: Peer) -> None:
    """An orderly close, the script first; shows that the connection still lives."""
    peer.send("F.")
    peer.expect()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.quiet()


# ------------------------------------------------------------------ numbers out of order


@scripted
def ack_beyond_snd_nxt(peer: Peer) -> None:
    """An ACK of something never sent changes nothing."""
    peer.open()
    peer.send(".", ack=1000)
    peer.quiet()
    finish(peer)


@scripted
def ack_beyond_snd_nxt_with_fin(peer: Peer) -> None:
    """A FIN whose ACK covers something never sent is no FIN."""
    peer.open()
    peer.send("F.", seq=1, ack=1000)
    peer.quiet()
    finish(peer)


@scripted
def ack_far_too_old(peer: Peer) -> None:
    """An ACK far below SND.UNA, with data and with a FIN (RFC 5961 5.2)."""
    peer.open()
    peer.send("P.", b"old ack", seq=1, ack=-FAR)
    peer.quiet()
    peer.send("F.", seq=1, ack=-FAR)
    peer.quiet()
    finish(peer)


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
    finish(peer)


@scripted
def fin_beyond_the_window(peer: Peer) -> None:
    """A FIN out of the window is refused."""
    peer.open()
    peer.send("F.", seq=FAR)
    peer.quiet()
    finish(peer)


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
    finish(peer)


# ------------------------------------------------------------------ odd flags


@scripted
def segments_without_ack(peer: Peer) -> None:
    """Data and FIN without the ACK flag are dropped."""
    peer.open()
    peer.send("P", b"no ack", seq=1)
    peer.send("F", seq=1)
    peer.send("", seq=1)
    peer.quiet()
    finish(peer)


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
    finish(peer)


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
    finish(peer)


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
    finish(peer)


@scripted
def urgent_data(peer: Peer) -> None:
    """URG moves no state."""
    peer.open()
    peer.send("P.U", b"urgent")
    peer.quiet()
    read(peer.sock, 5)
    finish(peer)


# ------------------------------------------------------------------ timestamps


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
    finish(peer)


@scripted
def paws_rejects_fin(peer: Peer) -> None:
    """A FIN with an old timestamp is no FIN."""
    with_timestamps(peer)
    peer.send("F.", seq=6, options=timestamp(50_000, peer.tsecr))
    peer.quiet()
    finish(peer)


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


# ------------------------------------------------------------------ the kernel closes first


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


# ------------------------------------------------------------------ TIME_WAIT


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
    finish(peer)


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


# ------------------------------------------------------------------ the handshake, kernel listening


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
    finish(peer)


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


# ------------------------------------------------------------------ the handshake, kernel calling


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
    finish(peer)


@scripted_once(passive=False)
def syn_crosses_then_syn_ack(peer: Peer) -> None:
    """Simultaneous open that ends with a SYN+ACK."""
    peer.call()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send("S.", seq=0, options=MSS_OPTION)
    peer.quiet()
    finish(peer)


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
    finish(peer)


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
