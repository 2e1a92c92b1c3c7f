"""What waits unopened for a life asleep is read as the record would have been, and waits for nobody who asks."""

from __future__ import annotations

import io
import random
import struct
from typing import TYPE_CHECKING, Any, Final

import pytest

from tcplife.capture import open_capture
from tcplife.decode.decoder import Decoder
from tcplife.model.compiled import COMPILED
from tcplife.model.names import ACK, PSH
from tcplife.model.segment import Segment
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis

from .test_sleep import capture

if TYPE_CHECKING:
    from tcplife.tracker.life import Life

if not COMPILED:
    from tcplife.pipeline import mail

__test__ = not COMPILED

ELSEWHERE: Final = {"hop_at", "opt_end", "payload_at", "payload_end", "wire_len"}
"""Where the payload is, of which nobody asks but whether all of it was captured; and what only a SYN is asked."""


def frame_of(rng: random.Random) -> bytes:
    """Return an Ethernet frame with a segment of the usual shape."""
    options = (
        struct.pack(">III", 0x0101080A, rng.randrange(1 << 32), rng.randrange(1 << 32)) if rng.random() < 0.7 else b""
    )
    flags = ACK | rng.choice((0, PSH))
    words = [rng.randrange(1 << 16) for _ in range(5)]
    tcp = struct.pack(
        ">HHIIBBHHH",
        *words[:2],
        rng.randrange(1 << 32),
        rng.randrange(1 << 32),
        (20 + len(options)) << 2,
        flags,
        *words[2:],
    )
    size = 20 + len(tcp) + len(options) + rng.choice((0, 0, 1, 1448))
    ip = struct.pack(">BBHHHBBH", 0x45, rng.choice((0, 1, 2, 0xB8)), size, rng.choice((0, words[0])), 0x4000, 64, 6, 0)
    return b"\2" * 12 + b"\x08\0" + ip + rng.randbytes(8) + tcp + options + b"x" * (size - 40 - len(options))


def told(s: Segment) -> dict[str, Any]:
    """Return what a segment says, and whether all of its payload is there."""
    said = {name: getattr(s, name) for name in Segment.__slots__ if name not in ELSEWHERE}
    return said | {"whole": s.payload_end - s.payload_at >= s.length}


@pytest.mark.parametrize("seed", range(20))
def test_a_letter_is_the_segment_that_came(seed: int) -> None:
    rng = random.Random(seed)
    for packet in range(1, 50):
        frame = frame_of(rng)
        kept = frame[: rng.choice((66, 96, len(frame)))]
        s = Segment()
        s.packet = packet
        s.ts_ns = 7 * packet
        assert Decoder().decode(kept, 0, len(kept), len(frame), 1, s) == 0
        octets = kept.ljust(66, b"\xee")[:66]
        numbers = next(mail._NUMBERS.iter_unpack(octets))
        number = packet if len(kept) >= len(frame) else ~packet
        assert told(mail.segment_of((numbers, octets, 7 * packet, number))) == told(s), frame.hex()


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
