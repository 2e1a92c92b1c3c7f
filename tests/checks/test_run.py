"""Policies over connections: what holds, what breaks, how broken lives are grouped, what proves it."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from tcplife.checks import baseline, builtin, policy
from tcplife.checks.findings import Change, Outcome, Result, Verdict
from tcplife.checks.planes import BATCH
from tcplife.checks.run import MOST_EXAMPLES, MOST_SHAPES, Check
from tcplife.checks.shape import shape_of
from tcplife.checks.statistics import STATISTICS
from tcplife.model import names

from .build import connection
from .test_planes import random_connection

if TYPE_CHECKING:
    from tcplife.model.connection import Connection


def judge(rules: str, lives: list[Connection]) -> Verdict:
    """The verdict of a policy text on connections."""
    run = Check(policy.read(rules, "tcplife.toml", builtin.profile))
    for life in lives:
        run.add(life)
    return run.verdict("test.pcap")


def rule(expect: str, where: str = "", more: str = "") -> str:
    """A policy of one rule."""
    selector = f"where = '{where}'\n" if where else ""
    return f"[rules.it]\nexpect = '{expect}'\n{selector}{more}"


def only(expect: str, lives: list[Connection], where: str = "", more: str = "") -> Result:
    """The result of the only rule."""
    return judge(rule(expect, where, more), lives).results[0]


def test_what_holds_and_what_breaks() -> None:
    lives = [connection(index=1), connection(index=2, close=("reset", 1, 25), ports=(5, 80))]
    result = only("not reset", lives)
    assert (result.outcome, result.selected, result.broken, result.held) == (Outcome.BROKEN, 2, 1, 1)
    (finding,) = result.findings
    assert finding.example is lives[1]
    assert [(clause.expected, clause.actual) for clause in finding.clauses()] == [("not reset", "reset is true")]
    assert only("not reset", lives, 'service == "443"').outcome is Outcome.HELD


def test_what_the_capture_cannot_tell_does_not_hold_and_says_so() -> None:
    result = only("handshake_ms <= 50", [connection(handshake_ns=-1)])
    assert result.outcome is Outcome.BROKEN
    assert result.findings[0].clauses()[0].actual == "handshake_ms is unknown (the capture cannot tell)"
    assert only("handshake_ms is unknown or handshake_ms <= 50", [connection(handshake_ns=-1)]).outcome is Outcome.HELD


def test_lives_of_one_shape_are_one_finding_whatever_time_and_port() -> None:
    lives = [
        connection(index=number, ports=(1000 + number, 443), close=("reset", 1, 15), start_ns=number, end_ns=number * 9)
        for number in range(1, 10)
    ]
    lives.append(connection(index=10, ports=(4, 443), close=("reset", 0, 15)))
    findings = only("not reset", lives).findings
    assert [finding.count for finding in findings] == [9, 1]
    assert [finding.share for finding in findings] == [0.9, 0.1]
    assert findings[0].shape == shape_of(lives[0])
    assert "service 443: reset by server" in findings[0].shape
    assert findings[0].fingerprint != findings[1].fingerprint


def test_only_the_failing_parts_are_told() -> None:
    result = only("not reset and packets > 5 and (open or every octet acknowledged)", [connection()])
    assert [(clause.expected, clause.actual) for clause in result.findings[0].clauses()] == [
        ("packets > 5", "packets is 0"),
    ]
    lives = [connection(judged={"acked_client": 0}, client_packets=9)]
    clauses = only("packets > 5 and (open or every octet acknowledged)", lives).findings[0].clauses()
    assert [clause.actual for clause in clauses] == ["open is false, every_octet_acknowledged is false"]


@pytest.mark.parametrize(
    ("life", "expect", "actual"),
    [
        (connection(handshake_ns=83_200_000), "handshake_ms < 50", "handshake_ms is 83.2 ms"),
        (connection(), "duration_s < 100ms", "duration_s is 0.5 s"),
        (connection(), "client.ip in 10.0.0.0/8", "client.ip is 192.0.2.1"),
        (connection("2001:db8::1", "2001:db8::2"), "client.ip in 10.0.0.0/8", "client.ip is 2001:db8::1"),
        (connection(), 'close.kind == "reset"', 'close.kind is "three_segment"'),
        (connection(close=(None, -1, 0)), "not open", "open is true"),
        (connection(client_lost_after=3), "client.lost_after < 1", "client.lost_after is 3"),
        (connection(anomalies=(("zero_window", 12),)), "no anomaly", "it has zero_window (warning, packet 12)"),
        (connection(), "has anomaly", "it has no anomaly"),
        (connection(), 'states.client contains "CLOSED"', "states.client is nothing"),
        (connection(), "client.packets > server.packets", "client.packets is 0, server.packets is 0"),
    ],
)  # fmt: skip
def test_actual_values_are_spelt_in_the_fields_own_unit(life: Connection, expect: str, actual: str) -> None:
    assert [clause.actual for clause in only(expect, [life]).findings[0].clauses()] == [actual]


@pytest.mark.parametrize(
    ("expect", "holds", "actual"),
    [
        ("count == 200", True, ""),
        ("count < 200", False, "count is 200"),
        ("count(reset) == 20", True, ""),
        ("share(reset) < 1%", False, "share(reset) is 0.1"),
        ("min(handshake_ms) == 1", True, ""),
        ("max(handshake_ms) <= 150ms", False, "max(handshake_ms) is 200 ms"),
        ("p50(handshake_ms) == 100", True, ""),
        ("p95(handshake_ms) <= 189", False, "p95(handshake_ms) is 190 ms"),
        ("p99(handshake_ms) == 198", True, ""),
        ("avg(handshake_ms) == 100.5", True, ""),
        ("sum(client.packets) == 200", True, ""),
        ("p95(rtt_ms) < 80", False, "p95(rtt_ms) is unknown (the capture cannot tell)"),
        ("count >= 200 and not open and share(open) == 0%", True, ""),
    ],
)
def test_figures_over_all_connections(expect: str, *, holds: bool, actual: str) -> None:
    lives = [
        connection(
            index=number,
            handshake_ns=number * 1_000_000,
            client_packets=1,
            close=("reset" if number % 10 == 0 else "three_segment", 0, 8),
        )
        for number in range(1, 201)
    ]
    result = only(expect, lives)
    assert (result.outcome is Outcome.HELD) is holds
    told = [finding.clauses()[0].actual for finding in result.findings]
    assert told == ([] if holds else [actual])


def test_figures_are_right_across_batches_and_selectors() -> None:
    dice = random.Random(7)
    lives = [random_connection(dice, number) for number in range(BATCH + 300)]
    for where in ("", 'service == "443"', "not reset"):
        chosen = [life for life in lives if _selected(life, where)]
        values = sorted(life.handshake_ns for life in chosen if life.handshake_ns >= 0)
        for name, statistic in STATISTICS.items():
            if not statistic.of_condition:
                result = only(f"{name}(handshake_ms) == 1ns", lives, where)
                assert result.findings[0].worst == statistic.of(values), (where, name)
        result = only("count(open) == 12345", lives, where)
        assert result.findings[0].worst == sum(life.close_kind is None for life in chosen)


def test_a_wrong_figure_shows_the_connection_to_look_at() -> None:
    lives = [connection(index=number, handshake_ns=number * 1_000_000) for number in range(1, BATCH + 9)]
    lives[700].close_kind = "reset"
    for expect, index in (
        ("p95(handshake_ms) < 5", BATCH + 8),
        ("min(handshake_ms) > 50000", 1),
        ("share(reset) == 0%", 701),
        ("count(not reset) > 9999", 701),
    ):
        example = only(expect, lives).findings[0].example
        assert example is not None
        assert example.index == index
    assert only("count > 9999", lives).findings[0].example is None


def _selected(life: Connection, where: str) -> bool:
    if where == "not reset":
        return life.close_kind not in {"reset", "refused"}
    return not where or life.server_port == 443


def test_nothing_selected_proves_nothing() -> None:
    verdict = judge(rule("not reset", 'service == "1"'), [connection()])
    assert verdict.results[0].outcome is Outcome.EMPTY
    assert not verdict.failed
    strict = judge("strict = true\n" + rule("not reset", 'service == "1"'), [connection()])
    assert strict.failed
    assert only("p95(rtt_ms) < 5", [connection()], 'service == "1"').outcome is Outcome.EMPTY
    assert only("count == 0", [connection()], 'service == "1"').outcome is Outcome.HELD
    assert only("count >= 1", [connection()], 'service == "1"').outcome is Outcome.BROKEN


def test_no_connection_at_all_fails_unless_allowed() -> None:
    assert judge(rule("not reset"), []).failed
    assert "nothing has proved nothing" in judge(rule("not reset"), []).problems[0]
    assert not judge("allow_empty = true\n" + rule("not reset"), []).failed


def test_levels_decide_what_fails() -> None:
    lives = [connection(close=("reset", 0, 4))]
    cases = (("error", "false", True), ("warning", "false", False), ("warning", "true", True), ("note", "true", False))
    for level, strict, fails in cases:
        text = f"strict = {strict}\n" + rule("not reset", more=f"level = '{level}'")
        assert judge(text, lives).failed is fails, (level, strict)


def test_shapes_and_examples_are_bounded() -> None:
    lives = [
        connection(index=number, ports=(9, number), close=("reset", 0, 4)) for number in range(1, MOST_SHAPES + 50)
    ]
    result = only("not reset", lives)
    assert len(result.findings) == MOST_SHAPES
    assert result.omitted == 49
    assert sum(finding.example is not None for finding in result.findings) == MOST_EXAMPLES
    assert "not so for connection 21," in result.findings[20].clauses()[0].actual


def test_the_worst_value_of_each_shape_is_kept() -> None:
    lives = [connection(index=number, handshake_ns=number * 1_000_000) for number in range(1, BATCH + 200)]
    assert only("handshake_ms < 10", lives).findings[0].worst == (BATCH + 199) * 1_000_000
    assert only("handshake_ms > 99999", lives).findings[0].worst == 1_000_000
    assert only("handshake_ms < 10 and not reset", lives).findings[0].worst is None


# -- baseline ----------------------------------------------------------------------------------------------------------


def settle(before: list[Connection], after: list[Connection], expect: str) -> Verdict:
    """The verdict on `after`, held against a baseline of `before`."""
    verdict = judge(rule(expect), after)
    known = baseline._read(json.loads(baseline.dump(judge(rule(expect), before))))
    baseline.apply(verdict, known)
    return verdict


def _lives(resets: int, good: int, start_ns: int = 1, end_ns: int = 9) -> list[Connection]:
    bad = [
        connection(index=n, close=("reset", 0, 4), ports=(n, 443), start_ns=start_ns, end_ns=end_ns)
        for n in range(resets)
    ]
    return bad + [connection(index=100 + number) for number in range(good)]


def test_what_was_broken_before_is_accepted() -> None:
    verdict = settle(_lives(1, 9), _lives(2, 18, start_ns=5, end_ns=9), "not reset")
    assert verdict.results[0].outcome is Outcome.ACCEPTED
    assert not verdict.failed


def test_a_new_shape_and_a_larger_share_count() -> None:
    other = [*_lives(1, 9), connection(index=50, close=("reset", 1, 4))]
    changes = [finding.change for finding in settle(_lives(1, 9), other, "not reset").results[0].findings]
    assert changes == [Change.KNOWN, Change.NEW]
    verdict = settle(_lives(1, 9), _lives(5, 5), "not reset")
    assert [finding.change for finding in verdict.results[0].findings] == [Change.WORSE]
    assert verdict.failed


@pytest.mark.parametrize(
    ("after_ms", "change"), [(60, Change.KNOWN), (65, Change.KNOWN), (70, Change.WORSE), (55, Change.KNOWN)]
)
@pytest.mark.parametrize("expect", ["handshake_ms < 50", "p95(handshake_ms) < 50", "max(handshake_ms) <= 50"])
def test_a_worse_number_counts_beyond_the_tolerance(expect: str, after_ms: int, change: Change) -> None:
    before, after = [connection(handshake_ns=60_000_000)], [connection(handshake_ns=after_ms * 1_000_000)]
    assert settle(before, after, expect).results[0].findings[0].change is change


def test_lower_is_worse_where_more_was_expected() -> None:
    before, after = [connection(client_packets=10)], [connection(client_packets=2)]
    assert settle(before, after, "packets > 20").results[0].findings[0].change is Change.WORSE
    assert settle(after, before, "packets > 20").results[0].findings[0].change is Change.KNOWN


def test_shapes_know_states_and_grave_anomalies() -> None:
    plain, flawed = connection(), connection(anomalies=(("zero_window", 5), ("duplicate_ack", 6)))
    assert shape_of(flawed) == shape_of(plain) + "; zero_window"
    assert shape_of(connection(final=(names.CLOSED, names.CLOSED))) != shape_of(plain)
