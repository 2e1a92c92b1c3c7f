"""Numbers read from a buffer at a position the caller has proved to lie inside, most significant octet first.

In: a buffer and a position. Out: integers. This module is never compiled itself: the compiled rooms inline what
`words.pxd` says instead; plain Python runs this, or unpacks a whole header at once.
"""

from __future__ import annotations

from struct import Struct

_U16 = Struct(">H").unpack_from
_U32 = Struct(">I").unpack_from
_U64 = Struct(">Q").unpack_from
_LE16 = Struct("<H").unpack_from


def u16(b: bytes | bytearray, o: int) -> int:
    """Two octets."""
    value: int = _U16(b, o)[0]
    return value


def u32(b: bytes | bytearray, o: int) -> int:
    """Four octets."""
    value: int = _U32(b, o)[0]
    return value


def u64(b: bytes | bytearray, o: int) -> int:
    """Eight octets."""
    value: int = _U64(b, o)[0]
    return value


def le16(b: bytes | bytearray, o: int) -> int:
    """Two octets, least significant first."""
    value: int = _LE16(b, o)[0]
    return value


def in_order(b: bytes | bytearray, o: int, big: int) -> int:
    """Four octets, least significant first unless `big`."""
    return int.from_bytes(b[o : o + 4], "big" if big else "little")
