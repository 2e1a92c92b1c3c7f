"""Text of an expression -> tokens, each knowing its column; knows characters, never fields or types."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MAX_LENGTH: Final = 10_000
"""Longest expression, in characters: far beyond anything a person writes, small enough to cost nothing."""

_PATTERN: Final = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<address>
        [0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,3})?                         # IPv4, with or without a prefix
      | [0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*(?:/[0-9]{1,3})?      # IPv6
    )
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:%|[A-Za-z]+)?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    """,
    re.VERBOSE | re.DOTALL,
)
_HINTS: Final = {
    "=": 'expected "==" (one "=" compares nothing)',
    "&": 'expected "and"',
    "|": 'expected "or"',
    "!": 'expected "not" or "!="',
    '"': "this text is never closed: its quote is missing",
    "'": "this text is never closed: its quote is missing",
    "“": 'expected a plain quote (")',
    "”": 'expected a plain quote (")',
    "≤": 'expected "<="',
    "≥": 'expected ">="',
    "≠": 'expected "!="',
}


class ExpressionError(UsageError):
    """An expression that makes no sense: what is wrong, where, and in which text.

    position: character offset in `text`, from 0. `str()` is one line; `pointed` adds the text with a caret below it.
    """

    def __init__(self, message: str, position: int, text: str) -> None:
        super().__init__(message)
        self.message = message
        self.position = min(position, len(text))
        self.text = text

    def __str__(self) -> str:
        """One line; columns count from 1."""
        return f"column {self.column}: {self.message}"

    @property
    def column(self) -> int:
        """Column in the whole text, from 1."""
        return self.position + 1

    @property
    def pointed(self) -> str:
        """Two lines: the part of the text around the place (at most 72 characters), and a caret below the place."""
        start = max(0, self.position - 36)
        part = printable(self.text[start : start + 72])
        caret = " " * len(printable(self.text[start : self.position])) + "^"
        return f"{part}\n{caret}"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the language. kind: address, number, name, text, sign, end; at: offset of its first character."""

    kind: str
    word: str
    at: int


def printable(text: str) -> str:
    """The text without anything a terminal would obey: control and invisible characters are escaped."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def tokenize(text: str) -> list[Token]:
    """Cut an expression into tokens, an `end` token last.

    Raises: ExpressionError at the first character that begins no token, or when the text is too long.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression is longer than {MAX_LENGTH:,} characters", MAX_LENGTH, text)
    tokens = []
    at = 0
    while at < len(text):
        found = _PATTERN.match(text, at)
        if found is None:
            raise ExpressionError(_complaint(text[at]), at, text)
        if found.lastgroup is not None and found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found.group(), at))
        at = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def _complaint(sign: str) -> str:
    hint = _HINTS.get(sign)
    shown = printable(sign)
    return f"{shown}: {hint}" if hint else f"{shown} has no meaning here"
