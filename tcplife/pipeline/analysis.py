# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One run over one input: records in, finished connections out, with the time that passes meanwhile.

In: a Reader. Out: Connections, each as it leaves the table, and the Totals: every record read is accounted for.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from time import monotonic_ns

from ..capture.formats import END, RECORD
from ..decode.layers import UNTOLD
from ..model.compiled import COMPILED
from ..model.segment import Segment
from ..model.totals import Options
from . import ahead, hints
from .lives import BATCH, Lives
from .sleep import wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..capture.reader import Reader
    from ..model.connection import Connection
    from ..model.watching import Census, Happening
    from ..tracker.life import Life

GLANCE = 512
CHECK = 65_536
"""Records after which a watcher gets a chance to look, and somebody who saves one to save, if none was of note."""
DRAIN_NS = 1_000_000_000
"""Stopped, a live input is read on for so long at most. A silence is no end: the writer may just be getting its Ctrl-C."""
CODES = 64
SECOND = 1_000_000_000


class Analysis(Lives):
    """One run over one input; iterate it once.

    Order: a connection comes out when it leaves the table: 2MSL of capture time after it ended, or at the bound on
    their number (least recently active first), the rest at the end by index. Of a live input it comes out shortly
    after its end; the table then knows it for 2MSL all the same, so that late segments open nothing new.
    """

    __slots__ = (
        "_bytes_heard",
        "_counts",
        "_drain_until_ns",
        "_first_ns",
        "_glance",
        "_live",
        "_patient",
        "_ring",
        "_second_ns",
        "_segment",
        "_segments",
        "_stride",
        "packets_before",
        "reader",
        "records",
        "records_before",
        "stopped",
        "tracked",
    )

    def __init__(self, reader: Reader, options: Options | None = None) -> None:
        Lives.__init__(self, Options() if options is None else options)
        if self.options.watch:
            from ..summary.happenings import Happenings  # here, as only who watches should pay for it

            self._happenings = Happenings()
        self.reader = reader
        self._glance = GLANCE if self.options.watch else CHECK if self.options.keep_open else 0
        self.packets_before = 0
        self.records_before = 0
        self._segment = Segment()
        self._segments = [Segment() for _ in range(ahead.PLACES)]
        if not COMPILED:
            from .stride import Stride

            self._ring = array("Q")
            self._stride: Any = Stride(self)
            self.lets_wait = self.sleeps and self.options.idle_timeout_s is None
            self.waits = {}
        self._bytes_heard = 0
        self._drain_until_ns = 0
        self._patient = True
        self._counts = array("q", bytes(8 * CODES))
        self._live = self.options.live
        self._first_ns = 0
        self._second_ns = -1
        self.stopped = False
        self.records = 0
        self.tracked = 0

    def __iter__(self) -> Iterator[Connection]:
        """The finished connections."""
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[Connection]]:
        """The finished connections, some dozens at a time (as they end, of a live input)."""
        try:
            while self.step():
                yield self.take_ready()
            yield self.take_ready()
        finally:
            self.reader.close()
            self._complete_totals()

    def take_ready(self) -> list[Connection]:
        """Return what left the table since the last call; for who calls step() and does not iterate."""
        return self._finished.take_ready()

    def stop(self, *, patient: bool = True) -> None:
        """Finish in order: what is known of the open connections still comes out.

        A file is left at the next record. Of a live input what is on its way is read first, for a second at most:
        whoever writes it has perhaps been stopped by the same Ctrl-C, hands over what it has and ends. patient: wait
        for that end; else only until nothing is there.
        """
        self._drain_until_ns = monotonic_ns() + DRAIN_NS if self._live else 0
        self._patient = patient
        self.stopped = True

    def step(self) -> bool:
        """Read on until connections are ready or the input ends; False at the end."""
        reader = self.reader
        decoder = self._decoder
        table = self._table
        if COMPILED and not ahead.stayed(self._ring, reader, self.packets_before):
            ahead.forget(self._ring, self._segments, self.packets_before, self._counts)
        s = self._segment
        finished = self._finished
        limit = self.options.count or 0
        is_asked = limit > 0 or self._live or self._glance > 0  # then each record may be the last for now
        if self._ended:
            return self._finish_some()
        while True:
            if (limit and self.records - self.records_before >= limit) or (
                self.stopped and monotonic_ns() >= self._drain_until_ns
            ):
                break
            if COMPILED:
                foreseen = self._go_on(0 if is_asked or not self._last_ns else self._second_ns)
            else:
                self._stride.go_on(reader)
                foreseen = False
            state = RECORD if foreseen else reader.next()
            if state == RECORD:
                self.records += 1
                s = ahead.segment(self._ring) if foreseen else self._segment
                ts = reader.ts_ns
                s.packet = reader.packet + self.packets_before
                s.ts_ns = ts
                s.wire_len = reader.wire_len
                if ts > self._last_ns:
                    if self._last_ns == 0:
                        self._first_ns = ts
                    self._last_ns = ts
                # First, so that who has gone by now does not depend on whether others sent anything meanwhile.
                if self._last_ns >= self._second_ns:
                    self._second_ns = (self._last_ns // SECOND + 1) * SECOND
                    if self._table.has_due(self._last_ns):
                        self._retire_due()
                if foreseen:
                    code = ahead.code(self._ring)
                else:
                    code = decoder.glance(reader.data, reader.at, reader.end, reader.wire_len, reader.link, s)
                if code == UNTOLD:
                    foreseen = False
                    code = decoder.walk(reader.data, reader.at, reader.end, reader.wire_len, reader.link, s)
                else:
                    decoder.data = reader.data
                if code == 0:
                    self.tracked += 1
                    if s.payload_end - s.payload_at < s.length:
                        finished.view.cut_packets += 1
                    self._take(ahead.find(self._ring, table) if foreseen else table.find(s), s)
                else:
                    self._counts[code if code < CODES else 0] += 1
                    if s.icmp_type >= 0 and code == 4:
                        self._take_icmp(s)
                heard = self._live and reader.bytes_read != self._bytes_heard
                if heard:
                    self._bytes_heard = reader.bytes_read
                    self._heard(ts)
                if finished.ready and (self._live or len(finished.ready) >= BATCH):
                    if COMPILED:
                        ahead.stay(self._ring, reader)
                    return True
                # A pipe may be slow and yet never silent: whoever glances gets a chance after each arrival.
                if self._glance and (heard or self.records % self._glance == 0):
                    return True
            elif state == END or (self.stopped and not self._patient):
                break
            else:
                self._wait()
                if finished.ready or self._glance:
                    return True
        return not self._glance and self._finish_some()

    def _go_on(self, until_ns: int) -> bool:
        """Go to the next record foreseen, False if none is; what comes before until_ns is taken on the way as far as it can be."""
        foreseen = ahead.go_on(self._ring, self.reader, self._decoder, self._table, self._last_ns, until_ns)
        self.records += ahead.taken(self._ring)
        self.tracked += ahead.taken(self._ring) - ahead.others(self._ring)
        self._finished.view.cut_packets += ahead.cut(self._ring)
        self._last_ns = ahead.latest_ns(self._ring)
        return foreseen

    def leave(self) -> bool:
        """Let the next of what is open leave, once step() has said False; returns whether there may be more."""
        return self._finish_some()

    def complete(self) -> None:
        """Sum up; for who calls step() and leave() and does not iterate."""
        self._complete_totals()

    def _heard(self, ts_ns: int) -> None:
        """Octets came from a pipe, the first record of which was captured at ts_ns."""
        self._ahead_ns = 0
        self._take_pace(self._pace.heard(ts_ns))

    def _wait(self) -> None:
        """A pipe was silent: on a live one capture time goes on meanwhile."""
        silent_ns = self._pace.silent()
        self._take_pace(self._pace.live)
        if self.is_live:
            self._ahead_ns = silent_ns
            if self._table.has_due(self._now_ns()):
                self._retire_due()

    def _take_pace(self, is_live: bool) -> None:
        """Tell what ended a moment ago, if packets come as they are captured; else all wait for their 2MSL."""
        if not is_live:
            return
        if not self.is_live:
            self.is_live = True
            for flow in self._table.flows():
                if not flow.sown and flow.ended:
                    self._endings.note(flow, self._pace.wall_ns)
        due = self._endings.due(self._pace.wall_ns)
        while due is not None:
            self._report(due)
            due = self._endings.due(self._pace.wall_ns)

    def _report(self, life: Life) -> None:
        """Live: tell of what ended, and keep its place in the table; it may have gone on meanwhile."""
        if life.reported:
            return
        if life.held is not None:
            self._endings.note(life, self._pace.wall_ns)
            return
        if not life.is_over():
            life.ended = False
            return
        wake(life)
        self._finished.add(life, self._decoder.tunnels[life.tunnel], self._now_ns(), True)
        life.empty()

    @property
    def count(self) -> int:
        """Connections in the table now."""
        return self._table.count

    @property
    def opened(self) -> int:
        """Connections seen so far."""
        return self._next_index - 1

    def take_happenings(self) -> list[Happening]:
        """Return what happened since the last call, with Options.watch."""
        return [] if self._happenings is None else self._happenings.take()

    def census(self, order: str, limit: int, words: str = "", *, closed: bool = False) -> Census:
        """Look at the table as it is now: see `summary.census`."""
        from ..summary.census import take_census  # likewise

        self._hatch_all()
        return take_census(self._table.flows(), self._now_ns(), order, limit, words, closed=closed)

    def _hatch_all(self) -> None:
        """Whoever looks at the table wants to see lives."""
        for flow in self._table.flows():
            if flow.sown:
                self._hatch(flow, None, 0)
            else:
                wake(flow)

    def _finish_some(self) -> bool:
        """The input has ended: retire the next of what is left, by index; False when nothing is."""
        self._ended = True
        for _ in range(BATCH):
            if not self._rest:
                self._rest = self._table.flows()
                self._rest.reverse()
                if not self._rest:
                    return False
            if COMPILED:
                hints.leave(self._table, self._streams, self._rest)
            flow = self._rest.pop()
            if not flow.gone:
                self._leave(flow, 0)
        return True

    def _complete_totals(self) -> None:
        totals = self.totals
        totals.records = self.records
        totals.tracked = self.tracked
        totals.first_ns = self._first_ns
        totals.last_ns = self._last_ns
        totals.take_skips(list(self._counts))
        totals.take_reader(self.reader)
        if self._streams.forgotten:
            totals.notes.append(
                f"the past of {self._streams.forgotten:,} pairs of endpoints was forgotten: reused_ports may be missing"
            )
        self._finished.complete(self._last_ns)
