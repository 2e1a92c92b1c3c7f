# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One bucket of pairs tracked: the reduce step. The same loop as `pipeline`, fed with rows instead of packets.

In: rows of every file with their packet numbers, the ticks of capture time of all records. Out: the bucket's
connections as they leave, each with the places that put it in order among those of other buckets.
"""

from __future__ import annotations

from array import array
from heapq import heapify, heappop, heappush

from ..capture.reader import Reader
from ..pipeline.analysis import Analysis
from ..summary.finished import LEFT_CLOSED
from .rows import RowReader
from .widths import AT_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..flows.seedling import Seedling
    from ..model.connection import Connection
    from ..model.segment import Segment
    from ..model.totals import Options
    from ..tracker.life import Life
    from .number import Numbers

READY = 256
DUE = -1
"""Phase of what leaves because time has passed: before the packet that says so (phase 0) is taken."""


class Feed:
    """The rows of one file for this bucket. packet: number of the next row's record."""

    __slots__ = ("_at", "_end", "_shift", "_shifts", "_starts", "packet", "rows", "tunnels")

    def __init__(self, blocks: Any, numbers: Numbers, tunnels: Sequence[int]) -> None:
        self.rows = RowReader(blocks)
        self._starts = numbers.starts
        self._shifts = numbers.shifts
        self._at = -1
        self._shift = 0
        self._end = -1
        self.tunnels = list(tunnels)
        self.packet = 0

    def more(self) -> bool:
        """Whether there is another row; `packet` is then its number."""
        rows: RowReader = self.rows
        if not rows.more():
            return False
        position = rows.position
        while self._end <= position:
            self._at += 1
            self._shift = self._shifts[self._at]
            self._end = self._starts[self._at + 1] if self._at + 1 < len(self._starts) else AT_END
        self.packet = position + self._shift
        return True


class Bucket(Analysis):
    """The tracker over one bucket. leaves, opens: where its connections stand in the order of the whole run.

    peak: most connections at once.
    """

    __slots__ = (
        "_depth", "_now_packet", "_phase", "_sack", "_tick_at", "_tick_packets", "_tick_times",
        "_turn_index", "_turn_ns", "leaves", "opens", "peak",
    )  # fmt: skip

    def __init__(self, options: Options, tick_packets: array[int], tick_times: array[int], tunnels: list[str]) -> None:
        Analysis.__init__(self, Reader(None, "", ""), options)
        self._finished.piles = None  # they are counted where the buckets come together
        self._decoder.tunnels = tunnels
        self._tick_packets = tick_packets
        self._tick_times = tick_times
        self._tick_at = 0
        self._now_packet = 0
        self._phase = 0
        self._depth = 0
        self._turn_ns = 0
        self._turn_index = 0
        self._sack = bytearray(4)
        self.leaves = array("q")
        self.opens = array("q")
        self.peak = 0

    def run(self, feeds: list[Feed], last_ns: int) -> Iterator[list[Connection]]:
        """Track everything; yields connections in the order of `leaves`. last_ns: time of the last record of all."""
        heap = [(feed.packet, number) for number, feed in enumerate(feeds) if feed.more()]
        heapify(heap)
        while heap:
            number = heappop(heap)[1]
            limit = heap[0][0] if heap else AT_END
            more = True
            while more and feeds[number].packet < limit:
                more = self.take_rows(feeds[number], limit)
                yield self.take_ready()
            if more:
                heappush(heap, (feeds[number].packet, number))
        self.take_ticks(AT_END)
        self._last_ns = max(self._last_ns, last_ns)
        self._ended = True
        self._now_packet = AT_END
        self._phase = -1
        while self.close_some():
            yield self.take_ready()
        yield self.take_ready()

    def take_rows(self, feed: Feed, limit: int) -> bool:
        """Take rows whose packets come before limit, until connections are ready; False when there are no more."""
        s = self._segment
        rows: RowReader = feed.rows
        while feed.packet < limit:
            if self._tick_at < len(self._tick_packets) and self._tick_packets[self._tick_at] < feed.packet:
                self.take_ticks(feed.packet)
            s.packet = feed.packet
            self._now_packet = feed.packet
            rows.fill(s)
            if s.tunnel:
                s.tunnel = feed.tunnels[s.tunnel]
            self._last_ns = max(self._last_ns, rows.key_ns)
            if self._table.has_due(self._last_ns):
                self._phase = DUE
                self._retire_due()
            self._phase = 0
            if rows.code == 0:
                if s.sack_count > 0:
                    self._show_sack(s, rows.sack_start)
                self._take(self._table.find(s), s)
            else:
                self._take_icmp(s)
            self.peak = max(self.peak, self._table.count)
            if not feed.more():
                return False
            if len(self._finished.ready) >= READY:
                break
        return True

    def _show_sack(self, s: Segment, start: int) -> None:
        """Put the first SACK edge where the loop looks for it."""
        sack = self._sack
        sack[0] = start >> 24
        sack[1] = start >> 16 & 0xFF
        sack[2] = start >> 8 & 0xFF
        sack[3] = start & 0xFF
        s.sack_at = 0
        self._decoder.data = sack

    def take_ticks(self, packet: int) -> None:
        """Let time pass as the records before this packet say, whosever they are."""
        while self._tick_at < len(self._tick_packets) and self._tick_packets[self._tick_at] < packet:
            self._now_packet = self._tick_packets[self._tick_at]
            self._last_ns = max(self._last_ns, self._tick_times[self._tick_at])
            self._tick_at += 1
            if self._table.has_due(self._last_ns):
                self._phase = DUE
                self._retire_due()

    def close_some(self) -> bool:
        """Nothing more comes: the next of what is left leave, round by round, as what was held may open others."""
        for _ in range(READY):
            if not self._rest:
                self._rest = self._table.flows()
                self._rest.reverse()
                self._phase += 1
                if not self._rest:
                    return False
            flow = self._rest.pop()
            if not flow.gone:
                self._leave(flow, 0)
        return True

    def _sow(self, s: Segment) -> None:
        self._note_opening()
        Analysis._sow(self, s)

    def _leave_unanswered(self, seedling: Seedling, left: int) -> bool:
        """Leave as a life, as all others do: the place of each is noted."""
        return False

    def _open(self, s: Segment, old: Life | None) -> Life:
        self._note_opening()
        return Analysis._open(self, s, old)

    def _note_opening(self) -> None:
        opens = self.opens
        opens.append(self._now_packet)
        opens.append(self._phase)
        opens.append(self._turn_ns)
        opens.append(self._turn_index)

    def _retire(self, life: Life) -> None:
        """As ever, and note where it stands. What leaves or opens while another leaves has that one's turn."""
        if self._depth == 0 and (self._phase or self._now_packet == AT_END):
            self._turn_ns = life.last_ns
            self._turn_index = life.index
        self._depth += 1
        Analysis._retire(self, life)
        self._depth -= 1
        leaves = self.leaves
        leaves.append(self._now_packet)
        leaves.append(self._phase)
        leaves.append(self._turn_ns)
        leaves.append(self._turn_index)
        leaves.append(life.index)
        leaves.append(self._last_ns * 2 + (1 if life.left == LEFT_CLOSED else 0))
        if self._depth == 0:
            self._turn_ns = self._turn_index = 0

    def sums(self) -> dict[str, int]:
        """What adds up over buckets."""
        totals = self.totals
        return {
            "connections": totals.connections,
            "clock_backs": totals.clock_backs,
            "left_idle": totals.left_idle,
            "left_early": totals.left_early,
            "left_closed": totals.left_closed,
            "forgotten": self._streams.forgotten,
        }
