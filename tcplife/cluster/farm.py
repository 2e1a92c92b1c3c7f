"""The crew of `--cluster`: workers of Dask distributed, of this machine or of a cluster.

In: paths and fsspec URLs of captures. Out: rows and connections by bucket, held by the workers (who spill to disk)
until a bucket's own worker, or this process, takes them. A worker that dies takes with it only what is computed again.
"""

from __future__ import annotations

import logging
import tempfile
from array import array
from importlib import import_module

from ..capture import open_capture
from ..errors import CaptureError, MissingExtraError
from ..model.pairs import PARTS
from .bucket import Feed
from .cut import Cut, Cutter
from .work import NotSharedError, encoder, track

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, BinaryIO, Self

    from .answer import Told
    from .shared import Plan

LOCAL_WORKERS = 2
BUCKETS_EACH = 2
"""Buckets per worker: some hold more than others."""
PATIENCE_S = 10
"""How long a scheduler may take to answer."""
RETRIES = 3
SHARE = 2
"""A bucket's rows may take half of a worker's memory; the tracker needs the rest."""


def open_any(path: str) -> Any:
    """A path as it is, an fsspec URL (s3://...) as a stream. Raises: CaptureError."""
    if "://" not in path:
        return path
    fsspec: Any = import_module("fsspec")
    try:
        return fsspec.open(path, "rb").open()
    except (OSError, ValueError, ImportError) as problem:
        raise CaptureError(f"{path}: {problem}") from problem


def cut_on_worker(path: str, buckets: int, checksums: bool) -> tuple[Cut | str, list[list[bytes]], list[bytes]]:
    """What a file gave, its rows by bucket, its latest times; instead of the Cut the sentence why it cannot be read.

    A failure is a value: another try on another worker would not read the file either.
    """
    sinks: list[list[bytes]] = [[] for _ in range(buckets)]
    keys: list[bytes] = []
    try:
        cut = Cutter(open_capture(open_any(path)), sinks, keys, checksums=checksums).run()
    except CaptureError as problem:
        return str(problem), [], []
    cut.source = path
    return cut, sinks, keys


def part(whole: tuple[Any, ...], which: int, bucket: int = -1) -> Any:
    """One part of what `cut_on_worker` returned; nothing where the file could not be read."""
    found = whole[which]
    return found if bucket < 0 else found[bucket] if found else []


def track_on_worker(plan: Plan, pieces: list[bytes], *rows: list[bytes]) -> tuple[Told, bytes]:
    """Track one bucket: rows of every file, and those made of fragments."""
    feeds = [
        Feed(blocks, numbers, meaning)
        for blocks, numbers, meaning in zip((*rows, pieces), plan.numbers, plan.meanings, strict=True)
        if blocks
    ]
    out = bytearray()
    told = track(feeds, plan.options, plan.ticks, plan.last_ns, plan.tunnels, encoder(plan.place), out.extend)
    return told, bytes(out)


def _silence() -> None:
    """What Dask mends by itself (a lost worker's work is done again) is not for our user: stderr is tcplife's.

    A level for all is not enough: Dask gives `distributed.client` and `distributed.gc` levels of their own.
    """
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


