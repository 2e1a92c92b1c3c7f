"""The public functions: a source in, finished connections out; nothing is printed and nothing exits."""

from __future__ import annotations

from .capture import open_capture
from .model.totals import Options
from .pipeline import Analysis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from typing import BinaryIO

    from .model.connection import Connection

Source = "str | PathLike[str] | BinaryIO"
"""A path, "-" (standard input), or any binary stream; it need not seek."""


def analyze(
    source: str | PathLike[str] | BinaryIO, *, segments: bool = False, details: bool = False, msl_s: float = 120.0
) -> Iterator[Connection]:
    """Yield every TCP connection of a capture, each as it leaves the table, the open ones last.

    source: path, "-" (standard input) or a binary stream; need not seek. segments: keep the per-segment log on each
    connection (memory grows with its length); details: with option octets and first payload octets. msl_s: maximum
    segment lifetime in seconds of capture time.
    Raises: CaptureError when it is no capture; a damaged one yields what came before the damage.
    Source: RFC 9293 3.3.2.
    """
    yield from analyze_with_totals(source, Options(segments=segments, details=details, msl_s=msl_s))


def analyze_with_totals(source: str | PathLike[str] | BinaryIO, options: Options | None = None) -> Analysis:
    """The run itself: iterate it for the connections; its `totals` account for every record.

    Raises: CaptureError when it is no capture.
    """
    return Analysis(open_capture(source), options)
