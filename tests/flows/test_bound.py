"""How many connections a machine may hold when nobody says."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tcplife.flows.bound import CONNECTION_OCTETS, GIB, LEAST, MOST, SHARE, default_max_connections, machine_memory


@pytest.mark.parametrize(("memory", "most"), [(0, LEAST), (64 << 20, LEAST), (1 << 40, MOST)])
def test_limits(memory: int, most: int) -> None:
    assert default_max_connections(memory) == most


def test_a_full_table_takes_its_share_of_the_memory_and_more_memory_never_holds_fewer() -> None:
    sizes = range(0, 40 * GIB, GIB // 2)
    bounds = [default_max_connections(size) for size in sizes]
    assert all(fewer <= more for fewer, more in pairwise(bounds))
    between = [(size, bound) for size, bound in zip(sizes, bounds, strict=True) if LEAST < bound < MOST]
    assert between
    for size, bound in between:
        assert bound * CONNECTION_OCTETS <= size / SHARE < (bound + 1) * CONNECTION_OCTETS


def test_this_machine_has_some() -> None:
    assert machine_memory() > 1 << 20
    assert LEAST <= default_max_connections() <= MOST
