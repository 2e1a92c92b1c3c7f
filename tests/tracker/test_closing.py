"""Closings: RFC 9293 3.6, figures 12 and 13, and what is lost of a close on either side of us."""

from __future__ import annotations

from .figure import replay


def test_normal_close_rfc9293_figure_12() -> None:
    played = replay(
        """client        segment             server
           ESTABLISHED                       ESTABLISHED
           FIN_WAIT_1    > F. 100 ack 300    CLOSE_WAIT
           FIN_WAIT_2    < .  300 ack 101    CLOSE_WAIT
           TIME_WAIT     < F. 300 ack 101    LAST_ACK
           TIME_WAIT     > .  101 ack 301    CLOSED
           CLOSED        2MSL                CLOSED""",
        isn=(0, 0),
    )
    (close,) = [connection.close for connection in played.connections]
    assert close is not None
    assert (close.kind, close.initiator) == ("four_segment", "client")
    assert played.moved("server", "CLOSE_WAIT").confirmed_by == 5
    assert played.connection.transitions[-1].basis == "timer"


def test_simultaneous_close_rfc9293_figure_13() -> None:
    played = replay(
        """client        segment             server
           ESTABLISHED                       ESTABLISHED
           FIN_WAIT_1    > F. 100 ack 300    CLOSE_WAIT
           CLOSING       < F. 300 ack 100 +1 CLOSING
           CLOSING       > .  101 ack 301    TIME_WAIT
           TIME_WAIT     < .  301 ack 101    TIME_WAIT
           CLOSED        2MSL                CLOSED""",
        isn=(0, 0),
    )
    for role in ("client", "server"):
        assert played.path(role)[-5:] == ["ESTABLISHED", "FIN_WAIT_1", "CLOSING", "TIME_WAIT", "CLOSED"]
    close = played.connection.close
    assert close is not None
    assert close.kind == "simultaneous"


def test_three_segments_do_what_four_do() -> None:
    played = replay(
        """client        segment             server
           ESTABLISHED                       ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1        CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2        LAST_ACK
           TIME_WAIT     > .  2 ack 2        CLOSED"""
    )
    assert played.path("client")[-4:] == ["ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]
    assert played.moved("client", "FIN_WAIT_2").packet == played.moved("client", "TIME_WAIT").packet == 5
    assert (played.moved("server", "CLOSE_WAIT").packet, played.moved("server", "LAST_ACK").packet) == (4, 5)


def test_half_close_the_other_direction_goes_on() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1             CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2             CLOSE_WAIT
           FIN_WAIT_2    < P. 1 ack 2 len 100     CLOSE_WAIT
           FIN_WAIT_2    > .  2 ack 101           CLOSE_WAIT
           TIME_WAIT     < F. 101 ack 2 len 50    LAST_ACK
           TIME_WAIT     > .  2 ack 152           CLOSED"""
    )
    close = played.connection.close
    assert close is not None
    assert (close.kind, close.initiator) == ("half_close", "client")
    assert played.connection.server_stats.bytes == 150


def test_fin_lost_behind_us_is_withdrawn() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1  lost       CLOSE_WAIT
           FIN_WAIT_1    < P. 1 ack 1 len 4 +50   ESTABLISHED
           FIN_WAIT_1    > .  2 ack 5             ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 5  +200       CLOSE_WAIT
           FIN_WAIT_2    < .  5 ack 2             CLOSE_WAIT"""
    )
    got = played.moved("server", "CLOSE_WAIT")
    assert (got.packet, got.confirmed_by) == (7, 8)
    assert "fin_repeated" in played.kinds(7)


