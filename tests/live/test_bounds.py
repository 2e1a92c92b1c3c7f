"""What a hostile network can fill has a bound, and every connection that leaves by it is counted and told."""

from __future__ import annotations

import io
import random
import sys
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import open_capture
from tcplife.flows.bound import default_max_connections
from tcplife.flows.table import Flow, Table
from tcplife.model.segment import Segment
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis

from .talk import HEADER, SECOND, Talk

if TYPE_CHECKING:
    from tcplife.model.connection import Connection
    from tcplife.model.totals import Totals

BEGIN_NS = 1_700_000_000 * SECOND


def run(octets: bytes, **options: object) -> tuple[list[Connection], Totals]:
    """Analyse octets of a pcap without its header."""
    analysis = Analysis(open_capture(io.BytesIO(HEADER + octets)), Options(**options))  # type: ignore[arg-type]
    return list(analysis), analysis.totals


def segment(source: int, ts_ns: int) -> Segment:
    """Return a segment of one of many flows."""
    s = Segment()
    s.ip_version = 4
    s.src_lo, s.dst_lo, s.sport, s.dport = source, 1, 1000, 80
    s.ts_ns = ts_ns
    return s


@pytest.mark.parametrize("seed", range(20))
def test_the_one_that_leaves_is_always_the_least_recently_active(seed: int) -> None:
    rng = random.Random(seed)
    table = Table()
    known: dict[int, Flow] = {}
    now = BEGIN_NS
    for step in range(2000):
        now += rng.choice([0, 1, 1000, SECOND // 3, 3 * SECOND])
        source = rng.randrange(60)
        flow = known.get(source)
        if flow is None:
            if len(known) >= 25:
                gone = table.evict()
                assert gone is not None
                expected = min(known.items(), key=lambda item: (item[1].last_ns, item[1].index))
                assert gone is expected[1], f"seed {seed}, step {step}"
                table.remove(gone)
                del known[expected[0]]
            flow = Flow()
            flow.index = step
            table.add(flow, segment(source, now))
            known[source] = flow
        else:
            assert table.find(segment(source, now)) is flow
            flow.last_ns = now
        if rng.random() < 0.05 and known:
            source, flow = rng.choice(sorted(known.items(), key=lambda item: item[0]))
            table.remove(flow)
            del known[source]


def test_each_departure_for_want_of_room_is_counted_and_told_in_its_record() -> None:
    flood = b"".join(Talk(1024 + number).up(BEGIN_NS + number, "S", 0) for number in range(5000))
    connections, totals = run(flood, max_connections=100)
    assert (totals.connections, totals.left_early, totals.left_idle) == (5000, 4900, 0)
    early = [c for c in connections if c.left_early is not None]
    assert [c.index for c in early] == list(range(1, 4901))
    assert {c.left_early for c in early} == {"it was the least recently active one of more than --max-connections"}


def test_an_active_connection_outlives_the_flood_around_it() -> None:
    talk = Talk(60000)
    octets = talk.opening(BEGIN_NS)
    for number in range(1000):
        octets += Talk(1024 + number).up(BEGIN_NS + 10_000 + number * 1000, "S", 0)
        octets += talk.up(BEGIN_NS + 10_500 + number * 1000, "P.", 1 + number, 1, b"x")
    connections, totals = run(octets, max_connections=10)
    (alive,) = [c for c in connections if c.client_port == 60000]
    assert alive.left_early is None
    assert alive.client_stats.packets == 1002
    assert totals.left_early == 991


def test_a_silent_connection_leaves_after_the_time_it_was_given_and_says_so() -> None:
    octets = Talk(40000).opening(BEGIN_NS) + b"".join(
        Talk(40001).up(BEGIN_NS + second * SECOND, ".", 1, 1) for second in range(1, 20)
    )
    connections, totals = run(octets, idle_timeout_s=5.0)
    assert [c.client_port for c in connections] == [40000, 40001]
    assert totals.left_idle == 1
    assert connections[0].left_early == "it was silent for longer than --idle-timeout"
    assert connections[1].left_early is None


def test_the_order_of_output_is_the_same_in_every_run() -> None:
    rng = random.Random(7)
    octets = b""
    now = BEGIN_NS
    for number in range(600):
        now += rng.randrange(SECOND)
        octets += rng.choice([Talk(1024 + number).whole, Talk(1024 + number).opening])(now)
    once = [c.index for c in run(octets, max_connections=50, idle_timeout_s=60.0)[0]]
    again = [c.index for c in run(octets, max_connections=50, idle_timeout_s=60.0)[0]]
    assert once == again
    assert sorted(once) == list(range(1, 601))


@pytest.mark.parametrize(
    ("gibibytes", "bound"), [(0.25, 10_000), (1, 11_915), (4, 47_662), (20, 238_312), (24, 250_000), (512, 250_000)]
)
def test_the_default_bound_follows_the_memory(gibibytes: float, bound: int) -> None:
    assert default_max_connections(int(gibibytes * (1 << 30))) == bound


def test_ended_connections_wait_in_a_bounded_number_and_the_others_are_counted() -> None:
    octets = b"".join(Talk(1024 + number).whole(BEGIN_NS + number * 10_000) for number in range(500))
    connections, totals = run(octets, max_closed=20)
    assert (totals.connections, totals.left_closed, totals.left_early) == (500, 480, 0)
    assert [c.index for c in connections] == list(range(1, 501))
    assert {c.close_kind for c in connections} == {"three_segment"}


def test_what_is_gone_is_not_kept_for_its_visit() -> None:
    table = Table()
    flows = []
    for number in range(20_000):
        flow = Flow()
        flow.index = number
        table.add(flow, segment(number, BEGIN_NS))
        table.schedule(flow, BEGIN_NS + 240 * SECOND)
        flows.append(flow)
        if number >= 10:
            table.remove(flows[number - 10])
    assert table.count == 10
    held = sum(sys.getrefcount(flow) > 3 for flow in flows)
    assert held < 300
    assert [flow.index for flow in table.due(BEGIN_NS + 300 * SECOND)] == list(range(19_990, 20_000))
