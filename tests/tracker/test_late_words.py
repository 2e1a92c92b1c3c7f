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


def test_a_syn_overtaken_by_the_reset_of_its_sender_tells_that_both_called() -> None:
    """No listener sends one with the number of its SYN+ACK; that its peer is open by now does not matter."""
    played = replay(
        """client        segment                            server
           SYN_SENT      > S  0 ts 100 0                    LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 500 100            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500            ESTABLISHED
           ...           < R. 2 ack 1 ts 530 110            CLOSED
           ESTABLISHED   > .  1 ack 1 ts 130 500            CLOSED
           ESTABLISHED   < S  0 ts 499 0                    CLOSED
           CLOSE_WAIT    < F. 1 ack 1 ts 520 110            CLOSED"""
    )
    assert played.path("server") == ["CLOSED", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "CLOSED"]


def test_a_syn_overtaken_by_an_answer_to_the_peers_tells_that_both_called() -> None:
    """Its SYN+ACK was lost before, and so was what told that it had the peer's SYN; its clock tells which came first."""
    played = replay(
        """client        segment                                    server
           SYN_SENT      > S  0 sackok ts 100 0                     LISTEN
           SYN_SENT      < .  1 ack 1 ts 530 100                    SYN_RECEIVED
           SYN_RECEIVED  < S  0 sackok ts 508 0                     SYN_RECEIVED
           SYN_RECEIVED  > S. 0 ack 1 sackok ts 126 508             ESTABLISHED
           ESTABLISHED   < .  1 ack 1 ts 534 126 sack 0 1           ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 9 ts 140 534              ESTABLISHED
           ESTABLISHED   < .  1 ack 10 ts 550 140                   ESTABLISHED"""
    )
    assert played.path("server") == ["CLOSED", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED"]


def test_a_report_as_soon_as_ever_tells_of_no_crossing_if_nothing_else_was_as_soon() -> None:
    """It reports the FIN as a duplicate and has sent its own by then, perhaps between the two that it got."""
    played = replay(
        """client        segment                                    server
           SYN_SENT      > S  0 sackok ts 100 0                     LISTEN
           ESTABLISHED   < S. 0 ack 1 sackok ts 500 100  +200       SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 300 500                    ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 9 ts 310 500              ESTABLISHED
           ESTABLISHED   < .  1 ack 10 ts 700 310  +130             ESTABLISHED
           FIN_WAIT_1    > F. 10 ack 1 ts 500 700                   CLOSE_WAIT
           FIN_WAIT_2    < .  2 ack 11 ts 860 500 sack 10 11 +100   ...
           TIME_WAIT     < F. 1 ack 11 ts 1300 500 +430             LAST_ACK
           TIME_WAIT     > .  11 ack 2 ts 1040 1300                 CLOSED"""
    )
    assert played.path("server")[-3:] == ["CLOSE_WAIT", "LAST_ACK", "CLOSED"]


def test_an_abort_overtaken_by_the_syn_ack_of_the_next_request_ends_nothing() -> None:
    """Fast Open: aborted at once, its SYN+ACK and reset came late, and a copy of the SYN had begun another request."""
    played = replay(
        """client        segment                                 server
           SYN_SENT      > S  0 len 12 ts 100 0                  LISTEN
           CLOSED        < R. 1 ack 13 ts 518 100                CLOSED
           CLOSED        < S. 0 ack 13 ts 500 100                CLOSED
           CLOSED        > R  13                                 CLOSED
           CLOSED        < S. 9000 ack 13 ts 564 100             SYN_RECEIVED
           CLOSED        > R  13                                 LISTEN
           CLOSED        < R. 1 ack 13 ts 518 100  +50           LISTEN"""
    )
    assert played.path("server") == ["LISTEN", "SYN_RECEIVED", "CLOSED", "SYN_RECEIVED", "LISTEN"]


def test_a_fin_behind_octets_older_than_the_capture_waits_for_them() -> None:
    """Its receiver says so by a number that is lower than all that was captured; what it waits for brings the FIN."""
    played = replay(
        """client        segment                                  server
           FIN_WAIT_1    > F. 501 ack 1 len 100 ts 500 90         ...
           ...           < .  1 ack 401 ts 100 400 sack 501 602   ESTABLISHED
           ...           < F. 1 ack 401 ts 110 400 sack 501 602   FIN_WAIT_1
           ...           > .  602 ack 2 ts 525 110                FIN_WAIT_2
           ...           > P. 401 ack 2 len 100 ts 526 110        TIME_WAIT
           TIME_WAIT     < .  2 ack 602 ts 140 526                TIME_WAIT"""
    )
    assert played.path("server")[-2:] == ["FIN_WAIT_2", "TIME_WAIT"]