def test_ack_of_fin_lost_behind_us_is_withdrawn() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1             CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2  lost       CLOSE_WAIT
           FIN_WAIT_1    > F. 1 ack 1  +200       CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2             CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2             LAST_ACK
           TIME_WAIT     > .  2 ack 2             CLOSED"""
    )
    acknowledged = played.moved("client", "FIN_WAIT_2")
    assert acknowledged.packet == 7
    assert "ack_of_fin_lost" in played.kinds(6)


def test_last_ack_lost_behind_us_is_withdrawn_and_time_wait_begins_anew() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1             CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2             LAST_ACK
           TIME_WAIT     > .  2 ack 2  lost       CLOSED
           TIME_WAIT     < F. 1 ack 2  +200       LAST_ACK
           TIME_WAIT     > .  2 ack 2             CLOSED
           CLOSED        2MSL                     CLOSED"""
    )
    assert played.moved("server", "CLOSED").packet == 8
    assert {"fin_repeated", "ack_of_fin_lost", "fin_in_time_wait"} <= played.kinds(7)
    waited = [move for move in played.connection.transitions if move.event == "TIMER_2MSL"]
    assert waited[0].offset == 240.25


def test_an_acknowledgement_of_one_number_never_captured_may_be_of_a_fin_or_of_an_octet() -> None:
    """The capture cannot tell, so nobody is moved, and in the end it says so; that something is missing, too."""
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1             CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2             CLOSE_WAIT
           TIME_WAIT     (< F. 1 ack 2)           LAST_ACK
           FIN_WAIT_2    > .  2 ack 2             CLOSE_WAIT
           UNKNOWN       end                      UNKNOWN"""
    )
    assert "unseen_octets_acknowledged" in played.kinds(6)


def test_fin_behind_a_hole_waits_until_it_is_filled() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   (> P. 1 ack 1 len 10)    ESTABLISHED
           FIN_WAIT_1    > F. 11 ack 1            ESTABLISHED
           FIN_WAIT_1    < .  1 ack 1             ESTABLISHED
           FIN_WAIT_1    > P. 1 ack 1 len 10      CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 12            CLOSE_WAIT"""
    )
    assert played.moved("server", "CLOSE_WAIT").packet == 6


def test_octets_lost_behind_us_keep_the_fin_waiting() -> None:
    replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10  lost   ESTABLISHED
           FIN_WAIT_1    > F. 11 ack 1               CLOSE_WAIT
           FIN_WAIT_1    < .  1 ack 1                ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1 len 10 +200    CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 12               CLOSE_WAIT"""
    )


def test_fins_that_cross_and_acknowledge_nothing_new_rfc9293_figure_13() -> None:
    """The same with octets in both FINs."""
    replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1 len 3       CLOSE_WAIT
           CLOSING       < F. 1 ack 1 len 5 +1    CLOSING
           CLOSING       > .  5 ack 7             TIME_WAIT
           TIME_WAIT     < .  7 ack 5             TIME_WAIT"""
    )


def test_one_of_two_crossing_fins_lost_behind_us() -> None:
    replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1  lost       CLOSE_WAIT
           CLOSING       < F. 1 ack 1  +1         CLOSING
           CLOSING       > .  2 ack 2             TIME_WAIT
           CLOSING       > F. 1 ack 2  +200       TIME_WAIT
           TIME_WAIT     < .  2 ack 2             TIME_WAIT"""
    )


def test_a_connection_that_does_not_end_stays_where_it_is() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 3       ESTABLISHED
           ESTABLISHED   2MSL                     ESTABLISHED"""
    )
    assert played.connection.close is None


def test_fin_lost_before_us_counts_from_its_repeat() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    (> F. 1 ack 1)           ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1  +200       CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2             CLOSE_WAIT"""
    )
    assert played.moved("client", "FIN_WAIT_1").packet == 4


def test_fin_lost_before_us_but_octets_behind_its_number_show_it() -> None:
    """Its own next number tells that a FIN was sent, before the FIN itself is seen again."""
    played = replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           FIN_WAIT_1    (> F. 1 ack 1)              ESTABLISHED
           ...           < P. 1 ack 1 len 4          ESTABLISHED
           ...           > .  2 ack 5                ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 5  +200          CLOSE_WAIT
           FIN_WAIT_2    < .  5 ack 2                CLOSE_WAIT"""
    )
    assert "gap_opened" in played.kinds(5)


