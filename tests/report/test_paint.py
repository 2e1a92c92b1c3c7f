"""Text from packets cannot harm a terminal; colours and folds leave the words alone."""

from __future__ import annotations

import pytest

from tcplife.report.paint import Paint, clipped, folded, octets_text, safe


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\x7f\x9b2J", "\\x7f\\x9b2J"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("Grüße 日本", "Grüße 日本"),
        ("", ""),
    ],
)
def test_safe_shows_what_a_terminal_would_act_on(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


def test_safe_leaves_nothing_unprintable() -> None:
    everything = "".join(chr(code) for code in range(0x3000))
    assert safe(everything).isprintable()


def test_octets_are_shown_as_ascii() -> None:
    assert octets_text(bytes(range(256))).isascii()
    assert octets_text(b"GET /\x1b") == "GET /\\x1b"


def test_colour_is_codes_around_the_text() -> None:
    assert Paint(colour=True)("bold red", "x") == "\x1b[1;31mx\x1b[0m"
    assert Paint(colour=True)("bold", "") == ""
    assert Paint(colour=False)("bold red", "x") == "x"


def test_ascii_only_keeps_the_columns() -> None:
    line = "a → b │ 3 µs × 2 – …"  # noqa: RUF001 - meant as it stands
    octets = Paint(colour=False, ascii_only=True).encoded([line])
    assert len(octets) == len(line) + 1
    assert octets.isascii()


def test_lines_lose_trailing_blanks() -> None:
    assert Paint(colour=False).encoded(["a  ", ""]) == b"a\n\n"


def test_folding_keeps_every_word() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    lines = folded(text, 40, "    ", "  ")
    assert all(len(line) <= 40 for line in lines)
    assert " ".join(line.strip() for line in lines) == text
    assert lines[0].startswith("  one")
    assert lines[1].startswith("    ")


def test_no_width_folds_nothing() -> None:
    assert folded("word " * 100, 0, "  ") == ["  " + "word " * 100]


def test_clipping_marks_what_is_left_out() -> None:
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abcdef", 0) == "abcdef"
    assert clipped("abc", 3) == "abc"
