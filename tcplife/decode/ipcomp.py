"""What IP payload compression hid: the payload as its sender had it.

In: the octets behind an IPComp header. Out: the whole payload, or nothing. It keeps no state; only DEFLATE is known,
whatever number the two ends gave it. Rare, and so not compiled.
Source: RFC 3173, RFC 2394.
"""

from __future__ import annotations

import zlib

MOST = 0xFFFF
"""Octets of an IP packet: what grows beyond them never was one."""


def inflated(octets: bytes) -> bytes:
    """Inflate a payload; nothing if it is no DEFLATE stream, is not all there, or is longer than MOST."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        whole = stream.decompress(octets, MOST)
    except zlib.error:
        return b""
    return whole if stream.eof else b""
