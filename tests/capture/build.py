"""Captures made octet by octet, for the tests of the readers: independent of the code under test.

In: packets. Out: the octets of a pcap or pcapng, every field at the caller's will; a stream that dribbles them;
what a reader shows, as rows.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tcplife.capture import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tcplife.capture import Reader

MICRO: Final = 0xA1B2C3D4
NANO: Final = 0xA1B23C4D
MODIFIED: Final = 0xA1B2CD34
IXIA_HARDWARE: Final = 0x1C0001AC
IXIA_SOFTWARE: Final = 0x1C0001AB
ETHERNET: Final = 1
RAW: Final = 101


@dataclass(frozen=True)
class Packet:
    """One record. ts_ns: its time. wire: original length, None: that of the data. interface: in pcapng."""

    ts_ns: int
    data: bytes
    wire: int | None = None
    interface: int = 0

    @property
    def wire_len(self) -> int:
        """The original length."""
        return len(self.data) if self.wire is None else self.wire


@dataclass(frozen=True)
class Row:
    """What a reader shows of one record."""

    packet: int
    ts_ns: int
    link: int
    interface: int
    wire_len: int
    data: bytes


class Dribble:
    """A binary stream without seek() or readinto(), which gives a few octets at a time."""

    def __init__(self, octets: bytes, step: int) -> None:
        self._octets = octets
        self._at = 0
        self._step = step

    def read(self, size: int) -> bytes:
        """Give the next octets, `step` at most."""
        given = self._octets[self._at : self._at + min(size, self._step)]
        self._at += len(given)
        return given


def pcap_header(
    *, big: bool = False, magic: int = MICRO, link: int = ETHERNET, snaplen: int = 262144, minor: int = 4
) -> bytes:
    """Make the file header of a pcap."""
    extra = struct.pack(">I" if big else "<I", 0) if magic in (IXIA_HARDWARE, IXIA_SOFTWARE) else b""
    return struct.pack(">IHHIIII" if big else "<IHHIIII", magic, 2, minor, 0, 0, snaplen, link) + extra


def pcap_record(packet: Packet, *, big: bool = False, magic: int = MICRO) -> bytes:
    """Make one record of a pcap."""
    unit = 1 if magic in (NANO, IXIA_HARDWARE) else 1000
    seconds, fraction = divmod(packet.ts_ns, 1_000_000_000)
    head = struct.pack(">IIII" if big else "<IIII", seconds, fraction // unit, len(packet.data), packet.wire_len)
    return head + (bytes(8) if magic == MODIFIED else b"") + packet.data


def pcap(packets: Iterable[Packet], *, big: bool = False, magic: int = MICRO, link: int = ETHERNET) -> bytes:
    """Make a whole pcap."""
    head = pcap_header(big=big, magic=magic, link=link)
    return head + b"".join(pcap_record(packet, big=big, magic=magic) for packet in packets)


def block(kind: int, body: bytes, *, big: bool = False) -> bytes:
    """Make a pcapng block; its body is padded."""
    body += bytes(-len(body) % 4)
    order = ">" if big else "<"
    total = len(body) + 12
    return struct.pack(order + "II", kind, total) + body + struct.pack(order + "I", total)


def option(code: int, value: bytes, *, big: bool = False) -> bytes:
    """Make one option of a block."""
    return struct.pack(">HH" if big else "<HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(*, big: bool = False, length: int = -1, major: int = 1, options: bytes = b"") -> bytes:
    """Make a section header block."""
    order = ">" if big else "<"
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, major, 0, length) + options, big=big)


def interface(
    *,
    big: bool = False,
    link: int = ETHERNET,
    snaplen: int = 0,
    tsresol: int | None = None,
    tsoffset: int | None = None,
) -> bytes:
    """Make an interface description block."""
    order = ">" if big else "<"
    options = b""
    if tsresol is not None:
        options += option(9, bytes([tsresol]), big=big)
    if tsoffset is not None:
        options += option(14, struct.pack(order + "q", tsoffset), big=big)
    if options:
        options += option(0, b"", big=big)
    return block(1, struct.pack(order + "HHI", link, 0, snaplen) + options, big=big)


def enhanced(packet: Packet, *, big: bool = False, units: int | None = None, options: bytes = b"") -> bytes:
    """Make an enhanced packet block; units: its time, None: microseconds."""
    units = packet.ts_ns // 1000 if units is None else units
    head = (packet.interface, units >> 32, units & 0xFFFFFFFF, len(packet.data), packet.wire_len)
    padded = packet.data + bytes(-len(packet.data) % 4)
    return block(6, struct.pack(">IIIII" if big else "<IIIII", *head) + padded + options, big=big)


def obsolete(packet: Packet, *, big: bool = False, drops: int = 0xFFFF) -> bytes:
    """Make an obsolete packet block, its time in microseconds."""
    units = packet.ts_ns // 1000
    head = (packet.interface, drops, units >> 32, units & 0xFFFFFFFF, len(packet.data), packet.wire_len)
    return block(2, struct.pack(">HHIIII" if big else "<HHIIII", *head) + packet.data, big=big)


def simple(packet: Packet, *, big: bool = False) -> bytes:
    """Make a simple packet block."""
    return block(3, struct.pack(">I" if big else "<I", packet.wire_len) + packet.data, big=big)


def pcapng(packets: Iterable[Packet], *, big: bool = False, links: Sequence[int] = (ETHERNET,)) -> bytes:
    """Make a pcapng of one section whose interfaces have these link types and count microseconds."""
    head = section(big=big) + b"".join(interface(big=big, link=link) for link in links)
    return head + b"".join(enhanced(packet, big=big) for packet in packets)


def row_of(reader: Reader) -> Row:
    """Copy what the reader shows now."""
    data = bytes(reader.buf[reader.at : reader.end])
    return Row(reader.packet, reader.ts_ns, reader.link, reader.interface, reader.wire_len, data)


def rows(reader: Reader) -> list[Row]:
    """Read to the end."""
    found = []
    while reader.next() == RECORD:
        found.append(row_of(reader))
    return found


def expected(packets: Iterable[Packet], *, unit: int = 1000, links: Sequence[int] = (ETHERNET,)) -> list[Row]:
    """Return the rows these packets must give when times are kept in `unit` nanoseconds."""
    return [
        Row(
            number, packet.ts_ns // unit * unit, links[packet.interface], packet.interface, packet.wire_len, packet.data
        )
        for number, packet in enumerate(packets, 1)
    ]
