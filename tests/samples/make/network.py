"""What IP does underneath: version 6, options, extension headers, fragments, a VXLAN by the kernel. Lessons 1, 4."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from tests.kernel.frames import DATA, Frame, parse, sent_by
from tests.samples.make import wire
from tests.samples.make.catalogue import BRIDGED, SOCKETS, recipe
from tests.samples.make.stage import (
    ONE_WAY,
    SERVER_PORT,
    SlowLink,
    close_after_end,
    connected,
    pause,
    receive,
    recorded,
    staged,
    talk,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernel.link import Rule
    from tests.kernel.netns import Host

IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0  # linux/in.h
PIECE = 552  # octets of payload in a fragment: what fits an MTU of 572, a multiple of 8
ETHERNET_OCTETS, IP_OCTETS = 14, 20
RECORD_ROUTE = bytes.fromhex("01 07 0b 04") + bytes(8)  # RFC 791 3.1: no-op, then record route with room for two
DESTINATION_PADDING = bytes.fromhex("00 00 01 04 00 00 00 00")  # RFC 8200 4.6: nothing but a PadN option
VXLAN_CLIENT, VXLAN_SERVER = "198.51.100.1", "198.51.100.2"


@recipe(
    "ipv6",
    lessons=(1, 4),
    shows="Handshake, data and a four-segment close over IPv6.",
    origin=SOCKETS + "nothing changed on the way",
)
def ipv6(path: Path) -> None:
    """Talk over IPv6."""
    with staged(path) as link:
        client, server = connected(link, family=socket.AF_INET6)
        talk(client, server)
        client.close()
        pause()
        close_after_end(server)


@recipe(
    "ipv6_extension_header",
    lessons=(1,),
    shows="IPv6 with a destination options header before TCP on every packet of the client once it is established.",
    origin=SOCKETS + "IPV6_DSTOPTS at the client",
)
def ipv6_extension_header(path: Path) -> None:
    """Put an extension header before the segments."""
    with SlowLink(ONE_WAY) as link, recorded(link, path, expression="ip6"):  # "tcp" stops at extension headers
        client, server = connected(link, family=socket.AF_INET6)
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, DESTINATION_PADDING)
        talk(client, server)
        client.close()
        pause()
        close_after_end(server)


@recipe(
    "ipv4_options",
    lessons=(1,),
    shows="IPv4 headers with a record route option: the TCP header begins later.",
    origin=SOCKETS + "IP_OPTIONS at the client",
)
def ipv4_options(path: Path) -> None:
    """Put options into the IP header."""
    with staged(path) as link, link.server.listen(SERVER_PORT) as listener:
        client = link.client.tcp()
        client.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, RECORD_ROUTE)
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        talk(client, server)
        client.close()
        pause()
        close_after_end(server)


def fragments(frame: Frame) -> list[bytes]:
    """Return the frame cut as a router with a small MTU does. Source: RFC 791 3.2."""
    head, rest = frame.ip[:IP_OCTETS], frame.ip[IP_OCTETS:]
    src, dst = socket.inet_ntoa(head[12:16]), socket.inet_ntoa(head[16:20])
    (ident,) = struct.unpack("!H", head[4:6])
    pieces = []
    for at in range(0, len(rest), PIECE):
        more = wire.MORE_FRAGMENTS if at + PIECE < len(rest) else 0
        octets = wire.ipv4_octets(src, dst, rest[at : at + PIECE], ident=ident, fragment=more | at // 8)
        pieces.append(frame.raw[:ETHERNET_OCTETS] + octets)
    return pieces


def fragment(link: SlowLink, *, lost: int | None = None) -> None:
    """Cut every long segment from now on; every second one is delivered backwards, the lost-th piece not at all."""
    turn = 0

    def cut(_rule: Rule, frame: Frame) -> None:
        nonlocal turn, lost
        pieces = fragments(frame)
        if lost is not None:
            del pieces[lost]
            lost = None
        for piece in pieces[::-1] if turn % 2 else pieces:
            link.deliver_later(parse(piece, frame.sender), link.one_way)
        turn += 1

    link.apply(cut, when=DATA & sent_by("client"))


def fragmented(path: Path, lost: int | None) -> None:
    """Upload 4 KB through a link that cuts, captured behind it."""
    with staged(path, at="server") as link, link.server.listen(SERVER_PORT) as listener:
        client = link.client.tcp()
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)  # no DF: routers may cut
        client.connect(link.server.address(SERVER_PORT))
        server, _ = listener.accept()
        fragment(link, lost=lost)
        client.sendall(b"cut into pieces\n" * 256)
        receive(server, 4096)
        client.close()
        close_after_end(server)


@recipe(
    "fragments",
    lessons=(1,),
    shows=(
        "Each data segment arrives in IP fragments, every second one backwards, and is whole only with its last piece."
    ),
    origin=BRIDGED + "segments cut as a router with an MTU of 572 does, captured behind it",
)
def fragments_whole(path: Path) -> None:
    """Lose nothing."""
    fragmented(path, None)


@recipe(
    "fragment_lost",
    lessons=(1,),
    shows="One fragment of the first segment is lost: what arrived is never whole, and TCP sends the segment again.",
    origin=BRIDGED + "segments cut as a router with an MTU of 572 does, one piece dropped, captured behind it",
)
def fragment_lost(path: Path) -> None:
    """Lose the middle piece."""
    fragmented(path, 1)


def add_vxlan(host: Host, peer: Host, address: str, peer_address: str) -> None:
    """Give the host an Ethernet that travels in UDP to its peer."""
    host.run(
        ["ip", "-batch", "-"],
        text="\n".join(
            [
                f"link add vxlan0 type vxlan id 42 dstport 4789 local {host.ipv4} remote {peer.ipv4} dev tap0",
                f"link set vxlan0 address {tunnel_mac(host)}",
                f"addr add {address}/24 dev vxlan0",
            ]
        ),
    )
    host.sysctl("net.ipv6.conf.vxlan0.disable_ipv6", 1)
    host.run(["ip", "link", "set", "vxlan0", "up"])
    host.run(["ip", "neigh", "add", peer_address, "lladdr", tunnel_mac(peer), "dev", "vxlan0"])


def tunnel_mac(host: Host) -> str:
    """Return the hardware address of the host's end of the tunnel."""
    return host.mac.replace("02:00", "02:42", 1)


@recipe(
    "vxlan",
    lessons=(1,),
    shows="A connection between two hosts of an Ethernet that travels in UDP (VXLAN).",
    origin=SOCKETS + "the kernel's vxlan devices, captured outside the tunnel",
)
def vxlan(path: Path) -> None:
    """Talk through the kernel's tunnel."""
    with SlowLink(ONE_WAY) as link:
        add_vxlan(link.client, link.server, VXLAN_CLIENT, VXLAN_SERVER)
        add_vxlan(link.server, link.client, VXLAN_SERVER, VXLAN_CLIENT)
        with recorded(link, path, expression="udp port 4789"), link.server.listen(SERVER_PORT) as listener:
            client = link.client.tcp()
            client.connect((VXLAN_SERVER, SERVER_PORT))
            server, _ = listener.accept()
            talk(client, server)
            client.close()
            pause()
            close_after_end(server)
            pause()
