"""Octets from a path, standard input or any binary stream, without seeking and without waiting for more than there is.

In: a source. Out: `Input`, which fills a buffer as far as octets are at hand. Refuses to know what they mean.
"""

from __future__ import annotations

import io
import os
import stat
import time

from ..errors import CaptureError
from .formats import EOF, NOT_YET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Input(Protocol):
        """Where octets come from. broken: why the octets ended early, "" when they ended as they should."""

        name: str
        broken: str

        @property
        def total(self) -> int:
            """Octets there are, before unpacking; -1 unknown."""

        @property
        def taken(self) -> int:
            """Octets read so far, before unpacking."""

        def readinto(self, view: memoryview) -> int:
            """Fill the front of the view with what is there: its number, EOF, or (live only) NOT_YET."""

        def close(self) -> None:
            """Give back what open_source() opened; a stream of the caller stays open."""

    class Readable(Protocol):
        """A binary stream; readinto1(), readinto() and read1() are used where it has them."""

        def read(self, size: int, /) -> bytes | None:
            """Return some octets, b"" at the end, or None when it does not block and has none now."""

    Source = str | os.PathLike[str] | Readable


class StreamInput:
    """A file, a pipe or a stream. total: its size in octets, -1 unknown. taken: octets read so far."""

    __slots__ = ("_idle", "_live", "_owned", "_read", "broken", "name", "stream", "taken", "total")

    def __init__(self, stream: Any, name: str, *, owned: bool, idle_ms: int = -1) -> None:
        self.name = name
        self.broken = ""
        self.taken = 0
        self.total = _size_of(stream)
        self.stream = stream
        self._owned = owned
        self._read = _reader_of(stream, name)
        self._live = idle_ms >= 0
        self._idle = _waiter_of(stream, idle_ms) if idle_ms >= 0 else None

    @property
    def descriptor(self) -> int:
        """That of a file opened here, which may be read from any place; -1 for anything else, and what is live."""
        return self.stream.fileno() if self._owned and not self._live and self.total >= 0 else -1

    def readinto(self, view: memoryview) -> int:
        """Fill the front of the view; one system call at most, so a pipe hands over what it has."""
        try:
            if self._idle is not None and not self._idle():
                return NOT_YET
            got = self._read(view)
            while got is None:  # a stream that does not block has nothing now
                if self._live:
                    return NOT_YET
                time.sleep(0.01)
                got = self._read(view)
        except (OSError, EOFError) as error:
            self.broken = f"the input cannot be read further ({_reason(error)})"
            return EOF
        self.taken += got
        return got

    def close(self) -> None:
        """Close what was opened here."""
        if self._owned:
            self.stream.close()


def open_source(source: Source, *, idle_ms: int = -1) -> StreamInput:
    """Open a path, "-" (descriptor 0, unbuffered) or take a binary stream.

    idle_ms: answer NOT_YET when nothing came for so long (what has a descriptor only); -1: wait for ever.
    Raises: CaptureError when there is nothing to read from.
    """
    if source == "-":
        # The descriptor itself: sys.stdin would wait for its own buffer.
        return StreamInput(opened(0, "standard input"), "standard input", owned=False, idle_ms=idle_ms)
    if isinstance(source, (str, os.PathLike)):
        name = os.fspath(source)
        return StreamInput(opened(name), name, owned=True, idle_ms=idle_ms)
    return StreamInput(source, str(getattr(source, "name", "stream")), owned=False, idle_ms=idle_ms)


def opened(what: str | int, name: str = "") -> io.FileIO:
    """Open a path or descriptor 0, unbuffered. Raises: CaptureError."""
    try:
        return io.FileIO(what, "rb", closefd=what != 0)
    except (OSError, ValueError) as error:
        raise CaptureError(f"{name or what}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


def _size_of(stream: Any) -> int:
    try:
        status = os.fstat(stream.fileno())
    except (OSError, AttributeError, ValueError):
        return -1
    return status.st_size if stat.S_ISREG(status.st_mode) else -1


def _reader_of(stream: Any, name: str) -> Callable[[memoryview], int | None]:
    """Return the stream's way to fill a view that waits least: readinto1, readinto, read1 or read."""
    if isinstance(stream, io.TextIOBase):
        raise CaptureError(f"{name}: the stream gives text; open it in binary mode")
    for method in ("readinto1", "readinto"):
        found = getattr(stream, method, None)
        if found is not None:
            return found  # type: ignore[no-any-return]
    read = getattr(stream, "read1", None) or getattr(stream, "read", None)
    if read is None:
        raise CaptureError(f"{name}: a {type(stream).__name__} is no path and no binary stream")

    def copied(view: memoryview) -> int | None:
        octets = read(len(view))
        if octets is None:
            return None
        if not isinstance(octets, (bytes, bytearray)):
            raise CaptureError(f"{name}: the stream gives {type(octets).__name__}; open it in binary mode")
        view[: len(octets)] = octets
        return len(octets)

    return copied


def _waiter_of(stream: Any, idle_ms: int) -> Callable[[], bool] | None:
    """Return a function that waits until the stream has octets (True) or idle_ms passed (False)."""
    try:
        descriptor = stream.fileno()
    except (OSError, AttributeError, ValueError):
        return None
    import select

    if not hasattr(select, "poll"):
        return lambda: bool(select.select([descriptor], [], [], idle_ms / 1000)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return lambda: bool(poll.poll(idle_ms))
