"""Spots are found by who they are, whatever was added, forgotten, or saved meanwhile."""

from __future__ import annotations

import random

from tcplife.checkpoint.classes import NUMBERS, made_of, values_of
from tcplife.model.connection import Connection
from tcplife.summary.floods import Service
from tcplife.summary.spots import Spots

Name = tuple[int, int, int, int, int, int, int]
MANY = 1000


def of(name: Name) -> Service:
    """A spot of this name."""
    spot = Service.__new__(Service)
    spot.name(Connection())
    spot.hi, spot.lo, spot.peer_hi, spot.peer_lo, spot.port, spot.ip_version, spot.what = name
    return spot


def names(rng: random.Random, count: int) -> list[Name]:
    """So many names that differ little: the same addresses and ports again and again, halves exchanged."""
    few = (0, 1, 2, 2**63, 2**64 - 1)
    made = {
        (
            rng.choice(few), rng.choice(few), rng.choice(few), rng.choice(few),
            rng.choice((0, 80, 65535)), rng.choice((4, 6)), rng.randrange(32),
        )
        for _ in range(4 * count)
    }  # fmt: skip
    return rng.sample(sorted(made), count)


def test_each_is_found_and_no_other() -> None:
    rng = random.Random(20261122)
    spots = Spots()
    known: dict[Name, Service] = {}
    unknown = names(rng, MANY)
    for name in unknown:
        assert spots.find(*name) is None, name
        known[name] = of(name)
        spots.add(known[name])
        if len(known) == MANY // 2:
            known = {kept: known[kept] for kept in rng.sample(sorted(known), MANY // 4)}
            spots.keep(list(known.values()))
    for name in unknown:
        assert spots.find(*name) is known.get(name), name
    assert spots.all == list(known.values())


def test_they_are_found_after_they_were_saved() -> None:
    rng = random.Random(20261123)
    spots = Spots()
    for name in names(rng, 9):
        assert spots.find(*name) is None
        spots.add(of(name))
    again = made_of(NUMBERS[Spots], list(values_of(spots)))
    again.all = [made_of(NUMBERS[Service], list(values_of(spot))) for spot in spots.all]
    assert not any(saved.chain for saved in again.all)
    for spot, saved in zip(spots.all, again.all, strict=True):
        who = (spot.hi, spot.lo, spot.peer_hi, spot.peer_lo, spot.port, spot.ip_version, spot.what)
        assert saved is not spot
        assert again.find(*who) is saved, who
