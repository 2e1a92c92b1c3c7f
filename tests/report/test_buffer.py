"""The buffer's primitives write what Python's own formatting would."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

import pytest

from tcplife.report.buffer import Buffer
from tests.report.build import random_text

SEED = 20261121
ROOM = 1 << 16  # what the buffer begins with; compiled, its own constant is out of sight


@pytest.mark.parametrize("value", [0, 9, 10, 99, 100, -1, -10, 2**31, 2**63 - 1, -(2**62), 10**18, 10**18 - 1])
def test_number(value: int) -> None:
    buffer = Buffer()
    buffer.number(value)
    assert buffer.take() == str(value).encode()


def test_optional_number_is_null_where_there_is_none() -> None:
    buffer = Buffer()
    buffer.optional(-1, -1)
    buffer.optional(0, -1)
    assert buffer.take() == b"null0"


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0, b"0.0"), (1, b"0.000000001"), (140_000, b"0.00014"), (2_000_000_000, b"2.0"), (-1_500_000_000, b"-1.5")],
)
def test_seconds_have_no_more_decimals_than_they_need(ns: int, text: bytes) -> None:
    buffer = Buffer()
    buffer.seconds(ns)
    assert buffer.take() == text


def test_seconds_and_milliseconds_read_back_as_the_quotient() -> None:
    rng = random.Random(SEED)
    for _ in range(2000):
        ns = rng.randrange(10 ** rng.randrange(1, 16))
        buffer = Buffer()
        buffer.seconds(ns)
        assert json.loads(buffer.take()) == ns / 1e9, (SEED, ns)
        buffer.milliseconds(ns)
        assert json.loads(buffer.take()) == ns / 1e6, (SEED, ns)


def test_milliseconds_of_none_are_null() -> None:
    buffer = Buffer()
    buffer.milliseconds(-1)
    assert buffer.take() == b"null"


def test_timestamp_is_the_calendar_of_datetime() -> None:
    rng = random.Random(SEED)
    buffer = Buffer()
    for _ in range(500):
        second, rest = rng.randrange(-(2**33), 2**33), rng.randrange(10**9)
        buffer.timestamp(second * 10**9 + rest)
        told = datetime.fromtimestamp(second, UTC)
        assert buffer.take().decode() == f'"{told:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"', (SEED, second, rest)


def test_addresses_are_spelled_as_ipaddress_does() -> None:
    rng = random.Random(SEED)
    buffer = Buffer()
    for _ in range(300):
        four, six = rng.getrandbits(32), rng.choice((rng.getrandbits(128), 1, 0, 0x20010DB8 << 96))
        buffer.address(0, four, 4)
        assert buffer.take().decode() == str(IPv4Address(four))
        buffer.address(six >> 64, six & (1 << 64) - 1, 6)
        address = IPv6Address(six)
        if address.ipv4_mapped is None and six >> 32:  # the mixed notation of old addresses is spelled differently
            assert buffer.take().decode() == str(address)
        else:
            assert IPv6Address(buffer.take().decode()) == address


def test_text_is_ascii_json_of_valid_unicode() -> None:
    rng = random.Random(SEED)
    buffer = Buffer()
    for _ in range(1000):
        text = random_text(rng)
        buffer.text(text)
        octets = buffer.take()
        assert json.loads(octets) == text.replace("\ud800", "?"), (SEED, text)
        assert all(32 <= octet < 127 for octet in octets), (SEED, text)


@pytest.mark.parametrize("odd", ['"', "\\", "\x1f", "\x00", "\x7f", "\x80", "\u0101"])
def test_an_odd_character_is_found_wherever_it_stands(odd: str) -> None:
    buffer = Buffer()
    for size in range(50):
        for place in range(size):
            text = "!" * place + odd + "~" * (size - place - 1)
            buffer.text(text)
            octets = buffer.take()
            assert json.loads(octets) == text, (size, place)
            assert all(32 <= octet < 127 for octet in octets), (size, place)


def test_all_other_characters_stand_for_themselves() -> None:
    buffer = Buffer()
    clean = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"\\')
    for begin in range(len(clean)):
        buffer.text(clean[begin:])
        assert buffer.take() == b'"%b"' % clean[begin:].encode()


def test_it_grows_and_is_empty_after_take() -> None:
    buffer = Buffer()
    for _ in range(3):
        buffer.raw(b"x" * (ROOM - 1))
        buffer.number(123456)
    assert len(buffer.take()) == 3 * (ROOM + 5)
    assert buffer.take() == b""


def test_drop_forgets_what_is_behind() -> None:
    buffer = Buffer()
    buffer.raw(b"keep this")
    buffer.drop(4)
    buffer.raw(b"!")
    assert buffer.take() == b"keep!"
