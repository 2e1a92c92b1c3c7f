"""Data on its way: lost, late, twice, round the end of the sequence space, against a shut window. Lessons 3, 14."""

from __future__ import annotations

import random
import socket
from typing import TYPE_CHECKING

from tests.kernel.frames import BARE_ACKS, DATA, Frame, When, sent_by
from tests.samples.make.catalogue import BRIDGED, SCRIPTED, SOCKETS, recipe
from tests.samples.make.container import write_pcap
from tests.samples.make.dialogue import Dialogue
from tests.samples.make.stage import (
    REPAIR_OFF,
    REPAIR_ON,
    SEND_QUEUE,
    SERVER_PORT,
    TCP_QUEUE_SEQ,
    TCP_REPAIR,
    TCP_REPAIR_QUEUE,
    SlowLink,
    close_after_end,
    connected,
    pause,
    receive,
    staged,
    talk,
)

if TYPE_CHECKING:
    from pathlib import Path

DICE_SEED = 9293
HEADERS_ONLY = 96  # octets of each packet: enough for every header here


def text(octets: int) -> bytes:
    """Return so many octets of numbered lines: they compress well and show where they belong."""
    return b"".join(b"%07d the quick brown fox jumps over 13 lazy dogs\n" % line for line in range(octets // 50 + 1))[
        :octets
    ]


def upload(client: socket.socket, server: socket.socket, octets: int) -> None:
    """Send from the client, read all of it, close both ends."""
    client.sendall(text(octets))
    receive(server, octets)
    client.close()
    close_after_end(server)


@recipe(
    "loss_sack",
    lessons=(3,),
    shows=(
        "Three of forty segments are lost; duplicate ACKs with SACK blocks tell which, and only these are sent again."
    ),
    origin=BRIDGED + "data segments 12, 13 and 20 dropped after the capture point, captured at the client",
)
def loss_sack(path: Path) -> None:
    """Drop three segments of an upload."""
    with staged(path, one_way=0.01) as link:
        client, server = connected(link)
        link.drop(2, when=DATA & sent_by("client"), skip=11)
        link.drop(1, when=DATA & sent_by("client"), skip=17)
        upload(client, server, 40 * 1448)


@recipe(
    "loss_before_capture",
    lessons=(14,),
    shows="The same kind of loss seen by the receiver: the hole shows, the first sending does not.",
    origin=BRIDGED + "one data segment dropped before the capture point, captured at the server",
)
def loss_before_capture(path: Path) -> None:
    """Drop one segment of an upload, captured beyond the loss."""
    with staged(path, at="server", one_way=0.01) as link:
        client, server = connected(link)
        link.drop(1, when=DATA & sent_by("client"), skip=9)
        upload(client, server, 20 * 1448)


@recipe(
    "loss_no_sack",
    lessons=(3,),
    shows="A loss without SACK: three plain duplicate ACKs bring the fast retransmission.",
    origin=BRIDGED + "tcp_sack off at the server, one data segment dropped, captured at the client",
)
def loss_no_sack(path: Path) -> None:
    """Drop one segment where nobody can SACK."""
    with staged(path, one_way=0.01) as link:
        link.server.sysctl("net.ipv4.tcp_sack", 0)
        client, server = connected(link)
        link.drop(1, when=DATA & sent_by("client"), skip=9)
        upload(client, server, 20 * 1448)


@recipe(
    "loss_timeout",
    lessons=(14,),
    shows=(
        "A single segment and its first two repetitions are lost: the retransmission timer doubles "
        "until one gets through."
    ),
    origin=BRIDGED + "one data segment dropped three times, captured at the client",
)
def loss_timeout(path: Path) -> None:
    """Drop a lone segment three times."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        link.drop(3, when=DATA)
        upload(client, server, 100)


@recipe(
    "loss_random",
    lessons=(2, 3, 4, 12, 14),
    shows="One frame in fifteen is lost in either direction, whatever it is, over three short connections.",
    origin=BRIDGED + "frames dropped by a seeded die, captured at the client",
)
def loss_random(path: Path) -> None:
    """Throw dice over every frame."""
    dice = random.Random(DICE_SEED)

    def unlucky(_frame: Frame) -> bool:
        return dice.random() < 1 / 15

    with staged(path, snaplen=HEADERS_ONLY) as link:
        link.drop(when=When(unlucky))
        for _ in range(3):
            client, server = connected(link)
            for sock in (client, server):
                sock.settimeout(20)
            client.sendall(text(20_000))
            receive(server, 20_000)
            server.sendall(text(20_000))
            receive(client, 20_000)
            client.close()
            close_after_end(server)
        pause(1)


@recipe(
    "reordered",
    lessons=(14,),
    shows="Segments overtake each other; nothing is lost, and each late one is acknowledged by itself.",
    origin=BRIDGED + "data segments 4, 9 and 15 delayed by 1 ms, captured at the server",
)
def reordered(path: Path) -> None:
    """Delay three segments of an upload a little."""
    with staged(path, at="server", one_way=0.005) as link:
        client, server = connected(link)
        for skip in (3, 7, 12):
            link.delay(0.006, 1, when=DATA & sent_by("client"), skip=skip)
        upload(client, server, 20 * 1448)


@recipe(
    "duplicated_on_the_way",
    lessons=(14,),
    shows="The network delivers two data segments twice; the receiver answers with a duplicate SACK.",
    origin=BRIDGED + "two data segments delivered twice, captured at the server",
)
def duplicated_on_the_way(path: Path) -> None:
    """Deliver two segments of an upload twice."""
    with staged(path, at="server") as link:
        client, server = connected(link)
        link.duplicate(2, when=DATA & sent_by("client"), skip=3, after=0.001)
        upload(client, server, 10 * 1448)


@recipe(
    "spurious_retransmission",
    lessons=(14,),
    shows="The ACKs are late, not lost: the client repeats what had arrived long ago.",
    origin=BRIDGED + "the server's ACKs delayed by 0.5 s, captured at the client",
)
def spurious_retransmission(path: Path) -> None:
    """Delay acknowledgements beyond the retransmission timer."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        link.delay(0.5, 3, when=BARE_ACKS & sent_by("server"))
        client.sendall(text(3 * 1448))
        receive(server, 3 * 1448)
        pause(1)
        client.close()
        close_after_end(server)


@recipe(
    "zero_window",
    lessons=(12, 14),
    shows=(
        "The server does not read: the window fills and closes, probes are answered, then it reads and "
        "the window opens."
    ),
    origin=SOCKETS + "a receive buffer of 4 KB that is read 1.5 s late",
)
def zero_window(path: Path) -> None:
    """Read late."""
    octets = 20_000
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client = link.client.tcp()
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 17)
        client.sendall(text(octets))
        pause(1.5)
        receive(server, octets)
        client.close()
        close_after_end(server)


