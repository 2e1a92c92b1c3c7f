"""One frame of every layering the decoder knows, each with a name; tests decode them, tshark judges them."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from . import rare
from .build import (
    CLIENT,
    CLIENT6,
    SERVER,
    SERVER6,
    TIMESTAMPS,
    Frame,
    ethernet,
    extension,
    gre,
    ipv4,
    ipv6,
    label,
    packed,
    snap,
    tcp,
    udp,
    vlan,
    vxlan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = b"GET / HTTP/1.1\r\n"
IN4 = ipv4(tcp(TEXT, options=TIMESTAMPS, ends=(CLIENT, SERVER)))
IN6 = ipv6(tcp(TEXT, options=TIMESTAMPS, ends=(CLIENT6, SERVER6)))
MAC = b"\x02\0\0\0\0\x01"


def plain() -> Iterator[tuple[str, Frame]]:
    """Ethernet, tags, IP."""
    yield "ethernet ipv4", Frame(ethernet(IN4))
    yield "ethernet ipv6", Frame(ethernet(IN6, 0x86DD))
    yield "ethernet padding", Frame(ethernet(ipv4(tcp()), pad=True))
    yield "vlan", Frame(ethernet(IN4, tags=vlan(7)))
    yield "qinq", Frame(ethernet(IN6, 0x86DD, tags=vlan(300, 0x88A8) + vlan(7)))
    yield "old qinq", Frame(ethernet(IN4, tags=vlan(300, 0x9100) + vlan(7)))
    yield "many tags", Frame(ethernet(IN4, tags=vlan(1) * 6))
    yield "vlan and padding", Frame(ethernet(ipv4(tcp(flags=2)), tags=vlan(7), pad=True))
    yield "snap", Frame(ethernet(snap(IN4), len(snap(IN4))))
    yield "snap behind vlan", Frame(ethernet(snap(IN4), len(snap(IN4)), tags=vlan(9)))
    yield "snap 802.3 padding", Frame(ethernet(snap(ipv4(tcp())), len(snap(ipv4(tcp()))), pad=True))
    yield "llc ip", Frame(ethernet(b"\x06\x06\x03" + IN4, len(IN4) + 3))
    yield "ipv6 under the type of ipv4", Frame(ethernet(IN6))
    yield "etag", Frame(ethernet(b"\0\x01\0\x02\0\0\x08\0" + IN4, 0x893F))
    yield "pbb", Frame(ethernet(b"\0\0\0\x05" + ethernet(IN4), 0x88E7))
    yield "fabricpath", Frame(ethernet(b"\x40\x20" + ethernet(IN4) + b"\0" * 4, 0x8903))
    yield "nsh", Frame(ethernet(b"\x0f\xc6\x01\x01\0\0\x01\xff" + b"\0" * 16 + IN4, 0x894F))
    yield "macsec integrity only", Frame(ethernet(b"\0\0\0\0\0\x01\x08\0" + IN4 + b"\0" * 16, 0x88E5))
    yield "macsec encrypted", Frame(ethernet(b"\x0c\0\0\0\0\x01" + IN4 + b"\0" * 16, 0x88E5))
    yield "ipv4 options", Frame(ethernet(ipv4(tcp(TEXT), options=b"\x94\x04\0\0")))
    yield "ipv4 source route", Frame(ethernet(ipv4(tcp(TEXT), options=b"\x01\x83\x07\x04" + packed("192.0.2.77"))))
    yield (
        "ipv4 strict route",
        Frame(ethernet(ipv4(tcp(), options=b"\x89\x0b\x04" + packed("192.0.2.1") + packed("192.0.2.2")))),
    )
    yield "ipv4 route at its end", Frame(ethernet(ipv4(tcp(), options=b"\x83\x07\x08" + packed("192.0.2.77"))))
    yield "ipv4 record route", Frame(ethernet(ipv4(tcp(), options=b"\x07\x07\x04" + packed("192.0.2.77"))))
    yield "ipv4 total length 0", Frame(ethernet(ipv4(tcp(TEXT * 9), total=0)))
    yield "ipv4 total length too long", Frame(ethernet(ipv4(tcp(TEXT), total=900)))
    yield "ipv4 total length too short", Frame(ethernet(ipv4(tcp(TEXT), total=18)))
    yield "ipv4 payload too short", Frame(ethernet(ipv4(tcp(TEXT), total=39)))
    yield "ipv4 header too short", Frame(ethernet(ipv4(tcp(TEXT), words=4)))
    yield "ip version 5", Frame(ethernet(ipv4(tcp(TEXT), version=5)))
    yield "ip version 4 under the type of ipv6", Frame(ethernet(IN4, 0x86DD))
    yield "ipv6 hop by hop", Frame(ethernet(ipv6(extension(6, tcp(TEXT)), 0), 0x86DD))
    yield "ipv6 two extensions", Frame(ethernet(ipv6(extension(60, extension(6, tcp(TEXT))), 0), 0x86DD))
    yield "ipv6 routing 0", Frame(ethernet(ipv6(routing(0, 1), 43), 0x86DD))
    yield "ipv6 routing 0 done", Frame(ethernet(ipv6(routing(0, 0), 43), 0x86DD))
    yield "ipv6 routing 2", Frame(ethernet(ipv6(routing(2, 1), 43), 0x86DD))
    yield "ipv6 segment routing", Frame(ethernet(ipv6(routing(4, 1, b"\0\0\0\0"), 43), 0x86DD))
    yield "ipv6 payload length 0", Frame(ethernet(ipv6(tcp(TEXT), size=0), 0x86DD))
    yield (
        "ipv6 jumbo",
        Frame(ethernet(ipv6(extension(6, tcp(TEXT), b"\xc2\x04" + struct.pack(">I", 44)), 0, size=0), 0x86DD)),
    )
    yield "ipv6 atomic fragment", Frame(ethernet(ipv6(b"\x06\0\0\0\0\0\0\x09" + tcp(TEXT), 44), 0x86DD))
    yield "ipv6 in version 5", Frame(ethernet(ipv6(tcp(TEXT), version=5), 0x86DD))
    yield "ah over ipv4", Frame(ethernet(ipv4(authenticated(6, tcp(TEXT)), 51)))
    yield "ah over ipv6", Frame(ethernet(ipv6(authenticated(6, tcp(TEXT)), 51), 0x86DD))


def routing(kind: int, left: int, reserved: bytes = b"\0\0\0\0") -> bytes:
    """Return a routing header with one address, then TCP."""
    return bytes([6, 2, kind, left]) + reserved + packed("2001:db8::77") + tcp(TEXT)


def authenticated(proto: int, payload: bytes) -> bytes:
    """Return an authentication header of 24 octets."""
    return bytes([proto, 4, 0, 0]) + b"\0\0\0\x01\0\0\0\x02" + b"\xaa" * 12 + payload


def header() -> Iterator[tuple[str, Frame]]:
    """TCP's own header and options."""
    yield (
        "syn",
        Frame(
            ethernet(
                ipv4(tcp(flags=2, options=b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + b"\0\0\0\x01\0\0\0\0\x01\x03\x03\x07"))
            )
        ),
    )
    yield "all flags", Frame(ethernet(ipv4(tcp(flags=0x1FF, urgent=5))))
    yield "reserved bits", Frame(ethernet(ipv4(tcp(flags=0xE10))))
    yield "three sacks", Frame(ethernet(ipv4(tcp(options=b"\x01\x01\x05\x1a" + bytes(range(24))))))
    yield "sack and time", Frame(ethernet(ipv4(tcp(options=TIMESTAMPS + b"\x01\x01\x05\x0a" + bytes(range(8))))))
    yield "wscale in mid-stream", Frame(ethernet(ipv4(tcp(options=b"\x03\x03\x0a\x01"))))
    yield "wscale 15", Frame(ethernet(ipv4(tcp(flags=2, options=b"\x03\x03\x0f\x01"))))
    yield "mptcp", Frame(ethernet(ipv4(tcp(flags=2, options=b"\x1e\x0c\x01\x81" + b"\x07" * 8))))
    yield "mptcp dss", Frame(ethernet(ipv4(tcp(TEXT, options=b"\x1e\x08\x20\x01\0\0\0\x05"))))
    yield "fast open", Frame(ethernet(ipv4(tcp(TEXT, flags=2, options=b"\x22\x0a" + b"\x07" * 8))))
    yield "fast open request", Frame(ethernet(ipv4(tcp(flags=2, options=b"\x22\x02"))))
    yield "fast open experiment", Frame(ethernet(ipv4(tcp(TEXT, flags=2, options=b"\xfe\x0c\xf9\x89" + b"\x07" * 8))))
    yield "md5", Frame(ethernet(ipv4(tcp(TEXT, options=b"\x01\x01\x13\x12" + b"\x07" * 16))))
    yield "option behind the end", Frame(ethernet(ipv4(tcp(options=b"\0\x01\x03\x03\x07"))))
    yield "option of length 0", Frame(ethernet(ipv4(tcp(options=b"\x03\0\x02\x04\x05\xb4"))))
    yield "option of length 1", Frame(ethernet(ipv4(tcp(options=b"\x03\x01\x02\x04\x05\xb4"))))
    yield "option too long", Frame(ethernet(ipv4(tcp(options=b"\x02\x04\x05\xb4\x05\x22\0\0"))))
    yield "mss of length 3", Frame(ethernet(ipv4(tcp(options=b"\x02\x03\x05\x03\x03\x07"))))
    yield "time of length 8", Frame(ethernet(ipv4(tcp(options=b"\x08\x08" + b"\x07" * 6 + b"\x03\x03\x07"))))
    yield "sack of length 11", Frame(ethernet(ipv4(tcp(options=b"\x05\x0b" + b"\x07" * 9 + b"\x03\x03\x07"))))
    yield "sack of length 2", Frame(ethernet(ipv4(tcp(options=b"\x05\x02\x03\x03\x07"))))
    yield "mss twice", Frame(ethernet(ipv4(tcp(flags=2, options=b"\x02\x04\x05\xb4\x02\x04\x01\x00"))))
    yield "data offset 4", Frame(ethernet(ipv4(tcp(TEXT, offset=4))))
    yield "data offset 0", Frame(ethernet(ipv4(tcp(TEXT, offset=0))))
    yield "data offset beyond", Frame(ethernet(ipv4(tcp(offset=15))))
    yield "data offset at the end", Frame(ethernet(ipv4(tcp(b"\x01" * 40, offset=15))))
    whole = Frame(ethernet(ipv4(tcp(TEXT * 20, options=TIMESTAMPS))))
    for size in (14, 20, 33, 34, 41, 42, 53, 54, 55, 60, 65, 66, 67, 100):
        yield f"cut at {size}", whole.cut(size)
    whole = Frame(ethernet(ipv6(tcp(TEXT * 20, options=TIMESTAMPS)), 0x86DD))
    for size in (14, 53, 54, 73, 74, 80, 86, 90):
        yield f"ipv6 cut at {size}", whole.cut(size)


