"""docs/record.md describes every field of the records, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tcplife
from tcplife.api import analyze_with_totals
from tcplife.model.catalogue import KINDS
from tcplife.model.damage import Damage
from tcplife.model.piling import Flood, Pile, PortBudget
from tcplife.model.value import Value
from tcplife.report.jsonl import capture
from tcplife.report.schema import record
from tests.anomalies.scene import pcap_of
from tests.anomalies.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_pcaps"
PAGE = (ROOT / "docs" / "record.md").read_text()
DESCRIBED = {
    name
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for name in re.findall(r"`([^`]+)`", line.split("|")[1])
}
LISTS: dict[str, type[Value]] = {
    "capture.piles": Pile,
    "capture.floods": Flood,
    "capture.port_budgets": PortBudget,
    "capture.damages": Damage,
}
SELDOM = {"left_early", "anomalies_omitted"}
"""Fields of runs that hit a bound."""


def paths(made: Any, at: str = "") -> Iterator[str]:
    """Every leaf of a record as a path: anomalies[].kind; an empty list or object is a leaf."""
    if isinstance(made, dict) and made:
        for key, value in made.items():
            yield from paths(value, f"{at}.{key}" if at else key)
    elif isinstance(made, list) and made and isinstance(made[0], dict):
        for value in made:
            yield from paths(value, f"{at}[]")
    else:
        yield at


def test_every_field_of_the_samples_is_described_and_nothing_else() -> None:
    found: set[str] = set()
    for sample in sorted(SAMPLES.glob("*.pcap")):
        for connection in tcplife.analyze(sample, segments=True):
            found.update(paths(record(connection)))
    for scene in SCENES.values():
        for connection in tcplife.analyze(BytesIO(pcap_of(scene))):
            found.update(paths(record(connection)))
    found = {re.sub(r"^stats\.(client|server)", "stats.SIDE", name) for name in found}
    empty = {name for name in found if any(other.startswith(f"{name}[]") for other in found)}
    nested = {name for name in DESCRIBED if any(other.startswith((f"{name}.", f"{name}[]")) for other in found)}
    described = {name for name in DESCRIBED if not name.startswith("capture.")}
    assert found - empty - described == set(), "a field that docs/record.md does not describe"
    assert described - found - nested - SELDOM == set(), "docs/record.md describes what no record has"


def test_every_field_of_the_capture_is_described_and_nothing_else() -> None:
    run = analyze_with_totals(SAMPLES / "close_three.pcap")
    for _ in run:
        pass
    made = json.loads(json.dumps(capture(run.totals)))
    found = {name for name in paths({"capture": made}) if name not in LISTS and not name.startswith("capture.piles")}
    found = {re.sub(r"^(capture\.skipped)\..*", r"\1", name) for name in found}
    found |= {f"{name}[].{field.name}" for name, shape in LISTS.items() for field in fields(shape)}
    assert found == {name for name in DESCRIBED if name.startswith("capture.")}


def test_every_counted_value_is_described() -> None:
    assert {f"anomalies[].{kind.value_name}" for kind in KINDS if kind.value_name} <= DESCRIBED
