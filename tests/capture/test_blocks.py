"""An interface's clock against exact fractions, and options however they are laid out."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tcplife.capture.blocks import Clock, drops, interface, options
from tcplife.capture.formats import MAX_NS
from tests.capture import build

U64 = st.integers(0, 2**64 - 1)


@given(units=U64, resolution=st.integers(0, 255), offset=st.integers(-(2**63), 2**63 - 1) | st.integers(-100, 100))
def test_time_is_the_exact_fraction_rounded_down_and_held_to_64_bits(units: int, resolution: int, offset: int) -> None:
    clock = Clock(1, 0, resolution, offset)
    exponent = resolution & 0x7F
    seconds = Fraction(units, 2**exponent if resolution & 0x80 else 10**exponent) + offset
    wanted = max(-MAX_NS, min(MAX_NS, math.floor(seconds * 10**9)))
    assert clock.ns(units) == wanted
    if clock.mult and units <= clock.limit:
        assert units * clock.mult + clock.offset_ns == wanted


@given(resolution=st.integers(0, 9), offset=st.integers(-(2**30), 2**32))
def test_usual_clocks_are_plain_to_the_compiled_reader_beyond_the_year_2100(resolution: int, offset: int) -> None:
    clock = Clock(1, 0, resolution, offset)
    year_2100 = 4_102_444_800
    assert clock.mult == 10 ** (9 - resolution)
    assert clock.limit * clock.mult + clock.offset_ns <= MAX_NS
    assert clock.limit * clock.mult >= (year_2100 - offset) * 10**9
    assert clock.limit < 2**63


@given(
    big=st.booleans(),
    wanted=st.lists(st.tuples(st.integers(1, 65535), st.binary(max_size=20)), max_size=8),
    behind=st.binary(max_size=9),
)
def test_options_up_to_the_end_mark(big: bool, wanted: list[tuple[int, bytes]], behind: bytes) -> None:
    order = ">" if big else "<"
    laid_out = b"".join(build.option(code, value, big=big) for code, value in wanted)
    body = bytes(8) + laid_out
    assert list(options(build.block(1, body, big=big), 16, order)) == wanted
    marked = build.block(1, body + build.option(0, b"", big=big) + behind, big=big)
    assert list(options(marked, 16, order)) == wanted


@given(octets=st.binary(max_size=60), big=st.booleans())
def test_any_octets_as_options_end(octets: bytes, big: bool) -> None:
    block = build.block(1, bytes(8) + octets)
    found = list(options(block, 16, ">" if big else "<"))
    assert sum(4 + len(value) for _, value in found) <= len(octets) + 3


def test_interface_takes_the_options_of_the_right_length_alone() -> None:
    body = (
        struct.pack("<HHI", 113, 0, 96)
        + build.option(9, b"\x09\x09")
        + build.option(14, b"1234")
        + build.option(2, b"eth0")
    )
    clock = interface(build.block(1, body), "<")
    assert (clock.link, clock.snaplen, clock.mult, clock.offset_ns) == (113, 96, 1000, 0)


def test_drops() -> None:
    body = (
        struct.pack(">III", 3, 0, 0)
        + build.option(5, struct.pack(">Q", 7), big=True)
        + build.option(7, b"bad", big=True)
    )
    assert drops(build.block(5, body, big=True), ">") == (3, {"interface": 7})
    assert drops(build.block(5, bytes(12)), "<") == (0, {})
