"""Views that sleep while a life is calm leave everything as views that are shown each segment: state and records."""

from __future__ import annotations

import io
import random
import struct
from array import array
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

from tcplife.capture import open_capture
from tcplife.checkpoint.classes import FIELDS, NUMBERS, values_of
from tcplife.checkpoint.memory import memory_of
from tcplife.model.names import ACK, FIN, RST, SYN
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter
from tcplife.tracker.plain import rouse
from tests.test_forms import ROOT, Told, mutated, pcap_of, records_of
from tests.tracker.test_plain import Exchange, Flood

if TYPE_CHECKING:
    from collections.abc import Callable

    from tcplife.model.segment import Segment
    from tcplife.report.base import Reporter

HEADER: Final = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
WORD: Final = {
    "Endpoint": {"data_ns", "fresh", "limit", "mark", "mute", "rises", "stale", "until_ns", "whole"},
    "Life": {"asleep", "calm"},
    "Segment": {"wire_flags", "wire_number", "wire_window"},  # of one before: a lone SYN is kept before it is shown
    "WireStream": {"window"},  # of the segment shown last, which nobody reads later
    "ZeekSide": {"uncounted"},
}
"""What only those have a use for who sleep; and what nobody reads."""
SEEDS: Final = 60
CUTS: Final = 4
SNAPLENS: Final = (96, 200, 65_535)


def options_of(s: Segment, rng: random.Random) -> bytes:
    """Return the TCP options of a segment."""
    made = b""
    if s.flags & SYN:
        made += (
            struct.pack(">BBHBBBB", 2, 4, 1460, 1, 3, 3, s.wscale) if s.wscale >= 0 else struct.pack(">BBH", 2, 4, 1460)
        )
    if s.ts_val >= 0:
        made += struct.pack(">BBBBII", 1, 1, 8, 10, s.ts_val, s.ts_ecr & 0xFFFFFFFF)
        if not s.flags & SYN and rng.random() < 0.005:
            made = b"\1" * 12  # as long, and no timestamps
    if s.sack_count and len(made) <= 20:
        left = s.ack + rng.choice((0, 0, 1400, -700))
        made += struct.pack(">BBBBII", 1, 1, 5, 10, left & 0xFFFFFFFF, left + 700 & 0xFFFFFFFF)
    if rng.random() < 0.01 and len(made) <= 28:
        made += rng.choice((struct.pack(">BBBB", 1, 3, 3, 2), struct.pack(">BBHI", 30, 8, 0x2000, 1)))
    return made


def frame_of(s: Segment, side: int, port: int, rng: random.Random) -> bytes:
    """Return a segment in IPv4 and Ethernet."""
    options = options_of(s, rng)
    ends = (port, 80) if side == 0 else (80, port)
    offset = (20 + len(options)) // 4
    tcp = struct.pack(">HHIIBBHHH", *ends, s.seq, s.ack, offset << 4, s.flags & 255, s.window, s.checksum, 0) + options
    addresses = (b"\x0a\0\0\x01", b"\x0a\0\0\x02") if side == 0 else (b"\x0a\0\0\x02", b"\x0a\0\0\x01")
    size = 20 + len(tcp) + s.length
    ip = struct.pack(">BBHHHBBH", 0x45, s.ecn, size, max(s.ip_id, 0) & 0xFFFF, 0, s.ttl, 6, 0) + b"".join(addresses)
    return b"\0" * 12 + b"\x08\0" + ip + tcp + b"x" * s.length


