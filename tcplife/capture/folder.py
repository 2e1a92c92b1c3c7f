"""A directory that captures appear in, and the one file of it that still grows.

In: a path. Out: which captures are to be read next, each once, the earliest first; `GrowingInput`, which waits at
the end of a file. Bounded: one entry for each file that is there, and MAX_GONE for what was read (what is
forgotten is not read twice: it begins too early by then).
Refuses to know records: it asks a reader for the first one's time.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from ..errors import CaptureError
from .formats import COMPRESSED_SUFFIXES, EOF, NOT_YET, RECORD
from .opening import Opening, open_reader
from .source import StreamInput, opened

if TYPE_CHECKING:
    from .reader import Reader

PEEK_OCTETS: Final = 4096
POLL_S: Final = 0.02  # between two looks at the end of a growing file; half a second is what a user waits for a line
MAX_GONE: Final = 100_000
MAX_NAMED: Final = 20  # files named in the notes


class Sight(NamedTuple):
    """A file as last seen. first_ns: time of its first record, None: it has none (yet)."""

    inode: int
    size: int
    mtime_ns: int
    first_ns: int | None


class GrowingInput(StreamInput):
    """A file that is still written: its end is NOT_YET, until `final` is set."""

    __slots__ = ("_wait_s", "final")

    def __init__(self, path: str, idle_ms: int) -> None:
        super().__init__(opened(path), path, owned=True)
        self._wait_s = idle_ms / 1000
        self.final = False

    def readinto(self, view: memoryview) -> int:
        """Fill the front of the view, waiting at the end of the file; NOT_YET after idle_ms without an octet."""
        until = time.monotonic() + self._wait_s
        while True:
            got = super().readinto(view)
            if got != EOF or self.broken:
                return got
            if os.fstat(self.stream.fileno()).st_size < self.taken:
                self.broken = "the file was begun anew before it was read to its end"
                return EOF
            if self.final:
                return EOF
            if time.monotonic() >= until:
                return NOT_YET
            time.sleep(min(POLL_S, self._wait_s))


class Folder:
    """The captures of a directory: each is given out once, in order of its first record's time."""

    __slots__ = ("_given", "_last_ns", "_left", "_seen", "notes", "path")

    def __init__(self, path: str) -> None:
        """Look at the directory. Raises: CaptureError when it is none that can be read."""
        self.path = path
        self.notes: list[str] = []
        self._seen: dict[str, Sight] = {}
        self._given: dict[tuple[int, int | str], str] = {}  # (first time, inode or plain name) of what was given out
        self._left: dict[str, int] = {}  # sizes of files when they were left
        self._last_ns: int | None = None
        self._names()

    def ready(self) -> list[str]:
        """Return the paths of captures with a record that were not given out before, the earliest first.

        One that begins before what was given out last comes too late for a stream in order of time: noted, left out.
        """
        found = []
        names = self._names()
        for name in names:
            sight = self._look(name)
            if sight is None or sight.first_ns is None:
                continue
            if self._was_given(name, sight):
                if sight.size > self._left.get(name, sight.size):
                    self._note(f"{name} grew after it was left for a newer file; what came later was not read")
                continue
            if self._last_ns is not None and sight.first_ns < self._last_ns:
                self._note(f"{name} begins before what was already read, and was left out")
                self._remember(name, sight)
                continue
            found.append((sight.first_ns, name))
        for gone in self._seen.keys() - names:
            del self._seen[gone]
            self._left.pop(gone, None)
        return [os.path.join(self.path, name) for _, name in sorted(found)]  # noqa: PTH118 (plain strings throughout)

    def give(self, path: str) -> None:
        """Take note that this file is read now: never again, not under another name and not compressed."""
        name = os.path.basename(path)  # noqa: PTH119 (plain strings throughout)
        sight = self._seen[name]
        self._remember(name, sight)
        self._last_ns = sight.first_ns

    def leave(self, paths: list[str]) -> None:
        """Take note that these files were read to what was their end; should they grow later, that is told."""
        for path in paths:
            try:
                self._left[os.path.basename(path)] = os.stat(path).st_size  # noqa: PTH116, PTH119 (plain strings throughout)
            except OSError:
                continue

    def rest(self, idle_ms: int) -> None:
        """Wait for something to change."""
        time.sleep(idle_ms / 1000)

    def _remember(self, name: str, sight: Sight) -> None:
        if sight.first_ns is None:
            return
        self._given[sight.first_ns, sight.inode] = name
        self._given[sight.first_ns, _plain(name)] = name
        while len(self._given) > MAX_GONE:
            del self._given[next(iter(self._given))]

    def _was_given(self, name: str, sight: Sight) -> bool:
        first = sight.first_ns
        return first is not None and ((first, sight.inode) in self._given or (first, _plain(name)) in self._given)

    def _look(self, name: str) -> Sight | None:
        """Return what the file is; its first record is read again only when the file changed."""
        path = os.path.join(self.path, name)  # noqa: PTH118 (plain strings throughout)
        try:
            status = os.stat(path)  # noqa: PTH116 (plain strings throughout)
        except OSError:
            return None
        before = self._seen.get(name)
        if before is not None and before[:3] == (status.st_ino, status.st_size, status.st_mtime_ns):
            return before
        sight = Sight(status.st_ino, status.st_size, status.st_mtime_ns, self._first(path) if status.st_size else None)
        self._seen[name] = sight
        return sight

    def _first(self, path: str) -> int | None:
        """Time of the first record; None when there is none (yet) or the file is no capture."""
        try:
            reader = open_reader(path, PEEK_OCTETS)
        except CaptureError as error:
            self._note(str(error))
            return None
        try:
            return reader.ts_ns if reader.next() == RECORD else None
        finally:
            reader.close()

    def _names(self) -> set[str]:
        try:
            with os.scandir(self.path) as entries:
                return {entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file()}
        except OSError as error:
            raise CaptureError(f"{self.path}: {(error.strerror or str(error)).lower()}") from error

    def _note(self, what: str) -> None:
        if len(self.notes) < MAX_NAMED and what not in self.notes:
            self.notes.append(what)


def growing(path: str, idle_ms: int) -> tuple[Reader | None, GrowingInput | None]:
    """Open a file that may still be written; (None, None) when it is gone or empty now."""
    try:
        source = GrowingInput(path, idle_ms)
    except CaptureError:
        return None, None
    try:
        reader = Opening(source).step()
    except CaptureError:
        reader = None
    if reader is None:
        source.close()
        return None, None
    return reader, source


def _plain(name: str) -> str:
    """Return the name without the suffix a compressing program adds (tcpdump -z gzip)."""
    root, suffix = os.path.splitext(name)  # noqa: PTH122 (plain strings throughout)
    return root if suffix in COMPRESSED_SUFFIXES else name
