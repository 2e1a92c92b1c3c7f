"""A pipe that is read twice: what the first reading takes, a temporary file keeps for the second.

In: a stream. Out: the same octets, now and again. The file is on disk beyond SMALL octets, and goes with its last user.
"""

from __future__ import annotations

import select
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final, cast

if TYPE_CHECKING:
    from io import FileIO

SMALL: Final = 16 * 1024 * 1024
WAIT_MS: Final = 100


class Tee:
    """A stream for `open_capture`. again() gives what was read, from the start; stop() ends a silent pipe."""

    def __init__(self, stream: FileIO, name: str) -> None:
        self.name = name
        self._stream = stream
        self._kept = SpooledTemporaryFile(max_size=SMALL)  # noqa: SIM115 - it lives as long as this object
        self._stopped = False
        self._poll = select.poll()
        self._poll.register(stream, select.POLLIN)

    def read(self, size: int) -> bytes:
        """Some octets, b"" at the end or after stop() once nothing comes."""
        while not self._poll.poll(WAIT_MS):
            if self._stopped:
                return b""
        octets = self._stream.read(size) or b""
        self._kept.write(octets)
        return octets

    def stop(self) -> None:
        """End at the next silence."""
        self._stopped = True

    def again(self) -> BinaryIO:
        """What was read, as a stream of its own."""
        self._kept.seek(0)
        return cast("BinaryIO", self._kept)

    def close(self) -> None:
        """Forget what was kept; the stream is the caller's."""
        self._kept.close()
