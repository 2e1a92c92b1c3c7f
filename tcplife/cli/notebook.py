"""Comments by packet number, kept on disk until all of them are known.

In: (packet, comment), in any order. Out: a packet's comments in the order they came. In memory it costs eight octets
per packet: each comment on disk names the one before it, and the latest is remembered.
"""

from __future__ import annotations

import struct
from array import array
from tempfile import SpooledTemporaryFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SMALL: Final = 16 * 1024 * 1024
HEAD: Final = struct.Struct("<qI")


class Notebook:
    """Write all of it first, then read."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=SMALL)  # noqa: SIM115 - it lives as long as this object
        self._end = 0
        self._latest = array("q")
        self.comments = 0

    def write(self, packet: int, comment: str) -> None:
        """Note a comment on this packet."""
        if packet >= len(self._latest):
            self._latest.extend([-1] * (packet + 1 + len(self._latest) // 4 - len(self._latest)))
        text = comment.encode("utf-8", "replace")
        self._file.write(HEAD.pack(self._latest[packet], len(text)) + text)
        self._latest[packet] = self._end
        self._end += HEAD.size + len(text)
        self.comments += 1

    def read(self, packet: int) -> list[str]:
        """What was noted on this packet."""
        at = self._latest[packet] if packet < len(self._latest) else -1
        found = []
        while at >= 0:
            self._file.seek(at)
            before, length = HEAD.unpack(self._file.read(HEAD.size))
            found.append(self._file.read(length).decode())
            at = before
        return found[::-1]

    def close(self) -> None:
        """Forget all of it."""
        self._file.close()
