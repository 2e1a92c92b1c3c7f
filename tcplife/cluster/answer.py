"""One answer from many buckets: indexes and order as one process gives them, and the totals of the run.

In: what the buckets say of their connections' places (`bucket`). Out: the connections, as bytes their worker made of
them, one after the other in the order of the whole run. Nothing is sorted in memory but numbers.
"""

from __future__ import annotations

import heapq
from array import array
from dataclasses import dataclass, field, replace

from ..model.totals import Totals
from .number import ranked
from .widths import AT_END, LEAVES_WIDTH, OPENS_WIDTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from .cut import Cut
    from .number import Numbers


@dataclass(slots=True)
class Told:
    """What a bucket's worker hands back besides the bytes: their sizes, worst severities, places, sums."""

    leaves: array[int]
    opens: array[int]
    sizes: array[int]
    worst: array[int]
    sums: dict[str, int]
    peak: int


@dataclass(slots=True)  # frozen, each would take three times as long to make
class Place:
    """One connection: index in the whole run, capture time when it left (early: before 2MSL), worst severity."""

    index: int
    now_ns: int
    early: bool
    worst: int
    octets: bytes


def indexes(buckets: Sequence[Told]) -> list[array[int]]:
    """By bucket and index there, from 1: the index in the whole run. Connections open in order of packets."""
    made: list[array[int]] = [array("q", [0]) for _ in buckets]
    count = len(buckets)
    if not any(any(told.opens[1::OPENS_WIDTH]) for told in buckets):
        order = sorted([p * count + b for b, told in enumerate(buckets) for p in told.opens[0::OPENS_WIDTH]])
        if not order or order[-1] < AT_END:
            for index, entry in enumerate(order, 1):
                made[entry % count].append(index)
            return made
    runs = [_opens(b, told.opens, made[b]) for b, told in enumerate(buckets)]
    for index, place in enumerate(heapq.merge(*runs), 1):
        made[place[-1]].append(index)
    return made


def _opens(bucket: int, rows: array[int], made: array[int]) -> Iterator[tuple[int, ...]]:
    """Where each opened: (packet, phase, last activity and index of the one whose turn it was, row, bucket).

    That one has its index by the time it is asked for: it opened earlier, in the same bucket.
    """
    for row, (packet, phase, turn_ns, turn) in enumerate(_rows_of(rows, OPENS_WIDTH)):
        yield (packet, phase, 0 if packet == AT_END else turn_ns, made[turn], row, bucket)


def _rows_of(rows: array[int], width: int) -> Iterator[tuple[int, ...]]:
    return zip(*[iter(rows)] * width, strict=True)


def in_order(buckets: Sequence[Told], streams: Sequence[BinaryIO]) -> Iterator[Place]:
    """Every connection in the order in which one process reports them."""
    made = indexes(buckets)
    for run in heapq.merge(*(_leaves(b, told.leaves, made[b]) for b, told in enumerate(buckets))):
        _, _, _, _, row, bucket, index, now = run
        told = buckets[bucket]
        yield Place(index, now >> 1, bool(now & 1), told.worst[row], streams[bucket].read(told.sizes[row]))


def _leaves(bucket: int, rows: array[int], made: array[int]) -> Iterator[tuple[int, ...]]:
    """Where each left: (packet, phase, last activity and index that decide, row, bucket, index, capture time)."""
    for row, (packet, phase, turn_ns, turn, own, now) in enumerate(_rows_of(rows, LEAVES_WIDTH)):
        yield (packet, phase, 0 if packet == AT_END else turn_ns, made[turn], row, bucket, made[own], now)


@dataclass(slots=True)
class Sums:
    """What the totals are made of. cut_packets: records whose payload was not captured whole."""

    totals: Totals
    cut_packets: int = 0
    tunnels: list[str] = field(default_factory=list)


def sum_files(cuts: Sequence[Cut], numbers: Sequence[Numbers], pieces: Cut) -> Sums:
    """The totals of all files, as the merged reader tells them. pieces: what came of the IP fragments."""
    totals = Totals()
    sums = Sums(totals)
    counts = [0] * len(pieces.counts)
    for cut in (*cuts, pieces):
        totals.tracked += cut.tracked
        sums.cut_packets += cut.cut_packets
        for code, count in enumerate(cut.counts):
            counts[code] += count
    totals.take_skips(counts)
    totals.records = sum(cut.records for cut in cuts)
    totals.last_ns = max(0, *(cut.end_ns for cut in cuts))
    totals.first_ns = min((cut.first_ns for cut in cuts if cut.first_ns), default=0)
    _describe(totals, cuts, numbers)
    return sums


def _describe(totals: Totals, cuts: Sequence[Cut], numbers: Sequence[Numbers]) -> None:
    """Names, formats, damage and notes: of files without records first, then as the files end."""
    single = len(cuts) == 1
    totals.source = cuts[0].source if single else f"{len(cuts)} files"
    for cut in cuts:
        totals.snaplen = max(totals.snaplen, cut.snaplen)
        if cut.format not in totals.format.split(" + "):
            totals.format = f"{totals.format} + {cut.format}" if totals.format else cut.format
    ends = {i: numbers[i].of(cuts[i].records - 1) for i in ranked(cuts)}
    for i in sorted(range(len(cuts)), key=lambda i: (ends.get(i, 0), i)):
        cut = cuts[i]
        totals.damages += [replace(damage, packet=ends.get(i, 0)) for damage in cut.damages]
        prefix = "" if single else f"{cut.source}: "
        totals.notes += [f"{prefix}{note}" for note in cut.notes]


def add_buckets(totals: Totals, buckets: Sequence[Told]) -> None:
    """Add what adds up over buckets."""
    forgotten = 0
    for told in buckets:
        totals.connections += told.sums["connections"]
        totals.clock_backs += told.sums["clock_backs"]
        totals.left_idle += told.sums["left_idle"]
        totals.left_early += told.sums["left_early"]
        totals.left_closed += told.sums["left_closed"]
        forgotten += told.sums["forgotten"]
    if forgotten:
        totals.notes.append(f"the past of {forgotten:,} pairs of endpoints was forgotten: reused_ports may be missing")
