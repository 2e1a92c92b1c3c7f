from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import RECORD, open_capture
from tcplife.capture.write import LONGEST, PcapngWriter, PcapWriter, cut
from tcplife.errors import CaptureError
from tests.report.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = sorted(path.name for path in SAMPLES.glob("*.pcap*"))
Told = list[tuple[int, int, int, int, bytes]]


def told(source: Path | io.BytesIO) -> Told:
    """Time, link type, interface, length on the wire and octets of every record."""
    reader = open_capture(source)
    found = []
    while reader.next() == RECORD:
        octets = bytes(reader.buf[reader.at : reader.end])
        found.append((reader.ts_ns, reader.link, reader.interface, reader.wire_len, octets))
    assert not reader.damages
    return found


def copied(source: Path | io.BytesIO, writer: Callable[[io.BytesIO], PcapngWriter | PcapWriter]) -> io.BytesIO:
    out = io.BytesIO()
    made = writer(out)
    reader = open_capture(source)
    try:
        while reader.next() == RECORD:
            made.packet(reader)
    finally:
        reader.close()
    out.seek(0)
    return out


@pytest.mark.parametrize("name", NAMES)
def test_pcapng_holds_what_was_read(name: str) -> None:
    was = told(SAMPLES / name)
    assert told(copied(SAMPLES / name, lambda out: PcapngWriter(out.write, comments=["once"]))) == was


def test_pcap_holds_what_was_read() -> None:
    was = told(SAMPLES / "wget.pcap")
    assert told(copied(SAMPLES / "wget.pcap", lambda out: PcapWriter(out.write, 1))) == was


def test_pcap_refuses_a_second_link_type() -> None:
    with pytest.raises(CaptureError, match="one link type"):
        copied(SAMPLES / "wget.pcap", lambda out: PcapWriter(out.write, 113))


def block(order: str, kind: int, body: bytes) -> bytes:
    size = len(body) + 12
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)


def pcapng(order: str, units: int = 1, offset: int | None = None) -> bytes:
    """A section with an interface, a packet, and a journal entry."""
    options = b"" if offset is None else struct.pack(order + "HHqHH", 14, 8, offset, 0, 0)
    return (
        block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(order, 1, struct.pack(order + "HHI", 101, 0, 0) + options)
        + block(order, 6, struct.pack(order + "IIIII", 0, units >> 32, units & 0xFFFFFFFF, 3, 9) + b"abc\x00")
        + block(order, 9, b"__REALTIME_TIMESTAMP=1\n\x00")
    )


@pytest.mark.parametrize("orders", ["<", ">", "<>", "><<"])
def test_events_are_kept_in_their_byte_order(orders: str) -> None:
    source = b"".join(pcapng(order) for order in orders)
    again = told(copied(io.BytesIO(source), lambda out: PcapngWriter(out.write)))
    was = told(io.BytesIO(source))
    assert [(link, wire, octets) for _, link, _, wire, octets in again] == [
        (link, wire, octets) for _, link, _, wire, octets in was
    ]
    assert len(again) == 2 * len(orders)


def test_times_before_1970_are_kept() -> None:
    source = pcapng("<", 5, -1_000_000_000)
    assert told(io.BytesIO(source))[0][0] == -999_999_999_999_995_000
    again = told(copied(io.BytesIO(source), lambda out: PcapngWriter(out.write)))
    assert again[0][0] == -999_999_999_999_995_000


def test_a_comment_too_long_is_cut_between_characters() -> None:
    assert len(cut("é".encode() * 40_000)) == LONGEST - 1
    out = io.BytesIO()
    PcapngWriter(out.write, comments=["é" * 40_000])
    assert len(out.getvalue()) % 4 == 0
