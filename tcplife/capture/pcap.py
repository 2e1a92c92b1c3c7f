# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Classic pcap, in either byte order, with micro- or nanoseconds, and the modified kinds in use.

Source: draft-ietf-opsawg-pcap; libpcap's sf-pcap.c for what old writers did; wiretap for Ixia's kind.
"""

from __future__ import annotations

import struct

from ..errors import CaptureError
from ..model import words
from ..model.compiled import COMPILED
from .formats import LAYOUT_PCAP, MAX_RECORD, MAX_WIRE, PCAP_HEADER, PCAP_MAGICS, RECORD
from .reader import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .source import Input

NS = 1_000_000_000
LINKTYPE_BITS = 0xFFFF  # above them: reserved bits and the length of the frame check sequence
MAJOR = 2
NEVER_SWAPPED = 4  # minor version


class PcapReader(Reader):
    """Records of a pcap. A captured length above the original one is kept as it is: some writers do that."""

    __slots__ = ("_big", "_head", "_started", "_swap", "_unit", "_unpack")

    def __init__(self, source: Input, name: str, form: str) -> None:
        super().__init__(source, name, form)
        self._started = 0
        self._big = 0
        self._head = MAX_RECORD  # never at hand before start(), so that next() need not ask
        self._swap = 0
        self._unit = 1000
        self._unpack: Callable[..., tuple[int, int, int, int]] = struct.Struct("<IIII").unpack_from

    def start(self) -> int:
        """Read the file header. Raises: CaptureError when its version is unknown."""
        if self._started:
            return RECORD
        got = self.wait(PCAP_HEADER)
        if got != RECORD:
            return got
        header = bytes(self.buf[self._pos : self._pos + PCAP_HEADER])
        self._big = int.from_bytes(header[:4], "big") in PCAP_MAGICS
        magic, major, minor, _, _, self.snaplen, link = struct.unpack(">IHHIIII" if self._big else "<IHHIIII", header)
        head, self._unit, extra, name = PCAP_MAGICS[magic]
        if major != MAJOR:
            raise CaptureError(f"{self.source}: pcap of version {major}.{minor}; version 2 is what is known here")
        if minor < NEVER_SWAPPED:
            # The two lengths stood the other way round before 2.3; in 2.3 it depends on the writer (libpcap sf-pcap.c).
            self._swap = 2 if minor == NEVER_SWAPPED - 1 else 1
        got = self.wait(PCAP_HEADER + extra)
        if got != RECORD:
            return got
        self._pos += PCAP_HEADER + extra
        self.link = link & LINKTYPE_BITS
        self.format = self.format.replace("pcap", name, 1)
        self._unpack = struct.Struct(">IIII" if self._big else "<IIII").unpack_from
        self._head = head
        self.layout = 0 if self._swap else LAYOUT_PCAP
        self._started = 1
        return RECORD

    def next(self) -> int:
        """Go to the next record: RECORD, END, or (live only) IDLE."""
        o = self._pos
        head = self._head
        if self._have - o < head:
            got = self.record(head)
            if got != RECORD:
                return got
            o = self._pos
            head = self._head
        if COMPILED:
            d = self.data
            big = self._big
            seconds = words.in_order(d, o, big)
            fraction = words.in_order(d, o + 4, big)
            length = words.in_order(d, o + 8, big)
            wire = words.in_order(d, o + 12, big)
        else:
            seconds, fraction, length, wire = self._unpack(self.buf, o)
        if self._swap and (self._swap == 1 or length > wire):
            length, wire = wire, length
        if length > MAX_RECORD:
            return self.absurd(length)
        if self._have - o - head < length:
            got = self.wait(head + length)
            if got != RECORD:
                return got
            o = self._pos
        o += head
        self.at = o
        self.end = self._pos = o + length
        self.ts_ns = seconds * NS + fraction * self._unit
        self.wire_len = wire if wire < MAX_WIRE else MAX_WIRE  # noqa: FURB136 - min() costs a call
        self.packet += 1
        return RECORD

    def record(self, head: int) -> int:
        """Have the next record's header at the position (the file header before the first)."""
        if not self._started:
            got = self.start()
            if got != RECORD:
                return got
            head = self._head
        return self.wait(head)

    def absurd(self, length: int) -> int:
        """Return END: the record's length cannot be true."""
        return self.damaged(
            f"a record claims {length} octets (no more than {MAX_RECORD} are believed)", self._base + self._pos
        )
