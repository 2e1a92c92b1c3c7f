"""What waits unopened for a life asleep is read as the record would have been, and waits for nobody who asks."""

from __future__ import annotations

import io
import random
import struct
from typing import Any, Final

import pytest

from tcplife.capture import open_capture
from tcplife.decode.decoder import Decoder
from tcplife.model.compiled import COMPILED
from tcplife.model.names import ACK, PSH, SYN
from tcplife.model.segment import Segment
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.pipeline.lives import Lives
from tcplife.tracker.life import Life
from tests.test_forms import pcap_of

from .test_sleep import HEADER, capture

if not COMPILED:
    from tcplife.pipeline import mail

__test__ = not COMPILED

ELSEWHERE: Final = {"payload_end", "wire_len"}
"""How much of the payload was captured, of which nobody asks but whether it was all; and what only a SYN is asked."""

HEARD: Final = {
    "seq",
    "ack",
    "flags",
    "window",
    "checksum",
    "length",
    "ts_val",
    "bare",
    "sack_count",
    "packet",
    "ts_ns",
    "ip_id",
    "ttl",
    "ecn",
    "mptcp",
    "wscale",
    "options_cut",
    "bad_checksum",
    "whole",
}
"""What `sleep.hear` asks of a segment, besides where its SACK is."""


def options_of(rng: random.Random) -> bytes:
    """Return TCP options: mostly timestamps as they are usually laid out, perhaps with SACK."""
    stamps = struct.pack(">III", 0x0101080A, rng.randrange(1 << 32), rng.randrange(1 << 32))
    blocks = rng.randrange(1, 4)
    sacks = struct.pack(">BBBB", 1, 1, 5, rng.choice((2 + 8 * blocks, 10))) + rng.randbytes(8 * blocks)
    offer = struct.pack(">HHHHIII", 0x0204, 1460, 0x0402, 0x080A, *struct.unpack(">4xII", stamps), 0x01_0303_07)
    at = rng.randrange(20)
    other = offer[:at] + rng.randbytes(1) + offer[at + 1 :]
    return rng.choice(
        (b"", offer, other, stamps, stamps, stamps + sacks, sacks, b"\1\3\3\7", rng.randbytes(4 * rng.randrange(11)))
    )


def frame_of(rng: random.Random) -> tuple[bytes, int, int]:
    """Return an Ethernet frame with a segment that is no SYN, FIN or RST; where TCP begins, and where its header ends."""
    options = options_of(rng)
    flags = rng.choice((ACK, ACK, ACK | PSH, 0, 0x1F0, 0x30))
    ports = rng.randrange(1 << 32)
    words = [rng.randrange(1 << 16) for _ in range(3)]
    offset = (20 + len(options)) << 10
    tcp = (
        struct.pack(">IIIHHHH", ports, rng.randrange(1 << 32), rng.randrange(1 << 32), offset | flags, *words) + options
    )
    tcp += b"x" * rng.choice((0, 0, 1, 1448))
    if rng.random() < 0.7:
        tos, ip_id, ttl = rng.choice((0, 1, 2, 0xB8)), rng.choice((0, 513, 65_000)), rng.randrange(256)
        ip = struct.pack(">BBHHHBBH", 0x45, tos, 20 + len(tcp), ip_id, 0x4000, ttl, 6, 0) + rng.randbytes(8)
        frame = b"\2" * 12 + b"\x08\0" + ip + tcp
    else:
        ip = struct.pack(">IHBB", 6 << 28 | rng.choice((0, 1, 2, 0xB8)) << 20, len(tcp), 6, rng.randrange(256))
        ip += rng.randbytes(32)
        frame = b"\2" * 12 + b"\x86\xdd" + ip + tcp
    return frame, 14 + len(ip), 34 + len(ip) + len(options)


def told(s: Segment) -> dict[str, Any]:
    """Return what a segment says, and whether all of its payload is there."""
    said = {name: getattr(s, name) for name in Segment.__slots__ if name not in ELSEWHERE}
    return said | {"whole": s.payload_end - s.payload_at >= s.length}


