"""Plays scenarios until their run counts, and keeps the stored ones.

    python -m tests.kernel list | play PATTERN | store [PATTERN] | compare [PATTERN] | show PATTERN
"""

from __future__ import annotations

import importlib
import json
import platform
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.kernel.compare import Compared, analyse, compare
from tests.kernel.stage import SCENARIOS, Scenario
from tests.kernel.tracer import Tracer
from tests.kernel.truth import Truth, read_truth, tell

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
    return [s for s in everything if not patterns or any(p in s.name or p == s.topic for p in patterns)]


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


def store(truths: dict[str, Truth], directory: Path) -> None:
    """Keep captures and truths, and say in the manifest what they are."""
    CAPTURES.mkdir(exist_ok=True)
    manifest = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    for name, truth in truths.items():
        for path in directory.glob(f"{name}.*.pcap"):
            (CAPTURES / path.name).write_bytes(path.read_bytes())
        truth.write(CAPTURES / f"{name}.json")
        doc = (SCENARIOS[name].body.__doc__ or "").strip().splitlines()[0]
        manifest[name] = {"what": doc, "by": f"python -m tests.kernel store {name}", "kernel": platform.release()}
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
