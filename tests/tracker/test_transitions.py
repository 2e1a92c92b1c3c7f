"""The table against the RFC's diagram: every row has its edge there or its reason, and fires in some figure."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

import tcplife
from tcplife.model.names import (
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LISTEN,
    STATES,
    TIME_WAIT,
    UNKNOWN,
)
from tcplife.tracker.transitions import (
    EVENT_COUNT,
    EVENTS,
    GETS_RST,
    MAY_BE_IN_TIME_WAIT,
    NEXT,
    NO_ROW,
    ROW_OF,
    SENDS_RST,
    TRANSITIONS,
)

from .every import every_figure
from .figure import capture

DIAGRAM: Final = """
    CLOSED        LISTEN        passive OPEN                    unseen
    CLOSED        SYN_SENT      active OPEN, snd SYN            SENDS_SYN
    LISTEN        CLOSED        CLOSE                           unseen
    LISTEN        SYN_RECEIVED  rcv SYN, snd SYN,ACK            SENDS_SYN_ACK
    LISTEN        SYN_SENT      SEND, snd SYN                   unseen
    SYN_SENT      CLOSED        CLOSE                           unseen
    SYN_SENT      SYN_RECEIVED  rcv SYN, snd SYN,ACK            GETS_SYN
    SYN_SENT      ESTABLISHED   rcv SYN,ACK, snd ACK            GETS_SYN_ACK
    SYN_RECEIVED  LISTEN        rcv RST (note 1)                GETS_RST_AFTER_LISTEN
    SYN_RECEIVED  ESTABLISHED   rcv ACK of SYN                  GETS_ACK_OF_SYN
    SYN_RECEIVED  FIN_WAIT_1    CLOSE, snd FIN                  SENDS_FIN
    ESTABLISHED   FIN_WAIT_1    CLOSE, snd FIN                  SENDS_FIN
    ESTABLISHED   CLOSE_WAIT    rcv FIN, snd ACK                GETS_FIN
    FIN_WAIT_1    FIN_WAIT_2    rcv ACK of FIN                  GETS_ACK_OF_FIN
    FIN_WAIT_1    CLOSING       rcv FIN, snd ACK                GETS_FIN
    FIN_WAIT_1    TIME_WAIT     rcv FIN and ACK (note 2)        two
    FIN_WAIT_2    TIME_WAIT     rcv FIN, snd ACK                GETS_FIN
    CLOSING       TIME_WAIT     rcv ACK of FIN                  GETS_ACK_OF_FIN
    CLOSE_WAIT    LAST_ACK      CLOSE, snd FIN                  SENDS_FIN
    LAST_ACK      CLOSED        rcv ACK of FIN                  GETS_ACK_OF_FIN
    TIME_WAIT     CLOSED        Timeout=2MSL                    TIMER_2MSL"""
"""RFC 9293 figure 5, edge by edge. unseen: no segment shows it. two: as the two rows through FIN_WAIT_2, as Linux does."""

SYNCHRONIZED: Final = range(ESTABLISHED, len(STATES))
BEYOND_THE_DIAGRAM: Final = {
    ("SYN_SENT", "GETS_ICMP_ERROR"),  # RFC 1122 4.2.3.9
    ("TIME_WAIT", "GETS_NEW_SYN"),  # 3.10.7.4 fourth, RFC 6191
    ("TIME_WAIT", "SENDS_NEW_SYN"),  # 3.6.1
    ("UNKNOWN", "SHOWS_LIFE"),  # the capture begins in the middle
    ("UNKNOWN", "SENDS_RST"),
    ("UNKNOWN", "GETS_RST"),
}
RESETS: Final = {"SENDS_RST", "GETS_RST"}
"""Figure 5, note 3: a reset takes any state to CLOSED, and is not drawn."""


def edges() -> set[tuple[str, str, str]]:
    """Return (from, event, to) of every edge of the diagram that a segment shows."""
    rows = [re.split(r"\s{2,}", line.strip()) for line in DIAGRAM.strip().splitlines()]
    return {(start, event, end) for start, end, _, event in rows if event not in ("unseen", "two")}


def table() -> set[tuple[str, str, str]]:
    """Return (from, event, to) of every row."""
    return {(STATES[row.from_state], row.event, STATES[row.to_state]) for row in TRANSITIONS}


def test_the_table_is_the_diagram_and_what_is_named_beyond_it() -> None:
    drawn = {row for row in table() if row[1] not in RESETS and row[:2] not in BEYOND_THE_DIAGRAM}
    assert drawn == edges()
    assert {row[:2] for row in table()} >= BEYOND_THE_DIAGRAM


def test_a_reset_closes_every_state_but_those_that_have_no_connection() -> None:
    """LISTEN ignores resets (3.10.7.2 first); CLOSED has none to end (3.10.7.1)."""
    for event in (SENDS_RST, GETS_RST):
        for state in range(len(STATES)):
            to = NEXT[state * EVENT_COUNT + event]
            assert to == (NO_ROW if state in (CLOSED, LISTEN) else CLOSED), STATES[state]


def test_every_row_names_the_paragraph_it_stands_on() -> None:
    for row in TRANSITIONS:
        assert re.match(r"3\.\d+(\.\d+)*\b|RFC \d{4} ", row.rfc), row
        assert row.why, row


def test_the_dense_table_has_the_rows_and_nothing_else() -> None:
    filled = [cell for cell in range(len(NEXT)) if NEXT[cell] != NO_ROW]
    assert len(filled) == len(TRANSITIONS)
    for cell in filled:
        row = TRANSITIONS[ROW_OF[cell]]
        assert (row.from_state, EVENTS.index(row.event)) == divmod(cell, EVENT_COUNT)
        assert row.to_state == NEXT[cell]


def test_from_every_state_the_end_is_in_reach() -> None:
    reached = {CLOSED}
    for _ in STATES:
        reached |= {row.from_state for row in TRANSITIONS if row.to_state in reached}
    assert reached == set(range(len(STATES)))
    assert not any(row.to_state == UNKNOWN for row in TRANSITIONS)


def test_every_row_fires_in_a_figure() -> None:
    fired: set[int] = set()
    for figure in every_figure().values():
        for connection in tcplife.analyze(BytesIO(capture(figure))):
            fired |= {code >> 3 for code in (connection.transition_rows or ())[2::4]}
    assert {row for number, row in enumerate(TRANSITIONS) if number not in fired} == set()


def test_only_who_has_sent_a_fin_may_be_in_time_wait_unseen() -> None:
    may = {state for state in range(len(STATES)) if MAY_BE_IN_TIME_WAIT[state]}
    assert may == {FIN_WAIT_1, FIN_WAIT_2, CLOSING, TIME_WAIT}
