"""SACK blocks of a segment, as relative numbers of the peer whose octets they name.

In: a segment's option octets, the peer's initial sequence number. Out: (left, right) offsets.
Source: RFC 2018 3.
"""

from __future__ import annotations

from ..model.names import M32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

EOL: Final = 0
NOP: Final = 1
SACK: Final = 5
BLOCK: Final = 8
HALF: Final = 1 << 31


def sack_blocks(options: bytes, isn: int, near: int) -> list[tuple[int, int]]:
    """The blocks of the options, widened to offsets near `near` (they are 32 bits on the wire); [] where isn is -1."""
    if isn < 0 or not options:
        return []
    value = _option(options)
    found = []
    for at in range(0, len(value) - BLOCK + 1, BLOCK):
        left = int.from_bytes(value[at : at + 4], "big") - isn & M32
        right = int.from_bytes(value[at + 4 : at + 8], "big") - isn & M32
        left += near - left + HALF >> 32 << 32
        size = right - left & M32
        if 0 < size < HALF and left >= 0:
            found.append((left, left + size))
    return found


def _option(options: bytes) -> bytes:
    """The value of the first SACK option, b"" without one; a length that lies ends the search."""
    at = 0
    while at < len(options) and options[at] != EOL:
        if options[at] == NOP:
            at += 1
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        if size < 2:
            return b""
        if options[at] == SACK:
            return options[at + 2 : at + size]
        at += size
    return b""
