# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""pcapng: sections in either byte order, interfaces each with a link type and a clock of its own.

Read: section header, interface description, enhanced, simple and (obsolete) packet blocks, the drop counts of
interface statistics. Every other block is skipped; those nobody registered are counted in the notes.
Source: draft-ietf-opsawg-pcapng.
"""

from __future__ import annotations

import struct

from ..errors import CaptureError
from ..model import words
from ..model.compiled import COMPILED
from .blocks import Clock, drops, interface
from .formats import AGAIN, BYTE_ORDER_MAGIC, END, LAYOUT_PCAPNG, MAX_NS, MAX_RECORD, MAX_WIRE, NO_PACKET, RECORD
from .reader import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .source import Input

SECTION = 0x0A0D0D0A
INTERFACE = 1
PACKET = 2  # obsolete, but for the interface laid out as an enhanced one
SIMPLE = 3
STATISTICS = 5
ENHANCED = 6
BLOCK_OCTETS = 12  # of the shortest block: type, length, length again
SECTION_OCTETS = 28
INTERFACE_OCTETS = 20
ENHANCED_OCTETS = 32  # without the packet
SIMPLE_OCTETS = 16
STATISTICS_OCTETS = 24
MAX_INTERFACES = 65536  # of one section; each costs memory
MAX_KINDS = 64  # of unknown blocks, and of drop counts, told apart in the notes
# Registered blocks that are neither packet nor event: names, secrets, what sysdig knows of its machine.
KNOWN = frozenset({4, 7, 8, 10, *range(0x201, 0x222)})
# Journal entries, custom blocks and sysdig events are records to Wireshark: they take a frame number.
EVENTS = frozenset({9, 0xBAD, 0x40000BAD, 0x204, 0x208, 0x216, 0x221})


class PcapngReader(Reader):
    """Packets of a pcapng. A simple packet block has no time: it takes that of the packet before it."""

    __slots__ = (
        "_big", "_clamped", "_clock", "_clocks", "_current", "_dropped", "_first", "_limit", "_mult", "_offset",
        "_order", "_skip", "_started", "_unknown", "_unpack2", "_unpack5",
    )  # fmt: skip

    def __init__(self, source: Input, name: str, form: str) -> None:
        super().__init__(source, name, form)
        self._started = 0
        self._skip = 0  # octets of a skipped block still to come
        self._clocks: list[Clock] = []  # of this section's interfaces
        self._first = 0  # number of the section's first interface, counted over all sections
        self._unknown: dict[int, int] = {}
        self._dropped: dict[tuple[int, str], int] = {}
        self._clamped = 0
        self._clock = Clock(-1, 0)
        self._current = -1
        self._mult = 0
        self._limit = 0
        self._offset = 0
        self.sort(0)

    def sort(self, big: int) -> None:
        """Read in this byte order from here on."""
        self._big = big
        self.layout = LAYOUT_PCAPNG
        self._order = ">" if big else "<"
        self._unpack2: Callable[..., tuple[int, int]] = struct.Struct(self._order + "II").unpack_from
        self._unpack5: Callable[..., tuple[int, int, int, int, int]] = struct.Struct(self._order + "IIIII").unpack_from

    def start(self) -> int:
        """Read the first section header. Raises: CaptureError when it is none."""
        if self._started:
            return RECORD
        got = self.wait(BLOCK_OCTETS)
        if got == RECORD:
            got = self.section()
        return RECORD if got == AGAIN else got

    def next(self) -> int:
        """Go to the next packet: RECORD, END, or (live only) IDLE."""
        while True:
            if self._have - self._pos < BLOCK_OCTETS:
                got = self.block()
                if got != RECORD:
                    return got
            o = self._pos
            if COMPILED:
                d = self.data
                kind = words.in_order(d, o, self._big)
                total = words.in_order(d, o + 4, self._big)
            else:
                kind, total = self._unpack2(self.buf, o)
            if kind != ENHANCED or total < ENHANCED_OCTETS or total & 3 or total > MAX_RECORD:
                got = self.other(kind, total)
                if got == AGAIN:
                    continue
                return got
            if self._have - o < total:
                got = self.wait(total)
                if got != RECORD:
                    return got
            return self.enhanced(total, ENHANCED)

    def enhanced(self, total: int, kind: int) -> int:
        """Make the enhanced or obsolete packet block at the position, which is there in full, the current record."""
        o = self._pos
        if COMPILED:
            d = self.data
            number = words.in_order(d, o + 8, self._big)
            units = words.in_order(d, o + 12, self._big)
            low = words.in_order(d, o + 16, self._big)
            length = words.in_order(d, o + 20, self._big)
            wire = words.in_order(d, o + 24, self._big)
            again = words.in_order(d, o + total - 4, self._big)
        else:
            number, units, low, length, wire = self._unpack5(self.buf, o + 8)
            _, again = self._unpack2(self.buf, o + total - 8)
        if again != total:
            return self.mismatch(total, again)
        if length > total - ENHANCED_OCTETS:
            return self.bad(f"a packet block of {total} octets claims a packet of {length}")
        if kind == PACKET:  # 16 bits of interface, 16 of drop count
            number = number >> 16 if self._big else number & 0xFFFF
        if number != self._current and not self.choose(number):
            return self.bad(f"a packet of interface {number}, but {len(self._clocks)} are described")
        units = units << 32 | low
        if self._mult and units <= self._limit:
            self.ts_ns = units * self._mult
            self.ts_ns += self._offset
        else:
            self.ts_ns = self._clock.ns(units)
            self._clamped += self.ts_ns in (MAX_NS, -MAX_NS)
        self.at = o + 28
        self.end = o + 28 + length
        self.wire_len = min(MAX_WIRE, wire)
        self._pos = o + total
        self.packet += 1
        return RECORD

    def simple(self, total: int) -> int:
        """Make the simple packet block at the position the current record (draft-ietf-opsawg-pcapng 4.4)."""
        if not self.choose(0):
            return self.bad("a packet, but no interface is described")
        o = self._pos
        _, wire = self._unpack2(self.octets(o + 4, o + 12), 0)
        length = min(wire, total - SIMPLE_OCTETS, self._clock.snaplen or MAX_RECORD)
        self.at = o + 12
        self.end = o + 12 + length
        self.wire_len = min(wire, MAX_WIRE)
        self._pos = o + total
        self.packet += 1
        return RECORD

    def event(self, total: int) -> int:
        """Make the block at the position a record that is no packet, so that the numbers are Wireshark's."""
        o = self._pos
        self._current = -1  # the next packet sets the link type again
        self.link = NO_PACKET
        self.at = o + 8
        self.end = o + total - 4
        self.wire_len = total - BLOCK_OCTETS
        self._pos = o + total
        self.packet += 1
        return RECORD

    def choose(self, number: int) -> int:
        """Take the clock and link type of this interface of the section; 0 when it is not described."""
        if number >= len(self._clocks):
            return 0
        self._clock = clock = self._clocks[number]
        self._current = number
        self._mult = clock.mult
        self._limit = clock.limit
        self._offset = clock.offset_ns
        self.link = clock.link
        self.interface = self._first + number
        return 1

    def block(self) -> int:
        """Have the head of the next block at the position, behind what is skipped."""
        if not self._started:
            got = self.start()
            if got != RECORD:
                return got
        while self._skip:
            step = min(self._skip, self._have - self._pos)
            self._pos += step
            self._skip -= step
            if self._skip:
                got = self.wait(1)
                if got == END and self.damage is None:
                    self.damaged("the input ends inside a skipped block", self._base + self._have)
                if got != RECORD:
                    return got
        return self.wait(BLOCK_OCTETS)

    def other(self, kind: int, total: int) -> int:
        """Deal with a block that is no sound enhanced packet: AGAIN when it was none, else what next() answers."""
        if kind == SECTION:
            return self.section()
        least = _LEAST.get(kind, BLOCK_OCTETS)
        if total < least or total & 3:
            return self.bad(f"a block of type {kind:#x} claims a length of {total}")
        if total > MAX_RECORD:
            if kind in _LEAST:
                return self.bad(f"a block claims {total} octets (no more than {MAX_RECORD} are believed)")
            self._skip = total
            self.count(kind)
            got = self.block()
            return AGAIN if got == RECORD else got
        got = self.wait(total)
        if got != RECORD:
            return got
        _, again = self._unpack2(self.octets(self._pos + total - 8, self._pos + total), 0)
        if again != total:
            return self.mismatch(total, again)
        if kind == PACKET:
            return self.enhanced(total, PACKET)
        if kind == SIMPLE:
            return self.simple(total)
        if kind in EVENTS:
            return self.event(total)
        return self.described(kind, total)

    def described(self, kind: int, total: int) -> int:
        """Take what a whole block without a packet says, and go past it."""
        o = self._pos
        if kind == INTERFACE:
            if len(self._clocks) >= MAX_INTERFACES:
                return self.bad(f"more than {MAX_INTERFACES} interfaces in one section")
            clock = interface(self.octets(o, o + total), self._order)
            self._clocks.append(clock)
            self.snaplen = max(self.snaplen, clock.snaplen)
            if self.link < 0:
                self.link = clock.link
        elif kind == STATISTICS:
            number, found = drops(self.octets(o, o + total), self._order)
            for by, packets in found.items():
                key = (self._first + number, by)
                if number < len(self._clocks) and (key in self._dropped or len(self._dropped) < MAX_KINDS):
                    self._dropped[key] = packets
        else:
            self.count(kind)
        self._pos = o + total
        return AGAIN

    def section(self) -> int:
        """Begin a section: its byte order, and no interfaces yet. AGAIN, or what next() answers."""
        o = self._pos
        mark = self.octets(o + 8, o + 12)
        if mark not in (BYTE_ORDER_MAGIC, BYTE_ORDER_MAGIC[::-1]):
            return self.unsound("a section header without its byte-order magic")
        self.sort(mark == BYTE_ORDER_MAGIC)
        _, total = self._unpack2(self.octets(o, o + 8), 0)
        if total < SECTION_OCTETS or total & 3 or total > MAX_RECORD:
            return self.unsound(f"a section header claims a length of {total}")
        got = self.wait(total)
        if got != RECORD:
            return got
        o = self._pos
        _, again = self._unpack2(self.octets(o + total - 8, o + total), 0)
        if again != total:
            return self.mismatch(total, again)
        major, minor = struct.unpack(self._order + "HH", self.octets(o + 12, o + 16))
        if major != 1:
            return self.unsound(f"a section of pcapng version {major}.{minor}; version 1 is what is known here")
        self._first += len(self._clocks)
        self._clocks = []
        self._current = -1
        self._pos = o + total
        self._started = 1
        return AGAIN

    def unsound(self, what: str) -> int:
        """Return END for a bad section header. Raises: CaptureError when it is the first."""
        if not self._started:
            raise CaptureError(f"{self.source}: no pcapng capture: {what}")
        return self.bad(what)

    def mismatch(self, total: int, again: int) -> int:
        """Return END: the block's two lengths differ."""
        return self.bad(f"a block of length {total} ends with the length {again}")

    def bad(self, what: str) -> int:
        """Return END: the block at the position cannot be true."""
        return self.damaged(what, self._base + self._pos)

    def count(self, kind: int) -> None:
        """Remember a skipped block that nobody registered."""
        if kind not in KNOWN and (kind in self._unknown or len(self._unknown) < MAX_KINDS):
            self._unknown[kind] = self._unknown.get(kind, 0) + 1

    def tell(self) -> None:
        """Write the notes: blocks skipped, times that do not fit, packets the capturing system dropped."""
        for kind, times in sorted(self._unknown.items()):
            self.notes.append(f"{times} blocks of the unknown type {kind:#x} skipped")
        for (number, by), packets in sorted(self._dropped.items()):
            if packets:
                self.notes.append(f"interface {number}: {packets} packets dropped by the {by} while capturing")
        if self._clamped:
            self.notes.append(f"{self._clamped} packets with a time outside 1826 to 2113, which got the nearest one")


_LEAST = {
    INTERFACE: INTERFACE_OCTETS,
    PACKET: ENHANCED_OCTETS,
    SIMPLE: SIMPLE_OCTETS,
    STATISTICS: STATISTICS_OCTETS,
    ENHANCED: ENHANCED_OCTETS,
}
