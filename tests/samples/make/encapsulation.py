"""The same conversation in other wrappings: VLAN, MPLS, PPPoE, tunnels, link types. Lesson 1, seen through them.

Where the kernel has no such device, a capture of real sockets is rewritten frame by frame, and the manifest says so.
"""

from __future__ import annotations

import socket
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.samples.make import wire
from tests.samples.make.catalogue import DERIVED, recipe
from tests.samples.make.container import LINKTYPE_ETHERNET, read_pcap, write_pcap
from tests.samples.make.stage import connected, pause, receive, staged

HTTP_PORT = 80
REQUEST = b"GET /inside HTTP/1.1\r\nHost: lessons.tcplife.example\r\nConnection: close\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 12\r\n\r\nfrom inside\n"

MACS, TYPE = 12, 2  # octets of an Ethernet header: both addresses, then the type
OUTER = ("203.0.113.1", "203.0.113.2")
PROTO_IPV4, PROTO_UDP, PROTO_IPV6, PROTO_GRE = 4, 17, 41, 47
PORT_GENEVE, PORT_GTPU = 6081, 2152

Wrap = Callable[[bytes], bytes]


def conversation(path: Path, family: int = socket.AF_INET) -> None:
    """Capture a request, its answer and the close from both ends' sockets."""
    with staged(path) as link:
        client, server = connected(link, HTTP_PORT, family=family)
        client.sendall(REQUEST)
        receive(server, len(REQUEST))
        server.sendall(ANSWER)
        server.close()
        receive(client, len(ANSWER) + 1)
        pause()
        client.close()


def inner(frame: bytes) -> bytes:
    """Return the IP packet of an Ethernet frame."""
    return frame[MACS + TYPE :]


def from_client(packet: bytes) -> bool:
    """Whether the IP packet comes from the host numbered 1."""
    return packet[15] == 1 if packet[0] >> 4 == 4 else packet[23] == 1


def outer(frame: bytes, protocol: int, payload: bytes) -> bytes:
    """Return the frame with an outer IPv4 packet between the tunnel's ends."""
    src, dst = OUTER if from_client(inner(frame)) else OUTER[::-1]
    packet = wire.ipv4_octets(src, dst, payload, protocol=protocol, ttl=255)
    return frame[:MACS] + struct.pack("!H", wire.ETHERTYPE_IPV4) + packet


def udp(port: int, payload: bytes) -> bytes:
    """Return a UDP datagram to a tunnel's port, without checksum as tunnels may."""
    return struct.pack("!HHHH", 50001, port, 8 + len(payload), 0) + payload


def vlan(frame: bytes) -> bytes:
    """Tag the frame. Source: IEEE 802.1Q, VLAN 42, priority 3."""
    return frame[:MACS] + struct.pack("!HH", 0x8100, 3 << 13 | 42) + frame[MACS:]


def qinq(frame: bytes) -> bytes:
    """Tag the frame twice. Source: IEEE 802.1ad, service VLAN 100."""
    return frame[:MACS] + struct.pack("!HH", 0x88A8, 100) + vlan(frame)[MACS:]


def mpls(frame: bytes) -> bytes:
    """Put two labels before the packet. Source: RFC 3032 2.1."""
    return frame[:MACS] + struct.pack("!HII", 0x8847, 1000 << 12 | 64, 2000 << 12 | 1 << 8 | 64) + inner(frame)


def pppoe(frame: bytes) -> bytes:
    """Put the packet into a PPPoE session. Source: RFC 2516 4."""
    packet = inner(frame)
    return frame[:MACS] + struct.pack("!HBBHHH", 0x8864, 0x11, 0, 7, 2 + len(packet), 0x0021) + packet


def ipip(frame: bytes) -> bytes:
    """Put the packet into another. Source: RFC 2003."""
    return outer(frame, PROTO_IPV4, inner(frame))


def six_in_four(frame: bytes) -> bytes:
    """Put an IPv6 packet into IPv4. Source: RFC 4213 3."""
    return outer(frame, PROTO_IPV6, inner(frame))


def gre(frame: bytes) -> bytes:
    """Put the packet behind a GRE header with a key. Source: RFC 2890 2."""
    return outer(frame, PROTO_GRE, struct.pack("!HHI", 0x2000, wire.ETHERTYPE_IPV4, 4711) + inner(frame))


def gre_ethernet(frame: bytes) -> bytes:
    """Put the whole frame behind a GRE header, as GRETAP does. Source: RFC 2784; RFC 7637 3.2 for the type."""
    return outer(frame, PROTO_GRE, struct.pack("!HH", 0, 0x6558) + frame)


def geneve(frame: bytes) -> bytes:
    """Put the whole frame behind a Geneve header with one option. Source: RFC 8926 3.4, 3.5."""
    option = struct.pack("!HBBI", 0x0102, 0x03, 1, 0xCAFE)
    return outer(frame, PROTO_UDP, udp(PORT_GENEVE, struct.pack("!BBHI", 2, 0, 0x6558, 77 << 8) + option + frame))


def gtpu(frame: bytes) -> bytes:
    """Put the packet behind a GTP-U header with a sequence number. Source: 3GPP TS 29.281 5.1."""
    packet = inner(frame)
    header = struct.pack("!BBHIHBB", 0x32, 0xFF, 4 + len(packet), 0x1234, 9, 0, 0)
    return outer(frame, PROTO_UDP, udp(PORT_GTPU, header + packet))


