"""A scripted peer that keeps to the rules but for one: echoes, windows, errors on the way, and how a script ends."""

from __future__ import annotations

import socket
import struct
from typing import Final

from tests.kernel.frames import checksum
from tests.kernel.script import MSS_OPTION, SACK_PERMITTED, Peer, scripted, scripted_once, timestamp
from tests.kernel.stage import abort, read, set_tcp

OCTETS: Final = b"octets"
TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT = 4, 5, 6


def unreachable(peer: Peer, code: int) -> None:
    """An ICMP error about the kernel's latest segment."""
    last = peer.arrived[-1]
    ends = struct.pack("!HHI", peer.remote[1], peer.local[1], last.seq)
    addresses = [bytes(int(part) for part in ip.split(".")) for ip in (peer.remote[0], peer.local[0])]
    quoted = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, 6, 0) + addresses[0] + addresses[1] + ends
    icmp = struct.pack("!BBHHH", 3, code, 0, 0, 1400 if code == 4 else 0) + quoted
    icmp = icmp[:2] + checksum(icmp) + icmp[4:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(icmp), 0, 0x4000, 64, 1, 0) + addresses[1] + addresses[0]
    peer.link.inject(head[:10] + checksum(head) + head[12:] + icmp, peer.kernel)


@scripted_once(passive=True)
def handshake_ack_with_a_wrong_echo(peer: Peer) -> None:
    """The last ACK echoes a timestamp that was never sent: challenged; the next one opens."""
    peer.tsval = 1000
    peer.start()
    peer.send(".", seq=1, options=timestamp(1001, 12345))
    peer.quiet()
    peer.send(".")
    peer.accept()
    peer.finish()


@scripted_once(passive=True)
def handshake_octets_with_a_wrong_echo(peer: Peer) -> None:
    """ACK and octets echo a timestamp that was never sent; a reset ends the request."""
    peer.tsval = 1000
    peer.start()
    peer.send("P.", OCTETS, seq=1, options=timestamp(1001, 12345))
    peer.quiet()
    peer.send("R.")
    peer.quiet()


@scripted_once(passive=True)
def handshake_fin_with_a_wrong_echo(peer: Peer) -> None:
    """ACK and FIN echo a timestamp that was never sent, and nothing follows."""
    peer.tsval = 1000
    peer.start()
    peer.send("F.", seq=1, options=timestamp(1001, 12345))
    peer.quiet()


@scripted_once(passive=True)
def handshake_ack_with_an_old_timestamp(peer: Peer) -> None:
    """The last ACK is older than the SYN (PAWS): challenged; the next one opens."""
    peer.tsval = 5000
    peer.start()
    peer.send(".", seq=1, options=timestamp(1000, peer.tsecr))
    peer.quiet()
    peer.tsval = 5001
    peer.send(".")
    peer.accept()
    peer.finish()


@scripted_once(passive=False)
def syn_ack_with_a_wrong_echo(peer: Peer) -> None:
    """A SYN+ACK that echoes a timestamp never sent is reset; the right one opens."""
    peer.call()
    peer.send("S.", seq=0, options=MSS_OPTION + timestamp(1000, 12345))
    peer.quiet()
    peer.tsval = 1001
    peer.send("S.", options=peer.syn_options())
    peer.quiet()
    peer.finish()


@scripted_once(passive=False)
def syn_ack_with_a_wrong_echo_only(peer: Peer) -> None:
    """A SYN+ACK that echoes a timestamp never sent is reset, and the SYN repeated."""
    peer.call()
    peer.send("S.", seq=0, options=MSS_OPTION + timestamp(1000, 12345))
    peer.quiet()
    peer.stage.let(1.3)