class FarmCrew:
    """A context manager: `with FarmCrew(paths, address, jobs) as crew`. address: None for workers of this machine.

    Raises: MissingExtraError; CaptureError when no scheduler answers.
    """

    def __init__(
        self, paths: Sequence[str], address: str | None, jobs: int, progress: Callable[[str], None] | None = None
    ) -> None:
        try:
            distributed: Any = import_module("distributed")
            import_module("fsspec")
        except ImportError:
            raise MissingExtraError("--cluster needs: pip install 'tcplife[cluster]'") from None
        self._dask = distributed
        self._paths = list(paths)
        self._progress = progress
        self._streams: list[BinaryIO] = []
        self._cluster: Any = None
        _silence()
        if address is None:
            workers = jobs if jobs > 1 else LOCAL_WORKERS
            # None would take Dask's usual port, and warn where another cluster has it.
            self._cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
            )
            address = self._cluster.scheduler_address
        try:
            self._client: Any = distributed.Client(address, timeout=PATIENCE_S)
            workers = max(len(self._client.scheduler_info()["workers"]), 1)
        except (OSError, ValueError, TimeoutError) as problem:
            self._end_cluster()
            raise CaptureError(f"{address}: no Dask scheduler answers") from problem
        self.buckets = min(PARTS, 1 << (max(workers, LOCAL_WORKERS) * BUCKETS_EACH - 1).bit_length())

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *problem: object) -> None:
        """Let everything go."""
        for stream in self._streams:
            stream.close()
        self._say("")
        self._client.close()
        self._end_cluster()

    def _end_cluster(self) -> None:
        if self._cluster is not None:
            self._cluster.close()

    def _say(self, text: str) -> None:
        if self._progress is not None:
            self._progress(text)

    def _await(self, futures: list[Any], what: str) -> list[Any]:
        """The results in order of futures. Raises: CaptureError when workers die over the same work again and again."""
        found: dict[Any, Any] = {}
        try:
            for future, result in self._dask.as_completed(futures, with_results=True):
                found[future.key] = result
                self._say(f"{what}: {len(found)} of {len(futures)}")
        except self._dask.KilledWorker as problem:
            raise CaptureError("the cluster's workers die over this: more memory, or more workers") from problem
        return [found[future.key] for future in futures]

    def cut(self, checksums: bool) -> list[Cut]:
        """Cut every file. Raises: CaptureError."""
        submit = self._client.submit
        self._whole = [
            submit(cut_on_worker, path, self.buckets, checksums, pure=False, retries=RETRIES) for path in self._paths
        ]
        heads = [submit(part, whole, 0, pure=False) for whole in self._whole]
        self._rows = [
            [submit(part, whole, 1, bucket, pure=False) for whole in self._whole] for bucket in range(self.buckets)
        ]
        self._keys = [submit(part, whole, 2, pure=False) for whole in self._whole]
        del self._whole
        cuts: list[Cut] = []
        for cut in self._await(heads, "files cut"):
            if isinstance(cut, str):
                raise CaptureError(cut)
            cuts.append(cut)
        self._check_memory(cuts)
        return cuts

    def _check_memory(self, cuts: Sequence[Cut]) -> None:
        """Raises: NotSharedError when a bucket's rows are more than a worker can hold."""
        workers = self._client.scheduler_info()["workers"].values()
        limits: list[int] = [int(worker.get("memory_limit") or 0) for worker in workers]
        least = min(limits, default=0)
        most = max(sum(cut.octets[bucket] for cut in cuts) for bucket in range(self.buckets))
        if least and most > least // SHARE:
            need = f"{most * SHARE >> 20:,} MiB"
            raise NotSharedError(
                f"one bucket of connections needs a worker with {need} of memory: more or larger workers"
            )

    def keys(self, number: int) -> array[int]:
        """The latest times of one file."""
        keys = array("q")
        for block in self._await([self._keys[number]], "times"):
            keys.frombytes(b"".join(block))
        return keys

    def pieces(self) -> list[list[bytes]]:
        """A sink per bucket for the rows made of fragments."""
        self._pieces: list[list[bytes]] = [[] for _ in range(self.buckets)]
        return self._pieces

    def track(self, plan: Plan) -> list[tuple[Told, BinaryIO]]:
        """Track every bucket; what a bucket made waits here on disk. Raises: CaptureError."""
        self._keys = []
        shared = self._client.scatter(plan, broadcast=False, hash=False)
        futures = [
            self._client.submit(track_on_worker, shared, self._pieces[b], *self._rows[b], pure=False, retries=RETRIES)
            for b in range(self.buckets)
        ]
        self._rows = []
        made = []
        for told, octets in self._await(futures, "buckets tracked"):
            stream: Any = tempfile.TemporaryFile(prefix="tcplife-")  # noqa: SIM115 - closed on exit
            stream.write(octets)
            stream.seek(0)
            self._streams.append(stream)
            made.append((told, stream))
        return made
