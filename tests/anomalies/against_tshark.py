"""Hold our Wireshark flags against the real tshark's, packet by packet.

    python -m tests.anomalies.against_tshark [--rooms] CAPTURE_OR_FOLDER...

reads each capture with `tcplife.analyze` (--rooms: with the decoder and the flags alone, no connections),
prints precision and recall of each kind and every differing frame; exit code 1 if any differs.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tcplife.anomalies.kinds import WIRESHARK_KINDS
from tcplife.errors import CaptureError
from tests.anomalies import product, rooms, tshark
from tests.anomalies.tshark import Row

Reading = Callable[[Path], dict[int, Row]]
READINGS: dict[str, Reading] = {"--rooms": rooms.rows_of, "--product": product.rows_of}


@dataclass
class Agreement:
    """Counts over one or more captures: packets, and per kind how often both, only we, only tshark say it."""

    packets: int = 0
    both: Counter[str] = field(default_factory=Counter)
    only_ours: Counter[str] = field(default_factory=Counter)
    only_tshark: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def add(self, name: str, ours: dict[int, Row], theirs: dict[int, Row]) -> None:
        """Count one capture."""
        self.packets += len(theirs)
        for packet in sorted(ours.keys() | theirs.keys()):
            mine, shown = ours.get(packet), theirs.get(packet)
            our_kinds = mine.kinds if mine else frozenset()
            their_kinds = shown.kinds if shown else frozenset()
            self.both.update(our_kinds & their_kinds)
            self.only_ours.update(our_kinds - their_kinds)
            self.only_tshark.update(their_kinds - our_kinds)
            if mine is None or shown is None:
                self.numbers["packet"] += 1
                self.differing.append(f"{name}: {packet}: only {'tshark' if mine is None else 'we'} read it as TCP")
            elif fields := mine.differs_in(shown):
                self._add_difference(f"{name}: {packet}", fields, mine, shown)

    def _add_difference(self, where: str, fields: list[str], mine: Row, shown: Row) -> None:
        """Write down what differs in one packet."""
        parts = [f"+{kind}" for kind in sorted(mine.kinds - shown.kinds)]
        parts += [f"-{kind}" for kind in sorted(shown.kinds - mine.kinds)]
        for number in fields:
            if number != "kinds":
                self.numbers[number] += 1
                parts.append(f"{number} {getattr(mine, number)} (tshark {getattr(shown, number)})")
        self.differing.append(f"{where}: {' '.join(parts)}")

    def table(self) -> Iterator[str]:
        """Lines of the summary: kind, how often tshark says it, precision, recall."""
        yield f"{self.packets} packets"
        for kind in WIRESHARK_KINDS:
            both, ours, theirs = self.both[kind], self.only_ours[kind], self.only_tshark[kind]
            if both + ours + theirs:
                yield f"{kind:24} {both + theirs:8} {_percent(both, ours):>9} {_percent(both, theirs):>9}"
        if self.numbers:
            yield "other differences: " + ", ".join(f"{name} {count}" for name, count in self.numbers.items())


def _percent(hits: int, misses: int) -> str:
    """Share of hits; never rounded up to 100 %."""
    if not misses:
        return "100 %"
    return f"{min(100 * hits / (hits + misses), 99.99):.2f} %"


def captures_in(places: Iterable[str]) -> Iterator[Path]:
    """Each file named, and each file below each folder named."""
    for place in map(Path, places):
        if place.is_dir():
            yield from (path for path in sorted(place.rglob("*")) if path.is_file())
        else:
            yield place


def compare(captures: Iterable[Path], ours: Reading) -> Agreement:
    """Read every capture both ways."""
    total = Agreement()
    for capture in captures:
        try:
            mine = ours(capture)
        except CaptureError as error:
            print(error, file=sys.stderr)
        else:
            total.add(capture.name, mine, tshark.rows_of(capture))
    return total


def main(arguments: list[str]) -> int:
    """Entry point of the command line; returns the exit code."""
    places = [argument for argument in arguments if argument not in READINGS]
    reading = next((READINGS[argument] for argument in arguments if argument in READINGS), product.rows_of)
    total = compare(captures_in(places), reading)
    for line in total.differing:
        print(line)
    print(*total.table(), sep="\n")
    return int(bool(total.differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