def radiotap(frame: bytes) -> bytes:
    """Put the packet into a Wi-Fi data frame under a bare radiotap header. Source: IEEE 802.11 9.3.2, RFC 1042."""
    to_access_point = from_client(inner(frame))
    receiver, sender, bssid = frame[:6], frame[6:MACS], bytes.fromhex("02000000aaaa")
    addresses = bssid + sender + receiver if to_access_point else receiver + bssid + sender
    control = struct.pack("<HH", 0x0108 if to_access_point else 0x0208, 44)
    snap = bytes.fromhex("aaaa03000000") + frame[MACS : MACS + TYPE]
    return struct.pack("<BBHI", 0, 0, 8, 0) + control + addresses + struct.pack("<H", 1 << 4) + snap + inner(frame)


def null(frame: bytes) -> bytes:
    """Put the address family of BSD's loopback before the packet, in a little-endian machine's order."""
    return struct.pack("<I", 2) + inner(frame)


def loop(frame: bytes) -> bytes:
    """Put OpenBSD's loopback header before the packet: the same, always big-endian."""
    return struct.pack(">I", 2) + inner(frame)


def ppp(frame: bytes) -> bytes:
    """Put the packet into a PPP frame. Source: RFC 1661 2, RFC 1662 3.1."""
    return bytes.fromhex("ff030021") + inner(frame)


def chdlc(frame: bytes) -> bytes:
    """Put the packet into a Cisco HDLC frame."""
    return bytes.fromhex("0f000800") + inner(frame)


def padded(frame: bytes) -> bytes:
    """Fill the frame up to the 60 octets of a real Ethernet, with octets that must not count as payload."""
    return frame + b"PADDING-PADDING"[: max(0, 60 - len(frame))]


def without_length(frame: bytes) -> bytes:
    """Set the IP total length of a segment with payload to 0, as captures before segmentation offload show it."""
    if len(frame) < 100:
        return frame
    head = bytearray(inner(frame)[:20])
    head[2:4] = head[10:12] = b"\0\0"
    head[10:12] = wire.checksum(bytes(head)).to_bytes(2)
    return frame[: MACS + TYPE] + bytes(head) + inner(frame)[20:]


# name: (wrap, link type, address family, what it shows)
WRAPPINGS: dict[str, tuple[Wrap, int, int, str]] = {
    "vlan": (vlan, LINKTYPE_ETHERNET, socket.AF_INET, "A connection inside VLAN 42 (802.1Q)."),
    "qinq": (qinq, LINKTYPE_ETHERNET, socket.AF_INET, "A connection inside two VLAN tags (802.1ad)."),
    "mpls": (mpls, LINKTYPE_ETHERNET, socket.AF_INET, "A connection under two MPLS labels."),
    "pppoe": (pppoe, LINKTYPE_ETHERNET, socket.AF_INET, "A connection inside a PPPoE session."),
    "ipip": (ipip, LINKTYPE_ETHERNET, socket.AF_INET, "A connection inside an IP-in-IP tunnel."),
    "six_in_four": (six_in_four, LINKTYPE_ETHERNET, socket.AF_INET6, "An IPv6 connection inside an IPv4 tunnel."),
    "gre": (gre, LINKTYPE_ETHERNET, socket.AF_INET, "A connection inside a GRE tunnel with a key."),
    "gre_ethernet": (gre_ethernet, LINKTYPE_ETHERNET, socket.AF_INET, "A connection on an Ethernet inside GRE."),
    "geneve": (geneve, LINKTYPE_ETHERNET, socket.AF_INET, "A connection inside Geneve, with an option."),
    "gtpu": (gtpu, LINKTYPE_ETHERNET, socket.AF_INET, "A mobile phone's connection inside GTP-U."),
    "link_radiotap": (radiotap, 127, socket.AF_INET, "A connection over Wi-Fi: radiotap and 802.11 data frames."),
    "link_null": (null, 0, socket.AF_INET, "Link type NULL, BSD's loopback."),
    "link_loop": (loop, 108, socket.AF_INET, "Link type LOOP, OpenBSD's loopback."),
    "link_raw": (inner, 101, socket.AF_INET, "Link type RAW: nothing before the IP packet."),
    "link_ppp": (ppp, 9, socket.AF_INET, "Link type PPP."),
    "link_chdlc": (chdlc, 104, socket.AF_INET, "Link type C_HDLC, Cisco's serial lines."),
    "ethernet_padding": (
        padded,
        LINKTYPE_ETHERNET,
        socket.AF_INET,
        "Short frames filled up to 60 octets: padding, not payload.",
    ),
    "ip_length_zero": (
        without_length,
        LINKTYPE_ETHERNET,
        socket.AF_INET,
        "IP total length 0, as segmentation offload leaves it.",
    ),
}


def enter(name: str, wrap: Wrap, linktype: int, family: int, shows: str) -> None:
    """Enter the recipe of one wrapping."""

    @recipe(name, lessons=(1,), shows=shows, origin=DERIVED + "each frame wrapped anew, nothing else changed")
    def make(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "plain.pcap"
            conversation(plain, family)
            write_pcap(path, [(ts_ns, wrap(frame)) for ts_ns, frame in read_pcap(plain)], linktype=linktype)


for _name, (_wrap, _linktype, _family, _shows) in WRAPPINGS.items():
    enter(_name, _wrap, _linktype, _family, _shows)
