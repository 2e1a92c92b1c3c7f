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
from tcplife.model.names import ACK, PSH
from tcplife.model.segment import Segment
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.pipeline.lives import Lives
from tcplife.tracker.life import Life

from .test_sleep import capture

if not COMPILED:
    from tcplife.pipeline import mail

__test__ = not COMPILED

ELSEWHERE: Final = {"payload_end", "wire_len"}
"""How much of the payload was captured, of which nobody asks but whether it was all; and what only a SYN is asked."""


def options_of(rng: random.Random) -> bytes:
    """Return TCP options: mostly timestamps as they are usually laid out, perhaps with SACK."""
    stamps = struct.pack(">III", 0x0101080A, rng.randrange(1 << 32), rng.randrange(1 << 32))
    blocks = rng.randrange(1, 4)
    sacks = struct.pack(">BBBB", 1, 1, 5, rng.choice((2 + 8 * blocks, 10))) + rng.randbytes(8 * blocks)
    return rng.choice((b"", stamps, stamps, stamps + sacks, sacks, b"\1\3\3\7", rng.randbytes(4 * rng.randrange(11))))


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
    waits = mail.Mail(Lives(Options()), life, Segment())
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
        mail.read_letter(waits.segment, letter, waits.tcp)
        assert told(waits.segment) == told(s), frame.hex()


@pytest.mark.parametrize(
    ("options", "some"), [({}, True), ({"idle_timeout_s": 9.0}, False), ({"segments": True}, False)]
)
def test_letters_wait_where_nobody_asks_when_a_life_was_last_active(
    options: dict[str, Any], some: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = [0]
    open_before = mail.Mail.open

    def note(waits: mail.Mail, life: Life) -> None:
        opened.append(len(waits) // 3)
        open_before(waits, life)

    monkeypatch.setattr(mail.Mail, "open", note)
    for _ in Analysis(open_capture(io.BytesIO(capture(3))), Options(**options)):
        pass
    assert (max(opened) > 3) == some
