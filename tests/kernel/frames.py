"""Ethernet frames with TCP inside: read, made, and conditions on them.

In: octets from a TAP device. Out: `Frame` (what the rules of `link.py` look at) and, the other way,
complete forged segments. Knows nothing of the code under test: this is the test's own reading.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
PSH: Final = 0x08
ACK: Final = 0x10
URG: Final = 0x20
LETTERS: Final = {"F": FIN, "S": SYN, "R": RST, "P": PSH, ".": ACK, "U": URG, "E": 0x40, "W": 0x80, "A": 0x100}

ETHERTYPE_IPV4: Final = 0x0800
ETHERTYPE_IPV6: Final = 0x86DD
PROTOCOL_TCP: Final = 6
ETHERNET_OCTETS: Final = 14
IPV6_OCTETS: Final = 40
TCP_OCTETS: Final = 20

Address = tuple[str, int]


@dataclass(slots=True, eq=False)
class Frame:
    """One frame on the wire; the TCP fields are empty when it carries none. Sequence numbers are raw."""

    raw: bytes
    sender: str | None = None  # the host that sent it, None when it was forged
    tcp: bool = False
    src: Address = ("", 0)
    dst: Address = ("", 0)
    flags: int = 0
    seq: int = 0
    ack: int = 0
    window: int = 0
    options: bytes = b""
    payload: bytes = b""
    original: Frame | None = None  # what was sent, where a rule edited it on its way

    @property
    def end(self) -> int:
        """Sequence number after this segment (SYN and FIN count one)."""
        return (self.seq + len(self.payload) + bool(self.flags & SYN) + bool(self.flags & FIN)) % 2**32

    @property
    def ip(self) -> bytes:
        """The packet from the IP header on."""
        return self.raw[ETHERNET_OCTETS:]

    def __str__(self) -> str:
        letters = "".join(letter for letter, bit in LETTERS.items() if self.flags & bit)
        return f"{self.src[1]} > {self.dst[1]} [{letters}] seq {self.seq} ack {self.ack} len {len(self.payload)}"


def parse(raw: bytes, sender: str | None = None) -> Frame:
    """Read a frame; anything but TCP right behind the IP header gives a frame with `tcp` false."""
    frame = Frame(raw, sender)
    ethertype = int.from_bytes(raw[12:14])
    ip = raw[ETHERNET_OCTETS:]
    if ethertype == ETHERTYPE_IPV4 and len(ip) > TCP_OCTETS and ip[9] == PROTOCOL_TCP:
        header, total = (ip[0] & 15) * 4, int.from_bytes(ip[2:4])
        source, destination = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
    elif ethertype == ETHERTYPE_IPV6 and len(ip) > IPV6_OCTETS and ip[6] == PROTOCOL_TCP:
        header, total = IPV6_OCTETS, IPV6_OCTETS + int.from_bytes(ip[4:6])
        source = socket.inet_ntop(socket.AF_INET6, ip[8:24])
        destination = socket.inet_ntop(socket.AF_INET6, ip[24:40])
    else:
        return frame
    tcp = ip[header:total]
    if len(tcp) < TCP_OCTETS:
        return frame
    sport, dport, frame.seq, frame.ack, offset, frame.flags, frame.window = struct.unpack("!HHIIBBH", tcp[:16])
    data = (offset >> 4) * 4
    frame.tcp, frame.src, frame.dst = True, (source, sport), (destination, dport)
    frame.options, frame.payload = tcp[TCP_OCTETS:data], tcp[data:]
    return frame


def flag_bits(letters: str) -> int:
    """Tcpdump's letters as flags: "S." is SYN and ACK; "A" is AE (RFC 9768), which stands outside the octet."""
    return sum(LETTERS[letter] for letter in letters)


@dataclass(slots=True)
class Segment:
    """A segment to forge; `seq` and `ack` are raw 32-bit numbers, `options` already padded to 4 octets."""

    src: Address
    dst: Address
    flags: str
    seq: int
    ack: int = 0
    window: int = 65535
    payload: bytes = b""
    options: bytes = b""
    ttl: int = 64
    raw_flags: int = field(default=0)  # bits beside the letters

    def packet(self) -> bytes:
        """The IP packet with right lengths and checksums."""
        length = TCP_OCTETS + len(self.options)
        bits = flag_bits(self.flags) | self.raw_flags
        header = struct.pack(
            "!HHIIHHHH", self.src[1], self.dst[1], self.seq % 2**32, self.ack % 2**32, length // 4 << 12 | bits,
            self.window, 0, 0,
        )  # fmt: skip
        tcp = header + self.options + self.payload
        family = socket.AF_INET6 if ":" in self.src[0] else socket.AF_INET
        source, target = socket.inet_pton(family, self.src[0]), socket.inet_pton(family, self.dst[0])
        pseudo = source + target + struct.pack("!II", len(tcp), PROTOCOL_TCP)
        tcp = tcp[:16] + checksum(pseudo + tcp) + tcp[18:]
        if family == socket.AF_INET6:
            return struct.pack("!IHBB", 6 << 28, len(tcp), PROTOCOL_TCP, self.ttl) + source + target + tcp
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, self.ttl, PROTOCOL_TCP, 0) + source + target
        return ip[:10] + checksum(ip) + ip[12:] + tcp


def checksum(data: bytes) -> bytes:
    """The Internet checksum, ready to be put in. Source: RFC 1071."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", total ^ 0xFFFF)


class When:
    """A condition on a frame; combined by `&`, `|` and `~`. Never true of a frame without TCP."""

    def __init__(self, test: Callable[[Frame], bool]) -> None:
        self.test = test

    def __call__(self, frame: Frame) -> bool:
        return frame.tcp and self.test(frame)

    def __and__(self, other: When) -> When:
        return When(lambda frame: self(frame) and other(frame))

    def __or__(self, other: When) -> When:
        return When(lambda frame: self(frame) or other(frame))

    def __invert__(self) -> When:
        return When(lambda frame: not self.test(frame))


ANY: Final = When(lambda _: True)
DATA: Final = When(lambda frame: bool(frame.payload))
FINS: Final = When(lambda frame: bool(frame.flags & FIN))
SYNS: Final = When(lambda frame: frame.flags & (SYN | ACK) == SYN)
SYN_ACKS: Final = When(lambda frame: frame.flags & (SYN | ACK) == SYN | ACK)
RSTS: Final = When(lambda frame: bool(frame.flags & RST))
BARE_ACKS: Final = When(lambda frame: frame.flags & (SYN | FIN | RST | ACK) == ACK and not frame.payload)


def flags(letters: str) -> When:
    """Exactly these flags in tcpdump's letters; PSH is not looked at unless it is named."""
    wanted = flag_bits(letters)
    ignored = 0 if "P" in letters else PSH
    return When(lambda frame: frame.flags & ~ignored == wanted)


def sent_by(host: object) -> When:
    """Sent by this host (a `Host` or its name)."""
    name = getattr(host, "name", host)
    return When(lambda frame: frame.sender == name)


def port(number: int) -> When:
    """From or to this port."""
    return When(lambda frame: number in {frame.src[1], frame.dst[1]})


def containing(octets: bytes) -> When:
    """With these octets somewhere in the payload."""
    return When(lambda frame: octets in frame.payload)
