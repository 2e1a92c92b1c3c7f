# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Several captures as one stream in capture-time order, as if merged into one file first.

In: sources. Out: one `Reader`. The earliest of the captures' next records comes first; of equal times the one whose
capture began first (mergecap takes the file named last), then the one given first. A file is open only while its
records are due, so thousands of ring files need a handful of descriptors, unless they overlap in time.
"""

from __future__ import annotations

import errno
import heapq
import os
import stat

from ..errors import CaptureError
from ..model.damage import Damage
from .formats import BUFFER_OCTETS, END, MAX_NS, RECORD
from .opening import open_reader
from .relay import RelayReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reader import Reader
    from .source import Source

PEEK_OCTETS = 4096  # enough for a file header and most first records


class MergedReader(RelayReader):
    """The records of several captures by time. The first look at each finds its first time, and CaptureErrors."""

    __slots__ = ("_limit_order", "_limit_ts", "_open", "_order", "_waiting")

    def __init__(self, sources: Sequence[Source], *, lenient: bool = False) -> None:
        """lenient: a source that cannot be read is damage and no error.

        Raises: CaptureError when one of the sources cannot be read or is no capture.
        """
        super().__init__(f"{len(sources)} files", "")
        self._open: list[tuple[int, int, Reader]] = []  # a heap: time of the next record, rank of its source
        self._waiting: list[tuple[int, int, str]] = []  # closed again until their time comes, the latest first
        self._order = 0
        self._limit_ts = -MAX_NS
        self._limit_order = 0
        totals = 0
        for order, source in enumerate(sources):
            try:
                totals = self.look(order, source, totals)
            except CaptureError as error:
                if not lenient:
                    raise
                self.gone(str(source), error)
        self.rank()
        self.bytes_total = totals

    def look(self, order: int, source: Source, totals: int) -> int:
        """Find out when a source begins; keep it open only if it cannot be opened again. Returns the sum of sizes."""
        again = is_file(source)
        reader = open_reader(source, PEEK_OCTETS if again else BUFFER_OCTETS)
        got = reader.next()
        totals = -1 if totals < 0 or reader.bytes_total < 0 else totals + reader.bytes_total
        if got == END:
            self.over(reader)
        elif again:
            reader.close()
            self.meet(reader)
            self._waiting.append((reader.ts_ns, order, os.fspath(source)))  # type: ignore[arg-type]
        else:
            self._open.append((reader.ts_ns, order, reader))
            self._elsewhere += reader.bytes_read
        return totals

    def rank(self) -> None:
        """Order the sources by the time they begin, then as given.

        Of two records with the same time at the seam of two ring files, the one in the older file was captured
        first, whatever the names.
        """
        begins = sorted([entry[:2] for entry in self._open + self._waiting])
        ranks = {order: rank for rank, (_, order) in enumerate(begins)}
        self._open = sorted([(ts, ranks[order], reader) for ts, order, reader in self._open])
        self._waiting = sorted([(ts, ranks[order], path) for ts, order, path in self._waiting], reverse=True)

    def next(self) -> int:
        """Go to the next record in time: RECORD or END."""
        child = self._child
        if child is not None:
            if child.next() == RECORD:
                ts = child.ts_ns
                if ts < self._limit_ts or (ts == self._limit_ts and self._order < self._limit_order):
                    return self.show(child)
                self._elsewhere += child.bytes_read
                heapq.heappush(self._open, (ts, self._order, child))
            else:
                self.over(child)
            self._child = None
        return self.switch()

    def switch(self) -> int:
        """Go on with the capture whose next record is the earliest: RECORD, or END when there is none."""
        child = self.earliest()
        while child is None and (self._waiting or self._open):
            child = self.earliest()
        if child is None:
            self.finish()
            return END
        self._limit_ts, self._limit_order = self.bound()
        self.adopt(child)
        return self.show(child)

    def bound(self) -> tuple[int, int]:
        """Time of the earliest next record of the other captures, and the rank of its source."""
        bound = _NEVER
        if self._open:
            bound = self._open[0][:2]
        last = len(self._waiting) - 1
        if last >= 0:
            bound = min(bound, self._waiting[last][:2])
        return bound

    def earliest(self) -> Reader | None:
        """Take the capture with the earliest next record; None when there is none, or it is no longer what it was."""
        last = len(self._waiting) - 1
        if last >= 0 and self._waiting[last][:2] == self.bound():
            _, self._order, path = self._waiting.pop()
            return self.again(path)
        if self._open:
            _, self._order, child = heapq.heappop(self._open)
            self._elsewhere -= child.bytes_read
            return child
        return None

    def again(self, path: str) -> Reader | None:
        """Open a file whose time has come; None, and damage told, when its records are gone."""
        try:
            child = open_reader(path)
            got = child.next()
        except CaptureError as error:
            self.gone(path, error)
            return None
        if got == END:
            self.over(child)
            return None
        return child

    def gone(self, path: str, error: CaptureError) -> None:
        """Tell damage: this file cannot be read any more. Raises: the error, when too many files are open."""
        if getattr(error.__cause__, "errno", 0) == errno.EMFILE:
            raise error
        self.damages.append(Damage(f"not readable when its time came ({error})", 0, self.packet, path))
        self.damage = self.damages[0]

    def close(self) -> None:
        """End reading here and close every capture that is open."""
        RelayReader.close(self)  # compiled methods have no super()
        while self._open:
            child = self._open.pop()[2]
            self._elsewhere -= child.bytes_read
            self.over(child)


_NEVER = (MAX_NS, 1 << 30)


def is_file(source: Source) -> bool:
    """Whether the source can be opened again later: a path to a regular file."""
    if source == "-" or not isinstance(source, (str, os.PathLike)):
        return False
    try:
        return stat.S_ISREG(os.stat(source).st_mode)  # noqa: PTH116 (plain strings throughout)
    except OSError:
        return False
