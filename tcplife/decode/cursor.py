# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Where the slow walk through nested headers stands: one reused object of plain integers."""

from __future__ import annotations

from .fragments import Fragments
from .tunnels import TunnelNames


class Cursor:
    """Position, bounds, and what is known of the next header.

    data: the buffer. at: where the next header begins. end: where the captured octets end. limit: where the packet
    ends by the lengths of the headers so far (beyond `end` in a capture that is cut; the two are brought to the same
    place by `shorten`). kind: the number that names the next header (ethertype, IP protocol, link type). tunnel: index
    of the tunnel's name. nested: IP headers and tunnelled Ethernet headers so far. quoted: 1 inside the packet an ICMP
    error quotes. stamp_ns: capture time, for fragments. kept: the reassembled buffer that data is, if it is one.
    """

    __slots__ = (
        "at", "data", "end", "fragments", "kept", "kind", "limit", "names", "nested", "quoted", "stamp_ns", "tunnel",
    )  # fmt: skip

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
        self.kept = b""
        self.names = TunnelNames()
        self.fragments = Fragments()

    def aim(self, data: bytes | bytearray, wire_len: int, kind: int) -> None:
        """Begin at the front of data, which the caller keeps alive: for who takes the steps one by one.

        wire_len: octets on the wire. kind: what names the first header (a link type).
        """
        self.data = data
        self.at = 0
        self.end = len(data)
        self.limit = max(wire_len, self.end)
        self.kind = kind
        self.tunnel = self.nested = self.quoted = 0

    def shorten(self, limit: int) -> None:
        """Let the packet end at limit, if it ended later; the shortest length of all headers counts."""
        if limit < self.limit:
            self.limit = limit
            self.end = min(self.end, limit)

    def enter(self, kind: int, number: int) -> int:
        """Go into a tunnel: from here on the segment has come through it; return its index."""
        self.tunnel = self.names.index(self.tunnel, kind, number)
        return self.tunnel
