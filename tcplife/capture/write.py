"""Records back into captures: pcapng with comments, or plain pcap; the octets of a packet stay what they were.

In: the current record of a `Reader`, words about it. Out: octets, handed to a function. Times keep their nanoseconds.
What else a pcapng can hold (names, secrets, interface statistics, its own comments) is not carried over.
Source: draft-ietf-opsawg-pcapng 4.1 to 4.3, 3.5; draft-ietf-opsawg-pcap 4, 5.
"""

from __future__ import annotations

import struct

from ..errors import CaptureError
from .formats import NO_PACKET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from .reader import Reader

SECTION: Final = 0x0A0D0D0A
INTERFACE: Final = 1
ENHANCED: Final = 6
COMMENT: Final = 1
USER_APPLICATION: Final = 4
TSRESOL: Final = 9
TSOFFSET: Final = 14
NANOSECONDS: Final = b"\x09"
LONGEST: Final = 65535
"""Octets of an option at most."""
BEFORE_1970_S: Final = -9_223_372_037
"""Offset of the clock of packets from before 1970: 64-bit nanoseconds go back no further."""
PCAP_NS: Final = 0xA1B23C4D
SNAPLEN: Final = 262_144
NS: Final = 1_000_000_000


class PcapngWriter:
    """Writes one pcapng. An interface is described when its first packet comes; one per interface and link type."""

    def __init__(self, write: Callable[[bytes], object], *, comments: Sequence[str] = (), program: str = "") -> None:
        """write: takes the octets. comments: of the section, as a whole. program: who wrote it."""
        self._write = write
        self._order = "<"
        self._program = program
        self._interfaces: dict[tuple[int, int, bool], int] = {}
        self._section(comments)

    def packet(self, reader: Reader, comments: Sequence[str] = ()) -> None:
        """The current record of the reader, packet or event, with comments."""
        octets = bytes(reader.buf[reader.at : reader.end])
        if reader.link == NO_PACKET:
            self._event(reader)
            return
        early = reader.ts_ns < 0
        number = self._interface(reader.interface, reader.link, early=early)
        units = reader.ts_ns - (BEFORE_1970_S * NS if early else 0)
        head = struct.pack(
            self._order + "IIIII", number, units >> 32, units & 0xFFFF_FFFF, len(octets), reader.wire_len
        )
        self._block(ENHANCED, head + padded(octets) + self._comments(comments))

    def _section(self, comments: Sequence[str]) -> None:
        """Begin a section in the current byte order: its interfaces are described anew."""
        self._interfaces.clear()
        options = [(COMMENT, comment.encode("utf-8", "replace")) for comment in comments]
        if self._program:
            options.append((USER_APPLICATION, self._program.encode()))
        self._block(SECTION, struct.pack(self._order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + self._options(options))

    def _interface(self, interface: int, link: int, *, early: bool) -> int:
        """The number of the interface in this section."""
        key = (interface, link, early)
        number = self._interfaces.get(key)
        if number is None:
            number = self._interfaces[key] = len(self._interfaces)
            options = [(TSRESOL, NANOSECONDS)]
            if early:
                options.append((TSOFFSET, struct.pack(self._order + "q", BEFORE_1970_S)))
            self._block(INTERFACE, struct.pack(self._order + "HHI", link, 0, 0) + self._options(options))
        return number

    def _event(self, reader: Reader) -> None:
        """A block that is a record and no packet, as it is: in its own byte order, which may begin a new section."""
        data, at = reader.buf, reader.at
        order = "<" if int.from_bytes(data[at - 4 : at], "little") == reader.end - at + 12 else ">"
        if order != self._order:
            self._order = order
            self._section(())
        (kind,) = struct.unpack_from(order + "I", data, at - 8)
        self._block(kind, bytes(data[at : reader.end]))

    def _comments(self, comments: Sequence[str]) -> bytes:
        return self._options([(COMMENT, comment.encode("utf-8", "replace")) for comment in comments])

    def _options(self, options: Sequence[tuple[int, bytes]]) -> bytes:
        """Options and their end mark; no octet for no options."""
        if not options:
            return b""
        parts = []
        for code, whole in options:
            value = whole if len(whole) <= LONGEST else cut(whole)
            parts.append(struct.pack(self._order + "HH", code, len(value)) + padded(value))
        return b"".join(parts) + bytes(4)

    def _block(self, kind: int, body: bytes) -> None:
        total = len(body) + 12
        self._write(struct.pack(self._order + "II", kind, total) + body + struct.pack(self._order + "I", total))


class PcapWriter:
    """Writes one pcap with nanoseconds; it holds one link type and no comments."""

    def __init__(self, write: Callable[[bytes], object], link: int) -> None:
        """write: takes the octets. link: LINKTYPE_ number of every packet."""
        self._write = write
        self._link = link
        write(struct.pack("<IHHiIII", PCAP_NS, 2, 4, 0, 0, SNAPLEN, link))

    def packet(self, reader: Reader) -> None:
        """The current record of the reader.

        Raises: CaptureError for what a pcap cannot hold: another link type, an event, a time outside its 32 bits.
        """
        if reader.link != self._link:
            raise CaptureError(f"a pcap holds one link type ({self._link}), not also {reader.link}: write pcapng")
        second, fraction = divmod(reader.ts_ns, NS)
        if not 0 <= second < 1 << 32:
            raise CaptureError(f"a pcap holds times from 1970 to 2106, not packet {reader.packet}'s: write pcapng")
        octets = bytes(reader.buf[reader.at : reader.end])
        self._write(struct.pack("<IIII", second, fraction, len(octets), reader.wire_len) + octets)


def padded(octets: bytes) -> bytes:
    """Octets up to a multiple of four."""
    return octets + bytes(-len(octets) % 4)


def cut(text: bytes) -> bytes:
    """UTF-8 text of at most an option's length, no character cut in two."""
    return text[:LONGEST].decode("utf-8", "ignore").encode()
