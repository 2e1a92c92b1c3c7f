"""Frames of layerings that few networks have: part of `catalogue`."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from .build import Frame, ethernet, gre, ipv4, ipv6, packed, snap, tcp, udp

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = b"HTTP/1.1 200 OK\r\n"
IN4, IN6 = ipv4(tcp(TEXT)), ipv6(tcp(TEXT))
MAC = b"\x02\0\0\0\0\x01"
MAGIC = b"MGC"


def tags() -> Iterator[tuple[str, Frame]]:
    """Tags between Ethernet's addresses and IP."""
    yield "hsr", Frame(ethernet(b"\0\x64\0\x05\x08\0" + IN4, 0x892F))
    yield "prp trailer", Frame(ethernet(IN4) + b"\0\x01\xa0\x40\x88\xfb")
    yield "vntag", Frame(ethernet(b"\0\x01\0\x02\x86\xdd" + IN6, 0x8926))
    yield "vntag and vlan", Frame(ethernet(b"\0\x01\0\x02\x81\0\0\x05\x08\0" + IN4, 0x8926))
    yield "metadata", Frame(ethernet(b"\x01\x01\0\x01\0\x05\x08\0" + IN4, 0x8909))
    yield "trill", Frame(ethernet(b"\0\x3f\0\x01\0\x02" + ethernet(IN4), 0x22F3))
    yield "trill options", Frame(ethernet(b"\0\x7f\0\x01\0\x02" + b"\0" * 4 + ethernet(IN4), 0x22F3))
    yield "llc nlpid", Frame(ethernet(b"\xfe\xfe\x03\xcc" + IN4, len(IN4) + 4))
    yield "llc nlpid ipv6", Frame(ethernet(b"\xfe\xfe\x03\x8e" + IN6, len(IN6) + 4))


def links() -> Iterator[tuple[str, Frame]]:
    """Link types of switch chips, routers and modems."""
    yield "brcm tag", Frame(MAC * 2 + b"\0\0\0\x01\x08\0" + IN4, 281)
    yield "brcm tag before", Frame(b"\0\0\0\x01" + ethernet(IN4), 282)
    yield "dsa", Frame(MAC * 2 + b"\xc0\x08\0\0\x86\xdd" + IN6, 284)
    yield "edsa", Frame(MAC * 2 + b"\xda\xda\0\0\xc0\x08\0\0\x08\0" + IN4, 285)
    yield "sll ppp", Frame(struct.pack(">HHH8sH", 0, 512, 0, b"", 7) + b"\xff\x03\0\x21" + IN4, 113)
    yield "atm llc of bsd", Frame(snap(IN4), 11)
    yield "juniper ppp", Frame(MAGIC + b"\1\xff\x03\0\x21" + IN4, 179)
    yield "juniper frame relay", Frame(MAGIC + b"\0\x04\x81\x03\xcc" + IN4, 180)
    yield "juniper chdlc", Frame(MAGIC + b"\0\x0f\0\x86\xdd" + IN6, 181)
    yield "juniper atm 1", Frame(MAGIC + b"\0" + bytes(4) + snap(IN4), 137)
    yield "juniper atm 2", Frame(MAGIC + b"\0" + bytes(8) + snap(IN4), 135)
    yield "juniper atm 2, no llc", Frame(MAGIC + b"\1" + bytes(8) + IN4, 135)
    yield "juniper without link, numbered", Frame(MAGIC + b"\2" + b"\2\0\0\0" + IN4, 178)
    yield "juniper without link", Frame(MAGIC + b"\2" + IN4, 178)


def tunnels() -> Iterator[tuple[str, Frame]]:
    """Packets in packets."""
    yield "ipcomp", Frame(ethernet(ipv4(compressed(tcp(TEXT * 9)), 108)))
    yield "ipcomp behind hop by hop", Frame(ethernet(ipv6(b"\x6c\0\1\4" + bytes(4) + compressed(tcp(TEXT)), 0), 0x86DD))
    yield "ipcomp cut", Frame(ethernet(ipv4(compressed(tcp(TEXT * 9))[:-4], 108)))
    yield "ipcomp of another kind", Frame(ethernet(ipv4(b"\x06\0\0\x03" + tcp(TEXT), 108)))
    yield "ethernet in ip", Frame(ethernet(ipv6(ethernet(IN4), 143), 0x86DD))
    aruba = bytes((0x08, 0x01, 0, 0)) + MAC * 3 + bytes(2) + snap(IN4)
    yield "aruba gre", Frame(ethernet(ipv4(gre(aruba, 0x8210), 47)))
    yield "gre over udp", Frame(ethernet(ipv4(udp(gre(IN6, 0x86DD), 4754), 17)))
    old = struct.pack(">BBHHHB3xQ", 0x1E, 255, len(IN4), 1, 1, 255, 0x123456789ABCDEF0)
    yield "gtp version 0", Frame(ethernet(ipv4(udp(old + IN4, 3386), 17)))
    yield "gtp version 0 signalling", Frame(ethernet(ipv4(udp(old[:1] + b"\x01" + old[2:] + IN4, 3386), 17)))
    yield "ayiya", Frame(ethernet(ipv4(udp(ayiya(1) + IN6, 5072, sport=5072), 17)))
    yield "ayiya heartbeat", Frame(ethernet(ipv4(udp(ayiya(0) + IN6, 5072, sport=5072), 17)))


def compressed(payload: bytes) -> bytes:
    """Return a payload compression header, and TCP behind it as DEFLATE."""
    stream = zlib.compressobj(wbits=-15)
    return b"\x06\0\0\x02" + stream.compress(payload) + stream.flush()


def ayiya(operation: int) -> bytes:
    """Return the header of a tunnel from anywhere: an address for identity, a signature of 20 octets."""
    return bytes((0x44, 0x52, 0x10 | operation, 41)) + struct.pack(">I", 1) + packed("2001:db8::a") + bytes(20)