@scripted
def fin_sacked_before_the_octets(peer: Peer) -> None:
    """Octets and FIN are out; the FIN is reported first, then all acknowledged."""
    if peer.passive:
        peer.listen()
        peer.send("S", options=MSS_OPTION + SACK_PERMITTED)
        peer.expect("S.")
        peer.send(".")
        peer.accept()
    else:
        peer.call()
        peer.send("S.", options=MSS_OPTION + SACK_PERMITTED)
        peer.expect(".")
    peer.sock.sendall(OCTETS)
    peer.expect(".")
    peer.sock.shutdown(socket.SHUT_WR)
    peer.expect("F.")
    block = struct.pack("!BBBBII", 1, 1, 5, 10, (peer.irs + 7) % 2**32, (peer.irs + 8) % 2**32)
    peer.send(".", ack=1, options=block)
    peer.quiet()
    peer.send(".", ack=8)
    peer.quiet()
    peer.send("F.", ack=8)
    peer.quiet()


@scripted
def ends_by_reset_of_the_script(peer: Peer) -> None:
    """Octets both ways, then the script's closing reset, exactly where the kernel is."""
    peer.open()
    peer.send("P.", OCTETS)
    peer.expect(".")
    peer.sock.sendall(OCTETS)
    peer.expect(".")
    peer.send(".")
    peer.quiet()
    peer.send("R.")
    peer.quiet()


@scripted
def ends_by_reset_in_fin_wait_2(peer: Peer) -> None:
    """The script's closing reset finds a half-closed socket."""
    peer.open()
    peer.kernel_fin()
    peer.send(".")
    peer.quiet()
    peer.send("R.")
    peer.quiet()


@scripted
def ends_by_reset_of_an_orphan(peer: Peer) -> None:
    """The script's closing reset finds an orphan in FIN_WAIT_2."""
    peer.open()
    peer.sock.close()
    peer.expect("F.")
    peer.send(".")
    peer.quiet()
    peer.send("R.")
    peer.quiet()


@scripted
def ends_by_reset_in_last_ack(peer: Peer) -> None:
    """The script's closing reset instead of the last ACK; its number is the one after the FIN."""
    peer.open()
    peer.send("F.")
    peer.expect(".")
    peer.sock.close()
    peer.expect("F.")
    peer.send("R.")
    peer.quiet()


@scripted
def ends_by_reset_in_time_wait(peer: Peer) -> None:
    """The script's closing reset cuts TIME_WAIT short."""
    peer.open()
    peer.kernel_fin()
    peer.send("F.")
    peer.expect(".")
    peer.send("R.")
    peer.quiet()


@scripted
def fragmentation_needed(peer: Peer) -> None:
    """ICMP asks for smaller segments: nothing changes but their size."""
    peer.open()
    peer.sock.sendall(bytes(1400))
    peer.expect(".")
    unreachable(peer, 4)
    peer.quiet()
    peer.send(".", ack=1401)
    peer.finish()


@scripted
def host_unreachable_while_established(peer: Peer) -> None:
    """An ICMP error about octets is soft: the connection goes on."""
    peer.open()
    peer.sock.sendall(OCTETS)
    peer.expect(".")
    unreachable(peer, 1)
    peer.quiet()
    peer.send(".")
    peer.finish()


@scripted_once(passive=True)
def host_unreachable_in_syn_received(peer: Peer) -> None:
    """An ICMP error about the SYN+ACK ends the request; the ACK comes too late."""
    peer.start()
    unreachable(peer, 1)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=False)
def host_unreachable_in_syn_sent(peer: Peer) -> None:
    """An ICMP error about the SYN, and then a SYN+ACK all the same."""
    peer.call()
    unreachable(peer, 1)
    peer.quiet()
    peer.send("S.", options=MSS_OPTION)
    peer.quiet()


@scripted
def keep_alive_gives_up(peer: Peer) -> None:
    """No probe is answered: the kernel resets; an ACK comes too late."""
    peer.open()
    for option in (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT):
        set_tcp(peer.sock, option, 1)
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    peer.stage.let(2.6)
    peer.send(".")
    peer.quiet()


