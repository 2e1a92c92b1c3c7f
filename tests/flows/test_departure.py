"""Who leaves the table, when, in which order, and what the totals say about it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings

from tcplife import Connection, Options
from tcplife.api import analyze_with_totals
from tcplife.report.schema import record
from tests.tracker.figure import capture
from tests.tracker.strange import lives

from .crowd import CLOSED, DATA, LONE_SYN, OPEN, at, ports, run


def test_what_is_open_in_the_end_leaves_in_the_order_in_which_it_began() -> None:
    connections, totals = run(at(OPEN, 3, 0), at(OPEN, 1, 1), at(OPEN, 2, 2), at(DATA, 3, 5))
    assert ports(connections) == [3, 1, 2]
    assert (totals.left_early, totals.left_idle, totals.left_closed) == (0, 0, 0)


def test_what_has_ended_leaves_after_2msl_of_capture_time() -> None:
    connections, _ = run(at(OPEN, 1, 0), at(CLOSED, 2, 1), at(LONE_SYN, 3, 300), at(LONE_SYN, 4, 302))
    assert ports(connections) == [2, 1, 3, 4]


def test_with_another_msl_it_leaves_at_another_time() -> None:
    parts = (at(OPEN, 1, 0), at(CLOSED, 2, 1), at(LONE_SYN, 3, 70), at(LONE_SYN, 4, 72))
    assert ports(run(*parts)[0]) == [1, 2, 3, 4]
    assert ports(run(*parts, msl_s=30.0)[0]) == [2, 1, 3, 4]


def test_the_least_recently_active_leaves_for_want_of_room() -> None:
    connections, totals = run(
        at(OPEN, 1, 0), at(OPEN, 2, 1), at(DATA, 1, 2), at(OPEN, 3, 3), at(OPEN, 4, 4), max_connections=2
    )
    assert ports(connections) == [2, 1, 3, 4]
    assert totals.left_early == 2
    assert [connection.left_early is not None for connection in connections] == [True, True, False, False]


def test_a_lone_syn_takes_room_and_leaves_like_any_other() -> None:
    connections, totals = run(*[at(LONE_SYN, port, port) for port in range(1, 6)], max_connections=3)
    assert ports(connections) == [1, 2, 3, 4, 5]
    assert totals.left_early == 2


def test_the_silent_leave_after_the_idle_timeout() -> None:
    parts = (at(OPEN, 1, 0), at(LONE_SYN, 2, 0), at(DATA, 1, 50), at(LONE_SYN, 3, 90), at(LONE_SYN, 4, 130))
    connections, totals = run(*parts, idle_timeout_s=60.0)
    assert ports(connections) == [2, 1, 3, 4]
    assert totals.left_idle == 2


def test_of_those_that_have_ended_only_so_many_wait() -> None:
    connections, totals = run(*[at(CLOSED, port, port) for port in range(1, 6)], max_closed=2)
    assert ports(connections) == [1, 2, 3, 4, 5]
    assert totals.left_closed == 3


def test_an_ended_one_that_lives_on_does_not_leave_early() -> None:
    """TIME_WAIT is opened anew: the old life is told at once, the new one has its own time to leave."""
    again = """client segment server
        ... > S  9000              ...
        ... < S. 7000 ack 9001     ...
        ... > .  9001 ack 7001     ..."""
    connections, _ = run(at(CLOSED, 1, 0), at(again, 1, 3), at(LONE_SYN, 2, 400))
    assert [(life.client.port, life.first_packet) for life in connections] == [(1, 1), (1, 7), (2, 10)]


def records(octets: bytes, **options: Any) -> list[tuple[Any, ...]]:
    """Return what is told of each connection, in the order in which they began."""
    found = analyze_with_totals(BytesIO(octets), Options(**options))
    return [
        (life.judged, life.final, life.transitions, life.anomalies, life.client_stats.packets, life.verdict)
        for life in sorted(found, key=lambda life: life.index)
    ]


@pytest.mark.parametrize("others", [[], [245.0], [241.5, 249.9]])
def test_whether_a_late_segment_is_of_the_old_life_does_not_depend_on_what_others_send(others: list[float]) -> None:
    late = """client segment server
        ... > .  2 ack 2         ...
        ... > P. 2 ack 2 len 5   ..."""
    noise = [at(LONE_SYN, 9, seconds) for seconds in others]
    connections, _ = run(at(CLOSED, 1, 0), at(late, 1, 250), *noise)
    assert len([life for life in connections if life.client.port != 9]) == 2


@settings(max_examples=40, deadline=None)
@given(figure=lives())
def test_a_syn_that_is_kept_as_a_seed_becomes_the_life_it_would_have_been(figure: str) -> None:
    """With the segments asked for, every SYN becomes a life at once; without, only when another segment comes."""
    octets = capture(figure)
    assert records(octets) == records(octets, segments=True)


def told_of(connection: Connection) -> dict[str, Any]:
    """Return all of its record but its segments."""
    return {name: value for name, value in record(connection).items() if name != "segments"}


@pytest.mark.parametrize(
    "then",
    [
        "",
        "> S 0",
        "< S. 0 ack 1",
        "< S. 9 ack 1",
        "< R. 1 ack 1",
        "> R 1",
        "> . 1 ack 1",
        "> P. 1 ack 1 len 10",
        "< F. 1 ack 1",
    ],
)
@pytest.mark.parametrize("options", [{}, {"max_connections": 3}, {"idle_timeout_s": 0.5}])
def test_an_answer_that_waits_is_taken_as_if_it_had_not(then: str, options: dict[str, Any]) -> None:
    """Whatever comes next, and whoever leaves meanwhile for want of room or after a silence."""
    figure = "client segment server \n ... > S 0 ... \n ... < S. 0 ack 1 ..."
    parts = [at(f"{figure} \n ... {then} ..." if then else figure, port, port / 2) for port in range(1, 9)]
    parts.append(at(DATA, 3, 6.2))
    waited, _ = run(*parts, **options)
    taken, _ = run(*parts, segments=True, **options)
    assert len(waited) == len(taken) >= 8
    assert [told_of(life) for life in waited] == [told_of(life) for life in taken]


def test_a_flood_of_lone_syns_is_one_record_each() -> None:
    connections, totals = run(*[at(LONE_SYN, port, port / 1000) for port in range(1, 2001)])
    assert ports(connections) == list(range(1, 2001))
    assert {connection.final["client"] for connection in connections} == {"SYN_SENT"}
    assert totals.tracked == 2000


def test_what_waits_for_each_other_keeps_its_own_packets() -> None:
    """Lives that run side by side read as each does alone."""
    parts = [at(CLOSED, port, port / 100) for port in range(1, 20)]
    together, _ = run(*parts, segments=True)
    for connection in together:
        (alone,), _ = run(at(CLOSED, connection.client.port, connection.client.port / 100), segments=True)
        assert [move.event for move in connection.transitions] == [move.event for move in alone.transitions]
        assert connection.final == alone.final
