"""The hash of 4-tuples: the same in both forms and both ways round, and nobody can choose many that share a slot."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from tcplife.flows import mix
from tcplife.flows.table import Flow, Table
from tcplife.model.names import M64
from tcplife.model.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Callable

SEED: Final = 11
SLOTS: Final = 1024
Tuple4 = tuple[int, int, int, int, int, int]
"""Source's upper and lower half, destination's, and the two ports."""
LO: Final = 0x0A00_0001

# Families in which what differs would cancel out in a sum, or stay in the upper bits of a word.
FAMILIES: Final[dict[str, Callable[[int], Tuple4]]] = {
    "ports one after the other": lambda n: (0, LO, 0, 1, 1024 + n, 443),
    "ports far from each other": lambda n: (0, LO, 0, 1, n << 6, 443),
    "ports of one sum": lambda n: (0, LO, 0, 1, 1024 + n, 9000 - n),
    "ports of one difference": lambda n: (0, LO, 0, 1, 1024 + n, 9000 + n),
    "hosts one after the other": lambda n: (0, LO + n, 0, 1, 40000, 443),
    "hosts of one sum": lambda n: (0, LO + n, 0, LO - n, 40000, 443),
    "networks": lambda n: (0, n << 22, 0, 1, 40000, 443),
    "halves that cancel out": lambda n: (n << 40, LO ^ (n << 40) * 31 & M64, 7, 1, 40000, 443),
    "half and port that cancel out": lambda n: (7, LO ^ n << 40, 7, 1, n, 443),
    "upper halves": lambda n: (n << 52, LO, 7, 1, 40000, 443),
}


def mixed(secret: int, ends: Tuple4) -> int:
    """Return the hash of a 4-tuple."""
    src_hi, src_lo, dst_hi, dst_lo, sport, dport = ends
    return mix.of(secret, src_hi, src_lo, dst_hi, dst_lo, sport, dport)


def turned(ends: Tuple4) -> Tuple4:
    """Return it the other way round."""
    src_hi, src_lo, dst_hi, dst_lo, sport, dport = ends
    return dst_hi, dst_lo, src_hi, src_lo, dport, sport


def some(rng: random.Random) -> Tuple4:
    """Return any 4-tuple of IPv4, or of IPv6."""
    halves = [rng.getrandbits(64), rng.getrandbits(64), rng.getrandbits(64), rng.getrandbits(64)]
    if rng.random() < 0.5:
        halves = [0, halves[1] >> 32, 0, halves[3] >> 32]
    return halves[0], halves[1], halves[2], halves[3], rng.getrandbits(16), rng.getrandbits(16)


@pytest.mark.parametrize("secret", [0, 1, M64, 0x0123_4567_89AB_CDEF])
def test_the_table_mixes_as_said_in_either_form_and_the_same_both_ways_round(secret: int) -> None:
    rng = random.Random(SEED)
    table = Table(secret)
    for _ in range(200):
        ends = some(rng)
        s = Segment()
        s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, s.sport, s.dport = ends
        s.ip_version = 6 if s.src_hi else 4
        flow = Flow()
        table.add(flow, s)
        assert flow.hash == mixed(secret, ends) == mixed(secret, turned(ends)), ends


@pytest.mark.parametrize("name", FAMILIES)
def test_no_family_of_tuples_crowds_into_few_slots(name: str) -> None:
    rng = random.Random(SEED)
    for _ in range(5):
        secret = rng.getrandbits(64)
        found = [mixed(secret, FAMILIES[name](number)) for number in range(SLOTS)]
        assert len(set(found)) == SLOTS
        slots = Counter(h % SLOTS for h in found)
        assert len(slots) > SLOTS * 0.58, "63 of 100 are taken when each falls where it likes"
        assert max(slots.values()) < 12
