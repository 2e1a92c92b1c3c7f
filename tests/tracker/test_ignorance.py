"""What was not captured, and may have been a FIN: nobody can tell then, and it is said."""

from __future__ import annotations

from .figure import replay


def test_a_number_acknowledged_and_never_captured_may_have_been_a_fin() -> None:
    """The client closed second, or first: its own FIN and the last acknowledgement look the same."""
    replay(
        """client        segment                        server
           SYN_SENT      > S  0 win 1000                LISTEN
           ...           < S. 0 ack 1 win 1000          ...
           ESTABLISHED   > .  1 ack 1 win 1000          ESTABLISHED
           ...           (< F. 1 ack 1)                 ...
           ...           > .  1 ack 2                   ...
           ...           > F. 1 ack 2                   ...
           ...           < .  2 ack 2                   ...
           UNKNOWN       end                            UNKNOWN"""
    )


def test_octets_behind_what_was_not_captured_show_that_it_was_no_fin() -> None:
    replay(
        """client        segment                        server
           SYN_SENT      > S  0 win 1000                LISTEN
           ...           < S. 0 ack 1 win 1000          ...
           ESTABLISHED   > .  1 ack 1 win 1000          ESTABLISHED
           ...           (< P. 1 ack 1 len 10)          ...
           ...           > .  1 ack 11                  ...
           ESTABLISHED   < P. 11 ack 1 len 10           ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 21                  CLOSE_WAIT
           FIN_WAIT_2    < .  21 ack 2                  CLOSE_WAIT
           FIN_WAIT_2    end                            CLOSE_WAIT"""
    )


def test_its_last_segment_was_not_captured_and_nothing_of_it_since() -> None:
    replay(
        """client        segment                        server
           SYN_SENT      > S  0 win 1000                LISTEN
           ...           < S. 0 ack 1 win 1000          ...
           ESTABLISHED   > .  1 ack 1 win 1000          ESTABLISHED
           CLOSE_WAIT    < F. 1 ack 1                   FIN_WAIT_1
           ...           (> F. 1 ack 2)                 ...
           ...           < .  2 ack 2                   ...
           UNKNOWN       end                            UNKNOWN"""
    )


def test_an_acknowledgement_beyond_the_window_is_no_news() -> None:
    replay(
        """client        segment                        server
           SYN_SENT      > S  0 win 1000                LISTEN
           ...           < S. 0 ack 1 win 1000          ...
           ESTABLISHED   > .  1 ack 1 win 1000          ESTABLISHED
           ESTABLISHED   < P. 1 ack 5000 len 10         ESTABLISHED
           ESTABLISHED   end                            ESTABLISHED"""
    )


def test_what_its_sender_denies_was_never_sent() -> None:
    replay(
        """client        segment                        server
           SYN_SENT      > S  0 win 1000                LISTEN
           ...           < S. 0 ack 1 win 1000          ...
           ESTABLISHED   > .  1 ack 1 win 1000          ESTABLISHED
           ESTABLISHED   < .  1 ack 11                  ESTABLISHED
           ESTABLISHED   > .  1 ack 1                   ESTABLISHED
           ESTABLISHED   end                            ESTABLISHED"""
    )


def test_one_direction_its_fin_may_be_the_first_or_the_second() -> None:
    replay(
        """client        segment                     server
           SYN_SENT      > S  0                      LISTEN
           ...           (< S. 0 ack 1)              ...
           ESTABLISHED   > .  1 ack 1                ESTABLISHED
           ESTABLISHED   (< P. 1 ack 1 len 40)       ESTABLISHED
           ESTABLISHED   > .  1 ack 41               ESTABLISHED
           ...           > F. 1 ack 41               ...
           UNKNOWN       end                         UNKNOWN"""
    )