def letter_of(octets: bytes, tcp: int, ts_ns: int, number: int) -> Any:
    """Return a life's mail, and what it makes of a segment's octets."""
    life = Life()
    life.ip_version = 4 if tcp == mail.TCP_IN_FOUR else 6
    run = Lives(Options())
    run.waits = {}
    waits = mail.Mail(run, life, Segment())
    waits += (octets, ts_ns, number)
    return waits, next(waits.letters())


@pytest.mark.parametrize("seed", range(20))
def test_a_letter_is_the_segment_that_came(seed: int) -> None:
    rng = random.Random(seed)
    for packet in range(1, 50):
        frame, tcp, data = frame_of(rng)
        kept = frame[: rng.choice((data, max(data, 96), len(frame)))]
        s = Segment()
        s.packet = packet
        s.ts_ns = 7 * packet
        assert Decoder().decode(kept, 0, len(kept), len(frame), 1, s) == 0
        octets = kept.ljust(tcp + mail.HEADER, b"\xee")[: tcp + mail.HEADER]
        waits, letter = letter_of(octets, tcp, 7 * packet, packet if len(kept) >= len(frame) else ~packet)
        usual = mail.read_usual(waits.segment, letter, waits.tcp)
        heard = told(waits.segment)
        mail.read_letter(waits.segment, letter, waits.tcp)
        assert told(waits.segment) == told(s), frame.hex()
        if usual:
            assert {name: heard[name] for name in HEARD} == {name: told(s)[name] for name in HEARD}, frame.hex()


@pytest.mark.parametrize(
    ("options", "some"), [({}, True), ({"idle_timeout_s": 9.0}, False), ({"segments": True}, False)]
)
def test_letters_wait_where_nobody_asks_when_a_life_was_last_active(
    options: dict[str, Any], some: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = [0]
    open_before = mail.Mail._open

    def note(waits: mail.Mail, life: Life) -> None:
        opened.append(len(waits) // 3)
        open_before(waits, life)

    monkeypatch.setattr(mail.Mail, "_open", note)
    for _ in Analysis(open_capture(io.BytesIO(capture(3))), Options(**options)):
        pass
    assert (max(opened) > 3) == some


def test_nothing_waits_where_others_ask_whether_a_life_goes_on() -> None:
    life = Life()
    assert mail.may_wait(life)
    for name, value in (("close_packet", 7), ("ended", True), ("held", [])):
        other = Life()
        setattr(other, name, value)
        assert not mail.may_wait(other), name


def record(milliseconds: int, port: int, flags: int, seq: int, ack: int) -> tuple[int, int, bytes]:
    """Return the record of an empty segment from that port, or to it where the flags are a SYN+ACK's."""
    ends = (80, port) if flags == SYN | ACK else (port, 80)
    addresses = (b"\x0a\0\0\1", b"\x0a\0\0\2")[:: -1 if flags == SYN | ACK else 1]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 7, 0, 64, 6, 0) + b"".join(addresses)
    tcp = struct.pack(">HHIIHHHH", *ends, seq, ack, 5 << 12 | flags, 900, 0, 0)
    frame = b"\2" * 12 + b"\x08\0" + ip + tcp
    return 1_000_000_000 + 1000 * milliseconds, len(frame), frame


def test_who_was_active_least_recently_leaves_whatever_waits() -> None:
    """Before a life leaves for want of room, and from then on."""
    records = [record(0, 1, SYN, 5, 0), record(1, 1, SYN | ACK, 9, 6), record(2, 1, ACK, 6, 10)]
    records += [record(3, 2, SYN, 5, 0), record(4, 2, SYN | ACK, 9, 6)]
    records += [record(10, 1, ACK, 6, 10), record(11, 3, SYN, 5, 0), record(12, 3, SYN | ACK, 9, 6)]
    records += [record(20, 1, ACK, 6, 10), record(21, 4, SYN, 5, 0)]
    records += [record(time, 9, ACK, 1, 1) for time in (30, 31, 32)]  # the last ones of an input go the general way
    octets = pcap_of(HEADER, records)
    left = [each.client.port for each in Analysis(open_capture(io.BytesIO(octets)), Options(max_connections=2))]
    assert left[:2] == [2, 3]
