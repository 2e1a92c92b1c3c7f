"""Short stories of two endpoints, told to a `WireStream` line by line, each with the flags it must get.

    ms   who flags seq:len ack win [options]   | kinds
    0    A S   100:0     0  1000 scale=7
    10   B S.  500:0   101  1000               |
    20   A .   101:100 501  1000               | window_full

Numbers are raw; flags are tcpdump's letters; kinds are Wireshark's, none by default. Options: scale=N, mptcp=BITS.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tcplife.anomalies.kinds import DUPLICATE_ACK, names_of
from tcplife.anomalies.wireshark import WireStream
from tcplife.model.names import ACK, FIN, PSH, RST, SYN
from tcplife.model.segment import Segment

LETTERS = {"S": SYN, "F": FIN, "R": RST, "P": PSH, ".": ACK, "-": 0}
NS_PER_MS = 1_000_000


@dataclass
class Telling:
    """What came of a story: the stream, what differed, and per line the numbers that tshark would show."""

    stream: WireStream = field(default_factory=WireStream)
    wrong: list[str] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    windows: list[int] = field(default_factory=list)
    relative: list[tuple[int, int]] = field(default_factory=list)


def segment_of(line: str, packet: int) -> tuple[Segment, int]:
    """One line as a segment and its side."""
    ms, who, letters, place, ack, win, *options = line.split()
    segment = Segment()
    segment.packet = packet
    segment.ts_ns = round(float(ms) * NS_PER_MS) + 1_700_000_000_000_000_000
    for letter in letters:
        segment.flags |= LETTERS[letter]
    seq, length = place.split(":")
    segment.seq, segment.length, segment.ack, segment.window = int(seq, 0), int(length), int(ack, 0), int(win)
    for option in options:
        name, value = option.split("=")
        setattr(segment, {"scale": "wscale", "mptcp": "mptcp"}[name], int(value, 0))
    return segment, int(who == "B")


def lines_of(story: str) -> list[tuple[str, frozenset[str]]]:
    """Each line as (the segment in words, its kinds)."""
    lines = [line.partition("|") for line in story.splitlines() if line.strip()]
    return [(facts.strip(), frozenset(kinds.split())) for facts, _, kinds in lines]


def tell(story: str) -> Telling:
    """Analyse every line; a segment that splits is told to a new stream."""
    told = Telling()
    for packet, (facts, kinds) in enumerate(lines_of(story), 1):
        segment, side = segment_of(facts, packet)
        if told.stream.splits(segment, side):
            told.splits.append(packet)
            told.stream = WireStream(1)
        found = told.stream.analyse(segment, side)
        if set(names_of(found)) != kinds:
            told.wrong.append(f"packet {packet} ({facts}): {names_of(found)}, not {sorted(kinds)}")
        told.numbers.append(told.stream.number if found & DUPLICATE_ACK else 0)
        told.windows.append(told.stream.window)
        told.relative.append((told.stream.rel_seq(segment, side), told.stream.rel_ack(segment, side)))
    return told


def check(story: str) -> Telling:
    """Tell a story in which every flag must be right."""
    told = tell(story)
    assert not told.wrong, "\n".join(told.wrong)
    return told
