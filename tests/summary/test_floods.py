"""The rate of a service's openings, by second."""

from __future__ import annotations

import random

import pytest

from tcplife.model.connection import Connection
from tcplife.summary.floods import Service, busiest

KEPT_SECONDS = 1024
SECOND_NS = 1_000_000_000


def of(port: int, lo: int = 1, hi: int = 0, ip_version: int = 4, syns: int = 0) -> Service:
    """A service of which so many openings were counted."""
    c = Connection()
    c.server_hi, c.server_lo, c.server_port, c.ip_version = hi, lo, port, ip_version
    service = Service.__new__(Service)
    service.name(c)
    for _ in range(syns):
        service.count(c)
    return service


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
    service = of(80)
    spread = rng.choice((3, 200, 4000))
    seconds = [max(0, at // 2 + rng.randrange(-spread, spread)) for at in range(6000)]
    opened = Connection()
    for second in seconds:
        opened.start_ns = second * SECOND_NS + rng.randrange(SECOND_NS)
        service.count(opened)
    assert service.rate_peak == peak_of(seconds), f"seed {seed}"
    assert service.syns == 6000


@pytest.mark.parametrize("seed", range(6))
def test_the_busiest_services_are_those_that_sorting_puts_first(seed: int) -> None:
    rng = random.Random(seed)
    made = {
        (rng.choice((0, 0, 1, 2**63, 2**64 - 1)), rng.choice((5, 6, 2**64 - 1, rng.getrandbits(64))), rng.randrange(4))
        for _ in range(300)
    }
    services = [
        of(port, lo, hi, ip_version, rng.choice((1, 1, 1, 2, 9)))
        for hi, lo, port in sorted(made)
        for ip_version in (4, 6)
    ]
    rng.shuffle(services)
    count = len(services) // 2
    by_sorting = sorted(services, key=lambda s: (-s.syns, s.hi, s.lo, s.port, s.ip_version))[:count]
    assert set(map(id, busiest(services, count))) == set(map(id, by_sorting)), f"seed {seed}"