@recipe(
    "zero_window_close",
    lessons=(12, 14),
    shows=(
        "The client closes while the server's window is shut: its FIN waits behind the probes until the window opens."
    ),
    origin=SOCKETS + "a receive buffer of 4 KB that is read 1 s late, close() before that",
)
def zero_window_close(path: Path) -> None:
    """Close against a closed window."""
    octets = 8_000
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client = link.client.tcp()
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        client.sendall(text(octets))
        client.close()
        pause(1)
        close_after_end(server)


@recipe(
    "zero_window_probe_octet",
    lessons=(12, 14),
    shows=(
        "Zero window probes that carry the next octet, as BSD and Windows send them; each is refused "
        "until the window opens."
    ),
    origin=SCRIPTED + "Linux probes without data",
    root=False,
)
def zero_window_probe_octet(path: Path) -> None:
    """Write the other way to probe. Source: RFC 9293 3.8.6.1."""
    dialogue = Dialogue()
    dialogue.say(">", "S", 0)
    dialogue.say("<", "S.", 1, window=8)
    dialogue.say(">", ".", 0)
    dialogue.say(">", "P.", 1, b"8 octets")
    dialogue.say("<", ".", 1, window=0)
    for seconds in (5, 10):
        dialogue.wait(seconds)
        dialogue.say(">", ".", 0, b"!")
        dialogue.snd_nxt[">"] -= 1  # refused: the number is not used up
        dialogue.say("<", ".", 1, window=0)
    dialogue.wait(1)
    dialogue.say("<", ".", 0)
    dialogue.say(">", "P.", 1, b"! and the rest")
    dialogue.say("<", ".", 1)
    dialogue.say(">", "F.", 1)
    dialogue.say("<", "F.", 1)
    dialogue.say(">", ".", 0)
    write_pcap(path, dialogue.frames)


@recipe(
    "large_window",
    lessons=(3,),
    shows=(
        "More than 64 KB are on their way at once: only the window scale of the handshake makes sense "
        "of the window field."
    ),
    origin=SOCKETS + "a download of 400 KB over a path of 40 ms, 96 octets of each packet kept",
)
def large_window(path: Path) -> None:
    """Fill a long path."""
    octets = 400_000
    with staged(path, one_way=0.02, snaplen=HEADERS_ONLY) as link:
        client, server = connected(link)
        server.settimeout(None)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, octets)
        server.sendall(text(octets))
        receive(client, octets)
        server.close()
        close_after_end(client)


@recipe(
    "sequence_wrap",
    lessons=(1, 14),
    shows="The client's sequence numbers pass 2^32 in the middle of an upload; relative numbers just go on.",
    origin=SOCKETS + "the client's initial sequence number set by TCP_REPAIR to 2^32 - 20,000",
)
def sequence_wrap(path: Path) -> None:
    """Begin near the end of the circle."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        client = numbered(link, 2**32 - 20_000)
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        upload(client, server, 40_000)


@recipe(
    "sequence_wrap_at_syn",
    lessons=(1, 14),
    shows="The client's SYN has the number 2^32 - 1, its first octet the number 0.",
    origin=SOCKETS + "the client's initial sequence number set by TCP_REPAIR",
)
def sequence_wrap_at_syn(path: Path) -> None:
    """Begin at the very end of the circle."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        client = numbered(link, 2**32 - 1)
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        talk(client, server)
        client.close()
        close_after_end(server)


def numbered(link: SlowLink, first: int) -> socket.socket:
    """Return an unconnected socket of the client whose SYN will carry this number."""
    client = link.client.tcp()
    for option, value in ((TCP_REPAIR, REPAIR_ON), (TCP_REPAIR_QUEUE, SEND_QUEUE)):
        client.setsockopt(socket.IPPROTO_TCP, option, value)
    client.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, first.to_bytes(4, "little"))
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF)
    return client


@recipe(
    "urgent",
    lessons=(14,),
    shows="One octet is sent urgent: the URG flag and pointer, as telnet used them.",
    origin=SOCKETS + "MSG_OOB",
)
def urgent(path: Path) -> None:
    """Send one octet out of band."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.send(b"!", socket.MSG_OOB)
        pause()
        client.close()
        close_after_end(server)