def links() -> Iterator[tuple[str, Frame]]:
    """Every link type."""
    sll = struct.pack(">HHH", 0, 1, 6) + MAC + b"\0\0"
    yield "sll", Frame(sll + b"\x08\0" + IN4, 113)
    yield "sll ipv6", Frame(sll + b"\x86\xdd" + IN6, 113)
    yield "sll vlan", Frame(sll + b"\x81\0" + b"\0\x07\x08\0" + IN4, 113)
    yield "sll llc", Frame(sll + b"\0\x04" + snap(IN4), 113)
    yield "sll netlink", Frame(struct.pack(">HHH", 4, 824, 0) + b"\0" * 8 + b"\x08\0" + IN4, 113)
    yield "sll2", Frame(struct.pack(">HHIHBB", 0x0800, 0, 2, 1, 0, 6) + MAC + b"\0\0" + IN4, 276)
    yield "sll2 ipv6", Frame(struct.pack(">HHIHBB", 0x86DD, 0, 2, 772, 0, 6) + MAC + b"\0\0" + IN6, 276)
    for order in "<>":
        for family, inside in ((2, IN4), (24, IN6), (28, IN6), (30, IN6)):
            yield f"null {family} {order}", Frame(struct.pack(order + "I", family) + inside, 0)
    yield "null osi", Frame(struct.pack("<I", 7) + IN4, 0)
    yield "loop", Frame(struct.pack(">I", 2) + IN4, 108)
    yield "raw", Frame(IN4, 101)
    yield "raw ipv6", Frame(IN6, 101)
    yield "raw bsd", Frame(IN4, 12)
    yield "raw ipv4", Frame(IN4, 228)
    yield "ipv6 under the link of ipv4", Frame(IN6, 228)
    yield "raw ipv6 only", Frame(IN6, 229)
    yield "ppp", Frame(b"\xff\x03\0\x21" + IN4, 9)
    yield "ppp without address", Frame(b"\0\x57" + IN6, 9)
    yield "ppp short protocol", Frame(b"\xff\x03\x21" + IN4, 9)
    yield "ppp lcp", Frame(b"\xff\x03\xc0\x21\x01\x01\0\x04", 9)
    yield "ppp serial", Frame(b"\xff\x03\0\x21" + IN4, 50)
    yield "ppp mpls", Frame(b"\xff\x03\x02\x81" + label(100) + IN4, 9)
    yield "ppp multilink whole", Frame(b"\xff\x03\0\x3d\xc0\0\0\x01\0\x21" + IN4, 9)
    yield "ppp direction", Frame(b"\x01\xff\x03\0\x21" + IN4, 204)
    yield "chdlc in ppp", Frame(b"\x0f\0\x08\0" + IN4, 50)
    yield "chdlc", Frame(b"\x0f\0\x08\0" + IN4, 104)
    yield "chdlc ipv6", Frame(b"\x8f\0\x86\xdd" + IN6, 104)
    yield "pppoe", Frame(ethernet(pppoe(b"\0\x21" + IN4), 0x8864))
    yield "pppoe ipv6", Frame(ethernet(pppoe(b"\0\x57" + IN6), 0x8864))
    yield "pppoe shorter than ip", Frame(ethernet(pppoe(b"\0\x21" + IN4, len(IN4) - 4), 0x8864))
    yield "pppoe longer than ip", Frame(ethernet(pppoe(b"\0\x21" + ipv4(tcp()) + b"\xee" * 9), 0x8864))
    yield "pppoe link", Frame(pppoe(b"\0\x21" + IN4), 51)
    yield "frame relay", Frame(b"\x18\x41\x03\xcc" + IN4, 107)
    yield "frame relay snap", Frame(b"\x18\x41\x03\0\x80\0\0\0\x08\0" + IN4, 107)
    yield "frame relay cisco", Frame(b"\x18\x41\x08\0" + IN4, 107)
    yield "fddi", Frame(b"\x50" + MAC + MAC + snap(IN4), 10)
    yield "token ring", Frame(b"\x10\x40" + MAC + MAC + snap(IN4), 6)
    yield "token ring routed", Frame(b"\x10\x40" + MAC + b"\x82\0\0\0\0\x01\x06\x30\0\x10\0\x20" + snap(IN4), 6)
    yield "arcnet", Frame(b"\x01\x02\xd4\0\0\x05" + IN4, 7)
    yield "arcnet linux", Frame(b"\x01\x02\0\0\xd4\0\0\x05" + IN4, 129)
    yield "atm llc", Frame(snap(IN4), 100)
    yield "ip over fc", Frame(b"\0" * 16 + snap(IN4), 122)
    yield "sunatm", Frame(b"\x02\0\0\x05" + snap(IN4), 123)
    yield "ieee1394", Frame(b"\x01" * 16 + b"\x08\0" + IN4, 138)
    yield "pflog", Frame(b"\x3d\x02\0\0" + b"\0" * 60 + IN4, 117)
    yield "pflog ipv6", Frame(b"\x3d\x18\0\0" + b"\0" * 60 + IN6, 117)
    yield "enc", Frame(struct.pack("<III", 2, 0, 0) + IN4, 109)
    yield "nflog", Frame(b"\x02\0\0\0" + struct.pack("<HHI", 8, 2, 9) + struct.pack("<HH", 4 + len(IN4), 9) + IN4, 239)
    yield (
        "nflog big",
        Frame(b"\x02\0\0\0" + struct.pack(">HHI", 8, 2, 9) + struct.pack(">HH", 4 + len(IN4), 9) + IN4, 239),
    )
    yield "ipnet", Frame(struct.pack(">BBHIIIII", 1, 2, 0, len(IN4), 1, 1, 0, 0) + IN4, 226)
    yield (
        "erf ethernet",
        Frame(
            b"\0" * 8 + struct.pack(">BBHHH", 2, 4, 18 + 14 + len(IN4), 0, 14 + len(IN4)) + b"\0\0" + ethernet(IN4), 197
        ),
    )
    yield "mpls link", Frame(label(100) + IN4, 219)
    check = struct.pack("<I", zlib.crc32(ethernet(IN4)))
    yield "mpacket", Frame(b"\x55" * 7 + b"\xd5" + ethernet(IN4) + check, 274)
    yield "ipoib", Frame(b"\0" * 20 + b"\xfe\x80" + b"\0" * 18 + b"\x08\0\0\0" + IN4, 242)
    yield "juniper", Frame(b"MGC\x80\0\x06\x03\x01\x01\x06\x01\x0e" + ethernet(IN4), 178)
    yield "juniper without extensions", Frame(b"MGC\0" + ethernet(IN4), 178)
    yield "unknown link", Frame(IN4, 9999)


