"""Random conversations for Zeek's words: mostly what two stacks would say, with every field out of place now and then.

In: a random generator. Out: packets for the slow model. Numbers start near the corners of the circle, time jumps over
Zeek's timers, payloads get lost, cut off, repeated or reordered, and now and then a packet is pure noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .zeek_oracle import TURN, Packet

STARTS = (0, 1, 2, 1000, 0x7FFF_FF00, 0x8000_0000, TURN - 3000, TURN - 100, TURN - 2, TURN - 1)
GAPS_US = (0, 1, 500, 20_000, 900_000, 2_400_000, 4_999_999, 5_000_000, 5_000_001, 6_000_000, 7_000_000)
GAP_WEIGHTS = (3.0, 20.0, 40.0, 60.0, 20.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0)
LONG_GAPS = ((61_000_000, 1.0), (299_999_999, 0.4), (300_000_000, 0.4), (3_700_000_000, 0.3))
BACK_STEPS = ((-1, 0.7), (-700_000, 0.5), (-5_500_000, 0.3), (120_000_000, 0.4), (450_000_000, 0.4))
"""Time goes back only where no silence comes near Zeek's limits: the fast model keeps no timer for those."""
PORTS = (
    (40000, 80),
    (40000, 22),
    (40000, 40001),
    (80, 443),
    (443, 80),
    (80, 40000),
    (22, 40000),
    (513, 40000),
    (23, 80),
)


@dataclass
class Half:
    """One speaker: what it sends next, what it has received, whether it has sent its SYN and FIN."""

    iss: int
    next: int = 0
    heard: int = 0
    opened: bool = False
    finished: bool = False


def conversation(random: Random, packets: int) -> list[Packet]:
    """A conversation of so many packets."""
    halves = [Half(random.choice(STARTS)), Half(random.choice(STARTS))]
    for half in halves:
        half.next = half.iss
    ports = random.choice(PORTS)
    us = 1_000_000_000_000
    noise = random.choice((0.0, 0.02, 0.1, 0.4))
    loss = random.choice((0.0, 0.05, 0.3))
    cut = random.choice((0.0, 0.0, 0.1, 0.9))
    wide = random.choice((1, 1, 100, 1000))
    rare = random.choice((LONG_GAPS, BACK_STEPS))
    gaps = (*GAPS_US, *(gap for gap, _ in rare))
    weights = (*GAP_WEIGHTS, *(weight for _, weight in rare))
    calm = random.random() < 0.5
    out: list[Packet] = []
    held: Packet | None = None
    speaker = 0
    while len(out) < packets:
        us += random.choice((1, 500, 20_000)) if calm else random.choices(gaps, weights)[0]
        speaker = 1 - speaker if random.random() < 0.5 else speaker
        said = noisy(random, halves, speaker) if random.random() < noise else orderly(random, halves, speaker, wide)
        flags, seq, ack, length = said
        packet = Packet(
            us, speaker, flags, seq % TURN, ack % TURN, length,
            window=0 if random.random() < 0.03 else 1000,
            whole=random.random() >= cut,
            bad=random.random() < noise / 5,
            sport=ports[speaker], dport=ports[1 - speaker],
        )  # fmt: skip
        if random.random() < loss:
            held = packet if random.random() < 0.5 else held
            continue
        out.append(packet)
        if held is not None and random.random() < 0.4:
            out.append(
                Packet(us, held.side, held.flags, held.seq, held.ack, held.length, sport=held.sport, dport=held.dport)
            )
            held = None
    return out


def orderly(random: Random, halves: list[Half], speaker: int, wide: int) -> tuple[str, int, int, int]:
    """What a stack in this position might send: flags, seq, ack, payload octets."""
    me, you = halves[speaker], halves[1 - speaker]
    if not me.opened:
        if random.random() < 0.05:
            me.opened = True
            return "A", me.next, me.heard, 0
        flags = "SA" if you.opened and random.random() < 0.95 else "S"
        me.next = me.iss + 1
        me.heard = you.next
        me.opened = True
        return flags, me.iss, me.heard if "A" in flags else 0, random.choice((0, 0, 0, 10))
    if random.random() < 0.8:
        me.heard = you.next
    choice = random.random()
    if choice < 0.02 and not me.finished:
        me.finished = True
        length = random.choice((0, 0, 5))
        seq, me.next = me.next, me.next + length + 1
        return "FA", seq, me.heard, length
    if choice < 0.025:
        return random.choice(("R", "RA")), me.next, me.heard, 0
    if choice < 0.035:
        me.iss += random.choice((0, 0, 1, 50_000))
        me.next = me.iss + 1
        me.finished = False
        return "S", me.iss, 0, 0
    if choice < 0.1:
        length = random.choice((1, 100, 1448))
        return "A", me.next - random.choice((length, 1, 2 * length)), me.heard, length
    if choice < 0.55 and not me.finished:
        length = random.choice((1, 5, 100, 1448, 1448)) * wide
        seq, me.next = me.next, me.next + length
        return "A", seq, me.heard, length
    return "A", me.next, me.heard, 0


def noisy(random: Random, halves: list[Half], speaker: int) -> tuple[str, int, int, int]:
    """Anything: flags, numbers near or far, payload or none."""
    me, you = halves[speaker], halves[1 - speaker]
    flags = random.choice(("", "A", "A", "A", "S", "SA", "F", "FA", "R", "RA", "SF", "SR", "FR", "SFRA", "FRA", "SFA"))
    near = random.choice((me.next, me.iss, me.iss + 1, me.heard, 0, me.next + 500))
    ack = random.choice((me.heard, you.next, you.next + 1, you.next + 3000, you.iss, 0, you.next - 200, me.next))
    off = random.choice((0, 0, 0, 1, -1, 100, -100, 20_000, 1 << 20, -(1 << 20), (1 << 20) + 7, 1 << 31, 12_000_000))
    return flags, near + off, ack, random.choice((0, 0, 1, 2, 40, 1448, 17_000))
