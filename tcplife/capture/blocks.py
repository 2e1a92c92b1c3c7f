"""What stands in the rarer pcapng blocks: an interface's link type and clock, its drop counts.

In: the octets of one whole block, and the section's byte order ("<" or ">"). Out: `Clock` and numbers.
Options that make no sense are left out; they never end the reading.
Source: draft-ietf-opsawg-pcapng 3.5, 4.2, 4.6.
"""

from __future__ import annotations

import struct

from .formats import MAX_NS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

NS: Final = 1_000_000_000
INTERFACE_FIXED: Final = 16  # octets of an interface description before its options
STATISTICS_FIXED: Final = 20
TRAILER: Final = 4
END_OF_OPTIONS: Final = 0
TSRESOL: Final = 9
TSOFFSET: Final = 14
DROPS: Final = {5: "interface", 7: "operating system"}  # isb_ifdrop, isb_osdrop


class Clock:
    """One interface: its link type, snapshot length, and how its units become nanoseconds since the epoch.

    units * mult + offset_ns is the time, and at most MAX_NS, for units up to `limit`; where mult is 0 only ns() knows.
    """

    __slots__ = ("_exact_offset", "_per_second", "limit", "link", "mult", "offset_ns", "snaplen")

    def __init__(self, link: int, snaplen: int, resolution: int = 6, offset: int = 0) -> None:
        """resolution: the if_tsresol octet, 10**-n or, with its high bit, 2**-n. offset: seconds."""
        exponent = resolution & 0x7F
        self._per_second: int = 2**exponent if resolution & 0x80 else 10**exponent
        self._exact_offset = offset * NS
        self.link = link
        self.snaplen = snaplen
        plain = NS % self._per_second == 0 and abs(self._exact_offset) <= MAX_NS
        self.mult = NS // self._per_second if plain else 0
        self.offset_ns = self._exact_offset if plain else 0
        self.limit = (MAX_NS - self.offset_ns) // self.mult if plain else 0

    def ns(self, units: int) -> int:
        """Nanoseconds since the epoch, rounded down; a time beyond MAX_NS becomes the nearest there is."""
        exact = units * NS // self._per_second + self._exact_offset
        return max(-MAX_NS, min(MAX_NS, exact))


def interface(block: bytes, order: str) -> Clock:
    """Read an interface description block of at least 20 octets."""
    link, _, snaplen = struct.unpack_from(order + "HHI", block, 8)
    resolution, offset = 6, 0
    for code, value in options(block, INTERFACE_FIXED, order):
        if code == TSRESOL and len(value) == 1:
            resolution = value[0]
        elif code == TSOFFSET and len(value) == 8:
            (offset,) = struct.unpack(order + "q", value)
    return Clock(link, snaplen, resolution, offset)


def drops(block: bytes, order: str) -> tuple[int, dict[str, int]]:
    """Read an interface statistics block of at least 24 octets.

    Returns the interface's number in its section, and the packets dropped so far, by whom.
    """
    (number,) = struct.unpack_from(order + "I", block, 8)
    found = {}
    for code, value in options(block, STATISTICS_FIXED, order):
        if code in DROPS and len(value) == 8:
            (found[DROPS[code]],) = struct.unpack(order + "Q", value)
    return number, found


def options(block: bytes, at: int, order: str) -> Iterator[tuple[int, bytes]]:
    """Yield code and value of each option of a block, up to the end mark, the block's end or a length beyond it."""
    end = len(block) - TRAILER
    while at + 4 <= end:
        code, length = struct.unpack_from(order + "HH", block, at)
        at += 4
        if code == END_OF_OPTIONS or at + length > end:
            return
        yield code, block[at : at + length]
        at += length + -length % 4
