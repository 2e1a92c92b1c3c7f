"""Plain Python's own way through the usual record leaves everything as record by record does: state, sums and records."""

from __future__ import annotations

import io
import random
import struct
from types import SimpleNamespace
from typing import Any, ClassVar, Final

import pytest

from tcplife.capture import open_capture
from tcplife.capture.pcap import PcapReader
from tcplife.checkpoint.memory import memory_of
from tcplife.decode import udp
from tcplife.decode.aside import TUNNELS, UDP, code_of
from tcplife.decode.decoder import Decoder
from tcplife.decode.layers import UNTOLD
from tcplife.model.compiled import COMPILED
from tcplife.model.segment import Segment
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter
from tests.test_forms import ROOT, Record, Told, mutated, pcap_of, records_of

if not COMPILED:
    from tcplife.pipeline import mail

from .test_sleep import HEADER, capture, state_of, tell

__test__ = not COMPILED

TAG: Final = b"\x81\0\0\x07"
PORTS: Final = (53, 443, 4789, 6081, 2152, 1701, 40_000)
ARP: Final = b"\xff" * 6 + b"\2" * 6 + b"\x08\x06" + b"\0\1\x08\0\6\4\0\1" + b"\0" * 20


def run(octets: bytes, options: Options, *, strides: bool) -> tuple[Any, bytes]:
    """Return the state after a run, and what it told."""
    analysis = Analysis(open_capture(io.BytesIO(octets)), options)
    analysis._stride.is_barred |= not strides
    out = Told()
    made = reporter("jsonl", out, Look())
    made.begin()
    tell(analysis, made, analysis.step)
    memory = memory_of(analysis)
    state = state_of({name: memory[name] for name in ("numbers", "counts", "streams", "closed", "flows", "sums")})
    numbers = (analysis._finished.view.cut_packets, analysis.reader.packet)
    tell(analysis, made, analysis.leave)
    return (state, numbers), bytes(out.octets)


def compare(octets: bytes, options: Options) -> None:
    """Hold both ways equal."""
    assert run(octets, options, strides=True) == run(octets, options, strides=False)


def datagram(rng: random.Random) -> bytes:
    """Return a frame that is no TCP, or damaged."""
    kind = rng.randrange(6)
    if kind == 0:
        return ARP + b"\0" * rng.choice((0, 18))
    if kind == 1:
        inner = struct.pack(">BBHI", rng.choice((0, 3, 8, 11)), 0, 0, 0) + b"\x45" + b"\0" * 30
        protocol = 1
    else:
        inner = struct.pack(">HHHH", rng.choice(PORTS), rng.choice(PORTS), 40, 0) + rng.randbytes(32)
        protocol = 17 if kind < 5 else rng.randrange(256)
    size = 20 + len(inner) if rng.random() < 0.9 else rng.choice((0, 19, 20, 25))
    ip = struct.pack(">BBHHHBBH", 0x45, rng.choice((0, 3)), size, 7, rng.choice((0, 0, 0x4000, 0x2000)), 9, protocol, 0)
    frame = b"\2" * 12 + b"\x08\0" + ip + b"\x0a\0\0\x09\x0a\0\0\x02" + inner
    return frame if rng.random() < 0.8 else frame[: rng.randrange(len(frame))]


def in_six(records: list[Record]) -> list[Record]:
    """Put the segments of a capture into IPv6."""
    made = []
    for time, wire, octets in records:
        if octets[23:24] == b"\6" and len(octets) >= 34:
            behind = int.from_bytes(octets[16:18], "big") - 20
            ip = struct.pack(">IHBB", 6 << 28 | octets[15] << 20, behind, 6, octets[22])
            ends = b"".join(bytes(12) + octets[at : at + 4] for at in (26, 30))
            made.append((time, wire + 20, octets[:12] + b"\x86\xdd" + ip + ends + octets[34:]))
        else:
            made.append((time, wire, octets))
    return made


