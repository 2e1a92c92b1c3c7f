"""From a usual handshake until the listener shows that it accepts, views sleep and leave everything as those that do not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from tcplife.model.names import ACK, FIN, PSH, RST, SYN
from tcplife.model.totals import Options
from tests.test_forms import pcap_of
from tests.tracker.test_plain import Exchange

from .test_farewell import MASK, spoiled
from .test_sleep import HEADER, compare, framed

if TYPE_CHECKING:
    from tcplife.model.segment import Segment

SEEDS: Final = 120
HANDSHAKE: Final = 3


def opening(seed: int) -> list[tuple[int, int, bytes]]:
    """Return the records of one life: a usual handshake, and what its ends say then, something of which may be odd."""
    rng = random.Random(seed)
    exchange = Exchange(seed)
    clocks = [rng.randrange(1 << 32), rng.randrange(1 << 32)] if rng.random() < 0.7 else []
    for host in exchange.hosts:
        host.next = rng.choice((*[rng.randrange(1 << 32)] * 9, MASK - 2, MASK - 500, 1 << 31))
        host.scale, host.ttl, host.clock = rng.choice((7, 7, 7, 0, -1)), 64, -1
        host.id = rng.choice((0, 7, 65_530))
    window = rng.choice((65_535, 65_535, 700, 1_460, 1_461))
    made: list[tuple[int, Segment]] = []

    def sends(side: int, flags: int, length: int) -> None:
        s = exchange.segment(side, flags, length)
        s.ack = exchange.hosts[1 - side].next & MASK if flags & ACK else 0
        s.window = window if flags & SYN else rng.choice((500, 512, window, window, window - 1))
        s.ts_ns = exchange.ts_ns = (made[-1][1].ts_ns if made else s.ts_ns) + rng.choice((0, 1_000, 30_000_000))
        if clocks:
            s.ts_val, s.ts_ecr = (clock + s.ts_ns // 1_000_000 & MASK for clock in (clocks[side], clocks[1 - side]))
        made.append((side, s))

    for side, flags in ((0, SYN), (1, SYN | ACK), (0, ACK)):
        sends(side, flags, 0)
    for _ in range(rng.randrange(1, 4)):
        sends(0, rng.choice((ACK, ACK | PSH)), rng.choice((700, 700, 1_460, 1, 0)))
    for _ in range(rng.randrange(3)):
        sends(1, ACK, rng.choice((0, 0, 1_460)))
    if rng.random() < 0.4:
        sends(rng.randrange(2), rng.choice((ACK, FIN | ACK, RST, RST | ACK)), rng.choice((0, 9)))
    sends(0, ACK | PSH, 100)
    if rng.random() < 0.5:
        spoiled(made[rng.randrange(HANDSHAKE, len(made))][1], rng)
    if rng.random() < 0.2:
        made.insert(rng.randrange(HANDSHAKE, len(made) + 1), made[rng.randrange(HANDSHAKE - 1, len(made))])
    return framed(made, 900_000_000_000, rng)


def test_whoever_slept_from_the_handshake_on_knows_what_passed() -> None:
    slept = 0
    for seed in range(SEEDS):
        records = opening(seed)
        for cut in range(HANDSHAKE, len(records) + 1):
            slept += compare(pcap_of(HEADER, records), Options(keep_open=True, count=cut, checksums=seed % 20 == 19))
    assert slept > 2 * SEEDS
