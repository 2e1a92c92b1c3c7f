"""The table of 4-tuples against plain dicts and lists: finding, shadowing, visits, and who was silent longest."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from tcplife.flows.table import Flow, Table
from tcplife.model.segment import Segment

End = tuple[int, int, int]
"""Upper and lower half of an address, and a port."""
ENDS: Final = [(hi, lo, port) for hi in (0, 7) for lo in (1, 2) for port in (0, 80, 65535)]
TOP: Final = 2**64 - 1
SECOND_NS: Final = 10**9


def segment(source: End, target: End, *, version: int = 4, ts_ns: int = 0) -> Segment:
    """Return a segment from one end to another."""
    made = Segment()
    made.src_hi, made.src_lo, made.sport = source
    made.dst_hi, made.dst_lo, made.dport = target
    made.ip_version, made.ts_ns = version, ts_ns
    return made


def entered(table: Table, index: int, s: Segment) -> Flow:
    """Return a new flow of the table that begins with a segment."""
    flow = Flow()
    flow.index = index
    table.add(flow, s)
    return flow


@pytest.mark.parametrize("secret", [0, 1, TOP])
def test_a_flow_is_found_either_way_round_and_says_which_end_sent(secret: int) -> None:
    table = Table(secret)
    a, b = (0, 1, 40000), (0, 2, 80)
    assert table.find(segment(a, b)) is None
    flow = entered(table, 1, segment(a, b))
    assert (table.find(segment(a, b)), table.side) == (flow, 0)
    assert (table.find(segment(b, a)), table.side) == (flow, 1)
    assert (flow.a_port, flow.b_port) == (40000, 80)


@pytest.mark.parametrize(
    ("source", "target", "version"),
    [
        ((0, 1, 40001), (0, 2, 80), 4),
        ((0, 1, 40000), (0, 2, 81), 4),
        ((0, 3, 40000), (0, 2, 80), 4),
        ((9, 1, 40000), (0, 2, 80), 4),
        ((0, 2, 40000), (0, 1, 80), 4),
        ((0, 1, 80), (0, 2, 40000), 4),
        ((0, 1, 40000), (0, 2, 80), 6),
    ],
)
def test_another_address_port_or_version_is_another_flow(source: End, target: End, version: int) -> None:
    table = Table()
    entered(table, 1, segment((0, 1, 40000), (0, 2, 80)))
    assert table.find(segment(source, target, version=version)) is None


def test_a_host_that_talks_to_itself_has_two_ends() -> None:
    table = Table()
    here = (0, 1, 5000)
    flow = entered(table, 1, segment(here, here))
    assert (table.find(segment(here, here)), table.side) == (flow, 0)


def test_a_newer_flow_hides_the_older_one_until_it_leaves_however_the_table_grows() -> None:
    table = Table()
    s = segment((0, 1, 40000), (0, 2, 80))
    older = entered(table, 1, s)
    assert table.find(s) is older
    newer = entered(table, 2, s)
    crowd = [entered(table, 3 + number, segment((0, 10 + number, 1), (0, 2, 80))) for number in range(5000)]
    assert table.find(s) is newer
    table.remove(newer)
    assert (table.find(s), newer.gone, older.gone) == (older, True, False)
    assert table.count == 5001
    assert [flow.index for flow in table.flows()] == [1, *range(3, 5003)]
    for flow in crowd:
        table.remove(flow)
    assert table.flows() == [older]


def test_what_is_put_in_the_place_of_a_flow_inherits_its_place_and_its_visit() -> None:
    table = Table()
    s = segment((0, 1, 40000), (0, 2, 80), ts_ns=5 * SECOND_NS)
    lone = entered(table, 1, s)
    table.schedule(lone, 7 * SECOND_NS)
    life = Flow()
    assert table.find(s) is lone
    table.replace(lone, life)
    assert (table.find(s), table.count, lone.gone) == (life, 1, True)
    assert (life.index, life.last_ns, life.a_port) == (1, 5 * SECOND_NS, 40000)
    assert table.due(9 * SECOND_NS) == [life]


def test_a_flow_that_is_not_there_cannot_be_removed_twice() -> None:
    table = Table()
    flow = entered(table, 1, segment((0, 1, 1), (0, 2, 2)))
    table.remove(flow)
    table.remove(flow)
    assert table.count == 0


def test_a_visit_is_due_when_its_second_has_ended() -> None:
    table = Table()
    flow = entered(table, 1, segment((0, 1, 1), (0, 2, 2)))
    table.schedule(flow, 10 * SECOND_NS + 5)
    assert table.due(10 * SECOND_NS + SECOND_NS - 1) == []
    assert not table.has_due(10 * SECOND_NS + SECOND_NS - 1)
    assert table.has_due(11 * SECOND_NS)
    assert table.due(11 * SECOND_NS) == [flow]
    assert table.due(99 * SECOND_NS) == []


def test_a_visit_that_was_put_off_comes_once() -> None:
    table = Table()
    flow = entered(table, 1, segment((0, 1, 1), (0, 2, 2)))
    table.schedule(flow, 10 * SECOND_NS)
    table.schedule(flow, 30 * SECOND_NS)
    assert table.due(20 * SECOND_NS) == []
    assert table.due(31 * SECOND_NS) == [flow]


@given(
    visits=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9 * SECOND_NS)), max_size=30),
    looks=st.lists(st.integers(0, 60 * SECOND_NS), max_size=8),
)
def test_visits_come_once_each_by_last_activity_and_never_early(
    visits: list[tuple[int, int]], looks: list[int]
) -> None:
    table = Table()
    waiting: dict[int, Flow] = {}
    for index, (leaves_s, last_ns) in enumerate(visits):
        flow = entered(table, index, segment((0, 1, index), (0, 2, 2), ts_ns=last_ns))
        table.schedule(flow, leaves_s * SECOND_NS + last_ns % SECOND_NS)
        waiting[index] = flow
    for now_ns in sorted(looks):
        expected = [flow for flow in waiting.values() if flow.leaves_ns // SECOND_NS < now_ns // SECOND_NS]
        expected.sort(key=lambda flow: (flow.last_ns, flow.index))
        assert table.due(now_ns) == expected
        for flow in expected:
            del waiting[flow.index]


def version_of(source: End, to: End) -> int:
    """What has more than 32 bits is of IPv6."""
    return 6 if source[0] or to[0] else 4


class Crowd(RuleBasedStateMachine):
    """Flows come, talk and go; the table is asked what a dict of lists knows."""

    flows = Bundle("flows")

    def __init__(self) -> None:
        super().__init__()
        self.table = Table()
        self.there: list[Flow] = []
        self.now_ns = 0

    @initialize(evicts_early=st.booleans())
    def begin(self, *, evicts_early: bool) -> None:
        """The order by activity is kept from the first question on: asked early or late, it is the same."""
        if evicts_early:
            assert self.table.evict() is None

    @rule(target=flows, source=st.sampled_from(ENDS), to=st.sampled_from(ENDS), pause_ns=st.integers(0, 3))
    def add(self, source: End, to: End, pause_ns: int) -> Flow:
        self.now_ns += pause_ns
        made = segment(source, to, version=version_of(source, to), ts_ns=self.now_ns)
        flow = entered(self.table, len(self.there) + 1000 * self.now_ns, made)
        self.there.append(flow)
        return flow

    @rule(flow=flows, pause_ns=st.integers(0, 3))
    def talk(self, flow: Flow, pause_ns: int) -> None:
        self.now_ns += pause_ns
        flow.last_ns = max(flow.last_ns, self.now_ns)

    @rule(flow=flows)
    def remove(self, flow: Flow) -> None:
        if not flow.gone:
            self.table.remove(flow)
            self.there.remove(flow)

    @rule(target=flows, flow=flows)
    def replace(self, flow: Flow) -> Flow:
        if flow.gone:
            return multiple()  # type: ignore[return-value]
        by = Flow()
        self.table.replace(flow, by)
        self.there[self.there.index(flow)] = by
        return by

    @rule()
    def evict(self) -> None:
        silent = self.table.evict()
        assert silent is (min(self.there, key=lambda flow: (flow.last_ns, flow.index)) if self.there else None)

    @rule(source=st.sampled_from(ENDS), to=st.sampled_from(ENDS))
    def find(self, source: End, to: End) -> None:
        pair = {source, to}
        known = [
            flow
            for flow in self.there
            if {(flow.a_hi, flow.a_lo, flow.a_port), (flow.b_hi, flow.b_lo, flow.b_port)} == pair
        ]
        asked = segment(source, to, version=version_of(source, to))
        assert self.table.find(asked) is (known[-1] if known else None)

    @invariant()
    def all_are_there(self) -> None:
        assert self.table.count == len(self.there)
        assert set(map(id, self.table.flows())) == set(map(id, self.there))


TestCrowd = Crowd.TestCase
TestCrowd.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_the_silent_one_is_found_exactly_after_many_have_come_and_gone() -> None:
    table = Table()
    flows = [entered(table, n, segment((0, n, 1), (0, 2, 2), ts_ns=n)) for n in range(300)]
    assert table.evict() is flows[0]
    for number in range(300, 6000):
        silent = table.evict()
        assert silent.index == number - 300
        table.remove(silent)
        entered(table, number, segment((0, number, 1), (0, 2, 2), ts_ns=number))
    assert table.count == 300
