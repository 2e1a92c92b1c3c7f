"""How far a long read has come: one line on standard error, only when a person is there to read it.

In: a Reader's bytes_read and bytes_total, looked at five times a second from a thread. Out: a line that is wiped
away at the end.
"""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Event, Thread
    from types import TracebackType
    from typing import Final, Protocol, Self

    class Readable(Protocol):
        """What a reader tells of its progress."""

        bytes_read: int
        bytes_total: int
        packet: int


PATIENCE_S: Final = 0.8
"""Work shorter than this shows no progress."""
TICK_S: Final = 0.2
BAR: Final = 30


class Progress:
    """A context manager around the reading. wanted: whether to show anything at all."""

    def __init__(self, reader: Readable, *, wanted: bool) -> None:
        self._reader = reader
        self._wanted = wanted and reader.bytes_total > 0
        self._done: Event | None = None
        self._thread: Thread | None = None
        self._shown = False
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        """Begin to watch."""
        if self._wanted:
            from threading import Event, Thread  # few look on

            self._done = Event()
            self._thread = Thread(target=self._watch, args=(self._done,), daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the line."""
        self.stop()

    def stop(self) -> None:
        """Stop watching and wipe the line; any number of times."""
        if self._done is not None and self._thread is not None:
            self._done.set()
            self._thread.join()
            self._thread = None
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

    def _watch(self, done: Event) -> None:
        if done.wait(PATIENCE_S):
            return
        while not done.wait(TICK_S):
            sys.stderr.write(f"\r{self.line(time.monotonic() - self._begun)}\x1b[K")
            sys.stderr.flush()
            self._shown = True

    def line(self, seconds: float) -> str:
        """What is shown after so many seconds."""
        reader = self._reader
        part = min(reader.bytes_read / reader.bytes_total, 1.0)
        full = round(BAR * part)
        left = f", {seconds / part - seconds:.0f} s left" if part > 0.02 else ""
        return f"[{'#' * full}{'.' * (BAR - full)}] {100 * part:3.0f}%  {reader.packet:,} packets{left}"
