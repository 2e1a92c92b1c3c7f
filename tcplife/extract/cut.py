"""The chosen connections of a capture into a capture of their own.

In: how to open the capture (it is read three times: for the connections, for what belongs to them, to be written), a
choice, a place to write to. Out: a pcap or pcapng, and how much went into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from ..capture.formats import END, RECORD
from ..capture.write import PcapngWriter, PcapWriter
from ..errors import UsageError
from ..pipeline import Analysis
from .belonging import SILENCE_NS, Belonging
from .redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..capture.reader import Reader
    from ..model.connection import Connection
    from ..model.totals import Options, Totals
    from .mapping import Mapping

BLANK: Final = 14
"""Octets, all zero, of a record that only shows the time: on no link type do they make a segment."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. mapping: made from all ports, to redact; None to copy. shift_ns: added to every time.

    start_ns: the time of the first record, instead of shift_ns. pcapng: else pcap.
    """

    pcapng: bool
    mapping: Callable[[set[int]], Mapping] | None = None
    shift_ns: int = 0
    start_ns: int | None = None


@dataclass(slots=True)
class Cut:
    """What came out. totals: of the reading. records: written, `blanks` of them only for the time."""

    totals: Totals
    connections: int = 0
    records: int = 0
    blanks: int = 0


class Record:
    """A record to be written, as a writer looks at one: a Reader's fields."""

    __slots__ = ("at", "buf", "data", "end", "interface", "link", "packet", "ts_ns", "wire_len")

    def __init__(self, reader: Reader) -> None:
        """The current record of a reader, without its octets."""
        self.packet = reader.packet
        self.interface = reader.interface
        self.link = reader.link
        self.ts_ns = reader.ts_ns
        self.at = 0
        self.show(b"", 0)

    def show(self, octets: bytes, wire_len: int) -> None:
        """Take these octets."""
        self.buf = self.data = octets
        self.end = len(octets)
        self.wire_len = wire_len


def cut(
    again: Callable[[], Reader],
    options: Options,
    matches: Callable[[Connection], bool],
    write: Callable[[bytes], object],
    wish: Wish,
) -> Cut:
    """Write the records of the connections that match. again: opens the capture anew; options: with segments.

    Raises: CaptureError, UsageError when a pcap cannot hold what was chosen.
    """
    analysis = Analysis(again(), options)
    belonging = Belonging()
    for connection in analysis:
        belonging.take(connection, chosen=matches(connection))
    made = Cut(analysis.totals, belonging.connections)
    if belonging.connections:
        mapping = wish.mapping
        redactor = None if mapping is None else (lambda ports: Redactor(mapping(ports)))
        reader = again()
        try:
            done = belonging.complete(reader, redactor)
        finally:
            reader.close()
        _Writing(write, wish, done, made).all(again(), belonging, options.count)
    return made


class _Writing:
    """Writes what belongs, in order, and a blank record wherever the clock of the capture would be lost."""

    def __init__(self, write: Callable[[bytes], object], wish: Wish, redactor: Redactor | None, made: Cut) -> None:
        self._write = write
        self._wish = wish
        self._redactor = redactor
        self._made = made
        self._writer: PcapWriter | PcapngWriter | None = None
        self._link = -1
        self._shift_ns = wish.shift_ns
        self._last_ns = 0

    def all(self, reader: Reader, belonging: Belonging, count: int | None) -> None:
        """Read the capture a last time."""
        between: Record | None = None
        read = 0
        try:
            while count is None or read < count:
                state = reader.next()
                if state == END:
                    break
                if state != RECORD:
                    continue
                read += 1
                if reader.packet in belonging.records:
                    if between is not None and between.ts_ns - self._last_ns >= SILENCE_NS:
                        self._blank(between)
                    between = None
                    self._record(reader)
                elif self._writer is not None and reader.ts_ns > max(self._last_ns, between.ts_ns if between else 0):
                    between = Record(reader)
            if between is not None and between.ts_ns - self._last_ns >= SILENCE_NS:
                self._blank(between)
        finally:
            reader.close()

    def _record(self, reader: Reader) -> None:
        record = Record(reader)
        octets = bytes(reader.buf[reader.at : reader.end])
        if self._redactor is None:
            record.show(octets, reader.wire_len)
        else:
            record.link, octets, wire_len = self._redactor.record(reader.packet, octets, reader.wire_len, reader.link)
            record.show(octets, wire_len)
        if self._writer is None:
            self._open(record)
        self._last_ns = max(self._last_ns, reader.ts_ns)
        self._put(record)

    def _blank(self, record: Record) -> None:
        """A record without content at this time: what was there belongs to nobody who was chosen."""
        record.link, record.interface = self._link, 0
        record.show(bytes(BLANK), BLANK)
        self._made.blanks += 1
        self._last_ns = record.ts_ns
        self._put(record)

    def _put(self, record: Record) -> None:
        if isinstance(self._writer, PcapWriter) and record.link != self._link:
            raise UsageError(
                f"the connections come from links of several types ({self._link}, {record.link}), which a pcap cannot "
                "hold: name the output .pcapng"
            )
        record.ts_ns += self._shift_ns
        if self._redactor is not None:
            record.interface = 0
        if self._writer is not None:
            self._writer.packet(cast("Reader", record))  # it has the fields a writer looks at
        self._made.records += 1

    def _open(self, first: Record) -> None:
        self._link = first.link
        if self._wish.start_ns is not None:
            self._shift_ns = self._wish.start_ns - first.ts_ns
        self._writer = PcapngWriter(self._write) if self._wish.pcapng else PcapWriter(self._write, first.link)
