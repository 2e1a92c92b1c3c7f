"""The few things a terminal needs: colour, columns, and text that cannot harm it.

In: text of any origin. Out: text whose every character is printable, coloured or not, folded or not. Refuses to know
what it says. (rich costs 50 ms at start-up; this is all of it that the reports use.)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


RESET: Final = "\x1b[0m"
CODES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
NARROW: Final = 80
"""Columns taken for granted where a terminal does not say."""
_ASCII: Final = str.maketrans("→←│·×µ–…≥≤─█", "><|-xu-~><-#")  # noqa: RUF001 - meant as it stands
"""One character for one, so that columns stay columns."""


def safe(text: str) -> str:
    r"""Text from packets with every character that a terminal would act on shown as an escape (\x1b, \u202e).

    Control characters, DEL, C1, bidirectional overrides, lone surrogates: all that is not printable in Unicode's sense.
    """
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else _escape(ord(ch)) for ch in text)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x1_0000 else f"\\U{code:08x}"


def octets_text(octets: bytes) -> str:
    r"""Octets from packets as printable ASCII; every other octet as \xNN."""
    return "".join(chr(octet) if 32 <= octet < 127 else f"\\x{octet:02x}" for octet in octets)


class Paint:
    """Colours, or none: paint("bold red", "text"). ascii_only: for terminals that know nothing else."""

    __slots__ = ("_ascii_only", "_colour")

    def __init__(self, *, colour: bool, ascii_only: bool = False) -> None:
        self._colour = colour
        self._ascii_only = ascii_only

    def __call__(self, style: str, text: str) -> str:
        """The text in this style; empty text stays empty."""
        if not self._colour or not style or not text:
            return text
        return f"\x1b[{';'.join(CODES[word] for word in style.split())}m{text}{RESET}"

    def encoded(self, lines: list[str]) -> bytes:
        """Lines as octets for the terminal, each with its end."""
        text = "".join(f"{line.rstrip()}\n" for line in lines)
        if self._ascii_only:
            text = text.translate(_ASCII)
        return text.encode("ascii" if self._ascii_only else "utf-8", "backslashreplace")


def folded(text: str, width: int, indent: str, first: str | None = None) -> list[str]:
    """Words folded into lines of at most `width` columns, 0 for one line; `first` indents the first one differently."""
    first = indent if first is None else first
    if not width:
        return [first + text]
    from textwrap import wrap

    return wrap(
        text,
        max(width, 40),
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def clipped(text: str, width: int) -> str:
    """Text of at most this width, the rest an ellipsis; 0 clips nothing."""
    return text if not width or len(text) <= width else text[: max(width - 1, 0)] + "…"