@scripted
def aborts_with_octets_out(peer: Peer) -> None:
    """Octets are out, unread ones are in: the application aborts, and the ACK comes too late."""
    peer.open()
    peer.sock.sendall(OCTETS)
    peer.expect(".")
    peer.send("P.", OCTETS)
    peer.quiet()
    abort(peer.sock)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted
def closes_with_octets_out_and_unread_ones_in(peer: Peer) -> None:
    """close() with unread octets is an abort even while octets are out."""
    peer.open()
    peer.sock.sendall(OCTETS)
    peer.expect(".")
    peer.send("P.", OCTETS)
    peer.quiet()
    peer.sock.close()
    peer.quiet()
    peer.send("F.")
    peer.quiet()


@scripted
def shuts_down_both_ways_and_gets_fin_with_octets(peer: Peer) -> None:
    """shutdown(SHUT_RDWR), its FIN acknowledged by octets and FIN in one."""
    peer.open()
    peer.sock.shutdown(socket.SHUT_RDWR)
    peer.expect("F.")
    peer.send("FP.", OCTETS)
    peer.quiet()


@scripted
def octets_into_a_full_buffer_then_fin(peer: Peer) -> None:
    """The buffer is full; octets beyond are refused, a FIN where they would be is taken, and read after the octets."""
    peer.open()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for _ in range(6):
        peer.send("P.", bytes(1000), seq=peer.ack_of_kernel())
        peer.quiet()
    peer.seq = peer.ack_of_kernel()
    peer.send("F.", seq=peer.seq)
    peer.quiet()
    peer.stage.let(0.2)
    peer.sock.close()
    peer.quiet()


@scripted
def acknowledges_octets_and_fin_bit_by_bit(peer: Peer) -> None:
    """Octets and FIN out; ACKs of half the octets, of all, of the FIN too; then octets and FIN of its own."""
    peer.open()
    peer.sock.sendall(OCTETS)
    peer.expect(".")
    peer.sock.shutdown(socket.SHUT_WR)
    peer.expect("F.")
    for ack in (4, 7, 8):
        peer.send(".", ack=ack)
        peer.quiet()
    peer.send("P.", OCTETS, ack=8)
    read(peer.sock, len(OCTETS))
    peer.quiet()
    peer.send("F.", ack=8)
    peer.quiet()


@scripted
def windows_shrinks_and_fin_crosses(peer: Peer) -> None:
    """The window is taken back below what is out, then the FINs cross."""
    peer.open()
    peer.sock.sendall(bytes(3000))
    peer.quiet()
    peer.send(".", ack=1401, window=100)
    peer.quiet()
    peer.sock.shutdown(socket.SHUT_WR)
    peer.send("F.", ack=1401, window=0)
    peer.quiet()
    peer.send(".", window=65535)
    peer.quiet()
    peer.send(".")
    peer.quiet()


@scripted_once(passive=True)
def segments_before_the_handshake(peer: Peer) -> None:
    """ACK, octets, FIN and RST for a listener, all refused; then a handshake with the same number."""
    peer.listen()
    for letters in (".", "P.", "F.", "R.", "R"):
        peer.send(letters, OCTETS if letters == "P." else b"", seq=0, ack=0)
        peer.quiet()
    peer.send("S", options=MSS_OPTION)
    peer.expect("S.")
    peer.send(".")
    peer.accept()
    peer.finish()


@scripted_once(passive=True)
def reopened_at_the_same_number(peer: Peer) -> None:
    """A reset, then a SYN with the same number again, twice over."""
    peer.open()
    for _ in range(2):
        peer.send("R.")
        peer.quiet()
        peer.seq = peer.ack = 0
        peer.send("S", options=MSS_OPTION)
        peer.expect("S.")
        peer.ack = 1
        peer.send(".")
        peer.quiet()
        peer.accept()
    peer.finish()
