"""Where a report goes: standard output, or a file that appears whole or not at all.

In: octets. Out: octets, in order. A broken pipe is raised to the caller, who ends quietly. What is said besides goes to
standard error.
"""

from __future__ import annotations

import os
import stat
import sys

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import BinaryIO, Self, TextIO


def say(text: str, stream: TextIO | None = None, *, end: str = "\n") -> None:
    """Write at once, to standard error unless another stream is named."""
    stream = stream or sys.stderr
    stream.write(text + end)
    stream.flush()


def version() -> str:
    """The line of `tcplife --version`."""
    from .. import __version__
    from ..model.compiled import COMPILED

    python = ".".join(str(part) for part in sys.version_info[:3])
    form = "compiled" if COMPILED else "plain Python (not compiled, some thirty times slower)"
    return f"tcplife {__version__}, {form}, Python {python}"


class OutputGoneError(Exception):
    """Nobody reads the output any more (`| head`): the run ends quietly. click would make BrokenPipeError a failure."""


class OutputFile:
    """A context manager: `with OutputFile(path) as output`. path: None or "-" for standard output.

    A file is written beside its place and moved there when all is well; a device or pipe is written straight.
    """

    def __init__(self, path: str | None) -> None:
        self.path = None if path in (None, "-") else path
        self._waiting = ""
        self._stream: BinaryIO = sys.stdout.buffer
        if self.path is not None:
            self._stream = self._open(self.path)

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads along."""
        return self.path is None and sys.stdout.isatty()

    def _open(self, path: str) -> BinaryIO:
        try:
            if os.path.isdir(path):  # noqa: PTH112 - pathlib costs start-up time
                raise UsageError(f"{path}: is a directory")
            if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH110, PTH116 - likewise
                return open(path, "wb")  # noqa: PTH123 - likewise; closed in __exit__
            self._waiting = f"{path}.{os.getpid()}.part"
            return open(self._waiting, "xb")  # noqa: PTH123 - likewise
        except OSError as problem:
            raise UsageError(f"{path}: {(problem.strerror or str(problem)).lower()}") from problem

    def write(self, octets: bytes | memoryview) -> None:
        """Take all octets."""
        try:
            self._stream.write(octets)
        except BrokenPipeError:
            raise OutputGoneError from None

    def flush(self) -> None:
        """Hand on what was taken."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise OutputGoneError from None

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the file in its place, or remove the part of it there is."""
        if self.path is None:
            if kind is None:
                self.flush()
            return
        try:
            self._stream.close()
            if self._waiting and kind is None:
                os.replace(self._waiting, self.path)  # noqa: PTH105 - pathlib costs start-up time
                self._waiting = ""
        finally:
            if self._waiting:
                os.unlink(self._waiting)  # noqa: PTH108 - likewise
