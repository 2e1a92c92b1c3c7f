"""Both endpoints' states as rows of two lanes."""

from __future__ import annotations

from array import array

from tcplife.model.names import BY_IMPLICATION, BY_TIMER
from tcplife.report import history
from tests.report.build import CLIENT, START_NS, row_of, syn_only, textbook, transition


def test_the_textbook_row_by_row() -> None:
    rows = history.rows(textbook())
    told = [(r.packet, r.client and r.client.state, r.server and r.server.state) for r in rows]
    assert told == [
        (1, "SYN_SENT", None),
        (2, "ESTABLISHED", "SYN_RECEIVED"),
        (3, None, "ESTABLISHED"),
        (24, "FIN_WAIT_1", "CLOSE_WAIT"),
        (25, "FIN_WAIT_2", "LAST_ACK"),
        (25, "TIME_WAIT", None),
        (26, None, "CLOSED"),
    ]


def test_time_spent_ends_with_the_next_state() -> None:
    rows = history.rows(textbook())
    first, last = rows[0].client, rows[-2].client
    assert first is not None
    assert first.ns == 140_000
    assert last is not None
    assert last.ns == -1


def test_where_each_endpoint_began() -> None:
    assert history.first_states(textbook()) == {"client": "CLOSED", "server": "LISTEN"}
    assert history.first_states(syn_only()) == {"client": "CLOSED", "server": "UNKNOWN"}


def test_a_timer_and_an_implied_change_are_marked() -> None:
    c = textbook()
    timer = (0, START_NS + 240 * 10**9, CLIENT | BY_TIMER << 1 | row_of("TIME_WAIT", "TIMER_2MSL") << 3, 0)
    c.transition_rows = array("q", [*transition(1, 0, CLIENT, "CLOSED", "SENDS_SYN"), *timer])
    c.transition_rows[2] |= BY_IMPLICATION << 1
    rows = history.rows(c)
    assert [(row.packet, row.timer) for row in rows] == [(1, False), (None, True)]
    assert rows[0].client is not None
    assert rows[0].client.implied
