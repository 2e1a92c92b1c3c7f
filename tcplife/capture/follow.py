# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A directory of captures as one stream that goes on as files grow and appear (`--follow DIR`).

In: a directory some capturing program writes into, one file after the other (tcpdump -C, -G; dumpcap -b). Out: one
`Reader`. Files there at the start are merged by time; the newest is followed until a newer one has a record. It ends
on stop() alone. The directory of a program that overwrites its oldest file works, if reading keeps up.
"""

from __future__ import annotations

from .folder import Folder, growing
from .formats import END, IDLE, RECORD
from .merge import MergedReader
from .relay import RelayReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .folder import GrowingInput
    from .reader import Reader


class FollowReader(RelayReader):
    """The captures of a directory, one after the other; next() answers IDLE while there is nothing new."""

    __slots__ = ("_folder", "_idle_ms", "_newest", "_paths", "_stopped")

    def __init__(self, directory: str, idle_ms: int) -> None:
        """Look at the directory. Raises: CaptureError when it is none that can be read."""
        super().__init__(directory, "")
        self._folder = Folder(directory)
        self._idle_ms = idle_ms
        self._stopped = 0
        self._paths: list[str] = []  # what the child reads
        self._newest: GrowingInput | None = None  # the same, when it may still grow

    def stop(self) -> None:
        """Read what is there and then end; may be called from a signal handler or another thread."""
        self._stopped = 1

    def next(self) -> int:
        """Go to the next record: RECORD, IDLE, or END after stop()."""
        while True:
            if self._done:
                return END
            child = self._child
            if child is None:
                got = self.go_on()
                if got != RECORD:
                    return got
                continue
            got = child.next()
            if got == RECORD:
                return self.show(child)
            if got == END:
                self.left(child)
            elif not self.may_end():
                return IDLE

    def may_end(self) -> int:
        """At the end of the newest file: whether it is final, because a newer one has a record, or stop() was called.

        The writer closes a file before it begins the next, so what is there then is all there will be.
        """
        newest = self._newest
        if newest is None:
            return 0
        if self._stopped or self._folder.ready():
            newest.final = True
        return int(newest.final)

    def go_on(self) -> int:
        """Begin with what is there and unread: RECORD when there is something, else IDLE, or END after stop()."""
        ready = self._folder.ready()
        if not ready:
            if self._stopped:
                self.close()
                return END
            self._folder.rest(self._idle_ms)
            return IDLE
        if len(ready) > 1:
            ready.pop()  # the newest may still grow
            self._paths = ready
            self._newest = None
            self.adopt(MergedReader(self._paths, lenient=True))
        else:
            self._paths = ready
            child, self._newest = growing(ready[0], self._idle_ms)
            if child is None:  # gone again, or begun anew, since it was looked at
                self._folder.rest(self._idle_ms)
                return IDLE
            self.adopt(child)
        for path in self._paths:
            self._folder.give(path)
        return RECORD

    def left(self, child: Reader) -> None:
        """Leave the child, which has ended; at stop() a record that is not written in full yet is no damage."""
        if self._stopped and self._newest is not None and child.cut:
            child.damage = None
            child.damages.clear()
            child.notes.append("its last record was not written in full yet")
        self._child = None
        self._newest = None
        self.over(child)
        self._folder.leave(self._paths)

    def close(self) -> None:
        """End reading here."""
        RelayReader.close(self)  # compiled methods have no super()
        self.notes.extend(self._folder.notes)
        self._folder.notes.clear()
