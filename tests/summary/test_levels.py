"""How many at once: exact while there is room, then close, in bounded memory."""

from __future__ import annotations

import random

import pytest

from tcplife.summary.levels import Level


def peak_of(stays: list[tuple[int, int]]) -> int:
    """The slow, plain way."""
    points = sorted([(enter, 1) for enter, _ in stays] + [(leave, -1) for _, leave in stays if leave >= 0])
    level = best = 0
    for _, step in points:
        level += step
        best = max(best, level)
    return best


def test_nothing_has_no_peak() -> None:
    assert Level().peak() == (0, 0)


def test_one_leaves_as_the_next_enters() -> None:
    level = Level()
    level.stay(10, 20)
    level.stay(20, 30)
    assert level.peak() == (1, 10)


def test_who_never_leaves_stays_counted() -> None:
    level = Level()
    level.stay(10, -1)
    level.stay(30, 40)
    level.stay(50, 60)
    assert level.peak() == (2, 30)


@pytest.mark.parametrize("seed", range(20))
def test_few_stays_are_exact_in_any_order(seed: int) -> None:
    rng = random.Random(seed)
    stays = []
    level = Level()
    for _ in range(rng.randrange(1, 500)):
        enter = rng.randrange(10_000)
        stays.append((enter, enter + rng.randrange(3000) if rng.random() < 0.9 else -1))
        level.stay(*stays[-1])
    assert level.peak()[0] == peak_of(stays)
    assert level.exact


@pytest.mark.parametrize("seed", range(3))
def test_many_stays_are_close_and_bounded(seed: int) -> None:
    rng = random.Random(seed)
    stays = []
    level = Level()
    now = 0
    for _ in range(50_000):
        now += rng.randrange(20_000_000)
        enter = now - rng.randrange(10**9)
        stays.append((enter, enter + rng.randrange(60 * 10**9)))
        level.stay(*stays[-1])
    best, _ = level.peak()
    assert best == pytest.approx(peak_of(stays), rel=0.02)
