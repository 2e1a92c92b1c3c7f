"""Packets built header by header, right by default and wrong on request."""

from __future__ import annotations

import ipaddress
import struct
from typing import NamedTuple

ETHERNET = 1
CLIENT, SERVER = "10.0.0.1", "192.0.2.9"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8:0:2::9"
TIMESTAMPS = struct.pack(">HBBII", 0x0101, 8, 10, 7, 9)


class Frame(NamedTuple):
    """A record as a capture holds it. wire_len: None when nothing was cut."""

    octets: bytes
    link: int = ETHERNET
    wire_len: int | None = None
    ts_ns: int = 1_700_000_000_000_000_000

    @property
    def length(self) -> int:
        """Octets on the wire."""
        return len(self.octets) if self.wire_len is None else self.wire_len

    def cut(self, size: int) -> Frame:
        """Return the same record, captured with this snaplen."""
        return self._replace(octets=self.octets[:size], wire_len=self.length)


def packed(address: str) -> bytes:
    """Return the octets of an address of either version."""
    return ipaddress.ip_address(address).packed


def folded(octets: bytes) -> int:
    """Sum 16-bit words as RFC 1071 does."""
    if len(octets) & 1:
        octets += b"\0"
    total: int = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def tcp(
    payload: bytes = b"",
    *,
    ports: tuple[int, int] = (40000, 80),
    seq: int = 0x01020304,
    ack: int = 0x0A0B0C0D,
    flags: int = 0x10,
    options: bytes = b"",
    window: int = 501,
    offset: int | None = None,
    ends: tuple[str, str] | None = None,
    urgent: int = 0,
) -> bytes:
    """Return a segment; with ends (addresses), its checksum is right."""
    options += b"\0" * (-len(options) % 4)
    words = 5 + len(options) // 4 if offset is None else offset
    head = struct.pack(">HHIIHHHH", *ports, seq, ack, (words & 15) << 12 | flags, window, 0, urgent)
    whole = head + options + payload
    if ends:
        pseudo = packed(ends[0]) + packed(ends[1]) + struct.pack(">II", len(whole), 6)
        checksum = ~folded(pseudo + whole) & 0xFFFF
        whole = whole[:16] + struct.pack(">H", checksum) + whole[18:]
    return whole


def udp(payload: bytes, dport: int, *, sport: int = 50000, size: int | None = None) -> bytes:
    """Return a UDP datagram without checksum."""
    return struct.pack(">HHHH", sport, dport, 8 + len(payload) if size is None else size, 0) + payload


def ipv4(
    payload: bytes,
    proto: int = 6,
    *,
    src: str = CLIENT,
    dst: str = SERVER,
    options: bytes = b"",
    total: int | None = None,
    fragment: int = 0x4000,
    ident: int = 0x1234,
    tos: int = 0,
    ttl: int = 64,
    words: int | None = None,
    version: int = 4,
) -> bytes:
    """Return an IPv4 packet; fragment is the whole 16-bit field of flags and offset."""
    options += b"\0" * (-len(options) % 4)
    size = 20 + len(options)
    first = version << 4 | ((size // 4) if words is None else words)
    length = size + len(payload) if total is None else total
    head = struct.pack(">BBHHHBBH", first, tos, length, ident, fragment, ttl, proto, 0) + packed(src) + packed(dst)
    checksum = ~folded(head + options) & 0xFFFF
    return head[:10] + struct.pack(">H", checksum) + head[12:] + options + payload


def ipv6(
    payload: bytes,
    proto: int = 6,
    *,
    src: str = CLIENT6,
    dst: str = SERVER6,
    size: int | None = None,
    traffic: int = 0,
    hops: int = 63,
    version: int = 6,
) -> bytes:
    """Return an IPv6 packet."""
    length = len(payload) if size is None else size
    return (
        struct.pack(">IHBB", version << 28 | traffic << 20, length, proto, hops) + packed(src) + packed(dst) + payload
    )


def extension(proto: int, payload: bytes, body: bytes = b"\x01\x04\0\0\0\0") -> bytes:
    """Return an IPv6 extension header (a PadN by default) that leads to proto, and the payload behind it."""
    return bytes([proto, (len(body) + 2) // 8 - 1]) + body + payload


def ethernet(payload: bytes, kind: int = 0x0800, *, tags: bytes = b"", pad: bool = False) -> bytes:
    """Return an Ethernet frame; tags stand before the type; pad: fill up to the 60 octets of a wire."""
    frame = b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + tags + struct.pack(">H", kind) + payload
    return frame.ljust(60, b"\xee") if pad else frame


def vlan(number: int, kind: int = 0x8100) -> bytes:
    """Return a tag to hand to `ethernet`."""
    return struct.pack(">HH", kind, number)


def gre(payload: bytes, kind: int, *, flags: int = 0, body: bytes = b"") -> bytes:
    """Return a GRE header with the optional fields in body, then the payload."""
    return struct.pack(">HH", flags, kind) + body + payload


def vxlan(payload: bytes, number: int, flags: int = 8) -> bytes:
    """Return a VXLAN header before an Ethernet frame."""
    return struct.pack(">BxxxI", flags, number << 8) + payload


def snap(payload: bytes, kind: int = 0x0800, owner: int = 0) -> bytes:
    """Return LLC and SNAP before a payload."""
    return b"\xaa\xaa\x03" + owner.to_bytes(3, "big") + struct.pack(">H", kind) + payload


def label(number: int, *, last: bool = True) -> bytes:
    """Return one entry of an MPLS stack."""
    return struct.pack(">I", number << 12 | (0x100 if last else 0) | 64)


def pcap(frames: list[Frame]) -> bytes:
    """Return a capture file of the frames, nanosecond times, all of one link type."""
    parts = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, frames[0].link)]
    for frame in frames:
        seconds, rest = divmod(frame.ts_ns, 1_000_000_000)
        parts.append(struct.pack("<IIII", seconds, rest, len(frame.octets), frame.length) + frame.octets)
    return b"".join(parts)
