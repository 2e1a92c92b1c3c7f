"""The crew of `--jobs N`: processes of this machine, with rows in a temporary directory.

In: paths of captures. Out: rows by file and bucket, and connections by bucket, as files that go when the run ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import signal
import tempfile
from array import array
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from ..capture import open_capture
from ..model.pairs import PARTS
from .bucket import Feed
from .cut import Cut, Cutter
from .work import NotSharedError, encoder, track

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, BinaryIO, Self

    from .answer import Told
    from .shared import Plan

BUCKETS_EACH = 3
"""Buckets per process, at least: some hold more than others, and who is done early takes another."""
READ_OCTETS = 1 << 18


class RowFile:
    """A sink that appends blocks to a file, opened at the first and closed with all others of its file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def append(self, block: bytes) -> None:
        """Take a block."""
        if self._file is None:
            self._file = self._path.open("wb")
        self._file.write(block)

    def close(self) -> None:
        """Put everything on disk."""
        if self._file is not None:
            self._file.close()


def blocks(path: Path) -> Iterator[bytes]:
    """The blocks that a FramedFile took."""
    with path.open("rb") as file:
        while size := int.from_bytes(file.read(4), "little"):
            yield file.read(size)


class FramedFile(RowFile):
    """Blocks with their size in front: rows have several lengths, and a block holds whole ones."""

    def append(self, block: bytes) -> None:
        """Take a block."""
        super().append(len(block).to_bytes(4, "little"))
        super().append(block)


def cut_file(path: str, number: int, room: str, buckets: int, checksums: bool) -> Cut:
    """Cut one capture into the room. Raises: CaptureError."""
    sinks = [FramedFile(_rows(room, number, bucket)) for bucket in range(buckets)]
    keys = RowFile(Path(room, f"{number}.keys"))
    try:
        reader = open_capture(path)
        reader.open_window()
        return Cutter(reader, sinks, keys, checksums=checksums).run()
    finally:
        for sink in (*sinks, keys):
            sink.close()


def track_bucket(room: str, bucket: int) -> Told:
    """Track one bucket of the room by the plan that lies there."""
    plan: Plan = pickle.loads(Path(room, "plan").read_bytes())  # noqa: S301 - our own
    feeds = []
    for number, numbers in enumerate(plan.numbers):
        path = _rows(room, number, bucket)
        if path.exists():
            feeds.append(Feed(blocks(path), numbers, plan.meanings[number]))
    with Path(room, f"{bucket}.out").open("wb") as out:
        return track(feeds, plan.options, plan.ticks, plan.last_ns, plan.tunnels, encoder(plan.place), out.write)


def _rows(room: str, number: int, bucket: int) -> Path:
    return Path(room, f"{number}.{bucket}.rows")


def _prepare() -> None:
    """Ctrl-C is for the first process, which ends the others. The collector looks as rarely as there (`__main__`)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(1_000_000, 50, 100)


class LocalCrew:
    """A context manager: `with LocalCrew(paths, jobs) as crew`."""

    def __init__(self, paths: Sequence[str], jobs: int) -> None:
        self._paths = list(paths)
        self.buckets = min(PARTS, 1 << (jobs * BUCKETS_EACH - 1).bit_length())
        self._room = tempfile.TemporaryDirectory(prefix="tcplife-")
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _prepare)
        self._streams: list[BinaryIO] = []

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *problem: object) -> None:
        """End the processes and remove the room."""
        for stream in self._streams:
            stream.close()
        if problem[0] is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
        # Waited for in either case: the pool's thread gives semaphores back, and a process that leaves (`__main__`)
        # while it does is told to have lost them.
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._room.cleanup()

    def _each(self, work: Callable[..., Any], given: list[tuple[Any, ...]]) -> list[Any]:
        try:
            waiting = [self._pool.submit(work, *arguments) for arguments in given]
            return [future.result() for future in waiting]
        except BrokenProcessPool:
            raise NotSharedError("one of the processes was killed") from None

    def cut(self, checksums: bool) -> list[Cut]:
        """Cut every file. Raises: CaptureError."""
        given = [(path, i, self._room.name, self.buckets, checksums) for i, path in enumerate(self._paths)]
        return self._each(cut_file, given)

    def keys(self, number: int) -> array[int]:
        """The latest times of one file."""
        keys = array("q")
        keys.frombytes(Path(self._room.name, f"{number}.keys").read_bytes())
        return keys

    def pieces(self) -> list[list[bytes]]:
        """A sink per bucket for the rows made of fragments."""
        self._pieces: list[list[bytes]] = [[] for _ in range(self.buckets)]
        return self._pieces

    def track(self, plan: Plan) -> list[tuple[Told, BinaryIO]]:
        """Track every bucket. Raises: NotSharedError."""
        room = self._room.name
        for bucket, rows in enumerate(self._pieces):
            file = FramedFile(_rows(room, len(self._paths), bucket))
            for block in rows:
                file.append(block)
            file.close()
        Path(room, "plan").write_bytes(pickle.dumps(plan, 5))
        told = self._each(track_bucket, [(room, bucket) for bucket in range(self.buckets)])
        for bucket in range(self.buckets):
            self._streams.append(Path(room, f"{bucket}.out").open("rb", READ_OCTETS))  # noqa: SIM115 - closed on exit
        return list(zip(told, self._streams, strict=True))