def test_ack_of_fin_never_captured_is_in_the_fin_that_answers() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1             CLOSE_WAIT
           FIN_WAIT_2    (< . 1 ack 2)            CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2             LAST_ACK
           TIME_WAIT     > .  2 ack 2             CLOSED"""
    )
    assert played.moved("server", "CLOSE_WAIT").confirmed_by == 5


def test_last_ack_never_captured_leaves_the_server_where_it_was_seen() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1             CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2             LAST_ACK
           TIME_WAIT     (> . 2 ack 2)            CLOSED
           CLOSED        2MSL                     LAST_ACK"""
    )
    assert "fin_never_acknowledged" in played.kinds(5)


def test_octets_lost_before_us_hold_the_fin_back_until_they_are_sent_again() -> None:
    replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           ESTABLISHED   (> P. 1 ack 1 len 10)       ESTABLISHED
           FIN_WAIT_1    > F. 11 ack 1               ESTABLISHED
           FIN_WAIT_1    < .  1 ack 1                ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1 len 10 +200    CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 12               LAST_ACK
           TIME_WAIT     > .  12 ack 2               CLOSED"""
    )


def test_the_segment_that_brought_the_fin_acknowledged_its_fin_too() -> None:
    """The FIN is repeated before both arrive; the timestamp echoed is that of an ACK which counts behind the FIN only."""
    played = replay(
        """client        segment                             server
           SYN_SENT      > S  0 ts 10 0                      LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 510 10              SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 30 510              ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1 ts 40 510              CLOSE_WAIT
           ...           < .  1 ack 2 ts 520 40              CLOSE_WAIT
           ...           < F. 1 ack 2 ts 640 40 +120         LAST_ACK
           ...           > F. 1 ack 1 ts 250 510 +80         LAST_ACK
           ...           < .  2 ack 2 ts 730 250             LAST_ACK
           ...           > .  2 ack 2 ts 450 730 +200        CLOSED"""
    )
    assert played.path("client")[-3:] == ["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]
    assert played.moved("client", "TIME_WAIT").packet == 6


def test_a_repeated_fin_is_answered_by_a_reset_once_the_first_was_taken() -> None:
    """The socket, gone since, would have answered the first FIN by a reset."""
    played = replay(
        """client        segment                    server
           SYN_SENT      > S  0                     LISTEN
           ESTABLISHED   < S. 0 ack 1               SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1               ESTABLISHED
           ESTABLISHED   < F. 101 ack 1             FIN_WAIT_1
           ...           > F. 1 ack 1               CLOSING
           ...           > F. 1 ack 1 +250          CLOSING
           ...           < R  1 +0.2                CLOSED"""
    )
    assert played.path("server")[-3:] == ["FIN_WAIT_1", "CLOSING", "CLOSED"]


def test_octets_at_a_fins_number_with_an_acknowledgement_of_what_was_never_sent() -> None:
    """They are refused as a whole, so the FIN before them, behind a hole, stays."""
    replay("""client        segment                       server
              ESTABLISHED                                 ESTABLISHED
              ESTABLISHED   > .  1 ack 1                  ESTABLISHED
              ESTABLISHED   < .  1 ack 1                  ESTABLISHED
              FIN_WAIT_1    > F. 11 ack 1                 ESTABLISHED
              FIN_WAIT_1    > P. 5 ack 5000 len 20        ESTABLISHED
              FIN_WAIT_1    > P. 1 ack 1 len 10           CLOSE_WAIT
              FIN_WAIT_2    < .  1 ack 12                 CLOSE_WAIT   """)


def test_a_fin_at_the_number_of_an_octet_that_was_refused() -> None:
    """The octets behind the hole acknowledged what was never sent."""
    replay("""client        segment                       server
              ESTABLISHED                                 ESTABLISHED
              ESTABLISHED   > .  1 ack 1                  ESTABLISHED
              ESTABLISHED   < .  1 ack 1                  ESTABLISHED
              ESTABLISHED   > P. 5 ack 2 len 20           ESTABLISHED
              ESTABLISHED   > P. 1 ack 1 len 20           ESTABLISHED
              ESTABLISHED   < .  1 ack 21                 ESTABLISHED
              FIN_WAIT_1    > F. 21 ack 1                 CLOSE_WAIT
              FIN_WAIT_2    < .  1 ack 22                 CLOSE_WAIT   """)


def test_who_answers_when_its_fin_was_acknowledged_had_closed_first() -> None:
    """A FIN held back by a full window, or lost, looks like the second one; out of LAST_ACK nobody would answer."""
    played = replay(
        """client        segment                       server
           SYN_SENT      > S  0 ts 100 0               LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 500 100       SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500       ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1 ts 600 110       FIN_WAIT_1
           CLOSE_WAIT    > .  1 ack 2 ts 200 600       FIN_WAIT_2
           LAST_ACK      > F. 1 ack 2 ts 300 600       TIME_WAIT
           CLOSED        < .  2 ack 2 ts 700 300       TIME_WAIT
           TIME_WAIT     > .  2 ack 2 ts 310 700       TIME_WAIT"""
    )
    assert played.path("client")[2:] == ["ESTABLISHED", "FIN_WAIT_1", "CLOSING", "TIME_WAIT"]
    assert (played.moved("client", "CLOSING").packet, played.moved("client", "TIME_WAIT").packet) == (4, 7)


def test_an_ack_overtaken_by_the_fin_that_it_follows_shows_that_the_fins_crossed() -> None:
    """By timestamp it is older than its sender's FIN, and by number younger: that FIN is a repeat."""
    played = replay(
        """client        segment                       server
           SYN_SENT      > S  0 sackok ts 100 0        LISTEN
           ESTABLISHED   < S. 0 ack 1 sackok ts 500 100 SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500       ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1 ts 600 110       FIN_WAIT_1
           LAST_ACK      > F. 1 ack 2 ts 300 600       TIME_WAIT
           CLOSING       > .  2 ack 2 ts 250 600       TIME_WAIT"""
    )
    assert played.path("client")[2:] == ["ESTABLISHED", "FIN_WAIT_1", "CLOSING"]


