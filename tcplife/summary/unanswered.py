# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Records of SYNs to which nothing came: those of one shape differ in endpoints, time and numbers, and in nothing else.

In: a Seedling that leaves, and the finished record of one like it. Out: its own record. Equals the way through a life
and `conclude` (a test holds the two equal), at a tenth of its cost: a flood makes a million of them.
"""

from __future__ import annotations

from ..anomalies.ending import QUIET_NS
from ..model import longs
from ..model.compiled import COMPILED
from ..model.connection import Connection

if not COMPILED:
    from . import spare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from ..flows.seedling import Seedling, SynShape

PLACES = 128
"""Records made last, a power of two: twice as many as are finished at a time."""
MAX_KEPT = 1024
"""Shapes whose likeness is kept; beyond it all are forgotten and made again where they are wanted."""
BROADCAST = 0xFFFF_FFFF


class Likenesses:
    """The record of one SYN of each shape, made when a second one of that shape leaves.

    Two of each: before and after the silence that rules wait for (`anomalies.ending.QUIET_NS`, the only time they ask).
    """

    __slots__ = ("_kept", "_like", "_made", "_next", "_once", "_quiet", "_shape")

    def __init__(self) -> None:
        self._shape: SynShape | None = None
        self._like: Connection | None = None
        self._quiet = False
        self._kept: dict[tuple[SynShape, bool], Connection | None] = {}
        self._once: set[SynShape] = set()
        self._made: list[Connection | None] = [None] * PLACES
        self._next = 0

    def of(self, shape: SynShape, quiet_ns: int) -> Connection | None:
        """The record of one like it after such a silence, None where there is none (yet)."""
        quiet = quiet_ns >= QUIET_NS
        if shape is not self._shape or quiet != self._quiet:
            self._shape = shape
            self._quiet = quiet
            self._like = self._kept.get((shape, quiet))
        return self._like

    def is_wanted(self, shape: SynShape, quiet_ns: int) -> bool:
        """Whether it is time to make one: the second time anybody asks, as most shapes are seen once."""
        if (shape, quiet_ns >= QUIET_NS) in self._kept:
            return False
        if shape in self._once:
            return True
        if len(self._once) >= MAX_KEPT:
            self._once.clear()
        self._once.add(shape)
        return False

    def keep(self, shape: SynShape, quiet_ns: int, like: Connection) -> Connection | None:
        """Keep the record if others can be made from it; returns it, or None."""
        kept = like if like.close_kind == "unanswered" and not like.anomalies_omitted else None
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._quiet = quiet_ns >= QUIET_NS
        self._kept[shape, self._quiet] = kept
        self._shape = shape
        self._like = kept
        return kept

    def record(self, like: Connection, flow: Seedling) -> Connection:
        """The record of a seedling that leaves, made from the record of one of its shape.

        Where records are written and forgotten as they come, it is one of those, written anew (measured: a tenth of all
        time in a flood).
        """
        at = self._next
        if spare.is_spare(self._made, at, like):
            c: Connection = self._made[at]  # type: ignore[assignment]
        else:
            c = _made_from(like)
            if COMPILED:
                self._made[at] = c
        self._next = (at + 1) & (PLACES - 1)
        _tell_apart(c, like, flow)
        _share(c, like)
        return c


def is_ordinary(flow: Seedling) -> bool:
    """Whether its endpoints have no say in its record: Zeek reads a SYN to everybody in another way."""
    return flow.ip_version != 4 or flow.b_lo != BROADCAST


def _made_from(like: Connection) -> Connection:
    """A record that has rows of its own."""
    c = Connection.__new__(Connection)  # every field is set afterwards: a call of __init__ costs as much again
    c.transition_rows = _copy(like.transition_rows)
    c.anomaly_rows = _copy(like.anomaly_rows)
    return c


def _tell_apart(c: Connection, like: Connection, flow: Seedling) -> None:
    """Give a record what is its own."""
    packet = flow.packet
    ts_ns = flow.last_ns
    c.like = like
    c.index = flow.index
    c.ip_version = flow.ip_version
    c.client_hi = flow.a_hi
    c.client_lo = flow.a_lo
    c.client_port = flow.a_port
    c.server_hi = flow.b_hi
    c.server_lo = flow.b_lo
    c.server_port = flow.b_port
    c.first_packet = packet
    c.last_packet = packet
    c.close_packet = packet
    c.start_ns = ts_ns
    c.end_ns = ts_ns
    c.client_isn = flow.seq
    _renumber(c.transition_rows, like.transition_rows, packet)
    if c.transition_rows is not None:
        longs.of(c.transition_rows)[1] = ts_ns
    _renumber(c.anomaly_rows, like.anomaly_rows, packet)


def _share(c: Connection, like: Connection) -> None:
    """What the records of one shape have in common."""
    c.client_side = like.client_side
    c.client_guess = like.client_guess
    c.tunnel = like.tunnel
    c.handshake_ns = like.handshake_ns
    c.server_isn = like.server_isn
    c.final_client = like.final_client
    c.final_server = like.final_server
    c.segment_rows = like.segment_rows
    c.details = like.details
    c.anomalies_omitted = like.anomalies_omitted
    c.kinds_low = like.kinds_low
    c.kinds_high = like.kinds_high
    c.worst = like.worst
    c.close_kind = like.close_kind
    c.close_initiator = like.close_initiator
    c.client_stats = like.client_stats
    c.server_stats = like.server_stats
    c.judgement = like.judgement
    c.told = like.told
    c.left_early = like.left_early
    c.zeek_state = like.zeek_state
    c.zeek_history = like.zeek_history
    c.zeek_bytes_orig = like.zeek_bytes_orig
    c.zeek_bytes_resp = like.zeek_bytes_resp
    c.zeek_pkts_orig = like.zeek_pkts_orig
    c.zeek_pkts_resp = like.zeek_pkts_resp
    c.zeek_missed = like.zeek_missed
    c.zeek_note = like.zeek_note
    c.zeek_rows = like.zeek_rows


def _copy(rows: array[int] | None) -> array[int] | None:
    return None if rows is None else longs.copy(rows)


def _renumber(rows: array[int] | None, like: array[int] | None, packet: int) -> None:
    """The same rows about another packet, the only one there is."""
    if rows is None or like is None:
        return
    numbers = longs.of(rows)
    alike = longs.of(like)
    for at in range(len(rows)):
        numbers[at] = alike[at] if at & 3 else packet
