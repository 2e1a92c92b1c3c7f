"""Stored captures against the kernel's stored word: needs no root, runs everywhere.

Bar: no endpoint wrong; UNKNOWN only where a capture began in the middle of a life; of all trigger packets
at least 99.5 % equal, and at the endpoint's own host every one.
"""

from __future__ import annotations

import functools
import json

import pytest

from tests.kernel import play
from tests.kernel.compare import Compared, analyse, compare, show, table
from tests.kernel.truth import read_truth

NAMES = play.stored()
RIGHT = {"exact", "tentative", "unseen", "deceived"}
TRIGGERS_EQUAL = 0.995
"""The bar of docs/how-we-know.md. It may rise, not fall."""
NEAR_TRIGGERS_EQUAL = 0.9995


@functools.cache
def compared(name: str) -> tuple[Compared, ...]:
    """Both captures of one stored life."""
    truth = read_truth(play.CAPTURES / f"{name}.json")
    paths = {side: play.CAPTURES / f"{name}.{side}.pcap" for side in play.SIDES}
    return tuple(
        result for side, path in paths.items() if path.exists() for result in compare(path, side, truth, analyse(path))
    )


def may_be_unknown(result: Compared) -> bool:
    """Whether the capture began after the endpoint's life did: then UNKNOWN is an honest answer."""
    capture = result.capture.name.split(".")[-2]
    return result.kernel[0].packets[capture] is None


@pytest.mark.parametrize("name", NAMES)
def test_states_are_the_kernels(name: str) -> None:
    for result in compared(name):
        right = result.verdict in RIGHT or (result.verdict == "unknown" and may_be_unknown(result))
        assert right, "\n" + show(result)


def test_triggers_are_the_kernels() -> None:
    results = [result for name in NAMES for result in compared(name)]
    wrong = [result for result in results if result.wrong_triggers]
    near = [result for result in results if result.near]
    equal_near = sum(r.triggers_equal for r in near)
    assert equal_near >= NEAR_TRIGGERS_EQUAL * sum(r.triggers for r in near), "\n".join(map(show, wrong))
    triggers, equal = sum(r.triggers for r in results), sum(r.triggers_equal for r in results)
    assert equal >= TRIGGERS_EQUAL * triggers, table(results) + "\n" + "\n".join(map(show, wrong))


def test_the_manifest_names_what_is_there() -> None:
    manifest = json.loads(play.MANIFEST.read_text())
    there = {path.name.split(".")[0] for path in play.CAPTURES.iterdir()} - {"manifest"}
    assert there == set(manifest)
    assert all(entry["what"] and entry["by"] and entry["kernel"] for entry in manifest.values())


def test_every_scenario_is_stored() -> None:
    assert not {one.name for one in play.load().values() if not one.slow} - set(NAMES)
