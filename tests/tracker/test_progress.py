"""What is known without a beginning or without one side: a late start, one direction, numbers that wrap round."""

from __future__ import annotations

import pytest

from .figure import replay


def test_late_start_both_sides_show_that_they_live() -> None:
    played = replay(
        """client        segment                     server
           UNKNOWN                                   UNKNOWN
           ESTABLISHED   > P. 5000 ack 900 len 10    UNKNOWN
           ESTABLISHED   < .  900 ack 5010           ESTABLISHED"""
    )
    assert [move.event for move in played.connection.transitions] == ["SHOWS_LIFE", "SHOWS_LIFE"]
    assert {move.basis for move in played.connection.transitions} == {"implied"}
    assert played.connection.client_basis is not None


def test_late_start_and_a_whole_close() -> None:
    replay(
        """client        segment                     server
           UNKNOWN                                   UNKNOWN
           ESTABLISHED   > P. 5000 ack 900 len 10    UNKNOWN
           ESTABLISHED   < .  900 ack 5010           ESTABLISHED
           CLOSE_WAIT    < F. 900 ack 5010           FIN_WAIT_1
           LAST_ACK      > F. 5010 ack 901           TIME_WAIT
           CLOSED        < .  901 ack 5011           TIME_WAIT"""
    )


def test_late_start_within_the_close_nobody_can_tell_what_was_before() -> None:
    """The client may have sent its FIN before the capture began, or not: its last number tells nothing."""
    replay(
        """client        segment                     server
           UNKNOWN                                   UNKNOWN
           ...           < F. 900 ack 5010           ...
           ...           > .  5010 ack 901           ...
           UNKNOWN       end                         UNKNOWN"""
    )


def test_late_start_with_a_reset() -> None:
    played = replay(
        """client        segment                     server
           UNKNOWN                                   UNKNOWN
           CLOSED        > R. 5000 ack 900           CLOSED"""
    )
    assert {move.event for move in played.connection.transitions} == {"SENDS_RST", "GETS_RST"}


def test_a_reset_by_a_host_that_does_not_know_the_connection() -> None:
    replay(
        """client        segment                     server
           UNKNOWN                                   UNKNOWN
           ESTABLISHED   > P. 5000 ack 900 len 10    UNKNOWN
           CLOSED        < R  900                    CLOSED"""
    )


def test_one_direction_only_the_silent_side_shows_by_what_is_acknowledged() -> None:
    played = replay(
        """client        segment                     server
           SYN_SENT      > S  0                      LISTEN
           ...           (< S. 0 ack 1)              ...
           ESTABLISHED   > .  1 ack 1                ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10         ESTABLISHED
           ESTABLISHED   (< P. 1 ack 11 len 40)      ESTABLISHED
           ESTABLISHED   > .  11 ack 41              ESTABLISHED"""
    )
    assert played.moved("server", "SYN_RECEIVED").basis == "implied"
    assert played.connection.server_stats.packets == 0


def test_one_direction_only_from_the_middle_may_hide_a_fin() -> None:
    """What is acknowledged unseen are octets, or octets and a FIN: alive so far, but where is not known in the end."""
    replay(
        """client        segment                     server
           UNKNOWN                                   UNKNOWN
           ESTABLISHED   > P. 1 ack 1 len 10         UNKNOWN
           ESTABLISHED   > P. 11 ack 41 len 10       ESTABLISHED
           ESTABLISHED   > P. 21 ack 81 len 10       ESTABLISHED
           UNKNOWN       end                         UNKNOWN"""
    )


@pytest.mark.parametrize("isn", [(0, 0), (2**32 - 1, 2**31 - 1), (2**32 - 6, 2**32 - 21), (2**31 - 6, 5)])
def test_numbers_wrap_round(isn: tuple[int, int]) -> None:
    played = replay(
        """client        segment                     server
           SYN_SENT      > S  0                      LISTEN
           ESTABLISHED   < S. 0 ack 1                SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1                ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10         ESTABLISHED
           ESTABLISHED   < .  1 ack 11               ESTABLISHED
           ESTABLISHED   < P. 1 ack 11 len 40        ESTABLISHED
           ESTABLISHED   > .  11 ack 41              ESTABLISHED
           FIN_WAIT_1    > F. 11 ack 41              CLOSE_WAIT
           TIME_WAIT     < F. 41 ack 12              LAST_ACK
           TIME_WAIT     > .  12 ack 42              CLOSED""",
        isn=isn,
    )
    assert played.connection.anomalies == []
    assert [line.seq for line in played.connection.segments or ()] == [0, 0, 1, 1, 1, 1, 11, 11, 41, 12]


def test_a_keep_alive_moves_nobody() -> None:
    played = replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10         ESTABLISHED
           ESTABLISHED   < .  1 ack 11               ESTABLISHED
           ESTABLISHED   > .  10 ack 1 +75000        ESTABLISHED
           ESTABLISHED   < .  1 ack 11               ESTABLISHED"""
    )
    assert "keep_alive" in played.kinds(6)


def test_a_probe_into_a_closed_window_moves_nobody() -> None:
    replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10         ESTABLISHED
           ESTABLISHED   < .  1 ack 11 win 0         ESTABLISHED
           ESTABLISHED   > .  11 ack 1 len 1 +500    ESTABLISHED
           ESTABLISHED   < .  1 ack 11 win 0         ESTABLISHED
           ESTABLISHED   < .  1 ack 11               ESTABLISHED
           ESTABLISHED   > .  11 ack 1 len 1         ESTABLISHED"""
    )
