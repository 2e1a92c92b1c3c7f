"""Where each value of a TOML document stands: line and column, which tomllib does not tell.

Reads documents that tomllib accepts (of others it only promises to end). One pass, no recursion.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MAX_DEPTH: Final = 64
"""Deepest nesting of arrays and tables, and most parts of a dotted key; tomllib would exhaust the stack, or time."""

_TOKEN: Final = re.compile(
    # Possessive, and never closed is closed by the end (of its line): no part of a document is read twice.
    r'(?P<text>\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"{3,5})?|\'\'\'(?:[^\']|\'(?!\'\'))*+(?:\'{3,5})?'
    r'|"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?)'
    r"|(?P<skip>[ \t\r]+|\#[^\n]*)|(?P<sign>[\n\[\]{},=.])|(?P<bare>[^\s\[\]{},=.\"'\#]+)|(?P<other>.)",
    re.DOTALL,
)
_ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_FOLD: Final = re.compile(r"\\[ \t]*\r?\n\s*")
_PLAIN: Final = re.compile(r"[^\s\[\]{},=\"'#]+")
_HEX: Final = {"u": 4, "U": 8}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Offsets of one value in the document: of its key, and of its first and behind its last character."""

    key: int
    start: int
    end: int


class Places:
    """The places of a document's values. too_deep: offset where nesting passes `MAX_DEPTH`, or None."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.spots: dict[Path, Spot] = {}
        self.too_deep: int | None = None
        self._lines = [0, *(found.end() for found in re.finditer("\n", document))]
        _Scan(self).run()

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def of_key(self, path: Path) -> tuple[int, int]:
        """Line and column of a key, or of the nearest thing above it that has a place."""
        while path and path not in self.spots:
            path = path[:-1]
        return self.line_column(self.spots[path].key) if path else (1, 1)

    def of_value(self, path: Path) -> tuple[int, int]:
        """Line and column of a value."""
        return self.line_column(self.spots[path].start) if path in self.spots else self.of_key(path)

    def inside(self, path: Path, position: int) -> tuple[int, int]:
        """Line and column of the character number `position` (from 0) of a text value, escapes accounted for."""
        spot = self.spots.get(path)
        if spot is None:
            return self.of_key(path)
        return self.line_column(_nth(self.document, spot, position))


def _nth(document: str, spot: Spot, position: int) -> int:
    """Offset in the document of a character of a text value."""
    quote = document[spot.start]
    width = 3 if document.startswith(quote * 3, spot.start) and spot.end - spot.start >= 6 else 1
    at = spot.start + width
    if width > 1 and document.startswith(("\n", "\r\n"), at):
        # TOML: a newline right after the opening quotes is no part of the text.
        at = document.index("\n", at) + 1
    basic = quote == '"'
    for _ in range(position):
        if at >= spot.end - width:
            break
        at = _behind_fold(document, at) if basic else at
        at += _length(document, at) if basic else 1
    return _behind_fold(document, at) if basic else at


def _length(document: str, at: int) -> int:
    """Characters that one character of a basic text takes in the document."""
    if document[at] != "\\":
        return 1
    return 2 + _HEX.get(document[at + 1 : at + 2], 0)


def _behind_fold(document: str, at: int) -> int:
    """Where the text goes on: a backslash at the end of a line swallows all white space."""
    fold = _FOLD.match(document, at)
    return fold.end() if fold else at


class _Scan:
    """The state of one pass: the header in force, and the containers that are open."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.prefix: Path = ()
        self.keys: list[str] = []
        self.key_at = 0
        self.open: list[tuple[str, Path, int]] = []
        self.value_of: Path | None = None
        self.arrays: dict[Path, int] = {}
        self.behind = 0

    def run(self) -> None:
        tokens = [found for found in _TOKEN.finditer(self.places.document) if found.lastgroup != "skip"]
        at = 0
        while at < len(tokens) and self.places.too_deep is None:
            if tokens[at].group() == "[" and not self.open and not self.keys and self.value_of is None:
                at = self._header(tokens, at)
            else:
                if tokens[at].start() >= self.behind:
                    self._token(tokens[at])
                at += 1

    def _header(self, tokens: list[re.Match[str]], at: int) -> int:
        start = tokens[at].start()
        many = at + 1 < len(tokens) and tokens[at + 1].group() == "["
        at += 2 if many else 1
        names: list[str] = []
        while at < len(tokens) and tokens[at].group() not in {"]", "\n"} and len(names) <= MAX_DEPTH:
            if tokens[at].lastgroup in {"bare", "text"}:
                names.append(_key(tokens[at].group()))
            at += 1
        self._bound(len(names), start)
        self.prefix = self._numbered(tuple(names[:-1]))
        path = (*self.prefix, *names[-1:])
        if many:
            self.arrays[path] = self.arrays.get(path, -1) + 1
            path = (*path, self.arrays[path])
        self.prefix = path
        self.places.spots[path] = Spot(start, start, start)
        return at + (2 if many else 1)

    def _numbered(self, names: tuple[str, ...]) -> Path:
        """A header's path, with the number of the newest element after each array of tables."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        return path

    def _token(self, token: re.Match[str]) -> None:
        word = token.group()
        if self.value_of is not None:
            self._value(token)
        elif word == "=":
            self._key_ends()
        elif word in {"]", "}"}:
            self._close(token)
        elif word == ",":
            self._next_element()
        elif word == "\n":
            self.keys = self.keys if self.open else []
        elif token.lastgroup in {"bare", "text"}:
            self.key_at = self.key_at if self.keys else token.start()
            self.keys.append(_key(word))
            self._bound(len(self.keys), token.start())

    def _key_ends(self) -> None:
        above = self.open[-1][1] if self.open else self.prefix
        self.value_of = (*above, *self.keys)
        self.keys = []

    def _value(self, token: re.Match[str]) -> None:
        word, path = token.group(), self.value_of
        if word == "\n" or not path:
            return
        if word in {"]", "}"}:
            self.value_of = None
            self._close(token)
            return
        key_at = self.key_at if isinstance(path[-1], str) else token.start()
        # A number's point is no sign between keys here.
        plain = _PLAIN.match(self.places.document, token.start())
        self.behind = plain.end() if plain else token.end()
        self.places.spots.setdefault(path, Spot(key_at, token.start(), self.behind))
        self.value_of = None
        if word in {"[", "{"}:
            self._enter(word, path, token.start())

    def _enter(self, word: str, path: Path, at: int) -> None:
        self.open.append((word, path, 0))
        self._bound(len(self.open), at)
        if word == "[":
            self.value_of = (*path, 0)

    def _bound(self, depth: int, at: int) -> None:
        if depth > MAX_DEPTH and self.places.too_deep is None:
            self.places.too_deep = at

    def _close(self, token: re.Match[str]) -> None:
        if self.open:
            _, path, _ = self.open.pop()
            spot = self.places.spots[path]
            self.places.spots[path] = Spot(spot.key, spot.start, token.end())
        self.keys = []

    def _next_element(self) -> None:
        if self.open and self.open[-1][0] == "[":
            word, path, number = self.open.pop()
            self.open.append((word, path, number + 1))
            self.value_of = (*path, number + 1)
        self.keys = []


def _key(word: str) -> str:
    if word[:1] == "'":
        return word[1:-1]
    if word[:1] != '"':
        return word
    return re.sub(r'\\(["\\btnfr])', lambda found: _ESCAPES[found[1]], word[1:-1])
