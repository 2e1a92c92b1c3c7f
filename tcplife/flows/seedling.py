# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Flows of which only a SYN was seen yet, or its answer as well: kept as a few numbers and what they share with others.

In: SYN segments without payload. Out: Seedlings, and the same segments again when somebody needs them. A flood's SYNs
come from few programs, so their window, TTL and options are kept once (measured: 0.2 kB a source instead of 2.4 for a life).
"""

from __future__ import annotations

from ..model.pool import pooled, pooled_apart
from ..model.segment import Segment, copy_of, liken
from .table import Flow

PLACES = 1024
"""Shapes that are remembered, a power of two; one that gives way to another lives on with its seedlings."""
NEAR = 4
"""Places at which a shape may stand, side by side."""


class SynShape:
    """What SYNs have in common that differ only in their endpoints, time and numbers. segment: the first of them.

    answer: what answered a SYN whose shape this is alone from then on, called_ns: when that SYN passed (`Seedling.wait`).
    """

    __slots__ = ("answer", "called_ns", "segment")

    def __init__(self, segment: Segment) -> None:
        self.begin(segment)

    def begin(self, segment: Segment) -> None:
        """Nothing has answered."""
        self.segment = segment
        self.answer: Segment | None = None
        self.called_ns = 0


class Seedling(Flow):
    """A flow of which one SYN was seen: what its shape does not say. Made by a Nursery, which sets all fields.

    last_ns: when that passed, or its answer if there is one.
    """

    __slots__ = ("checksum", "ip_id", "packet", "seq", "shape", "ts_val")

    shape: SynShape
    packet: int
    seq: int
    ts_val: int
    ip_id: int
    checksum: int

    def wait(self, answer: Segment) -> None:
        """Keep what answered the SYN, until more comes: then its life begins with more at once."""
        shape = SynShape.__new__(SynShape)
        shape.begin(self.shape.segment)
        shape.answer = copy_of(answer)
        shape.called_ns = self.last_ns
        self.shape = shape
        self.last_ns = answer.ts_ns

    def segment(self) -> Segment:
        """The SYN as it was, but for where its octets lay."""
        return self.grow(Segment())

    def grow(self, s: Segment) -> Segment:
        """The same, made of a segment that is at hand."""
        shape = self.shape
        liken(s, shape.segment)
        s.packet = self.packet
        s.ts_ns = self.last_ns if shape.answer is None else shape.called_ns
        s.seq = self.seq
        s.ts_val = self.ts_val
        s.ip_id = self.ip_id
        s.checksum = self.checksum
        s.src_hi = self.a_hi
        s.src_lo = self.a_lo
        s.sport = self.a_port
        s.dst_hi = self.b_hi
        s.dst_lo = self.b_lo
        s.dport = self.b_port
        return s


pooled(Seedling)
pooled_apart(SynShape)


class Nursery:
    """Makes seedlings, and finds the shape that a SYN shares with others."""

    __slots__ = ("_latest", "_shapes")

    def __init__(self) -> None:
        self._latest: SynShape | None = None
        self._shapes: list[SynShape | None] = [None] * (PLACES + NEAR)

    def sow(self, s: Segment) -> Seedling:
        """A seedling of this SYN; its place in the table is the caller's business."""
        shape = self._latest
        if shape is None or not _is_alike(shape.segment, s):
            shape = self._latest = self._shape_of(s)
        seedling = Seedling.__new__(Seedling)  # a call of __init__, and of the base's, costs three times all of this
        seedling.unnamed()
        seedling.sown = True
        seedling.shape = shape
        seedling.packet = s.packet
        seedling.seq = s.seq
        seedling.ts_val = s.ts_val
        seedling.ip_id = s.ip_id
        seedling.checksum = s.checksum
        return seedling

    def _shape_of(self, s: Segment) -> SynShape:
        """The shape of a SYN: one near its place that it has, else a new one, for which the first of those may have to go."""
        shapes = self._shapes
        first = (s.window * 5 + s.mss * 67 + s.ttl * 31 + s.wscale * 229 + s.wire_len * 13) & (PLACES - 1)
        free = first
        for at in range(first, first + NEAR):
            shape = shapes[at]
            if shape is None:
                free = at
                break
            if _is_alike(shape.segment, s):
                return shape
        shape = shapes[free] = SynShape.__new__(SynShape)
        shape.begin(copy_of(s))
        return shape


def _is_alike(a: Segment, b: Segment) -> bool:
    """Whether two SYNs have the same shape: nothing else tells them apart but endpoints, time and numbers."""
    return (
        a.window == b.window
        and a.ttl == b.ttl
        and a.mss == b.mss
        and a.wscale == b.wscale
        and a.sack_ok == b.sack_ok
        and (a.ts_val >= 0) == (b.ts_val >= 0)
        and a.ts_ecr == b.ts_ecr
        and a.ip_version == b.ip_version
        and a.ecn == b.ecn
        and a.ack == b.ack
        and a.urgent == b.urgent
        and a.bad_checksum == b.bad_checksum
        and a.options_cut == b.options_cut
        and a.signed == b.signed
        and a.tfo == b.tfo
        and a.mptcp == b.mptcp
        and a.tunnel == b.tunnel
        and a.wire_len == b.wire_len
    )
