"""Our own reading of a capture, straight from the rooms: capture, decode and `WireStream`, no pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tcplife.anomalies.kinds import DUPLICATE_ACK, names_of
from tcplife.anomalies.wireshark import WireStream
from tcplife.capture import RECORD, open_capture
from tcplife.decode.decoder import Decoder
from tcplife.model.names import SYN, Skip
from tcplife.model.segment import Segment
from tests.anomalies.tshark import Row

if TYPE_CHECKING:
    from pathlib import Path

Endpoint = tuple[int, int, int]


class Streams:
    """Every pair of endpoints' newest stream, numbered as they open."""

    def __init__(self) -> None:
        self.opened = 0
        self.newest: dict[tuple[Endpoint, Endpoint], tuple[int, WireStream]] = {}

    def _find(self, segment: Segment) -> tuple[tuple[Endpoint, Endpoint], int, int, WireStream | None]:
        """Pair of endpoints, side, and the newest stream with its number."""
        source = (segment.src_hi, segment.src_lo, segment.sport)
        target = (segment.dst_hi, segment.dst_lo, segment.dport)
        side = int(source > target)
        pair = (target, source) if side else (source, target)
        return pair, side, *self.newest.get(pair, (-1, None))

    def _open(self, pair: tuple[Endpoint, Endpoint], *, reused: bool) -> tuple[int, WireStream]:
        self.newest[pair] = self.opened, WireStream(int(reused))
        self.opened += 1
        return self.newest[pair]

    def quoted(self, segment: Segment) -> None:
        """Take note of a header quoted in an ICMP error."""
        pair, side, _, stream = self._find(segment)
        if segment.flags and (stream is None or stream.quotes(segment, side)):
            self._open(pair, reused=False)

    def row(self, segment: Segment) -> Row:
        """Analyse the next segment."""
        pair, side, number, stream = self._find(segment)
        if stream is None or (segment.flags & SYN and stream.splits(segment, side)):
            number, stream = self._open(pair, reused=stream is not None)
        found = stream.analyse(segment, side)
        return Row(
            stream=number,
            seq=stream.rel_seq(segment, side),
            ack=stream.rel_ack(segment, side),
            length=segment.length,
            flags=segment.flags,
            window=stream.window,
            duplicates=stream.number if found & DUPLICATE_ACK else 0,
            kinds=frozenset(names_of(found)),
        )


def rows_of(capture: Path) -> dict[int, Row]:
    """Row of each TCP segment of a capture, by packet number."""
    reader = open_capture(str(capture))
    decoder = Decoder()
    segment = Segment()
    streams = Streams()
    rows: dict[int, Row] = {}
    while reader.next() == RECORD:
        segment.packet = reader.packet
        segment.ts_ns = reader.ts_ns
        segment.wire_len = reader.wire_len
        code = decoder.decode(reader.buf, reader.at, reader.end, reader.wire_len, reader.link, segment)
        if code == Skip.TCP.code:
            rows[reader.packet] = streams.row(segment)
        elif code == Skip.ICMP_ERROR.code:
            streams.quoted(segment)
    return rows