def framed(made: list[tuple[int, Segment]], since_ns: int, rng: random.Random) -> list[tuple[int, int, bytes]]:
    """Records of one life (side, segment), captured with a snaplen drawn. since_ns: what stands at the epoch."""
    snaplen = rng.choice(SNAPLENS)
    frames = [(s, frame_of(s, side, 40_000, rng)) for side, s in made]
    return [((s.ts_ns - since_ns) // 1_000, len(frame), frame[:snaplen]) for s, frame in frames]


def icmp_of(frame: bytes) -> bytes:
    """Return the error that a router sends about a segment."""
    quoted = frame[14:54]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + 8 + len(quoted), 0, 0, 9, 1, 0) + b"\x0a\0\0\x09" + quoted[12:16]
    return frame[:14] + ip + struct.pack(">BBHI", 11, 0, 0, 0) + quoted


def conversation(seed: int, port: int, rng: random.Random, start: int) -> list[tuple[int, int, bytes]]:
    """Return the records of one life, and perhaps of the next one between the same ends."""
    records = []
    exchange = (Flood if seed % 4 == 3 else Exchange)(seed)
    snaplen = rng.choice(SNAPLENS)
    stream = exchange.stream()
    if rng.random() < 0.4:
        stream.append((0, exchange.segment(0, FIN | ACK, 0)))
        stream.append((1, exchange.segment(1, FIN | ACK, 0)))
    if rng.random() < 0.3:
        exchange.hosts[0].next = rng.randrange(1 << 32)
        stream.append((0, exchange.segment(0, SYN, 0)))
        stream.append((1, exchange.segment(1, RST | ACK, 0)))
    for (side, s), (other, following) in pairwise(stream):
        if side != other and following.length and rng.random() < 0.05:
            s.window = following.length  # which fills it, where windows are not scaled
    for side, s in stream:
        frame = frame_of(s, side, port, rng)
        at = start + (s.ts_ns - 1_000_000_000_000) // 1_000
        kept = rng.choice((60, 70, len(frame))) if rng.random() < 0.03 else snaplen
        records.append((max(at, 0), len(frame), frame[:kept]))
        if rng.random() < 0.01:
            error = icmp_of(frame)
            records.append((max(at, 0), len(error), error))
    return records


def capture(seed: int) -> bytes:
    """Return a capture of some lives side by side."""
    rng = random.Random(seed)
    records = []
    for number in range(3):
        records += conversation(10 * seed + number, 40_000 + number, rng, 1_000_000_000 + rng.randrange(5_000_000))
    if rng.random() < 0.8:
        records.sort(key=lambda record: record[0])
    return pcap_of(HEADER, records)


def state_of(thing: Any) -> Any:
    """Return all that an object holds, and whatever it holds in turn, as values that can be compared."""
    made = type(thing)
    if isinstance(thing, dict):
        return {key: state_of(value) for key, value in thing.items()}
    if made not in NUMBERS:
        return [state_of(each) for each in thing] if isinstance(thing, (array, list)) else thing
    left = WORD.get(made.__name__, ())
    names = zip(FIELDS[NUMBERS[made]], values_of(thing), strict=True)
    return {name: state_of(value) for name, value in names if name not in left}


def tell(analysis: Analysis, made: Reporter, go_on: Callable[[], bool]) -> None:
    """Go on to the end, and tell what finishes on the way."""
    while go_on():
        for connection in analysis.take_ready():
            made.connection(connection)
    for connection in analysis.take_ready():
        made.connection(connection)


def run(octets: bytes, options: Options, *, sleeps: bool) -> tuple[Any, bytes, int]:
    """Return the state after a run, the records it told, and how many lives of those at its end had slept."""
    analysis = Analysis(open_capture(io.BytesIO(octets)), options)
    analysis.sleeps = sleeps
    out = Told()
    made = reporter("jsonl", out, Look())
    made.begin()
    tell(analysis, made, analysis.step)
    memory = memory_of(analysis)
    for flow in memory["flows"]:
        if not flow.sown and flow.calm:
            rouse(flow)
    slept = sum(not flow.sown and flow.a.until_ns != 0 for flow in memory["flows"])
    state = state_of({name: memory[name] for name in ("streams", "closed", "flows", "sums")})
    tell(analysis, made, analysis.leave)
    return state, bytes(out.octets), slept


def compare(octets: bytes, options: Options) -> int:
    """Hold both ways of a run equal; returns how many lives slept."""
    state, told, slept = run(octets, options, sleeps=True)
    other, said, awake = run(octets, options, sleeps=False)
    assert not awake
    assert state == other
    assert told == said
    return slept


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whoever_slept_knows_what_passed(seed: int) -> None:
    octets = capture(seed)
    rng = random.Random(seed)
    count = len(records_of(octets))
    for cut in (count, *(rng.randrange(count) for _ in range(CUTS))):
        compare(
            octets,
            Options(
                keep_open=True,
                count=cut + 1,
                checksums=seed % 10 == 9,
                max_connections=2 if seed % 5 == 4 else None,
                idle_timeout_s=1.0 if seed % 7 == 6 else None,
            ),
        )


def long_stream(seed: int) -> bytes:
    """Return a capture of one life in which one end sends much, and the other acknowledges some of it, or nothing for long."""
    exchange = Exchange(seed)
    rng = exchange.rng
    for host in exchange.hosts:
        host.next = rng.choice((5, 1 << 31, (1 << 32) - 20_000, host.next))
        host.window, host.scale = 65_535, 7
    exchange.hosts[1].got = exchange.hosts[0].next + 1
    made = [(0, exchange.segment(0, SYN, 0)), (1, exchange.segment(1, SYN | ACK, 0)), (0, exchange.segment(0, ACK, 0))]
    sender, pause = rng.randrange(2), rng.choice((0, 1_000_000, 300_000_000))
    for count in range(60):
        exchange.ts_ns += pause
        made.append((sender, exchange.segment(sender, ACK, rng.choice((1460, 1460, 1460, 1)))))
        if rng.random() < 0.3 and count > 20 * (seed % 3):
            made.append((1 - sender, exchange.segment(1 - sender, ACK, rng.choice((0, 0, 9)))))
    made.append((sender, exchange.segment(sender, FIN | ACK, 0)))
    return pcap_of(HEADER, framed(made, 1_000_000_000_000, rng))


@pytest.mark.parametrize("seed", range(30))
def test_who_sleeps_through_a_long_stream_knows_what_passed(seed: int) -> None:
    octets = long_stream(seed)
    for cut in (20, 40, 55, 200):
        compare(octets, Options(keep_open=True, count=cut))


def test_they_do_sleep() -> None:
    assert sum(compare(capture(seed), Options(keep_open=True, count=120)) for seed in range(20)) > 20


@pytest.mark.parametrize("seed", range(40))
def test_damaged_captures(seed: int) -> None:
    rng = random.Random(seed)
    samples = sorted((ROOT / "sample_pcaps").glob("*.pcap"))
    octets = rng.choice(samples).read_bytes()
    if octets[:4] == b"\xd4\xc3\xb2\xa1":
        records = records_of(octets)[:200]
        compare(pcap_of(octets[:24], mutated(records, rng)), Options(keep_open=True))
