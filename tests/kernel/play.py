"""Plays scenarios until their run counts, and keeps the stored ones.

python -m tests.kernel list | play PATTERN | store [PATTERN] | compare [PATTERN] | show PATTERN
"""

from __future__ import annotations

import importlib
import json
import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.kernel.compare import Compared, analyse, compare
from tests.kernel.lives import Batch, cut_out, judge
from tests.kernel.oddlives import OddBatch
from tests.kernel.stage import SCENARIOS, Scenario
from tests.kernel.truth import Truth, read_truth, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.kernel.tracer import Tracer

CAPTURES: Final = Path(__file__).parent / "captures"
MANIFEST: Final = CAPTURES / "manifest.json"
SIDES: Final = ("client", "server")
ATTEMPTS: Final = 4


def load() -> dict[str, Scenario]:
    """Import every scenarios module and return the register."""
    for module in sorted(Path(__file__).parent.glob("scenarios_*.py")):
        importlib.import_module(f"tests.kernel.{module.stem}")
    return SCENARIOS


def chosen(patterns: Sequence[str]) -> list[Scenario]:
    """Choose scenarios whose name contains, or whose topic is, one of the patterns (none: all)."""
    everything = load().values()
    return [s for s in everything if not patterns or any(p in s.name or p in s.topic for p in patterns)]


@dataclass(slots=True)
class Played:
    """What came of playing: the truths of the runs that count, and why others never did."""

    truths: dict[str, Truth] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)


def play_all(scenarios: Iterable[Scenario], tracer: Tracer, directory: Path, workers: int = 2) -> Played:
    """Play scenarios, a few at a time, each until its run counts (ATTEMPTS times at most)."""
    played = Played()
    waiting = list(scenarios)
    for _ in range(ATTEMPTS):
        with ThreadPoolExecutor(workers) as pool:
            futures = [(one, pool.submit(one.play, directory)) for one in waiting]
        tracer.flush()
        waiting = []
        for one, future in futures:
            error = future.exception()
            truth = Truth(one.name, complaints=[repr(error)]) if error else tell(future.result(), tracer)
            if truth.complaints:
                played.trouble[one.name] = "; ".join(truth.complaints)
                waiting.append(one)
            else:
                played.truths[one.name] = truth
                played.trouble.pop(one.name, None)
        if not waiting:
            break
    return played


@dataclass(slots=True)
class Lived:
    """What came of random lives."""

    results: list[Compared] = field(default_factory=list)
    count: int = 0
    uncounted: int = 0
    broken: int = 0


def live(
    count: int, seed: str, tracer: Tracer, directory: Path, keep: Path | None = None, workers: int = 2,
    kind: type[Batch | OddBatch] = Batch,
) -> Lived:  # fmt: skip
    """Live at least `count` random lives, batch by batch; those that differ are cut out into `keep`."""
    lived, number = Lived(), 0
    size = min(kind.size, count)
    while lived.count < count and number < 4 * count / size + 4:
        batches = [kind(f"{seed}-{number + at}", directory, size) for at in range(workers)]
        number += workers
        with ThreadPoolExecutor(workers) as pool:
            runs = list(pool.map(kind.play, batches))
        tracer.flush()
        for batch, run in zip(batches, runs, strict=True):
            truth = tell(run, tracer)
            if truth.broken:
                lived.broken += 1
                continue
            results = judge(batch, truth)
            lived.results += results
            lived.count += len(batch.lives)
            lived.uncounted += len(truth.doubtful)
            for port in {_port(result) for result in results if differs(result)} if keep else ():
                assert keep is not None
                keep.mkdir(exist_ok=True, parents=True)
                cut_out(batch, truth, port, f"{kind.word}_{batch.seed.replace('-', '_')}_{port}", keep)
    return lived


def _port(result: Compared) -> int:
    return min(result.local[1], result.remote[1])


def differs(result: Compared) -> bool:
    """Whether a result is to be looked at."""
    return result.verdict in {"unknown", "wrong", "lost"} or bool(result.wrong_triggers)


def truths_in(directory: Path, patterns: Sequence[str] = ()) -> dict[str, Truth]:
    """Read the truths that lie in a directory."""
    paths = [path for path in sorted(directory.glob("*.json")) if path != MANIFEST]
    return {p.stem: read_truth(p) for p in paths if not patterns or any(pattern in p.name for pattern in patterns)}


def adopt(directory: Path, names: Sequence[str]) -> None:
    """Take random lives that once differed among the stored ones."""
    manifest = json.loads(MANIFEST.read_text())
    for name in names:
        for path in directory.glob(f"{name}.*"):
            (CAPTURES / path.name).write_bytes(path.read_bytes())
        manifest[name] = {"what": "A random life that once differed.", "by": "python -m tests.kernel adopt",
                          "kernel": kernel_version()}  # fmt: skip
    write_manifest(manifest)


def store(truths: dict[str, Truth], directory: Path) -> None:
    """Keep captures and truths, and say in the manifest what they are."""
    CAPTURES.mkdir(exist_ok=True)
    manifest = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    for name, truth in truths.items():
        for path in directory.glob(f"{name}.*.pcap"):
            (CAPTURES / path.name).write_bytes(path.read_bytes())
        truth.write(CAPTURES / f"{name}.json")
        doc = (SCENARIOS[name].body.__doc__ or "").strip().splitlines()[0]
        manifest[name] = {
            "what": doc,
            "by": f"python -m tests.kernel store {name}",
            "kernel": kernel_version(),
        }
    write_manifest(manifest)


def kernel_version() -> str:
    """Return the kernel's version without what its builder added."""
    return platform.release().split("-")[0]


def write_manifest(manifest: dict[str, Any]) -> None:
    """Write the manifest, one capture a line."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(manifest.items()))
    MANIFEST.write_text(f"{{\n{lines}\n}}\n")


def stored(patterns: Sequence[str] = ()) -> list[str]:
    """Names of the stored scenarios."""
    entries: dict[str, Any] = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    return [name for name in entries if not patterns or any(pattern in name for pattern in patterns)]


def compare_all(directory: Path, truths: dict[str, Truth]) -> list[Compared]:
    """Compare every capture of each truth."""
    return [
        result
        for name, truth in truths.items()
        for side in SIDES
        if (path := directory / f"{name}.{side}.pcap").exists()
        for result in compare(path, side, truth, analyse(path))
    ]


def stored_truths(patterns: Sequence[str] = ()) -> dict[str, Truth]:
    """Read the stored truths."""
    return {name: read_truth(CAPTURES / f"{name}.json") for name in stored(patterns)}
