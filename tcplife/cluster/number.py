"""Packet numbers over all files, as if they had been merged into one: the same as `capture.merge` gives.

In: the Cuts of all files, and the latest times of those that overlap. Out: where runs of records of one file lie in
the merged order, and the ticks of capture time. A file's records in merged order are sorted by the latest time up to
each: the merge of streams, each of which is read in its own order, gives exactly that.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .cut import Cut

SECOND = 1_000_000_000


@dataclass(slots=True)
class Numbers:
    """Packet numbers of one file's records: from position starts[i] on they are position + shifts[i]."""

    starts: array[int] = field(default_factory=lambda: array("q"))
    shifts: array[int] = field(default_factory=lambda: array("q"))

    def of(self, position: int) -> int:
        """The packet number of the record at this position."""
        return position + self.shifts[bisect_right(self.starts, position) - 1]


def ranked(cuts: Sequence[Cut]) -> list[int]:
    """The files that have records, as they rank at equal times: by when they begin, then as given."""
    return sorted((i for i, cut in enumerate(cuts) if cut.records), key=lambda i: (cuts[i].begin_ns, i))


def number(cuts: Sequence[Cut], keys_of: Callable[[int], array[int]]) -> list[Numbers]:
    """The numbers of every file. keys_of(file): its latest times; asked only of files that overlap another one."""
    numbers = [Numbers() for _ in cuts]
    base = 0
    for group in _groups(cuts):
        if len(group) == 1:
            numbers[group[0]].starts.append(0)
            numbers[group[0]].shifts.append(base + 1)
        else:
            _interleave(numbers, group, [keys_of(i) for i in group], base)
        base += sum(cuts[i].records for i in group)
    return numbers


def _groups(cuts: Sequence[Cut]) -> list[list[int]]:
    """Files whose records mix, in order of rank; a file that begins when all before it are over begins a group."""
    groups: list[list[int]] = []
    end_ns = 0
    for i in ranked(cuts):
        if groups and cuts[i].begin_ns < end_ns:
            groups[-1].append(i)
            end_ns = max(end_ns, cuts[i].end_ns)
        else:
            groups.append([i])
            end_ns = cuts[i].end_ns
    return groups


def _interleave(numbers: list[Numbers], group: list[int], keys: list[array[int]], base: int) -> None:
    """Sort by (latest time, rank, position) and note where each run begins. Sorting runs that are sorted is cheap."""
    count = len(group)
    order = sorted([key * count + rank for rank, times in enumerate(keys) for key in times])
    at = [0] * count
    packet = base + 1
    before = -1
    for entry in order:
        rank = entry % count
        if rank != before:
            numbers[group[rank]].starts.append(at[rank])
            numbers[group[rank]].shifts.append(packet - at[rank])
            before = rank
        at[rank] += 1
        packet += 1


def ticks(cuts: Sequence[Cut], numbers: Sequence[Numbers]) -> tuple[array[int], array[int]]:
    """(packet, latest time) wherever a new second of capture time begins over all files."""
    packets, times = array("q"), array("q")
    second = -1
    for packet, time_ns in sorted(
        (numbers[i].of(position), time_ns) for i, cut in enumerate(cuts) for position, time_ns in cut.ticks
    ):
        if time_ns // SECOND > second:
            second = time_ns // SECOND
            packets.append(packet)
            times.append(time_ns)
    return packets, times
