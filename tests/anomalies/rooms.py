"""Our own reading of a capture, straight from the rooms: capture, decode and `WireStream`, no pipeline."""

from __future__ import annotations

from pathlib import Path

from tcplife.anomalies.kinds import DUPLICATE_ACK, names_of
from tcplife.anomalies.wireshark import WireStream
from tcplife.capture import RECORD, open_capture
from tcplife.decode.decoder import Decoder
from tcplife.model.names import SYN, Skip
from tcplife.model.segment import Segment
from tests.anomalies.tshark import Row

Endpoint = tuple[int, int, int]


class Streams:
    """Every pair of endpoints' newest stream, numbered as they open."""

    def __init__(self) -> None:
        self.opened = 0
        self.newest: dict[tuple[Endpoint, Endpoint], tuple[int, WireStream]] = {}

    def row(self, segment: Segment) -> Row:
        """Analyse the next segment."""
        source = (segment.src_hi, segment.src_lo, segment.sport)
        target = (segment.dst_hi, segment.dst_lo, segment.dport)
        side = int(source > target)
        pair = (target, source) if side else (source, target)
        number, stream = self.newest.get(pair, (-1, None))
        if stream is None or (segment.flags & SYN and stream.splits(segment, side)):
            number, stream = self.opened, WireStream(int(stream is not None))
            self.opened += 1
            self.newest[pair] = number, stream
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
        if decoder.decode(reader.buf, reader.at, reader.end, reader.wire_len, reader.link, segment) == Skip.TCP.code:
            rows[reader.packet] = streams.row(segment)
    return rows