def mixed(records: list[Record], rng: random.Random) -> list[Record]:
    """Put tags into some frames, and others in between."""
    made = []
    for time, wire, octets in records:
        tagged = rng.random() < 0.2
        made.append((time, wire + 4, octets[:12] + TAG + octets[12:]) if tagged else (time, wire, octets))
        if rng.random() < 0.2:
            frame = datagram(rng)
            made.append((time, max(len(frame), rng.choice((0, 90))), frame))
    return made


@pytest.mark.parametrize("seed", range(40))
def test_it_leaves_what_the_general_way_leaves(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr(mail, "ENOUGH", 3 * (1, 2, 3, 16)[seed % 4])
    records = records_of(capture(seed))
    records = mixed(in_six(records) if seed % 4 == 2 else records, rng)
    options = Options(
        keep_open=seed % 2 == 0,
        count=rng.randrange(1, len(records)) if seed % 3 == 0 else None,
        checksums=seed % 10 == 9,
        segments=seed % 10 == 8,
        max_connections=2 if seed % 5 == 4 else None,
        idle_timeout_s=1.0 if seed % 7 == 6 else None,
    )
    compare(pcap_of(HEADER, records), options)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_captures(seed: int) -> None:
    rng = random.Random(seed)
    octets = rng.choice(sorted((ROOT / "sample_pcaps").glob("*.pcap"))).read_bytes()
    if octets[:4] == b"\xd4\xc3\xb2\xa1":
        records = mutated(records_of(octets)[:200], rng)
        compare(pcap_of(octets[:24], mixed(records, rng) if seed % 2 else records), Options())


@pytest.mark.parametrize(
    ("size", "time", "wire"), [(0, 5_000_000, 0x0608), (8, 5_000_000 + 0x0608, 60), (12, 0x0608 * 1_000_000, 60)]
)
def test_a_frame_without_a_type_has_not_that_of_what_follows_it(size: int, time: int, wire: int) -> None:
    """In the place of its EtherType the next record's head says what would be ARP."""
    records = records_of((ROOT / "sample_pcaps" / "refused.pcap").read_bytes())
    usual = records[0][2]
    octets = pcap_of(HEADER, [(1_000_000, 60, usual), (1_000_000, 60, bytes(size)), (time, wire, usual)])
    begin = 24 + 16 + len(usual) + 16
    assert octets[begin + 12 : begin + 14] == b"\x08\x06"
    compare(octets + pcap_of(b"", [(time, 60, usual)] * 20), Options())


def test_most_records_go_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the way is really gone: few records are left to Reader.next()."""
    asked = []
    read = PcapReader.next

    def ask(reader: PcapReader) -> int:
        asked.append(reader.packet)
        return read(reader)

    monkeypatch.setattr(PcapReader, "next", ask)
    octets = capture(3)
    for _ in Analysis(open_capture(io.BytesIO(octets)), Options()):
        pass
    assert len(asked) < len(records_of(octets)) // 3


@pytest.mark.parametrize("seed", range(20))
def test_what_is_told_aside_is_what_a_walk_tells(seed: int) -> None:
    rng = random.Random(seed)
    decoder = Decoder()
    for _ in range(100):
        frame = datagram(rng)
        if len(frame) < 38 or frame[12:15] != b"\x08\0\x45" or frame[20] & 0x3F:
            continue
        code = code_of(frame, 34, int.from_bytes(frame[16:18], "big"), frame[23])
        if code != UNTOLD:
            assert code == decoder.walk(frame, 0, len(frame), len(frame), 1, Segment()), frame.hex()


class Asked(int):
    """A port that is no tunnel's, and remembers which it was held against."""

    against: ClassVar[set[int]] = set()

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, int)
        self.against.add(int(other))
        return False

    __hash__ = int.__hash__


def test_every_port_of_a_tunnel_is_walked_through() -> None:
    nowhere: Any = SimpleNamespace(at=0, end=100)
    assert udp.inside(nowhere, Asked(53)) == UDP
    assert {int.from_bytes(port, "big") for port in TUNNELS} == Asked.against
    dns = (53).to_bytes(2, "big")
    assert all(code_of(port + dns, 0, 60, 17) == code_of(dns + port, 0, 60, 17) == UNTOLD for port in TUNNELS)
    assert code_of(dns + dns, 0, 60, 17) == UDP
