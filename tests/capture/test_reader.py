"""The buffer: it moves its tail and grows as octets come, never ahead of them, and ends once."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.capture import END, RECORD, open_capture
from tcplife.capture.opening import Opening
from tcplife.capture.source import open_source
from tests.capture import build
from tests.capture.build import Packet


@given(
    sizes=st.lists(st.integers(0, 900), max_size=30),
    buffer_octets=st.integers(4, 300),
    step=st.integers(1, 1000),
    ng=st.booleans(),
)
@settings(deadline=None)
def test_any_buffer_gives_the_same(sizes: list[int], buffer_octets: int, step: int, ng: bool) -> None:
    packets = [Packet(n * 1000, bytes([n]) * size) for n, size in enumerate(sizes)]
    octets = build.pcapng(packets) if ng else build.pcap(packets)
    reader = Opening(open_source(build.Dribble(octets, step)), buffer_octets).step()
    assert reader is not None
    assert build.rows(reader) == build.expected(packets)
    assert reader.damage is None


@given(cut=st.integers(24, 1000), buffer_octets=st.integers(4, 300))
def test_damage_is_placed_in_the_input_and_not_in_the_buffer(cut: int, buffer_octets: int) -> None:
    packets = [Packet(n, b"x" * 34) for n in range(40)]
    octets = build.pcap(packets)[:cut]
    reader = Opening(open_source(io.BytesIO(octets)), buffer_octets).step()
    assert reader is not None
    whole, rest = divmod(cut - 24, 50)
    assert len(build.rows(reader)) == whole
    if rest:
        assert reader.damage is not None
        assert (reader.damage.at_byte, reader.damage.packet, reader.cut) == (24 + 50 * whole, whole, True)
    else:
        assert (reader.damage, reader.cut) == (None, False)


def test_buffer_does_not_grow_for_ordinary_records() -> None:
    packets = [Packet(n, bytes(1500)) for n in range(2000)]
    reader = open_capture(io.BytesIO(build.pcap(packets)))
    assert len(build.rows(reader)) == 2000
    assert len(reader.buf) == 256 * 1024


def test_end_stays_the_end_and_close_may_come_at_any_time() -> None:
    octets = build.pcap([Packet(0, b"a"), Packet(1, b"b")])
    reader = open_capture(io.BytesIO(octets))
    assert [reader.next() for _ in range(5)] == [RECORD, RECORD, END, END, END]
    early = open_capture(io.BytesIO(octets))
    assert early.next() == RECORD
    early.close()
    early.close()
    assert (early.next(), early.packet, early.damage) == (END, 1, None)


def test_damage_is_told_once() -> None:
    reader = open_capture(io.BytesIO(build.pcap([Packet(0, b"a")])[:-1]))
    assert [reader.next() for _ in range(3)] == [END] * 3
    assert reader.damages == [reader.damage]
    assert (
        str(reader.damage)
        == "stream: the input ends inside a record, 16 octets of which are there at byte 24 (after packet 0)"
    )
