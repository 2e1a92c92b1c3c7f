# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The one buffer every capture is read through, and what a reader shows of the current record.

In: an Input and the octets read while its kind was found out. Out: `Reader`, one reused object, whose
fields change with each next(). Refuses to know any format; `PcapReader` and `PcapngReader` do.
"""

from __future__ import annotations

from os import SEEK_SET, fstat, lseek

from ..model.compiled import COMPILED
from ..model.damage import Damage
from . import window
from .formats import BUFFER_OCTETS, END, EOF, IDLE, RECORD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .source import Input

LOST = "the file became shorter or unreadable meanwhile"


class Reader:
    """The current record of a capture. Nobody keeps it: the next call of next() changes every field.

    packet: number of the record, from 1, every record counted. ts_ns: nanoseconds since the epoch.
    link: LINKTYPE_ number. The captured octets are data[at:end]; wire_len: octets on the wire. buf: the same octets as data,
    unless the window was opened.
    interface: its number in a pcapng (counted on over sections), 0 in a pcap.
    damage: set when the input ended badly, after END; damages: all of them (several files); cut: the last record is
    there in part only.
    notes: harmless oddities, complete after END or close(). bytes_read of bytes_total (-1 unknown): progress.
    layout: how the records in the buffer are laid out, for who looks at them before their turn: see `glimpse`.
    """

    __slots__ = (
        "_base", "_descriptor", "_done", "_have", "_in_window", "_input", "_pos", "at", "buf", "bytes_read",
        "bytes_total", "cut", "damage", "damages", "data", "end", "format", "interface", "layout", "link", "notes",
        "packet", "snaplen", "source", "ts_ns", "wire_len",
    )  # fmt: skip

    def __init__(self, source: Input | None, name: str, form: str) -> None:
        self.packet = 0
        self.ts_ns = 0
        self.link = -1
        self.at = 0
        self.end = 0
        self.wire_len = 0
        self.interface = 0
        self.layout = 0
        self.snaplen = 0
        self.source = name
        self.format = form
        self.bytes_read = 0
        self.bytes_total = -1 if source is None else source.total
        self.damage: Damage | None = None
        self.cut = 0
        self.damages: list[Damage] = []
        self.notes: list[str] = []
        self._input = source
        self._done = 0
        self._base = 0
        self._pos = 0
        self._have = 0
        self._descriptor = -1
        self._in_window = 0
        self.buf = bytearray(0)
        self.data: bytes | bytearray = self.buf

    def take(self, head: bytearray, have: int) -> None:
        """Begin with the buffer that holds the first `have` octets of the input."""
        self.buf = head
        self.data = head
        self._have = have
        self.bytes_read = have if self._input is None else self._input.taken

    def next(self) -> int:
        """Go to the next record: RECORD, END, or (live only) IDLE, after which it is asked again."""
        return END

    def start(self) -> int:
        """Read what stands before the first record: RECORD when that is done, else END or IDLE.

        Raises: CaptureError when the input is no such capture after all.
        """
        return RECORD

    def close(self) -> None:
        """End reading here, as at the end: the notes are complete, and what was opened for it is closed."""
        self._pos = self._have
        self.finish()

    def open_window(self) -> None:
        """Let a large file be seen through a window of the memory: for who takes octets from `data` or octets() alone."""
        if COMPILED:
            self._descriptor = getattr(self._input, "descriptor", -1)

    def octets(self, at: int, end: int) -> bytes:
        """Copy these octets of `data`."""
        return bytes(self.data[at:end])

    def wait(self, need: int) -> int:
        """Read until `need` octets stand at the position: RECORD, else END or IDLE."""
        while self._have - self._pos < need:
            if self._done:
                return END
            got = self.fill(need)
            if got == EOF:
                self.ended()
                return END
            if got < 0:
                return IDLE
        return RECORD

    def fill(self, need: int) -> int:
        """One read behind what is there; the tail moves to the front, and the buffer grows when it is full.

        It doubles as octets arrive, so a length that lies costs nothing.
        """
        if self._descriptor >= 0 and self.move_window(need):
            return EOF if self._input.broken else self._have - self._pos  # type: ignore[union-attr]
        size = len(self.buf)
        if self._pos == self._have:
            self._base += self._pos
            self._pos = self._have = 0
        elif self._pos and (self._pos + need > size or size - self._have < size // 4):
            tail = self._have - self._pos
            self.buf[0:tail] = self.buf[self._pos : self._have]
            self._base += self._pos
            self._pos = 0
            self._have = tail
        if self._have == size:
            grown = bytearray(size + max(size, BUFFER_OCTETS))
            grown[:size] = self.buf
            self.buf = grown
            self.data = self.buf
        got = EOF
        with memoryview(self.buf) as whole, whole[self._have :] as room:
            got = self._input.readinto(room)  # type: ignore[union-attr]
        if got > 0:
            self._have += got
        self.bytes_read = self._input.taken  # type: ignore[union-attr]
        return got

    def move_window(self, need: int) -> int:
        """Have the window begin near the position, if the file fills it from there on; else it is shut, and 0.

        Where the window could not show what was there, the input is broken from here on.
        """
        source: Any = self._input
        offset = self._base + self._pos
        size = self.file_size()
        if self.has_lost(size):
            source.broken = LOST
            self._have = max(self._pos, min(self._have, size - self._base))
            return 1
        begin = offset // window.GRAIN * window.GRAIN
        if size - begin >= window.WINDOW and need <= window.WINDOW - window.GRAIN:
            seen = window.at(self, self._descriptor, begin)
            if seen:
                self.data = seen
                self._in_window = 1
                self._base = begin
                self._pos = offset - begin
                self._have = window.WINDOW
                source.taken = self.bytes_read = self._base + self._have
                return 1
        if self._in_window:
            self.shut_window()
            lseek(self._descriptor, offset, SEEK_SET)
            source.taken = self._base = offset
            self._pos = self._have = 0
        return 0

    def file_size(self) -> int:
        """Octets of the file as it is now."""
        try:
            return fstat(self._descriptor).st_size
        except OSError:
            return 0

    def has_lost(self, size: int) -> int:
        """Whether the window shows what is not, or no longer, in the file of this size."""
        return self._in_window and (window.lost() or size < self._base + self._have)

    def shut_window(self) -> None:
        """Give the window back; nothing of it is in view any longer."""
        window.shut(self)
        self._in_window = 0
        self.data = self.buf

    def ended(self) -> None:
        """Tell how the input ended: well, if nothing is left over and it says nothing else."""
        left = self._have - self._pos
        broken = "" if self._input is None else self._input.broken
        if broken:
            self.damaged(broken, self._base + self._have)
        elif left:
            self.cut = 1
            place = "a record" if self._base + self._pos else "its header"
            self.damaged(f"the input ends inside {place}, {left} octets of which are there", self._base + self._pos)
        self.finish()

    def finish(self) -> None:
        """Read nothing more: write the notes and close the input, once."""
        if not self._done:
            self._done = 1
            if self._in_window:
                self.shut_window()
            self.tell()
            if self._input is not None:
                self._input.close()

    def tell(self) -> None:
        """Write the notes, for the one time at the end."""

    def damaged(self, what: str, at_byte: int) -> int:
        """Record the damage at this offset of the input; nothing is read behind it. Returns END."""
        if self._in_window and self.has_lost(self.file_size()):
            what = LOST
        self.damage = Damage(what, at_byte, self.packet, self.source)
        self.damages.append(self.damage)
        self._pos = self._have
        self.finish()
        return END
