# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A record's text with holes: what the records of alike unanswered SYNs have in common, written once and filled in.

In: the text of one such record, its packet and its port. Out: a Stencil, which writes that text with other numbers.
"""

from __future__ import annotations

from array import array

from ..model import longs
from . import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .buffer import Buffer

NUMBER = 128
"""More octets than a number takes, and what is written beyond it for speed."""


class Stencil:
    """A text with holes for the number of a packet and of a port."""

    __slots__ = ("_holes", "_size", "_text")

    def __init__(self, first: bytes, pieces: list[bytes], is_port: list[bool]) -> None:
        """first: what stands before the first hole. pieces: what follows each hole. is_port: whose number fills it."""
        self._text = first + b"".join(pieces)
        self._size = len(self._text) + NUMBER * len(pieces)
        self._holes = array("q")  # where each is, and what fills it
        at = len(first)
        for piece, port in zip(pieces, is_port, strict=True):
            self._holes.extend((at, port))
            at += len(piece)
        self._holes.extend((at, 0))

    def fill(self, b: Buffer, packet: int, port: int) -> None:
        """Write the text with these numbers."""
        b.need(self._size)
        d = b.front
        text = self._text
        holes = longs.of(self._holes)
        at = native.part(d, b.at, text, 0, holes[0])
        begin = size = 0
        for hole in range(0, len(self._holes) - 2, 2):
            if holes[hole + 1]:
                at = native.number(d, at, port)
            elif size > 0:
                at = native.repeat(d, at, begin, size)
            else:
                begin = at
                at = native.number(d, at, packet)
                size = at - begin
            done = holes[hole]
            at = native.part(d, at, text, done, holes[hole + 2] - done)
        b.at = at


def stencil_of(text: bytes, packet: int, port: int) -> Stencil:
    """The stencil of a record's text that has one packet and one port, where they stand in their usual places."""
    marked = text
    for before, number, hole, behind in (
        (b'"packet":', packet, b"\0", b","),
        (b'"packet":', packet, b"\0", b"}"),
        (b"(packet ", packet, b"\0", b")"),
        (b" port ", port, b"\0\1", b" "),
        (b'"service":"', port, b"\0\1", b'"'),
    ):
        marked = marked.replace(b"%b%d%b" % (before, number, behind), before + hole + behind)
    first, *pieces = marked.split(b"\0")
    return Stencil(first, [piece.removeprefix(b"\1") for piece in pieces], [piece[:1] == b"\1" for piece in pieces])
