# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A reader that shows the records of other readers, numbered through.

In: readers. Out: one stream. `LiveReader` waits for the head of a live input without blocking; merging and
following are in `merge.py` and `follow.py`.
"""

from __future__ import annotations

from ..model.damage import Damage
from .formats import END, IDLE, RECORD
from .reader import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .opening import Opening


class RelayReader(Reader):
    """Shows the records of its child, and of the next child after it."""

    __slots__ = ("_child", "_elsewhere")

    def __init__(self, name: str, form: str) -> None:
        super().__init__(None, name, form)
        self._child: Reader | None = None
        self._elsewhere = 0  # octets read of children that are not the current one

    def show(self, child: Reader) -> int:
        """Make the child's current record this reader's. Returns RECORD."""
        self.packet += 1
        self.ts_ns = child.ts_ns
        self.link = child.link
        self.at = child.at
        self.end = child.end
        self.wire_len = child.wire_len
        self.interface = child.interface
        self.buf = child.buf
        self.data = child.data
        self.bytes_read = self._elsewhere + child.bytes_read
        return RECORD

    def adopt(self, child: Reader) -> None:
        """Read from this child."""
        self._child = child
        self.meet(child)

    def meet(self, child: Reader) -> None:
        """Tell what kind of capture the child is."""
        self.snaplen = max(self.snaplen, child.snaplen)
        if child.format not in self.format.split(" + "):
            self.format = f"{self.format} + {child.format}" if self.format else child.format

    def over(self, child: Reader) -> None:
        """Keep what the child, which has ended, has to say, and close it."""
        child.close()
        self.meet(child)
        self._elsewhere += child.bytes_read
        self.bytes_read = self._elsewhere
        self.adopt_words(child)

    def adopt_words(self, child: Reader) -> None:
        """Keep the child's damage, counted in this stream's packets, and its notes under its name."""
        for damage in child.damages:
            self.damages.append(Damage(damage.what, damage.at_byte, self.packet, damage.source))
        if self.damages and self.damage is None:
            self.damage = self.damages[0]
        self.notes.extend(f"{child.source}: {note}" if child.source != self.source else note for note in child.notes)

    def close(self) -> None:
        """End reading here and close the child."""
        if self._child is not None:
            child, self._child = self._child, None
            self.over(child)
        self.finish()


class LiveReader(RelayReader):
    """A live input that has not shown yet what it is: next() answers IDLE until it does."""

    __slots__ = ("_opening",)

    def __init__(self, opening: Opening) -> None:
        super().__init__(opening.input.name, "")
        self.bytes_total = opening.input.total
        self._opening = opening

    def next(self) -> int:
        """Go to the next record: RECORD, END, or IDLE. Raises: CaptureError when the input is no capture."""
        if self._done:
            return END
        if self._child is None:
            child = self._opening.step()
            if child is None:
                return IDLE
            self.adopt(child)
        got = self._child.next()  # type: ignore[union-attr]
        if got == RECORD:
            return self.show(self._child)  # type: ignore[arg-type]
        if got == END:
            self.close()
        return got

    def close(self) -> None:
        """End reading here, and close the input."""
        RelayReader.close(self)  # compiled methods have no super()
        self._opening.input.close()
