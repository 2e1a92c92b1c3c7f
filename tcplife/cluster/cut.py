# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One capture file cut to rows: the map step. Reads and decodes every record once; tracks nothing.

In: a Reader over one file. Out: rows in one bucket per group of pairs, and a Cut: everything else the answer needs of
this file. Records that touch IP fragments are kept whole: their datagrams may span files, so they are decoded later,
in the order of all files.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from ..capture.formats import RECORD
from ..decode.decoder import Decoder
from ..model.names import Skip
from ..model.pairs import part_of
from ..model.segment import Segment
from .rows import RowWriter
from .widths import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..capture.reader import Reader
    from ..model.damage import Damage

BAD_FRAGMENT = Skip.BAD_FRAGMENT.code
FRAGMENT = Skip.FRAGMENT.code
FRAGMENT_LOST = Skip.FRAGMENT_LOST.code
SECOND = 1_000_000_000
LEAST_NS = -(1 << 62)
KEYS = 8192
"""Times that are gathered before they are handed on."""


@dataclass(slots=True)
class Piece:
    """A record that touches IP fragments, whole; position: in its file, key_ns: latest time in the file up to it."""

    position: int
    key_ns: int
    ts_ns: int
    link: int
    wire_len: int
    octets: bytes


@dataclass(slots=True)
class Cut:
    """What one file gave besides its rows.

    begin_ns: time of its first record. end_ns: latest time. first_ns: the first time above 0, 0 if there is none.
    ticks: (position, latest time) wherever a new second of capture time begins. octets: of the rows by bucket.
    """

    source: str
    format: str = ""
    snaplen: int = 0
    records: int = 0
    tracked: int = 0
    begin_ns: int = 0
    end_ns: int = LEAST_NS
    first_ns: int = 0
    cut_packets: int = 0
    counts: list[int] = field(default_factory=list)
    ticks: list[tuple[int, int]] = field(default_factory=list)
    tunnels: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    octets: list[int] = field(default_factory=list)


class Cutter:
    """Cuts one file. sinks: one per bucket, for blocks of rows; keys: a sink for the latest times, 8 octets each."""

    __slots__ = (
        "_buckets", "_counts", "_decoder", "_key_at", "_keys", "_keys_sink", "_reader", "_segment", "_writers", "cut",
        "cut_packets", "tracked",
    )  # fmt: skip

    def __init__(self, reader: Reader, sinks: Sequence[Any], keys: Any, *, checksums: bool) -> None:
        self._reader = reader
        self._decoder = Decoder(checksums=checksums)
        self._segment = Segment()
        self._writers = [RowWriter(sink) for sink in sinks]
        self._buckets = len(self._writers)
        self._keys_sink = keys
        self._keys = array("q", bytes(8 * KEYS))
        self._key_at = 0
        self._counts = array("q", bytes(8 * CODES))
        self.cut = Cut(reader.source)
        self.tracked = 0
        self.cut_packets = 0

    def run(self) -> Cut:
        """Read to the end."""
        reader = self._reader
        cut = self.cut
        position = 0
        latest = LEAST_NS
        tick_s = 0
        while reader.next() == RECORD:
            ts = reader.ts_ns
            if position == 0:
                cut.begin_ns = ts
            if ts > latest:
                if latest <= 0 < ts:
                    cut.first_ns = ts
                latest = ts
                if ts > 0 and ts // SECOND > tick_s:
                    tick_s = ts // SECOND
                    cut.ticks.append((position, ts))
            if self._key_at == KEYS:
                self._flush_keys()
            self._keys[self._key_at] = latest
            self._key_at += 1
            self._take(position, latest)
            position += 1
        reader.close()
        cut.records = position
        cut.end_ns = latest
        self._complete()
        return cut

    def _take(self, position: int, key_ns: int) -> None:
        reader = self._reader
        decoder = self._decoder
        s = self._segment
        s.ts_ns = reader.ts_ns
        s.wire_len = reader.wire_len
        code = decoder.decode(reader.data, reader.at, reader.end, reader.wire_len, reader.link, s)
        if code in (FRAGMENT, FRAGMENT_LOST, BAD_FRAGMENT) or decoder.data is not reader.data:
            octets = reader.octets(reader.at, reader.end)
            self.cut.pieces.append(Piece(position, key_ns, reader.ts_ns, reader.link, reader.wire_len, octets))
            return
        if code == 0:
            self.tracked += 1
            if s.payload_end - s.payload_at < s.length:
                self.cut_packets += 1
        else:
            self._counts[code if code < CODES else 0] += 1
            if code != 4 or s.icmp_type < 0:
                return
            s.payload_at = s.payload_end = s.sack_count = 0
        part = part_of(s.src_hi, s.src_lo, s.sport, s.dst_hi, s.dst_lo, s.dport)
        writer: RowWriter = self._writers[part % self._buckets]
        sack_start = -1
        if s.sack_count > 0:
            sack_start = decoder.u32(s.sack_at)
        writer.put(s, position, key_ns, code, sack_start)

    def _flush_keys(self) -> None:
        self._keys_sink.append(bytes(memoryview(self._keys)[: self._key_at]))
        self._key_at = 0

    def _complete(self) -> None:
        cut = self.cut
        reader = self._reader
        for writer in self._writers:
            writer.flush()
        self._flush_keys()
        cut.octets = [writer.octets for writer in self._writers]
        cut.counts = list(self._counts)
        cut.tracked = self.tracked
        cut.cut_packets = self.cut_packets
        cut.tunnels = list(self._decoder.tunnels)
        cut.format = reader.format
        cut.snaplen = reader.snaplen
        cut.damages = list(reader.damages)
        cut.notes = list(reader.notes)
