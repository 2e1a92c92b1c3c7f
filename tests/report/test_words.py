"""Numbers as people read them, at every edge."""

from __future__ import annotations

import pytest

from tcplife.report import words


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 s"),
        (999, "999 ns"),
        (1_000, "1.00 µs"),
        (35_400, "35.4 µs"),
        (999_499, "999 µs"),
        (999_500, "1.00 ms"),
        (1_667_000, "1.67 ms"),
        (999_499_999, "999 ms"),
        (999_500_000, "1.00 s"),
        (12_340_000_000, "12.3 s"),
        (61 * 10**9, "1 min 1 s"),
        (3_660 * 10**9, "1 h 1 min"),
        (90_000 * 10**9, "1 d 1 h"),
        (-1_000, "-1.00 µs"),
    ],
)
def test_span(ns: int, text: str) -> None:
    assert words.span(ns) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (9999, "9999"), (10_000, "10.0k"), (65_951, "66.0k"), (10**6, "1.0M"), (5 * 10**12, "5.0T")],
)
def test_short_octets(count: int, text: str) -> None:
    assert words.short_octets(count) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 5, "0%"),
        (1, 1000, "<1%"),
        (1, 2, "50%"),
        (999, 1000, "99.9%"),
        (99_999, 100_000, "99.9%"),
        (5, 5, "100%"),
        (0, 0, "0%"),
    ],
)
def test_share_never_says_all_or_nothing_when_it_is_not(part: int, whole: int, text: str) -> None:
    assert words.share(part, whole) == text


def test_counts_agree_with_their_nouns() -> None:
    assert words.counted(1, "packet") == "1 packet"
    assert words.counted(1234, "packet") == "1,234 packets"
    assert words.octets(1) == "1 octet"


def test_clock_is_tcpdumps() -> None:
    assert words.clock(1_560_334_151_163_215_999, utc=True) == "10:09:11.163215"
    assert words.date_and_time(1_560_334_151_163_215_999, utc=True) == "2019-06-12 10:09:11 UTC"


def test_a_time_beyond_the_calendar_is_still_text() -> None:
    assert words.clock(2**63 - 1, utc=True)
    assert words.date_and_time(-(2**63), utc=False)
