"""Captures of any kind, read without seeking: what it is, is found out by its first octets.

In: paths, "-" or binary streams. Out: a `Reader`, whose next() goes from record to record.
"""

from __future__ import annotations

from .formats import END, IDLE, RECORD
from .opening import Opening, open_reader
from .reader import Reader
from .source import open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .follow import FollowReader
    from .source import Source

__all__ = ["END", "IDLE", "RECORD", "Reader", "open_capture", "open_captures", "open_follow"]


def open_capture(source: Source, *, live: bool = False, idle_ms: int = 250) -> Reader:
    """Open a capture: a path, "-" (standard input) or a binary stream, which need not seek.

    live: next() answers IDLE when nothing came for idle_ms (of what has a descriptor: path, "-", pipe, socket);
    what the head of the input says is then known after the first record.
    Raises: CaptureError when it cannot be read or is no capture (live: perhaps only from next()).
    """
    if not live:
        return open_reader(source)
    from .relay import LiveReader

    opening = Opening(open_source(source, idle_ms=idle_ms))
    try:
        return opening.step() or LiveReader(opening)
    except BaseException:
        opening.input.close()
        raise


def open_captures(sources: Sequence[Source]) -> Reader:
    """Open one capture, or several as one stream in capture-time order (of equal times the one that began first).

    Raises: CaptureError when one of them cannot be read or is no capture.
    """
    if len(sources) == 1:
        return open_reader(sources[0])
    from .merge import MergedReader

    return MergedReader(sources)


def open_follow(directory: str, *, idle_ms: int = 250) -> FollowReader:
    """Read the captures of a directory, and those that appear in it, until stop() is called on the reader.

    Raises: CaptureError when it is no directory.
    """
    from .follow import FollowReader

    return FollowReader(directory, idle_ms)
