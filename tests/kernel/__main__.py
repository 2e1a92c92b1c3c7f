"""Commands for those who mend the tracker. `compare` and `show` need no root, `play` and `store` do.

python -m tests.kernel list
python -m tests.kernel compare [PATTERN...]    stored captures against tcplife: the table, every difference in short
python -m tests.kernel show PATTERN...         both paths, packet by packet, with tcpdump's lines
python -m tests.kernel play [PATTERN...]       play scenarios live and compare
python -m tests.kernel store [PATTERN...]      play scenarios live and store captures and truth
python -m tests.kernel random COUNT [SEED [DIR]]   live so many random lives; differing ones are cut out into DIR
python -m tests.kernel oddpeer COUNT [SEED [DIR]]  the same for lives of a real socket against a scripted peer
python -m tests.kernel states COUNT [SEED [DIR]]   the same, led to a state by the book before anything odd comes
python -m tests.kernel look DIR [PATTERN...]   compare again what `random` cut out, in full
python -m tests.kernel adopt DIR NAME...       take such a life among the stored ones
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.kernel import play
from tests.kernel.compare import Compared, show, table
from tests.kernel.lives import Batch
from tests.kernel.oddlives import OddBatch
from tests.kernel.statelives import StateBatch
from tests.kernel.tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS: Final[dict[str, type[Batch | OddBatch]]] = {"random": Batch, "oddpeer": OddBatch, "states": StateBatch}


def main(arguments: Sequence[str]) -> int:
    """Run one command; exit code 1 when there is a difference."""
    command, patterns = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "list":
        for one in play.chosen(patterns):
            print(f"{one.topic:10} {one.name:55} {(one.body.__doc__ or '').splitlines()[0]}")
        return 0
    if command in {"compare", "show"}:
        return report(play.compare_all(play.CAPTURES, play.stored_truths(patterns)), everything=command == "show")
    if command in {"play", "store"}:
        return live(patterns, keep=command == "store")
    if command in KINDS:
        seed = patterns[1] if len(patterns) > 1 else str(time.time_ns() % 10**9)
        return lots(KINDS[command], int(patterns[0]), seed, Path(patterns[2]) if len(patterns) > 2 else None)
    if command == "look":
        return report(
            play.compare_all(Path(patterns[0]), play.truths_in(Path(patterns[0]), patterns[1:])), everything=True
        )
    if command == "adopt":
        play.adopt(Path(patterns[0]), patterns[1:])
        return 0
    print(__doc__)
    return 2


def lots(kind: type[Batch | OddBatch], count: int, seed: str, keep: Path | None) -> int:
    """Live random lives; print the seed, the table and what differs."""
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="tcplife-lives-") as name:
        tracer = Tracer(Path(name))
        try:
            lived = play.live(count, seed, tracer, Path(name), keep, kind=kind)
        finally:
            tracer.close()
        status = report(lived.results, everything=False)
    print(f"{lived.count} lives; {lived.uncounted} endpoints and {lived.broken} batches did not count")
    return status


def live(patterns: Sequence[str], *, keep: bool) -> int:
    """Play, then store or compare."""
    with tempfile.TemporaryDirectory(prefix="tcplife-kernel-") as name:
        directory = Path(name)
        tracer = Tracer(directory)
        try:
            played = play.play_all(play.chosen(patterns), tracer, directory)
        finally:
            tracer.close()
        for scenario, why in played.trouble.items():
            print(f"{scenario}: no run counted: {why}")
        if keep:
            play.store(played.truths, directory)
            print(f"{len(played.truths)} scenarios stored in {play.CAPTURES}")
            return len(played.trouble)
        return report(play.compare_all(directory, played.truths), everything=False)


def report(results: Sequence[Compared], *, everything: bool) -> int:
    """Print the table and what differs."""
    bad = [result for result in results if play.differs(result)]
    for result in results if everything else bad:
        print(show(result))
    print(table(results))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
