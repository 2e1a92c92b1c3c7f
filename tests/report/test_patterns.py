"""Lifecycles as shapes: counts, examples, durations, outliers, and memory that does not grow with connections."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections import Counter
from typing import Any

import pytest

from tcplife.capture import open_capture
from tcplife.cli.main import main
from tcplife.model.connection import Connection
from tcplife.model.judgement import Judgement
from tcplife.pipeline import Analysis
from tcplife.report.frequent import Frequent, Times
from tcplife.report.paint import Paint
from tcplife.report.patterns import MOST_SHAPES, Patterns, PatternsReporter, life

from .samples import SAMPLES, Kept


def made(
    index: int, *, client: int = 1, port: int = 80, close: str | None = "four_segment", ns: int = 1000
) -> Connection:
    """A connection of our own making."""
    c = Connection()
    c.index = c.first_packet = c.last_packet = index
    c.client_lo, c.server_lo, c.client_port, c.server_port = 0x0A000000 + client, 0x0B000001, 40000, port
    c.start_ns, c.end_ns = index, index + ns
    c.close_kind = close
    c.close_initiator = 0 if close else -1
    c.judgement = Judgement()
    return c


def test_the_shapes_of_a_sample_count_every_connection() -> None:
    patterns = Patterns()
    expected: Counter[tuple[str | None, str, str]] = Counter()
    for name in ("close_wait_pile", "time_wait_pile", "wget"):
        for c in Analysis(open_capture(str(SAMPLES / f"{name}.pcap"))):
            patterns.add(c)
            expected[c.close_kind, str(c.final["client"]), str(c.final["server"])] += 1
    found: Counter[tuple[str | None, str, str]] = Counter()
    for pattern in patterns.ranked():
        found[pattern.shape.close, pattern.shape.client, pattern.shape.server] += pattern.count
    assert found == expected


def test_a_hundred_thousand_connections_become_a_dozen_lines_in_bounded_memory() -> None:
    kept = Kept()
    reporter = PatternsReporter(kept, Paint(colour=False))
    seeded = random.Random(7)
    kinds = ["four_segment"] * 90 + ["reset"] * 9 + ["refused"]
    tracemalloc.start()
    for index in range(1, 100_001):
        reporter.connection(
            made(index, client=seeded.randrange(1 << 20), port=seeded.randrange(65536), close=seeded.choice(kinds))
        )
        if index == 20_000:
            early = tracemalloc.get_traced_memory()[0]
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    reporter.end(None)  # type: ignore[arg-type]
    lines = kept.text.splitlines()
    assert lines[0] == "100,000 connections in 3 shapes"
    assert len(lines) <= 12
    assert late < early + 200_000


def test_shapes_beyond_the_bound_are_counted_together() -> None:
    patterns = Patterns(by_service=True)
    for index in range(1, MOST_SHAPES + 51):
        patterns.add(made(index, port=index))
    assert len(patterns.ranked()) == MOST_SHAPES
    assert patterns.omitted == 50


def test_a_host_that_stands_out_is_named() -> None:
    patterns = Patterns()
    for index in range(1, 1001):
        patterns.add(made(index, client=index % 100))
    for index in range(1001, 1041):
        patterns.add(made(index, client=200 if index > 1005 else index % 100, close="reset"))
    usual, odd = patterns.ranked()
    assert patterns.outliers(usual) == []
    assert patterns.outliers(odd) == [((0, 4, 0, 0x0A0000C8), 35, 35)]


def test_frequent_keys_are_exact_in_room_and_bounded_beyond() -> None:
    seeded = random.Random(3)
    keys = [int(seeded.paretovariate(1)) for _ in range(20_000)]
    truth = Counter(keys)
    for room in (len(truth), 50):
        frequent: Frequent[int] = Frequent(room)
        for key in keys:
            frequent.add(key)
        assert len(frequent) <= room
        for key, count in truth.items():
            assert count - frequent.error <= frequent.count(key) <= count
        assert (frequent.error == 0) == (room == len(truth))


@pytest.mark.parametrize("seed", range(5))
def test_quantiles_are_at_most_an_eighth_high(seed: int) -> None:
    seeded = random.Random(seed)
    values = [*sorted(int(seeded.lognormvariate(10, 4)) for _ in range(2000)), 0, 1, 7]
    times = Times()
    for value in values:
        times.add(value)
    values.sort()
    assert (times.least, times.most) == (values[0], values[-1])
    for share in (0.5, 0.95, 1.0):
        exact = values[max(0, -(-int(share * len(values) * 1000) // 1000) - 1)]
        assert exact <= times.quantile(share) + 1
        assert times.quantile(share) <= exact * 9 / 8 + 1


def test_the_command_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    captures = [str(SAMPLES / "close_wait_pile.pcap"), str(SAMPLES / "wget.pcap")]
    assert main(["patterns", *captures]) == 0
    text = capsys.readouterr().out
    assert main(["patterns", *captures, "--format", "json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert sum(shape["count"] for shape in document["shapes"]) == document["connections"]
    for shape in document["shapes"]:
        assert f"e.g. #{shape['example']['index']}, packets {shape['example']['first_packet']}-" in text
    assert main(["patterns", *captures, "--by-service", "--top", "1", "--filter", 'service == "80"']) == 0
    assert "port 80" in capsys.readouterr().out


def test_every_shape_has_words() -> None:
    first, second = (p.shape for p in _two().ranked())
    assert life(first) == "three-segment open, three-segment close by client: client CLOSED, server CLOSED"
    assert life(second) == "three-segment open, not closed: client CLOSED, server CLOSED"


def _two() -> Patterns:
    patterns = Patterns()
    for c in (made(1, close="three_segment"), made(2, close=None)):
        c.final_client = c.final_server = 1
        patterns.add(c)
    return patterns
