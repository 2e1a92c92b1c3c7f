"""Records to segments and no further: for what prints segments without tracking them (`timeline --style tcpdump`).

In: a Reader. Out: each TCP segment of it in capture order, in one reused Segment. Knows capture and decode, no tracker.
"""

from __future__ import annotations

from .capture.formats import END, RECORD
from .decode.decoder import Decoder
from .model.segment import Segment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .capture.reader import Reader

TCP_HEADER = 20
OFFSET_AT = 12


class Tap:
    """Iterate it once: it yields the same Segment again and again; ask for its octets before going on."""

    def __init__(self, reader: Reader, count: int | None = None) -> None:
        """count: stop after so many records."""
        self.reader = reader
        self.records = 0
        self._count = count
        self._decoder = Decoder()
        self._segment = Segment()

    def __iter__(self) -> Iterator[Segment | None]:
        """Each TCP segment; None when a live input was silent for a while."""
        s = self._segment
        reader = self.reader
        while self._count is None or self.records < self._count:
            state = reader.next()
            if state == END:
                return
            if state != RECORD:
                yield None
                continue
            self.records += 1
            s.packet = reader.packet
            s.ts_ns = reader.ts_ns
            s.wire_len = reader.wire_len
            if self._decoder.decode(reader.buf, reader.at, reader.end, reader.wire_len, reader.link, s) == 0:
                yield s

    def options(self) -> tuple[bytes, int]:
        """The captured option octets of the current segment, and how many there are by its header."""
        s = self._segment
        header = self._decoder.octets(s.opt_at - TCP_HEADER, s.opt_at)
        return self._decoder.octets(s.opt_at, s.opt_end), (header[OFFSET_AT] >> 4) * 4 - TCP_HEADER

    def payload(self, limit: int) -> bytes:
        """The first captured octets of the payload of the current segment."""
        s = self._segment
        return self._decoder.octets(s.payload_at, min(s.payload_end, s.payload_at + limit))
