"""A SYN to which nothing comes: its record, made from one like it, is what a life of its own would have given."""

from __future__ import annotations

import io
import struct
from random import Random
from typing import Any

import pytest

from tcplife.capture import open_capture
from tcplife.model.connection import Connection, SideStats
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.buffer import Buffer
from tcplife.report.record_writer import RecordWriter

HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
SYN, RST, ACK = 2, 4, 16
OPTIONS = (
    b"",
    b"\x02\x04\x05\xb4",
    b"\x02\x04\x05\xb4\x01\x03\x03\x07",
    b"\x08\x0a\0\0\0\7\0\0\0\0\1\1",
    b"\x04\x02\1\1",
)


def record(at_us: int, source: int, port: int, seq: int, shape: tuple[int, int, int, bytes], flags: int = SYN) -> bytes:
    """One captured segment; shape: TTL, ECN bits, window, options."""
    ttl, ecn, window, options = shape
    tcp = struct.pack(">HHIIHHHH", port, 80, seq, 0, (5 + len(options) // 4) << 12 | flags, window, 0, 0) + options
    ip = struct.pack(">BBHHHBBHII", 0x45, ecn, 20 + len(tcp), seq & 0xFFFF, 0, ttl, 6, 0, source, 0xC0000201)
    frame = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp
    return struct.pack("<IIII", 1_700_000_000 + at_us // 1_000_000, at_us % 1_000_000, len(frame), len(frame)) + frame


def flood(rng: Random, count: int) -> bytes:
    """SYNs of few shapes from few sources, so that pairs come back; now and then one is answered or sent again."""
    shapes = [
        (rng.choice((64, 128)), rng.choice((0, 3)), rng.choice((0, 1024, 64240)), rng.choice(OPTIONS)) for _ in range(4)
    ]
    octets = []
    at = 0
    for _ in range(count):
        at += rng.choice((0, 10, 400_000))
        flags = rng.choice((SYN, SYN, SYN, SYN, SYN, RST, ACK))
        source, port = 0x0A000000 + rng.randrange(300), 1024 + rng.randrange(3)
        octets.append(record(at, source, port, rng.randrange(3) * 1000, rng.choice(shapes), flags))
    return b"".join(octets)


def told(octets: bytes, options: Options) -> tuple[list[bytes], list[object]]:
    """Every record as it is written but for its segments, in order, and the sums of the run."""
    buffer = Buffer()
    writer = RecordWriter(buffer, SideStats())
    lines = []
    analysis = Analysis(open_capture(io.BytesIO(HEADER + octets)), options)
    seen = set()
    for connection in analysis:
        assert connection.index not in seen, "each leaves once"
        seen.add(connection.index)
        connection.segment_rows = None
        writer.write(connection)
        lines.append(buffer.take())
    totals = analysis.totals
    return lines, [totals.connections, totals.left_early, totals.left_idle, totals.notes, totals.piles, totals.capture]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bounds", [{}, {"max_connections": 40}, {"idle_timeout_s": 3.0}])
def test_made_from_one_like_it_or_from_a_life_of_its_own(seed: int, bounds: dict[str, float]) -> None:
    octets = flood(Random(seed), 700)
    short = Options(**bounds)  # type: ignore[arg-type]
    long = Options(segments=True, **bounds)  # type: ignore[arg-type] # whoever keeps segments wants a life of each
    assert told(octets, short) == told(octets, long), f"seed {seed}"


def syns(count: int) -> bytes:
    """So many of one shape, more than are finished at a time, each from another source."""
    return b"".join(record(at * 1000, 0x0A000000 + at, 1024 + at, at, (64, 0, 1024, OPTIONS[1])) for at in range(count))


def line_of(connection: Connection) -> bytes:
    buffer = Buffer()
    RecordWriter(buffer, SideStats()).write(connection)
    return buffer.take()


@pytest.mark.parametrize("bounds", [{}, {"max_connections": 3}, {"idle_timeout_s": 1.0}])
def test_a_record_that_somebody_holds_stays_what_it_is(bounds: dict[str, float]) -> None:
    """Others are written anew: of those that nobody holds, whatever he has done to them."""
    octets = HEADER + syns(1000)
    options = Options(**bounds)  # type: ignore[arg-type]
    kept = list(Analysis(open_capture(io.BytesIO(octets)), options))
    expected = [line_of(connection) for connection in kept]
    assert len(set(expected)) == 1000
    seen = []
    rows: list[Any] = []
    for number, connection in enumerate(Analysis(open_capture(io.BytesIO(octets)), options)):
        seen.append(line_of(connection))
        assert connection.transition_rows is not None
        if number % 5 == 0:
            rows.append((connection.index, connection.transition_rows, list(connection.transition_rows)))
        elif number % 5 == 1:
            connection.transition_rows = None
        elif number % 5 == 2:
            connection.transition_rows.extend([0, 0, 0, 0])
        elif number % 5 == 3:
            connection.transition_rows[1] = connection.worst = connection.server_isn = -7
            connection.tunnel = connection.left_early = "odd"
            connection.like = None
    assert seen == expected
    assert all(list(held) == then for _, held, then in rows)


def test_a_syn_to_everybody_goes_its_own_way() -> None:
    shape = (64, 0, 1024, b"")
    octets = b"".join(record(at, 0x0A000001 + at, 1024, 7, shape) for at in range(5))
    everybody = octets.replace(struct.pack(">I", 0xC0000201), b"\xff" * 4)
    assert told(everybody, Options()) == told(everybody, Options(segments=True))