def test_a_fin_that_waits_for_what_was_never_captured_leaves_the_order_of_the_two_tentative() -> None:
    """It is reported behind a hole, and then acknowledged: what filled the hole, and when, the capture does not show."""
    played = replay(
        """client        segment                                  server
           ...           > F. 101 ack 1 ts 500 90                 ...
           ...           < F. 1 ack 100 ts 100 400 sack 101 102   FIN_WAIT_1
           ...           > .  102 ack 2 ts 506 100                ...
           ...           < .  2 ack 100 ts 110 400 sack 101 102   ...
           ...           < .  2 ack 102 ts 112 400                TIME_WAIT"""
    )
    moves = [move for move in played.connection.transitions if move.endpoint.value == "server"]
    assert [move.confirmed_by for move in moves if move.event == "GETS_FIN"] == [None]


def test_a_fin_acknowledged_before_it_shows_where_the_capture_begins_late_may_have_been_the_first() -> None:
    replay(
        """client        segment                                  server
           ...           < P. 101 ack 1 len 100 ts 500 90         ESTABLISHED
           ...           > .  1 ack 202 ts 100 500                ...
           ...           > F. 1 ack 202 ts 110 500                ...
           ...           < F. 201 ack 1 ts 501 90                 ...
           UNKNOWN       end                                      UNKNOWN"""
    )
