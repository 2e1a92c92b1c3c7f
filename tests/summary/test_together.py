"""Records made some at a time are those made one by one, in the same order; whoever asks sees no difference."""

from __future__ import annotations

import json

from tcplife.model.names import ACK, FIN
from tcplife.model.totals import Options, Totals
from tcplife.report.schema import record
from tcplife.summary.conclude import conclude
from tcplife.summary.finished import LEFT_CLOSED, LEFT_EARLY, TOGETHER, Finished
from tcplife.tracker.life import Life
from tcplife.tracker.tracker import Tracker
from tests.tracker.test_plain import Exchange

TWO_MSL_NS = 240_000_000_000
LIVES = 3 * TOGETHER + 5


def life_of(seed: int) -> Life:
    """Return a life that has seen much, and perhaps a FIN of both sides."""
    exchange = Exchange(seed)
    life, tracker = Life(), Tracker(TWO_MSL_NS)
    life.index = life.first_packet = seed + 1
    stream = exchange.stream()
    if seed % 2:
        stream += [(0, exchange.segment(0, FIN | ACK, 0)), (1, exchange.segment(1, FIN | ACK, 0))]
    for side, s in stream:
        s.bare = False
        tracker.segment(life, side, s, -1)
    life.left = (0, LEFT_CLOSED, LEFT_EARLY)[seed % 3]
    return life


def told(together: int) -> tuple[list[str], Totals, list[int]]:
    """Return what is told of lives that leave one after the other, with a record without a life in between.

    together: so many at a time; 0: each is a record as it leaves.
    """
    finished = Finished(Totals(), TWO_MSL_NS, Options(piles=True))
    finished.together = together or 1
    ready = []
    counts = []
    for seed in range(LIVES):
        now_ns = 1_100_000_000_000 + seed * 70_000_000_000
        life = life_of(seed)
        life.reported = seed == 9
        if together:
            finished.take(life, f"tunnel {seed}", now_ns)
        elif not life.reported:
            finished.add(life, f"tunnel {seed}", now_ns, False)
        if seed % TOGETHER == TOGETHER // 2:
            alone = life_of(1000 + seed)
            alone.finish(now_ns, TWO_MSL_NS)
            finished.enter_alone(conclude(alone, ""), LEFT_EARLY, now_ns)
        if seed == TOGETHER + 3:
            finished.sum_up()
            counts.append(finished.totals.connections)
        if seed % (TOGETHER + 7) == 4:
            ready += finished.take_ready()
            counts.append(len(ready))
    finished.complete(1_100_000_000_000 + LIVES * 70_000_000_000)
    return [json.dumps(record(c)) for c in ready + finished.take_ready()], finished.totals, counts


def test_records_made_together_are_those_made_one_by_one() -> None:
    assert told(TOGETHER) == told(1) == told(0)


def test_records_wait_for_each_other_only_so_long() -> None:
    finished = Finished(Totals(), TWO_MSL_NS, Options())
    for seed in range(TOGETHER):
        assert not finished.ready
        finished.take(life_of(seed), "", 2_000_000_000_000)
    assert [c.index for c in finished.ready] == list(range(1, TOGETHER + 1))


def test_where_somebody_waits_for_them_they_do_not() -> None:
    for options in (Options(live=True), Options(watch=True)):
        finished = Finished(Totals(), TWO_MSL_NS, options)
        finished.take(life_of(0), "", 2_000_000_000_000)
        assert len(finished.ready) == 1
