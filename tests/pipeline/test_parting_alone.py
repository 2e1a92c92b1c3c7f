"""In plain Python, which can be told to let nothing wait, a parting that waits leaves a run as one that does not.

There `pipeline.parting` is never asked but by this test; what is told of it is looked at in both forms (test_parting).
"""

from __future__ import annotations

import random
from typing import Any, Final

import pytest

from tcplife import Options
from tcplife.model.compiled import COMPILED
from tcplife.pipeline import lives, parting
from tests.test_forms import pcap_of

from .test_farewell import farewells
from .test_parting import CIRCLE, ending_at
from .test_sleep import HEADER

if not COMPILED:
    from .test_stride import run

__test__ = not COMPILED

SEEDS: Final = 200


def test_together_is_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    parts = parting._parts

    def note(*given: Any) -> bool:
        taken.append(parts(*given))
        return taken[-1]

    monkeypatch.setattr(parting, "_parts", note)
    for seed in range(SEEDS):
        records = farewells(seed)
        count = random.Random(seed).choice((None, None, len(records) - random.Random(seed).randrange(1, 9)))
        options = Options(keep_open=seed % 2 == 0, count=count)
        octets = pcap_of(HEADER, records)
        monkeypatch.setattr(lives, "COMPILED", False)
        alone = run(octets, options, strides=False)
        monkeypatch.setattr(lives, "COMPILED", True)
        assert run(octets, options, strides=False) == alone, seed
    assert SEEDS // 4 < sum(taken) < len(taken)


@pytest.mark.parametrize("end", CIRCLE)
def test_at_the_end_of_the_circle(end: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of the first FIN, or of both, is there."""
    for seed in range(12):
        octets = pcap_of(HEADER, farewells(seed, ending_at(end, farewells(seed, (0, 0)))))
        monkeypatch.setattr(lives, "COMPILED", False)
        alone = run(octets, Options(), strides=False)
        monkeypatch.setattr(lives, "COMPILED", True)
        assert run(octets, Options(), strides=False) == alone, seed