def pppoe(payload: bytes, size: int | None = None) -> bytes:
    """Return a PPPoE session header and the payload."""
    return struct.pack(">BBHH", 0x11, 0, 5, len(payload) if size is None else size) + payload


def wlan(payload: bytes, first: int = 0x08, second: int = 0x01, extra: bytes = b"") -> bytes:
    """Return an 802.11 data frame: three addresses, then what its bits ask for."""
    return bytes([first, second, 0, 0]) + MAC * 3 + b"\0\0" + extra + payload


def radio() -> Iterator[tuple[str, Frame]]:
    """802.11 and what stands before it."""
    yield "wlan", Frame(wlan(snap(IN4)), 105)
    yield "wlan from ds", Frame(wlan(snap(IN6, 0x86DD), second=2), 105)
    yield "wlan ad hoc", Frame(wlan(snap(IN4), second=0), 105)
    yield "wlan four addresses", Frame(wlan(snap(IN4), second=3, extra=MAC), 105)
    yield "wlan qos", Frame(wlan(snap(IN4), 0x88, extra=b"\0\0"), 105)
    yield "wlan qos htc", Frame(wlan(snap(IN4), 0x88, 0x81, extra=b"\0\0\0\0\0\0"), 105)
    one = MAC + MAC + struct.pack(">H", 8 + len(IN4)) + snap(IN4)
    yield "wlan amsdu", Frame(wlan(one, 0x88, extra=b"\x80\0"), 105)
    yield "wlan protected", Frame(wlan(b"\0" * 8 + snap(IN4), 0x08, 0x41), 105)
    yield "wlan null data", Frame(wlan(b"", 0x48), 105)
    yield "wlan beacon", Frame(wlan(b"\0" * 12, 0x80, 0), 105)
    yield "wlan ack", Frame(b"\xd4\0\0\0" + MAC, 105)
    yield "radiotap", Frame(struct.pack("<BBHI", 0, 0, 8, 0) + wlan(snap(IN4)), 127)
    tsft = struct.pack("<BBHIQB", 0, 0, 17, 3, 99, 0x10)
    yield "radiotap fcs", Frame(tsft + wlan(snap(ipv4(tcp(TEXT), total=0))) + b"\xaa" * 4, 127)
    padded = struct.pack("<BBHIB", 0, 0, 9, 2, 0x20)
    yield "radiotap padded", Frame(padded + wlan(snap(IN4), 0x88, extra=b"\0\0\0\0"), 127)
    two = struct.pack("<BBHIIB", 0, 0, 13, 0x80000002, 0, 0x20)
    yield "radiotap two words", Frame(two + wlan(snap(IN4), 0x88, extra=b"\0\0\0\0"), 127)
    yield "prism", Frame(struct.pack("<II", 0x44, 144) + b"\0" * 136 + wlan(snap(IN4)), 119)
    avs = struct.pack(">II", 0x80211001, 64) + b"\0" * 56
    yield "avs", Frame(avs + wlan(snap(IN4)), 163)
    yield "avs as prism", Frame(avs + wlan(snap(IN4)), 119)
    yield "ppi", Frame(struct.pack("<BBHI", 0, 0, 8, 105) + wlan(snap(IN4)), 192)


