"""What comes late, or again, and from whom: words of the life before, FINs and resets that only seemed refused."""

from __future__ import annotations

from .figure import replay

OPEN = ["LISTEN", "SYN_RECEIVED", "ESTABLISHED"]


def test_a_fin_of_the_tick_in_which_its_sender_reports_a_duplicate_was_overtaken_by_that_report() -> None:
    """No timer has sent it again in the same tick, so it is the first one, and acknowledges the peer's FIN."""
    played = replay(
        """client        segment                         server
           SYN_SENT      > S  0 sackok ts 100 0          LISTEN
           ESTABLISHED   < S. 0 ack 1 sackok ts 500 100  SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500         ESTABLISHED
           ...           < F. 1 ack 1 ts 600 110         FIN_WAIT_1
           ...           > .  2 ack 2 ts 210 600 sack 1 2 ...
           LAST_ACK      > F. 1 ack 2 ts 210 600         ...
           CLOSED        < .  2 ack 2 ts 640 210         TIME_WAIT"""
    )
    assert played.path("client")[2:] == ["ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]


def test_a_fin_before_octets_that_a_small_window_refused() -> None:
    """They were sent before it, and refused: the one number that is acknowledged since is the FIN's."""
    played = replay(
        """client        segment                         server
           ESTABLISHED                                   ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 100            ESTABLISHED
           ESTABLISHED   < .  1 ack 101 win 40           ESTABLISHED
           ESTABLISHED   > P. 101 ack 1 len 100          ESTABLISHED
           ESTABLISHED   < .  1 ack 101 win 40           ESTABLISHED
           ...           > F. 201 ack 1                  ...
           ...           > F. 101 ack 1                  ...
           FIN_WAIT_2    < .  1 ack 102 win 39           CLOSE_WAIT"""
    )
    assert played.moved("server", "CLOSE_WAIT").packet == 9


def test_octets_beyond_the_window_are_no_cause_of_the_reset_that_answers_an_ack() -> None:
    """TCP_LINGER2 < 0: the ACK of its FIN ends it. The octets before that had been refused, and it said so."""
    played = replay(
        """client        segment                         server
           ESTABLISHED                                   ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 100            ESTABLISHED
           ESTABLISHED   < .  1 ack 101 win 60           ESTABLISHED
           ESTABLISHED   > P. 101 ack 1 len 100          ESTABLISHED
           ESTABLISHED   < .  1 ack 101 win 60           ESTABLISHED
           ESTABLISHED   < .  1 ack 101 win 100          ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 101 win 100          FIN_WAIT_1
           CLOSE_WAIT    > .  201 ack 2                  FIN_WAIT_2
           CLOSED        < R  2                          CLOSED"""
    )
    assert played.path("server") == [*OPEN, "FIN_WAIT_1", "FIN_WAIT_2", "CLOSED"]


def test_a_late_word_of_the_life_before_denies_no_reset_of_the_copy_that_it_answered() -> None:
    played = replay(
        """client        segment                               server
           SYN_SENT      > S  0 ts 100 0                       LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 500 100               SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500               ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 20 ts 120 500        ESTABLISHED
           CLOSED        < R. 1 ack 21 ts 540 120              CLOSED
           CLOSED        < S. 7000 ack 1 ts 560 100            SYN_RECEIVED
           CLOSED        > R  1                                LISTEN
           CLOSED        < .  1 ack 21 ts 530 120              LISTEN"""
    )
    assert played.path("server")[-3:] == ["CLOSED", "SYN_RECEIVED", "LISTEN"]


def test_who_answers_the_syn_of_its_connection_by_another_number_has_lost_that() -> None:
    """Its own end was not captured; open, it would have answered a copy of the SYN by an ACK (RFC 5961 4)."""
    played = replay(
        """client        segment                               server
           SYN_SENT      > S  0 ts 100 0                       LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 500 100               SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500               ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 20 ts 120 500        ESTABLISHED
           ESTABLISHED   < .  1 ack 21 ts 540 120              ESTABLISHED
           ...           < S. 7000 ack 1 ts 560 100            SYN_RECEIVED
           ...           > R  1                                LISTEN"""
    )
    assert played.path("server") == [*OPEN, "CLOSED", "SYN_RECEIVED", "LISTEN"]
    assert played.moved("server", "CLOSED").basis == "implied"


def test_a_fin_that_came_behind_the_answer_for_want_of_a_socket() -> None:
    """The capture begins late: what its sender was before that answer, its own late FIN tells."""
    played = replay(
        """client        segment                               server
           UNKNOWN                                             UNKNOWN
           ESTABLISHED   > P. 1 ack 1 len 20 ts 110 500        UNKNOWN
           CLOSED        < R  1                                CLOSED
           ...           < F. 1 ack 1 ts 520 90                CLOSED"""
    )
    assert played.path("server")[-3:] == ["ESTABLISHED", "FIN_WAIT_1", "CLOSED"]


def test_of_two_resets_in_the_window_the_one_that_drew_no_answer_was_perhaps_taken() -> None:
    """In FIN_WAIT_2 after close() any number in the window ends it; what a full socket refuses it answers."""
    played = replay(
        """client        segment                         server
           ESTABLISHED                                   ESTABLISHED
           ...           < F. 1 ack 1                    FIN_WAIT_1
           ...           > P. 1 ack 2 len 20             FIN_WAIT_2
           ...           < .  2 ack 21                   FIN_WAIT_2
           ...           > R. 30 ack 2                   ...
           ...           < .  2 ack 21                   FIN_WAIT_2
           ...           > R. 31 ack 2                   ...
           ...           end                             CLOSED"""
    )
    ended = played.moved("server", "CLOSED")
    assert (ended.packet, ended.confirmed_by) == (9, None)
