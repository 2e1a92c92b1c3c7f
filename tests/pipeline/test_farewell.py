"""A parting taken at once leaves a run as its segments leave it one by one, whatever is odd about them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from tcplife.model.compiled import COMPILED
from tcplife.model.names import ACK, CWR, ECE, FIN, PSH, RST, SYN
from tcplife.model.totals import Options
from tests.test_forms import pcap_of
from tests.tracker.test_plain import Exchange

from .test_mail import record
from .test_sleep import HEADER, framed

if not COMPILED:
    from tcplife.pipeline import farewell

    from .test_stride import compare

if TYPE_CHECKING:
    from tcplife.model.segment import Segment

__test__ = not COMPILED

MASK: Final = 0xFFFF_FFFF
SEEDS: Final = 150
NUMBERS: Final = (1, -1, 2, 1460, -1460, 1 << 31)
ODD: Final[dict[str, tuple[int, ...]]] = {
    "seq": NUMBERS, "ack": NUMBERS, "ts_val": (-1, 40, 1 << 31, (1 << 31) - 1), "ts_ecr": (1, -1, -50, 1 << 31),
    "ts_ns": (-2_000, 900_000_000, 1_100_000_000, 70_000_000_000),
}  # fmt: skip
"""What a number may be off by."""
OTHER: Final[dict[str, tuple[Any, ...]]] = {
    "flags": (ACK, FIN, FIN | ACK, FIN | ACK | PSH, ACK | ECE, FIN | ACK | CWR, RST, RST | ACK, SYN, SYN | ACK, 0),
    "window": (0, 1, 65_535), "length": (1, 700), "ecn": (1, 3), "sack_count": (1,), "ts_val": (-1, 0), "ts_ecr": (0,),
    "ip_id": (0, 1), "ttl": (1, 255), "seq": (0,), "ack": (0,),
}  # fmt: skip
"""What it may be instead."""


def spoiled(s: Segment, rng: random.Random) -> None:
    """Let something of a segment be as it seldom is."""
    name = rng.choice((*ODD, *OTHER))
    if name in ODD and (name not in OTHER or rng.random() < 0.7):
        value = getattr(s, name) + rng.choice(ODD[name])
        setattr(s, name, value if name == "ts_ns" else value & MASK)
    else:
        setattr(s, name, rng.choice(OTHER[name]))


def farewells(seed: int, starts: tuple[int, int] | None = None) -> list[Any]:
    """Return the records of one life from its SYN to its end, which is mostly a usual parting, and some of another one.

    starts: the numbers of its SYNs, else any.
    """
    rng = random.Random(seed)
    exchange = Exchange(seed)
    clocks = [rng.randrange(1 << 32), rng.randrange(1 << 32)] if rng.random() < 0.7 else []
    for host in exchange.hosts:
        host.next = rng.choice((*[rng.randrange(1 << 32)] * 9, MASK - 2, MASK - 1))
        host.window, host.scale, host.ttl = 65_535, 7, rng.choice((64, 63))
        host.clock = -1
        host.id = rng.choice((0, 7, 65_530))
    for host, number in zip(exchange.hosts, starts or (), strict=False):
        host.next = number
    made: list[tuple[int, Segment]] = []

    def sends(side: int, flags: int, length: int) -> None:
        s = exchange.segment(side, flags, length)
        peer = exchange.hosts[1 - side]
        s.ack = peer.next & MASK if flags & ACK else 0
        s.window = 65_535 if flags & SYN else 500 + 10 * len(made)
        if rng.random() < 0.9:
            s.ts_ns = exchange.ts_ns = (made[-1][1].ts_ns if made else s.ts_ns) + rng.choice((0, 1_000, 30_000_000))
        if clocks:
            s.ts_val, s.ts_ecr = (clock + s.ts_ns // 1_000_000 & MASK for clock in (clocks[side], clocks[1 - side]))
        made.append((side, s))

    for side, flags in ((0, SYN), (1, SYN | ACK), (0, ACK)):
        sends(side, flags, 0)
    for _ in range(rng.randrange(4, 12)):
        side = rng.randrange(2)
        sends(side, ACK | PSH, rng.choice((1, 700, 1460)))
        if rng.random() < 0.9:
            sends(1 - side, ACK, 0)
    first = rng.randrange(2)
    whole = [(first, FIN | ACK), (1 - first, ACK), (1 - first, FIN | ACK), (first, ACK)]
    del whole[1 : 1 + rng.randrange(2)]
    at = len(made)
    for side, flags in whole:
        sends(side, flags, 0)
    if rng.random() < 0.5:
        spoiled(made[rng.randrange(at, len(made))][1], rng)
    if rng.random() < 0.2:
        made.insert(rng.randrange(at, len(made) + 1), made[rng.randrange(at - 1, len(made))])
    records = framed(made, 900_000_000_000, rng)
    late = max(time for time, _, _ in records) // 1_000 - 1_000_000
    return records + [record(late + more, 9, ACK, 1, 1) for more in range(4)]  # the last of an input go the general way


def test_at_once_is_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    parts = farewell.parts

    def note(*given: Any) -> bool:
        taken.append(parts(*given))
        return taken[-1]

    monkeypatch.setattr(farewell, "parts", note)
    for seed in range(SEEDS):
        records = farewells(seed)
        count = random.Random(seed).choice((None, None, len(records) - random.Random(seed).randrange(1, 9)))
        compare(pcap_of(HEADER, records), Options(keep_open=seed % 2 == 0, count=count))
    assert SEEDS // 8 < sum(taken) < len(taken)
