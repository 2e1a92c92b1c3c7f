# cython: annotation_typing=False, language_level=3, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Where the slow walk through nested headers stands: one reused object of plain integers."""

from __future__ import annotations


class Cursor:
    """Position, bounds, and what is known of the next header.

    data: the buffer. at: where the next header begins. end: where the captured octets end. limit: where the packet
    ends by the lengths of the headers so far (beyond `end` in a capture that is cut). kind: the number that names the
    next header (ethertype, IP protocol, link type). tunnel: index of the tunnel's name. nested: IP headers so far.
    quoted: 1 inside the packet an ICMP error quotes. stamp_ns: capture time, for fragments.
    """

    __slots__ = ("at", "data", "end", "kind", "limit", "nested", "quoted", "stamp_ns", "tunnel")

    def __init__(self) -> None:
        self.data: bytes | bytearray = b""
        self.at = 0
        self.end = 0
        self.limit = 0
        self.kind = 0
        self.tunnel = 0
        self.nested = 0
        self.quoted = 0
        self.stamp_ns = 0
