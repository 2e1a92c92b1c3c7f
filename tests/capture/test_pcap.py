"""Classic pcap: every byte order, unit and modified kind reads back; every cut and lie is told."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcplife.capture import END, open_capture
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

KINDS = (build.MICRO, build.NANO, build.MODIFIED, build.IXIA_HARDWARE, build.IXIA_SOFTWARE)
PACKETS = st.lists(
    st.builds(
        Packet,
        ts_ns=st.integers(0, (2**32 - 1) * 10**9 + 999_999_999),
        data=st.binary(max_size=80),
        wire=st.none() | st.integers(0, 2**31 - 1),
    ),
    max_size=12,
)
THREE = [
    Packet(1_500_000_000_000_001_000, b"first"),
    Packet(1_500_000_001_000_002_000, b"", 1514),
    Packet(3_000, b"x" * 99),
]


def unit_of(magic: int) -> int:
    """Nanoseconds in one unit of the fraction."""
    return 1 if magic in (build.NANO, build.IXIA_HARDWARE) else 1000


@given(packets=PACKETS, big=st.booleans(), magic=st.sampled_from(KINDS), step=st.integers(1, 700))
def test_reads_back_whatever_the_size_of_the_chunks(packets: list[Packet], big: bool, magic: int, step: int) -> None:
    octets = build.pcap(packets, big=big, magic=magic, link=build.RAW)
    wanted = build.expected(packets, unit=unit_of(magic), links=[build.RAW])
    for source in (io.BytesIO(octets), build.Dribble(octets, step)):
        reader = open_capture(source)
        assert build.rows(reader) == wanted
        assert reader.damage is None
        assert reader.bytes_read == len(octets)


@pytest.mark.parametrize("magic", KINDS)
@pytest.mark.parametrize("big", [False, True])
def test_cut_at_every_octet(magic: int, big: bool) -> None:
    octets = build.pcap(THREE, big=big, magic=magic)
    head = len(build.pcap_header(big=big, magic=magic))
    whole = [head]
    for packet in THREE:
        whole.append(whole[-1] + len(build.pcap_record(packet, big=big, magic=magic)))
    wanted = build.expected(THREE, unit=unit_of(magic))
    for cut in range(4, len(octets)):
        reader = open_capture(io.BytesIO(octets[:cut]))
        there = sum(end <= cut for end in whole) - 1
        assert build.rows(reader) == wanted[: max(there, 0)], cut
        if cut in whole:
            assert reader.damage is None, cut
            continue
        assert reader.damage is not None, cut
        assert reader.damage.at_byte == (whole[there] if there >= 0 else 0), cut
        assert reader.damage.packet == max(there, 0), cut
        assert f"{cut - reader.damage.at_byte} octets of which are there" in reader.damage.what


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_less_than_the_magic_number_is_no_capture(cut: int) -> None:
    with pytest.raises(CaptureError, match=f"too short for a capture .{cut} octets"):
        open_capture(io.BytesIO(build.pcap(THREE)[:cut]))


def test_header_alone_is_a_capture_without_records() -> None:
    reader = open_capture(io.BytesIO(build.pcap([])))
    assert (build.rows(reader), reader.damage, reader.link, reader.snaplen) == ([], None, build.ETHERNET, 262144)


@pytest.mark.parametrize("length", [2**32 - 1, 2**31, 16 * 1024 * 1024 + 1])
def test_absurd_length_is_damage_and_what_is_before_it_is_there(length: int) -> None:
    octets = build.pcap(THREE) + struct.pack("<IIII", 1, 2, length, length) + bytes(100)
    reader = open_capture(io.BytesIO(octets))
    assert build.rows(reader) == build.expected(THREE)
    assert reader.damage is not None
    assert (reader.damage.at_byte, reader.damage.packet) == (len(build.pcap(THREE)), 3)
    assert f"claims {length} octets" in reader.damage.what
    assert reader.next() == END


@pytest.mark.parametrize("size", [65_536, 262_144, 300_000, 16 * 1024 * 1024])
def test_record_larger_than_the_buffer_makes_it_grow(size: int) -> None:
    packets = [Packet(1000, b"a" * 7), Packet(2000, bytes(range(256)) * (size // 256)), Packet(3000, b"b")]
    assert build.rows(open_capture(io.BytesIO(build.pcap(packets)))) == build.expected(packets)


def test_promised_length_costs_nothing_until_octets_come() -> None:
    octets = build.pcap([]) + struct.pack("<IIII", 1, 2, 16 * 1024 * 1024, 16 * 1024 * 1024) + bytes(100)
    reader = open_capture(io.BytesIO(octets))
    assert reader.next() == END
    assert len(reader.buf) <= 512 * 1024
    assert reader.damage is not None


def test_captured_more_than_was_on_the_wire_is_tolerated() -> None:
    reader = open_capture(io.BytesIO(build.pcap([Packet(0, b"123456", 4)])))
    assert [(row.data, row.wire_len) for row in build.rows(reader)] == [(b"123456", 4)]


def test_original_length_beyond_31_bits_is_held_to_them() -> None:
    reader = open_capture(io.BytesIO(build.pcap([Packet(0, b"123456", 2**32 - 1)])))
    assert [row.wire_len for row in build.rows(reader)] == [2**31 - 1]


def test_latest_time_and_absurd_fraction_do_not_overflow() -> None:
    octets = build.pcap_header() + struct.pack("<IIII", 2**32 - 1, 2**32 - 1, 0, 0)
    reader = open_capture(io.BytesIO(octets))
    assert [row.ts_ns for row in build.rows(reader)] == [(2**32 - 1) * 10**9 + (2**32 - 1) * 1000]


@pytest.mark.parametrize(("minor", "lengths"), [(2, (9, 4)), (3, (9, 4)), (3, (4, 9)), (4, (4, 9))])
def test_lengths_of_old_versions_stand_the_other_way_round(minor: int, lengths: tuple[int, int]) -> None:
    octets = build.pcap_header(minor=minor) + struct.pack("<IIII", 1, 0, *lengths) + b"data"
    reader = open_capture(io.BytesIO(octets))
    assert [(row.data, row.wire_len) for row in build.rows(reader)] == [(b"data", 9)]


def test_upper_bits_of_the_link_type_are_no_part_of_it() -> None:
    reader = open_capture(io.BytesIO(build.pcap_header(link=0x94000000 | build.RAW)))
    assert reader.link == build.RAW  # four octets of frame check sequence, present


def test_unknown_version_is_refused() -> None:
    octets = bytearray(build.pcap([]))
    octets[4] = 3
    with pytest.raises(CaptureError, match=r"pcap of version 3\.4"):
        open_capture(io.BytesIO(octets))


@pytest.mark.parametrize(
    ("magic", "form"),
    [
        (build.MICRO, "pcap"),
        (build.NANO, "pcap (nanoseconds)"),
        (build.MODIFIED, "pcap (modified, 24-octet record headers)"),
        (build.IXIA_HARDWARE, "pcap (Ixia lcap, hardware)"),
        (build.IXIA_SOFTWARE, "pcap (Ixia lcap, software)"),
    ],
)
def test_format_is_named(magic: int, form: str) -> None:
    assert open_capture(io.BytesIO(build.pcap(THREE, magic=magic))).format == form