def test_one_direction_where_nothing_was_acknowledged_its_fin_is_the_first() -> None:
    replay(
        """client        segment                     server
           SYN_SENT      > S  0                      LISTEN
           ...           (< S. 0 ack 1)              ...
           ESTABLISHED   > .  1 ack 1                ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1                ...
           FIN_WAIT_1    end                         ..."""
    )


def test_a_late_copy_of_the_syn_begins_nothing() -> None:
    """What answers it acknowledges more, and echoes a timestamp newer than the copy's: both are in the middle."""
    replay(
        """client        segment                          server
           SYN_SENT      > S  0 ts 100 0                  LISTEN
           UNKNOWN       < .  1 ack 2 ts 900 150          ESTABLISHED
           CLOSED        > R  2                           CLOSED"""
    )


def test_a_syn_ack_overtaken_by_the_reset_of_its_sender() -> None:
    replay(
        """client        segment                          server
           UNKNOWN                                        UNKNOWN
           ...           < R. 1 ack 1 ts 900 150          CLOSED
           ...           < S. 0 ack 0 ts 800 100          CLOSED
           ...           end                              CLOSED"""
    )


def test_a_syn_ack_overtaken_by_all_that_was_captured_of_its_sender() -> None:
    """Its timestamp is older; it begins nothing, though the capture shows no SYN."""
    played = replay(
        """client        segment                         server
           ...           < F. 101 ack 1 ts 500 90    FIN_WAIT_1
           ...           > .  1 ack 102 ts 91 500    FIN_WAIT_2
           ...           < R. 102 ack 1 ts 510 91    CLOSED
           CLOSED        < S. 0 ack 1 ts 400 80      CLOSED
           CLOSED        > R  1                      CLOSED"""
    )
    assert played.path("server") == ["UNKNOWN", "CLOSED"]


def test_a_syn_ack_that_comes_after_what_it_opened_is_no_beginning() -> None:
    """What answers it has had a later word of its sender, by number and timestamp, which was not captured."""
    played = replay(
        """client        segment                         server
           ...           < S. 0 ack 1 ts 400 90       SYN_RECEIVED
           ESTABLISHED   > P. 1 ack 2 len 1 ts 120 425 ...
           ...           < R  2                       CLOSED"""
    )
    assert played.path("server") == ["UNKNOWN", "CLOSED"]


def test_a_fin_that_answers_late_where_the_capture_begins_is_perhaps_a_repeat() -> None:
    """An ACK would have come sooner: its sender's words were lost, and its first FIN may have been one of them."""
    replay(
        """client        segment                   server
           ...           > F. 1 ack 1              ...
           ...           < F. 1 ack 2  +196        ...
           ...           > .  2 ack 2              ...
           TIME_WAIT     end                       UNKNOWN"""
    )
    replay(
        """client        segment                   server
           ...           > F. 1 ack 1              ...
           ...           < F. 1 ack 2  +20         ...
           ...           > .  2 ack 2              ...
           TIME_WAIT     end                       CLOSED"""
    )


def test_who_answers_a_late_copy_of_the_syn_had_opened_before_as_listener_or_not() -> None:
    """It echoes what was sent after the SYN, and acknowledges no more: both had opened before the capture began."""
    played = replay(
        """client        segment                          server
           SYN_SENT      > S  0 ts 100 0                  LISTEN
           SYN_SENT      < .  1 ack 1 ts 900 150          ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 9 ts 200 900    ESTABLISHED"""
    )
    assert played.path("server") == ["UNKNOWN", "ESTABLISHED"]


def test_a_fin_that_acknowledges_no_more_than_a_syn_tells_of_no_fin_before() -> None:
    """The SYN was not captured, and its answer came twice: the life may have begun before, but had nothing else."""
    replay(
        """client        segment                    server
           ...           < S. 0 ack 1               SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1               ESTABLISHED
           ESTABLISHED   < S. 0 ack 1 +300          SYN_RECEIVED
           FIN_WAIT_1    > F. 1 ack 1               ...
           FIN_WAIT_1    end                        CLOSE_WAIT"""
    )
