"""A live input that has shown nothing yet is idle, and is then read as any other."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import END, IDLE, RECORD, open_capture
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

PACKETS = [Packet(1000, b"one"), Packet(2000, b"two")]


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Both ends of a pipe, unbuffered."""
    into, out = os.pipe()
    with open(into, "rb", buffering=0) as reading, open(out, "wb", buffering=0) as writing:  # noqa: PTH123 (a descriptor)
        yield reading, writing


@pytest.mark.parametrize("packed", [False, True])
def test_idle_until_the_head_is_there(pipe: tuple[BinaryIO, BinaryIO], packed: bool) -> None:
    octets = build.pcapng(PACKETS, links=[build.RAW])
    if packed:
        octets = gzip.compress(octets)
    reader = open_capture(pipe[0], live=True, idle_ms=5)
    assert (reader.next(), reader.packet, reader.format) == (IDLE, 0, "")
    pipe[1].write(octets[:3])
    assert reader.next() == IDLE
    pipe[1].write(octets[3:])
    found = []
    while reader.next() == RECORD:
        found.append(build.row_of(reader))
    assert found == build.expected(PACKETS, links=[build.RAW])
    assert reader.format == ("pcapng, gzip" if packed else "pcapng")
    assert reader.bytes_read == len(octets)
    pipe[1].close()
    assert reader.next() == END
    assert (reader.damage, reader.next()) == (None, END)


def test_what_is_no_capture_is_told_when_it_shows(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    reader = open_capture(pipe[0], live=True, idle_ms=5)
    assert reader.next() == IDLE
    pipe[1].write(b"tcpdump: you have no permission\n")
    with pytest.raises(CaptureError, match="this is text"):
        reader.next()


def test_end_before_anything_is_an_empty_input(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    reader = open_capture(pipe[0], live=True, idle_ms=5)
    pipe[1].close()
    with pytest.raises(CaptureError, match="the input is empty"):
        reader.next()


def test_damage_and_notes_come_through(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    reader = open_capture(pipe[0], live=True, idle_ms=5)
    assert reader.next() == IDLE
    pipe[1].write(build.pcapng(PACKETS) + build.block(0x7777, b"") + build.enhanced(PACKETS[0])[:-1])
    pipe[1].close()
    assert [row.data for row in build.rows(reader)] == [b"one", b"two"]
    assert reader.damage is not None
    assert (reader.damage.packet, reader.damages) == (2, [reader.damage])
    assert reader.notes == ["1 blocks of the unknown type 0x7777 skipped"]


def test_closed_early_it_ends_and_tells_its_notes(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    reader = open_capture(pipe[0], live=True, idle_ms=5)
    assert reader.next() == IDLE
    pipe[1].write(
        build.pcapng(PACKETS[:1]) + build.block(0x7777, b"") + build.enhanced(PACKETS[1]) + build.enhanced(PACKETS[0])
    )
    assert [reader.next(), reader.next()] == [RECORD, RECORD]
    reader.close()
    reader.close()
    assert (reader.next(), reader.damage) == (END, None)
    assert reader.notes == ["1 blocks of the unknown type 0x7777 skipped"]
