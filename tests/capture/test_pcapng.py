"""pcapng: sections, interfaces, clocks and every packet block read back; bad blocks are told, strange ones skipped."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcplife.capture import END, open_capture
from tcplife.capture.formats import MAX_NS, NO_PACKET
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet, Row

PACKETS = st.lists(
    st.builds(
        Packet,
        ts_ns=st.integers(0, MAX_NS - 1000),
        data=st.binary(max_size=80),
        wire=st.none() | st.integers(0, 2**31 - 1),
        interface=st.integers(0, 2),
    ),
    max_size=12,
)
LINKS = (build.ETHERNET, build.RAW, 113)
ONE = Packet(1_500_000_000_000_001_000, b"one packet")
TWO = Packet(1_500_000_000_000_002_000, b"two", 60)
HEAD = build.section() + build.interface()


def read(octets: bytes) -> tuple[list[Row], str]:
    """Read a capture to its end: the rows, and what is damaged."""
    reader = open_capture(io.BytesIO(octets))
    rows = build.rows(reader)
    return rows, reader.damage.what if reader.damage else ""


@given(packets=PACKETS, big=st.booleans(), step=st.integers(1, 700))
def test_reads_back_whatever_the_size_of_the_chunks(packets: list[Packet], big: bool, step: int) -> None:
    octets = build.pcapng(packets, big=big, links=LINKS)
    for source in (io.BytesIO(octets), build.Dribble(octets, step)):
        reader = open_capture(source)
        assert build.rows(reader) == build.expected(packets, links=LINKS)
        assert (reader.damage, reader.notes, reader.format) == (None, [], "pcapng")


@pytest.mark.parametrize("big", [False, True])
def test_cut_at_every_octet(big: bool) -> None:
    blocks = [
        build.section(big=big),
        build.interface(big=big, tsresol=9),
        build.enhanced(ONE, big=big, units=ONE.ts_ns),
        build.block(0x7777, b"unknown", big=big),
        build.obsolete(TWO, big=big),
        build.simple(ONE, big=big),
    ]
    octets = b"".join(blocks)
    ends = [sum(map(len, blocks[:n])) for n in range(len(blocks) + 1)]
    whole = build.rows(open_capture(io.BytesIO(octets)))
    assert len(whole) == 3
    for cut in range(4, len(octets)):
        reader = open_capture(io.BytesIO(octets[:cut]))
        there = sum(cut >= ends[n + 1] for n in (2, 4, 5))
        assert build.rows(reader) == whole[:there], cut
        if cut in ends:
            assert reader.damage is None, cut
        else:
            assert reader.damage is not None, cut
            assert reader.damage.at_byte == max(end for end in ends if end <= cut), cut
            assert reader.damage.packet == there, cut


def test_sections_in_different_byte_orders_have_interfaces_of_their_own() -> None:
    octets = (
        build.section(big=True, length=4711)
        + build.interface(big=True, link=build.RAW)
        + build.interface(big=True)
        + build.enhanced(Packet(1000, b"a", interface=1), big=True)
        + build.section()
        + build.interface(link=113)
        + build.enhanced(Packet(2000, b"b"))
        + build.section(big=True)
        + build.interface(big=True, link=276)
        + build.enhanced(Packet(3000, b"c"), big=True)
    )
    rows, damage = read(octets)
    assert [(row.link, row.interface, row.data) for row in rows] == [(1, 1, b"a"), (113, 2, b"b"), (276, 3, b"c")]
    assert not damage


@pytest.mark.parametrize(
    ("tsresol", "tsoffset", "units", "ns"),
    [
        (None, None, 5, 5_000),
        (0, None, 5, 5_000_000_000),
        (3, None, 5, 5_000_000),
        (6, 100, 5, 100_000_005_000),
        (9, None, 1_600_000_000_123_456_789, 1_600_000_000_123_456_789),
        (9, -1, 1_600_000_000_123_456_789, 1_599_999_999_123_456_789),
        (9, -2, 5, -1_999_999_995),
        (12, None, 1_234_567, 1_234),  # rounded down
        (12, 1, 1_234_567, 1_000_001_234),
        (127, None, 2**64 - 1, 0),
        (0x80 | 20, None, 3 << 19, 1_500_000_000),
        (0x80 | 32, 1_600_000_000, 1 << 31, 1_600_000_000_500_000_000),
        (0x80, None, 7, 7_000_000_000),
        (0xFF, None, 2**64 - 1, 0),
        (0, None, 2**64 - 1, MAX_NS),  # the nearest one
        (6, None, 2**64 - 1, MAX_NS),
        (9, 2**62, 0, MAX_NS),
        (9, -(2**63), 0, -MAX_NS),
    ],
)
def test_clock_of_an_interface(tsresol: int | None, tsoffset: int | None, units: int, ns: int) -> None:
    for big in (False, True):
        head = build.section(big=big) + build.interface(big=big, tsresol=tsresol, tsoffset=tsoffset)
        reader = open_capture(io.BytesIO(head + build.enhanced(ONE, big=big, units=units)))
        assert [row.ts_ns for row in build.rows(reader)] == [ns]
        clamped = ["1 packets with a time outside 1826 to 2113, which got the nearest one"]
        assert reader.notes == (clamped if abs(ns) == MAX_NS else [])


def test_simple_packet_has_the_time_of_the_one_before_it_and_the_first_interface() -> None:
    octets = (
        build.section()
        + build.interface(link=build.RAW, snaplen=4)
        + build.interface()
        + build.simple(Packet(0, b"cut", 3))
        + build.enhanced(Packet(7000, b"x", interface=1))
        + build.simple(Packet(0, b"long", 1500))
    )
    rows, _ = read(octets)
    assert rows == [
        Row(1, 0, build.RAW, 0, 3, b"cut"),
        Row(2, 7000, build.ETHERNET, 1, 1, b"x"),
        Row(3, 7000, build.RAW, 0, 1500, b"long"),
    ]


def test_simple_packet_without_snaplen_goes_by_its_block() -> None:
    rows, _ = read(HEAD + build.simple(Packet(0, b"12345678", 1500)) + build.simple(Packet(0, b"12345", 5)))
    assert [row.data for row in rows] == [b"12345678", b"12345"]


@pytest.mark.parametrize("big", [False, True])
def test_obsolete_packet(big: bool) -> None:
    head = build.section(big=big) + build.interface(big=big) + build.interface(big=big, link=build.RAW)
    packet = Packet(1_234_567_000, b"obsolete", 99, interface=1)
    rows, damage = read(head + build.obsolete(packet, big=big) + build.enhanced(ONE, big=big))
    assert rows[0] == Row(1, 1_234_567_000, build.RAW, 1, 99, b"obsolete")
    assert (rows[1].link, damage) == (build.ETHERNET, "")


def test_unknown_blocks_are_skipped_and_counted_and_known_ones_without_packets_not_mentioned() -> None:
    strange = (
        build.block(0x7777, b"abc") + build.block(4, bytes(4)) + build.block(10, bytes(8)) + build.block(0x7777, b"")
    )
    reader = open_capture(io.BytesIO(HEAD + build.enhanced(ONE) + strange + build.enhanced(TWO)))
    assert [row.data for row in build.rows(reader)] == [ONE.data, TWO.data]
    assert reader.notes == ["2 blocks of the unknown type 0x7777 skipped"]


def test_unknown_block_larger_than_any_buffer_is_skipped_without_being_held() -> None:
    huge = build.block(0x7777, bytes(20 * 1024 * 1024))
    reader = open_capture(io.BytesIO(HEAD + huge + build.enhanced(ONE)))
    assert [row.data for row in build.rows(reader)] == [ONE.data]
    assert len(reader.buf) <= 512 * 1024
    cut = open_capture(io.BytesIO(HEAD + huge[:-1]))
    assert build.rows(cut) == []
    assert cut.damage is not None
    assert "inside a skipped block" in cut.damage.what


def test_events_and_custom_blocks_take_a_number_as_they_do_in_wireshark() -> None:
    custom = build.block(0xBAD, struct.pack("<I", 32473) + b"abcd")
    rows, _ = read(HEAD + build.enhanced(ONE) + custom + build.enhanced(TWO))
    assert [(row.packet, row.link) for row in rows] == [(1, 1), (2, NO_PACKET), (3, 1)]


def test_drops_counted_by_the_capturing_system_are_noted() -> None:
    def statistics(ifdrop: int) -> bytes:
        options = (
            build.option(5, struct.pack("<Q", ifdrop)) + build.option(7, struct.pack("<Q", 0)) + build.option(0, b"")
        )
        return build.block(5, struct.pack("<III", 0, 0, 0) + options)

    reader = open_capture(io.BytesIO(HEAD + statistics(3) + build.enhanced(ONE) + statistics(8)))
    assert len(build.rows(reader)) == 1
    assert reader.notes == ["interface 0: 8 packets dropped by the interface while capturing"]


@pytest.mark.parametrize(
    "options",
    [
        struct.pack("<HH", 9, 60000),
        struct.pack("<HH", 9, 0) + struct.pack("<HH", 14, 3) + b"abc\0",
        b"\1\0",
        struct.pack("<HH", 0, 4) + struct.pack("<HHI", 9, 1, 3),
    ],
)
def test_options_without_sense_are_left_out(options: bytes) -> None:
    odd = build.block(1, struct.pack("<HHI", 1, 0, 0) + options)
    rows, damage = read(build.section() + odd + build.enhanced(ONE))
    assert (rows[0].ts_ns, damage) == (ONE.ts_ns, "")


TOO_SHORT = struct.pack("<II", 6, 28) + bytes(16) + struct.pack("<I", 28)
LYING = struct.pack("<IIIIIIII", 6, 32, 0, 0, 0, 1, 1, 32)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (struct.pack("<III", 0x7777, 8, 8), "a block of type 0x7777 claims a length of 8"),
        (struct.pack("<IIII", 0x7777, 15, 0, 15), "a block of type 0x7777 claims a length of 15"),
        (TOO_SHORT, "a block of type 0x6 claims a length of 28"),
        (struct.pack("<II", 6, 2**32 - 4) + bytes(100), "claims 4294967292 octets"),
        (LYING, "a packet block of 32 octets claims a packet of 1"),
        (build.block(6, struct.pack("<IIIII", 0, 0, 0, 2**32 - 1, 9)), "claims a packet of 4294967295"),
        (build.enhanced(Packet(0, b"", interface=7)), "a packet of interface 7, but 1 are described"),
        (build.obsolete(Packet(0, b"", interface=7)), "a packet of interface 7, but 1 are described"),
        (build.enhanced(ONE)[:-4] + struct.pack("<I", 48), "a block of length 44 ends with the length 48"),
        (build.block(4, b"abcd")[:-4] + bytes(4), "a block of length 16 ends with the length 0"),
        (build.section()[:8] + bytes(20), "a section header without its byte-order magic"),
        (build.section(major=2), "a section of pcapng version 2.0"),
        (build.section()[:-4] + bytes(4), "a block of length 28 ends with the length 0"),
        (struct.pack("<III", 0x0A0D0D0A, 12, 0x1A2B3C4D), "a section header claims a length of 12"),
        (build.section() + build.enhanced(ONE), "a packet of interface 0, but 0 are described"),
        (build.section() + build.simple(ONE), "a packet, but no interface is described"),
    ],
)
def test_bad_block_is_damage_and_what_is_before_it_is_there(bad: bytes, what: str) -> None:
    good = HEAD + build.enhanced(ONE)
    reader = open_capture(io.BytesIO(good + bad + build.enhanced(TWO)))
    assert [row.data for row in build.rows(reader)] == [ONE.data]
    assert reader.damage is not None
    assert what in reader.damage.what
    assert reader.damage.packet == 1
    assert len(good) <= reader.damage.at_byte <= len(good) + 28
    assert reader.next() == END


@pytest.mark.parametrize(
    "first",
    [
        build.section()[:8] + bytes(20),
        build.section(major=2),
        b"\n\r\r\ntext that begins with empty lines",
        struct.pack("<III", 0x0A0D0D0A, 12, 0x1A2B3C4D),
    ],
)
def test_first_section_header_that_is_none_is_no_capture(first: bytes) -> None:
    with pytest.raises(CaptureError, match="no pcapng capture"):
        open_capture(io.BytesIO(first))


def test_number_of_interfaces_is_bounded() -> None:
    octets = build.section() + build.interface() * 65_537
    reader = open_capture(io.BytesIO(octets))
    assert build.rows(reader) == []
    assert reader.damage is not None
    assert reader.damage.what == "more than 65536 interfaces in one section"


def test_kinds_of_unknown_blocks_told_apart_are_bounded() -> None:
    octets = HEAD + b"".join(build.block(0x8000 + n, b"") for n in range(1000))
    reader = open_capture(io.BytesIO(octets))
    assert build.rows(reader) == []
    assert len(reader.notes) == 64


@pytest.mark.parametrize("size", [300_000, 16 * 1024 * 1024 - 32])
def test_block_larger_than_the_buffer_makes_it_grow(size: int) -> None:
    large = Packet(5000, bytes(range(256)) * (size // 256))
    rows, damage = read(HEAD + build.enhanced(ONE) + build.enhanced(large) + build.enhanced(TWO))
    assert ([row.data for row in rows], damage) == ([ONE.data, large.data, TWO.data], "")