def tunnels() -> Iterator[tuple[str, Frame]]:
    """Packets in packets."""
    yield "ipip", Frame(ethernet(ipv4(IN4, 4, src="203.0.113.1", dst="203.0.113.2")))
    yield "6in4", Frame(ethernet(ipv4(IN6, 41)))
    yield "4in6", Frame(ethernet(ipv6(IN4, 4), 0x86DD))
    yield "6in6", Frame(ethernet(ipv6(IN6, 41, src="2001:db8::a", dst="2001:db8::b"), 0x86DD))
    yield "ipip, outer shorter", Frame(ethernet(ipv4(IN4, 4, total=20 + len(IN4) - 5)))
    yield "etherip", Frame(ethernet(ipv4(b"\x30\0" + ethernet(IN4), 97)))
    yield "gre", Frame(ethernet(ipv4(gre(IN4, 0x0800), 47)))
    yield "gre ipv6", Frame(ethernet(ipv4(gre(IN6, 0x86DD), 47)))
    yield (
        "gre all fields",
        Frame(ethernet(ipv4(gre(IN4, 0x0800, flags=0xB000, body=b"\0\0\0\0\0\0\0\x05\0\0\0\x01"), 47))),
    )
    yield "gre key", Frame(ethernet(ipv4(gre(IN4, 0x0800, flags=0x2000, body=b"\0\0\0\x2a"), 47)))
    yield "gre routing", Frame(ethernet(ipv4(gre(IN4, 0x0800, flags=0x4000, body=b"\0\0\0\0" + b"\0\0\0\0"), 47)))
    yield "gre ethernet", Frame(ethernet(ipv4(gre(ethernet(IN4), 0x6558), 47)))
    yield "gre mpls", Frame(ethernet(ipv4(gre(label(16) + IN4, 0x8847), 47)))
    yield "gre wccp", Frame(ethernet(ipv4(gre(b"\0\0\0\0" + IN4, 0x883E), 47)))
    yield "gre wccp without header", Frame(ethernet(ipv4(gre(IN4, 0x883E), 47)))
    yield "erspan 1", Frame(ethernet(ipv4(gre(ethernet(IN4), 0x88BE), 47)))
    yield (
        "erspan 2",
        Frame(
            ethernet(
                ipv4(gre(b"\x10\x01\x08\x05\0\0\0\0" + ethernet(IN4), 0x88BE, flags=0x1000, body=b"\0\0\0\x01"), 47)
            )
        ),
    )
    yield (
        "erspan 3",
        Frame(
            ethernet(
                ipv4(gre(b"\x20\x01\x08\x05" + b"\0" * 8 + ethernet(IN4), 0x22EB, flags=0x1000, body=b"\0\0\0\x01"), 47)
            )
        ),
    )
    yield (
        "erspan 3 with platform",
        Frame(
            ethernet(
                ipv4(
                    gre(
                        b"\x20\x01\x08\x05" + b"\0" * 7 + b"\x01" + b"\x14" + b"\0" * 7 + ethernet(IN4),
                        0x22EB,
                        flags=0x1000,
                        body=b"\0\0\0\x01",
                    ),
                    47,
                )
            )
        ),
    )
    point = b"\xff\x03\0\x21" + IN4
    yield (
        "pptp",
        Frame(ethernet(ipv4(gre(point, 0x880B, flags=0x3081, body=struct.pack(">HHII", len(point), 7, 1, 2)), 47))),
    )
    yield "pptp ack", Frame(ethernet(ipv4(gre(b"", 0x880B, flags=0x2081, body=struct.pack(">HHI", 0, 7, 1)), 47)))
    yield "vxlan", Frame(ethernet(ipv4(udp(vxlan(ethernet(IN4), 42), 4789), 17)))
    yield "vxlan over ipv6", Frame(ethernet(ipv6(udp(vxlan(ethernet(IN6, 0x86DD), 42), 4789), 17), 0x86DD))
    yield "vxlan linux port", Frame(ethernet(ipv4(udp(vxlan(ethernet(IN4), 42), 8472), 17)))
    yield "vxlan gpe ipv4", Frame(ethernet(ipv4(udp(b"\x0c\0\0\x01\0\0\x2a\0" + IN4, 4790), 17)))
    yield (
        "vxlan, udp shorter",
        Frame(ethernet(ipv4(udp(vxlan(ethernet(IN4), 42), 4789, size=16 + 14 + len(IN4) - 3), 17))),
    )
    yield "vxlan, udp length 0", Frame(ethernet(ipv4(udp(vxlan(ethernet(IN4), 42), 4789, size=0), 17)))
    yield "vxlan, udp length 7", Frame(ethernet(ipv4(udp(vxlan(ethernet(IN4), 42), 4789, size=7), 17)))
    yield "vxlan, udp longer", Frame(ethernet(ipv4(udp(vxlan(ethernet(IN4), 42), 4789, size=999), 17)))
    yield "geneve ethernet", Frame(ethernet(ipv4(udp(b"\0\0\x65\x58\0\0\x07\0" + ethernet(IN4), 6081), 17)))
    yield (
        "geneve options ipv4",
        Frame(ethernet(ipv4(udp(b"\x02\0\x08\0\0\0\x07\0" + b"\x01\x02\x03\x01\0\0\0\0" + IN4, 6081), 17))),
    )
    yield "gtp", Frame(ethernet(ipv4(udp(gtp(IN4), 2152), 17)))
    yield "gtp ipv6", Frame(ethernet(ipv4(udp(gtp(IN6), 2152), 17)))
    yield "gtp sequence", Frame(ethernet(ipv4(udp(gtp(IN4, 0x32, b"\0\x05\0\0"), 2152), 17)))
    yield "gtp extension", Frame(ethernet(ipv4(udp(gtp(IN4, 0x34, b"\0\0\0\x85\x01\0\x09\0"), 2152), 17)))
    yield "gtp echo", Frame(ethernet(ipv4(udp(b"\x32\x01\0\x04\0\0\0\0\0\0\0\0", 2152), 17)))
    yield "l2tp", Frame(ethernet(ipv4(udp(b"\0\x02\0\x01\0\x02\xff\x03\0\x21" + IN4, 1701), 17)))
    yield (
        "l2tp length and sequence",
        Frame(
            ethernet(
                ipv4(
                    udp(b"\x48\x02" + struct.pack(">HHHHH", 16 + len(IN4), 1, 2, 3, 4) + b"\xff\x03\0\x21" + IN4, 1701),
                    17,
                )
            )
        ),
    )
    yield "l2tp control", Frame(ethernet(ipv4(udp(b"\xc8\x02\0\x0c\0\x01\0\0\0\x01\0\x01", 1701), 17)))
    yield "teredo", Frame(ethernet(ipv4(udp(IN6, 3544), 17)))
    yield "teredo origin", Frame(ethernet(ipv4(udp(b"\0\0\x12\x34\x01\x02\x03\x04" + IN6, 3544), 17)))
    yield "mpls over udp", Frame(ethernet(ipv4(udp(label(77) + IN4, 6635), 17)))
    yield "lisp", Frame(ethernet(ipv4(udp(b"\x80\0\0\0\0\0\0\0" + IN4, 4341), 17)))
    yield "tzsp", Frame(ethernet(ipv4(udp(b"\x01\0\0\x01\x01" + ethernet(IN4), 37008), 17)))
    yield "mpls in ip", Frame(ethernet(ipv4(label(77) + IN4, 137)))
    yield "mpls", Frame(ethernet(label(16, last=False) + label(17) + IN4, 0x8847))
    yield "mpls ipv6", Frame(ethernet(label(17) + IN6, 0x8847))
    yield "mpls upstream", Frame(ethernet(label(17) + IN4, 0x8848))
    known = b"\0\x50\x56\0\0\x02\0\x50\x56\0\0\x01\x08\0" + IN4  # tshark guesses by the makers' numbers
    yield "mpls pseudo-wire", Frame(ethernet(label(17) + b"\0\0\0\0" + known, 0x8847))
    yield "mpls pseudo-wire without control word", Frame(ethernet(label(17) + known, 0x8847))
    yield (
        "vxlan in gre",
        Frame(ethernet(ipv4(gre(ipv4(udp(vxlan(ethernet(IN4, tags=vlan(5)), 9), 4789), 17), 0x0800), 47))),
    )


