# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A reader that shows only the records a filter lets through, under the numbers they have in the capture.

In: a Reader and what decides (`bpf.PacketFilter`). Out: the records that match. What was left out is in the notes.
"""

from __future__ import annotations

from .formats import END, IDLE, RECORD
from .relay import RelayReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .bpf import PacketFilter
    from .reader import Reader

PATIENCE = 65_536
"""Records left out in a row after which the caller gets a chance to stop."""


class FilteredReader(RelayReader):
    """The records of one reader that match."""

    __slots__ = ("_filter", "left_out")

    def __init__(self, child: Reader, chosen: PacketFilter) -> None:
        super().__init__(child.source, "")
        self.bytes_total = child.bytes_total
        self._filter = chosen
        self.left_out = 0
        self.adopt(child)

    def next(self) -> int:
        """Go to the next record that matches: RECORD, END, or IDLE, also after many in a row that do not match."""
        if self._done:
            return END
        child: Reader = self._child  # type: ignore[assignment]
        for _ in range(PATIENCE):
            got = child.next()
            if got == RECORD:
                octets = bytes(child.buf[child.at : child.end])
                if child.link >= 0 and self._filter.matches(child.link, octets, child.wire_len):
                    self.show(child)
                    self.packet = child.packet
                    return RECORD
                self.left_out += 1
            elif got == END:
                self.packet = child.packet
                self.close()
                return END
            else:
                return got
        self.bytes_read = child.bytes_read
        return IDLE

    def meet(self, child: Reader) -> None:
        """It is the kind of capture that its one child is."""
        self.snaplen = child.snaplen
        self.format = child.format

    def tell(self) -> None:
        """Say how much was left out, and for which link types the expression makes no sense."""
        self.notes.append(f"the filter {self._filter.expression!r} left out {self.left_out:,} records")
        for link, why in self._filter.refused.items():
            self.notes.append(f"the filter matches nothing of link type {link}: {why}")
