"""The same four numbers again: RFC 6191 and RFC 9293 3.6.1, old duplicates, and who belongs to which life."""

from __future__ import annotations

from .figure import replay

CLOSED_BY_SERVER = """
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1            ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1            FIN_WAIT_1
           LAST_ACK      > F. 1 ack 2            TIME_WAIT
           CLOSED        < .  2 ack 2            TIME_WAIT"""


def test_a_new_syn_ends_time_wait_rfc6191() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1            FIN_WAIT_1
           LAST_ACK      > F. 1 ack 2            TIME_WAIT
           CLOSED        < .  2 ack 2            TIME_WAIT
           SYN_SENT      > S  90000 +3000        LISTEN
           ESTABLISHED   < S. 70000 ack 90001    SYN_RECEIVED
           ESTABLISHED   > .  90001 ack 70001    ESTABLISHED"""
    )
    old, new = played.connections
    ended = [move for move in old.transitions if move.from_state == "TIME_WAIT"]
    assert [(move.endpoint, move.event, move.packet) for move in ended] == [("server", "GETS_NEW_SYN", 7)]
    assert (new.first_packet, old.last_packet) == (7, 6)
    assert "reopened_in_2msl" in {found.kind for found in new.anomalies}


def test_time_wait_never_ends_before_it_began_where_the_clock_steps_back() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1            FIN_WAIT_1
           LAST_ACK      > F. 1 ack 2            TIME_WAIT
           CLOSED        < .  2 ack 2            TIME_WAIT
           SYN_SENT      > S  90000 +-3000       LISTEN
           ESTABLISHED   < S. 70000 ack 90001    SYN_RECEIVED
           ESTABLISHED   > .  90001 ack 70001    ESTABLISHED"""
    )
    old, _ = played.connections
    assert (old.transitions[-1].event, old.transitions[-1].offset) == ("GETS_NEW_SYN", old.duration)


def test_whoever_waits_itself_may_open_anew_rfc9293_3_6_1() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1            CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2            LAST_ACK
           TIME_WAIT     > .  2 ack 2            CLOSED
           SYN_SENT      > S  90000 +3000        LISTEN
           ESTABLISHED   < S. 70000 ack 90001    SYN_RECEIVED
           ESTABLISHED   > .  90001 ack 70001    ESTABLISHED"""
    )
    old, _ = played.connections
    assert [move.event for move in old.transitions if move.from_state == "TIME_WAIT"] == ["SENDS_NEW_SYN"]


def test_time_wait_that_answers_a_syn_by_an_ack_lives_on() -> None:
    """An old duplicate SYN: TIME_WAIT acknowledges what it expects, and the sender resets that (RFC 9293 3.10.7.4)."""
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1            FIN_WAIT_1
           LAST_ACK      > F. 1 ack 2            TIME_WAIT
           CLOSED        < .  2 ack 2            TIME_WAIT
           ...           > S  -900 +3000         ...
           CLOSED        < .  2 ack 2            TIME_WAIT"""
    )
    assert len(played.connections) == 1
    assert "stray_syn" in played.kinds(7)


def test_after_2msl_the_four_numbers_are_free() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1            CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2            LAST_ACK
           TIME_WAIT     > .  2 ack 2            CLOSED
           CLOSED        2MSL                    CLOSED
           SYN_SENT      > S  5 +1               LISTEN
           ESTABLISHED   < S. 8 ack 6            SYN_RECEIVED
           ESTABLISHED   > .  6 ack 9            ESTABLISHED"""
    )
    old, new = played.connections
    assert old.transitions[-1].event == "TIMER_2MSL"
    assert "reopened_in_2msl" not in {found.kind for found in new.anomalies}


def test_after_a_reset_the_four_numbers_are_free_at_once() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           CLOSED        > R. 1 ack 1            CLOSED
           SYN_SENT      > S  5000               LISTEN
           ESTABLISHED   < S. 8000 ack 5001      SYN_RECEIVED
           ESTABLISHED   > .  5001 ack 8001      ESTABLISHED"""
    )
    assert [connection.first_packet for connection in played.connections] == [1, 5]


def test_an_unanswered_opener_tries_again_with_other_numbers() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           SYN_SENT      > S  0     +1000        LISTEN
           SYN_SENT      > S  5000  +9000        LISTEN
           ESTABLISHED   < S. 0 ack 5001         SYN_RECEIVED
           ESTABLISHED   > .  5001 ack 1         ESTABLISHED"""
    )
    first, second = played.connections
    assert (first.final["client"], first.final["server"]) == ("SYN_SENT", "UNKNOWN")
    assert second.first_packet == 3


def test_a_late_segment_of_a_closed_connection_belongs_to_it() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10     ESTABLISHED
           ESTABLISHED   < .  1 ack 11           ESTABLISHED
           FIN_WAIT_1    > F. 11 ack 1           CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 12           LAST_ACK
           TIME_WAIT     > .  12 ack 2           CLOSED
           TIME_WAIT     > P. 1 ack 1 len 10     CLOSED"""
    )
    assert len(played.connections) == 1


def test_an_old_duplicate_syn_in_an_open_connection_opens_nothing() -> None:
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10     ESTABLISHED
           ...           > S  -7000              ...
           ESTABLISHED   > P. 11 ack 1 len 10    ESTABLISHED
           ESTABLISHED   < .  1 ack 21           ESTABLISHED"""
    )
    assert len(played.connections) == 1
    assert "stray_syn" in played.kinds(5)


def test_an_open_connection_that_nobody_remembers_gives_way_to_one_that_is_answered() -> None:
    """Both hosts were reset between: the SYN is answered by a SYN+ACK which its sender takes."""
    played = replay(
        """client        segment                 server
           ESTABLISHED                           ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10     ESTABLISHED
           ...           > S  7000  +60000       ...
           ...           < S. 9000 ack 7001      ...
           ESTABLISHED   > .  7001 ack 9001      ESTABLISHED"""
    )
    assert [connection.first_packet for connection in played.connections] == [1, 5]
