"""Verdicts, written fast: the same octets as the sentence itself, for any numbers."""

from __future__ import annotations

import json
from random import Random

from tcplife.model.connection import Connection, SideStats
from tcplife.report.buffer import Buffer
from tcplife.report.verdict_writer import VerdictWriter
from tests.report.test_judged_writer import TIMES, judged

KINDS = (None, "four_segment", "three_segment", "reset", "half_close", "simultaneous", "refused", "unanswered")
OCTETS = (0, 1, 2, 999, 1000, 1_005, 65_800, 10**6, 1_000_001, 2**40)


def told(rng: Random) -> Connection:
    """A connection with any numbers in what its verdict says."""
    c = judged(rng)
    c.told = rng.choice((None, None, None, 'who said "so"?'))
    c.close_kind = rng.choice(KINDS)
    c.close_initiator = rng.randrange(2)
    if c.close_kind == "half_close":
        c.judgement.half_by = c.close_initiator
    c.close_packet = rng.randrange(1, 2**40)
    c.final_client, c.final_server = rng.choices(range(11), k=2)
    c.judgement.half_ns = rng.choice((0, *TIMES))
    if c.judgement.reset is not None and rng.random() < 0.7:
        c.judgement.reset.packet = c.close_packet
    c.judgement.acked_client, c.judgement.acked_server = (rng.choice((-1, 0, 1, 1, 1)) for _ in range(2))
    for s in (c.client_stats, c.server_stats):
        s.packets, s.bytes = rng.choice((0, 7)), rng.choice(OCTETS)
        s.unacked_bytes, s.unseen_bytes = rng.choice(OCTETS), rng.choice((0, 0, *OCTETS))
        s.syns = rng.randrange(4)
    return c


def test_the_fast_way_writes_what_the_sentence_says() -> None:
    rng = Random(20261121)
    buffer = Buffer()
    writer = VerdictWriter(buffer)
    for number in range(3000):
        c = told(rng)
        writer.write(c)
        assert json.loads(buffer.take()) == c.verdict, f"number {number}: {c.close_kind}"


def test_what_is_written_stands_behind_what_was_there() -> None:
    buffer = Buffer()
    buffer.raw(b'"verdict":')
    c = told(Random(1))
    c.client_stats = c.server_stats = SideStats()
    VerdictWriter(buffer).write(c)
    assert buffer.take() == b'"verdict":%b' % json.dumps(c.verdict).encode()
