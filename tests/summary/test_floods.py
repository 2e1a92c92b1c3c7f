"""The rate of a service's openings, by second."""

from __future__ import annotations

import random

import pytest

from tcplife.model.connection import Connection
from tcplife.summary.floods import Service

KEPT_SECONDS = 1024
SECOND_NS = 1_000_000_000


def peak_of(seconds: list[int]) -> int:
    """The slow, plain way: count all, forget the earliest half of too many."""
    counts: dict[int, int] = {}
    best = 0
    for second in seconds:
        counts[second] = counts.get(second, 0) + 1
        best = max(best, counts[second])
        if len(counts) > KEPT_SECONDS:
            for early in sorted(counts)[: KEPT_SECONDS // 2]:
                del counts[early]
    return best


@pytest.mark.parametrize("seed", range(4))
def test_most_in_a_second_of_openings_out_of_order(seed: int) -> None:
    rng = random.Random(seed)
    service = Service()
    spread = rng.choice((3, 200, 4000))
    seconds = [max(0, at // 2 + rng.randrange(-spread, spread)) for at in range(6000)]
    opened = Connection()
    for second in seconds:
        opened.start_ns = second * SECOND_NS + rng.randrange(SECOND_NS)
        service.count(opened)
    assert service.rate_peak == peak_of(seconds), f"seed {seed}"
    assert service.syns == 6000
