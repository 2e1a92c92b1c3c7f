"""Objects to JSON text and back: numbers and strings as they are, everything else as a list that says what it is.

In: what a run remembers. Out: lines of text. Decoding makes the classes of `classes` and nothing else; no text can make
it call anything. An object that two others share becomes two: no such thing is among them.
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode

from .classes import NUMBERS, made_of, values_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

BARE: Final = frozenset((int, bool, str, type(None)))
LIST, TUPLE, DICT, BYTES, OCTETS, NUMBERS_Q = "l", "t", "d", "b", "y", "q"


def text_of(thing: Any) -> str:
    """Return one line. Raises: TypeError for what has no form here."""
    return json.dumps(_packed(thing), separators=(",", ":"))


def thing_of(text: str) -> Any:
    """Return what the line stands for. Raises: ValueError, TypeError, IndexError, KeyError when it is none of ours."""
    return _unpacked(json.loads(text))


def _packed(thing: Any) -> Any:
    kind = type(thing)
    if kind in BARE:
        return thing
    number = NUMBERS.get(kind)
    if number is not None:
        return [number, *[value if type(value) in BARE else _packed(value) for value in values_of(thing)]]
    if kind is list:
        return [LIST, *[_packed(value) for value in thing]]
    if kind is tuple:
        return [TUPLE, *[_packed(value) for value in thing]]
    if kind is array:
        return [NUMBERS_Q, *thing]
    if kind is dict:
        return [DICT, *[_packed(part) for pair in thing.items() for part in pair]]
    if kind is bytes:
        return [BYTES, b64encode(thing).decode()]
    if kind is bytearray:
        return [OCTETS, b64encode(thing).decode()]
    try:
        return [NUMBERS_Q, *memoryview(thing)]  # as a compiled class shows its numbers
    except TypeError:
        raise TypeError(f"a {kind.__name__} cannot be saved") from None


def _unpacked(text: Any) -> Any:
    if type(text) in BARE:
        return text
    if not isinstance(text, list):
        raise TypeError(f"a {type(text).__name__} stands for nothing here")
    kind = text[0]
    if type(kind) is int:
        return made_of(kind, [value if type(value) in BARE else _unpacked(value) for value in text[1:]])
    if kind == NUMBERS_Q:
        return array("q", text[1:])
    if kind == BYTES:
        return b64decode(text[1], validate=True)
    if kind == OCTETS:
        return bytearray(b64decode(text[1], validate=True))
    parts = [_unpacked(value) for value in text[1:]]
    if kind == LIST:
        return parts
    if kind == TUPLE:
        return tuple(parts)
    if kind == DICT:
        return dict(zip(parts[0::2], parts[1::2], strict=True))
    raise ValueError(f"nothing is marked {kind!r}")