def gtp(payload: bytes, flags: int = 0x30, body: bytes = b"") -> bytes:
    """Return a GTP version 1 header."""
    return struct.pack(">BBHI", flags, 255, len(body) + len(payload), 0x1234) + body + payload


def others() -> Iterator[tuple[str, Frame]]:
    """Packets without a segment."""
    yield "arp", Frame(ethernet(b"\0\x01\x08\0\x06\x04\0\x01" + b"\0" * 20, 0x0806))
    yield "lldp", Frame(ethernet(b"\0" * 46, 0x88CC))
    yield "udp", Frame(ethernet(ipv4(udp(b"x" * 30, 53), 17)))
    yield "sctp", Frame(ethernet(ipv4(b"\0" * 30, 132)))
    yield "icmp echo", Frame(ethernet(ipv4(b"\x08\0\0\0\0\x01\0\x01" + IN4, 1)))
    yield "esp", Frame(ethernet(ipv4(b"\0\0\0\x05\0\0\0\x01" + IN4, 50)))
    yield "no next header", Frame(ethernet(ipv6(tcp(), 59), 0x86DD))
    yield "stp", Frame(ethernet(b"\x42\x42\x03\0\0\0", 6, pad=True))
    yield "empty", Frame(b"")


def quotes() -> Iterator[tuple[str, Frame]]:
    """ICMP errors about a segment."""
    quoted = ipv4(tcp(TEXT, ports=(4000, 81), seq=77))
    yield "unreachable", Frame(ethernet(ipv4(b"\x03\x03\0\0\0\0\0\0" + quoted[:28], 1, src="203.0.113.5", dst=CLIENT)))
    yield (
        "unreachable, long quote",
        Frame(ethernet(ipv4(b"\x03\x04\0\0\0\0\x05\0" + quoted, 1, src="203.0.113.5", dst=CLIENT))),
    )
    yield "time exceeded", Frame(ethernet(ipv4(b"\x0b\0\0\0\0\0\0\0" + quoted[:28], 1)))
    yield "unreachable, udp", Frame(ethernet(ipv4(b"\x03\x03\0\0\0\0\0\0" + ipv4(udp(b"", 53), 17), 1)))
    six = ipv6(tcp(TEXT, ports=(4000, 81), seq=77))
    yield "packet too big", Frame(ethernet(ipv6(b"\x02\0\0\0\0\0\x05\0" + six, 58), 0x86DD))


def every() -> dict[str, Frame]:
    """Return all frames by name."""
    found: dict[str, Frame] = {}
    for group in (plain, header, links, radio, tunnels, others, quotes, rare.tags, rare.links, rare.tunnels):
        for name, frame in group():
            assert name not in found, name
            found[name] = frame
    return found
