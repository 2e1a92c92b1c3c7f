"""One side keeps to no rule, and the other is a TCP: what it answers tells what it took (as Linux 6.18 does)."""

from __future__ import annotations

import pytest

from .figure import replay

OPEN = ["LISTEN", "SYN_RECEIVED", "ESTABLISHED"]


@pytest.mark.parametrize(
    ("segments", "close_wait_at"),
    [
        # The first FIN counts, though octets overlap it; what is acknowledged is the last one's number.
        ("> F. 1 ack 1 | > FP. 0 ack 1 len 2 | < . 1 ack 3 | < . 1 ack 3", 4),
        ("> P. 1 ack 1 len 1 | > F. 2 ack 1 | > FP. 1 ack 1 len 2 | < . 1 ack 4 | < . 1 ack 4", 5),
        # Octets beyond a FIN that was laid aside are acknowledged with it.
        ("> F. 101 ack 1 | > P. 102 ack 1 len 10 | > P. 1 ack 1 len 100 | < . 1 ack 112", 6),
        # A FIN gives way to an earlier one; octets undo that; the first counts after all.
        ("> F. 101 ack 1 | < . 1 ack 1 sack 101 102 | > F. 11 ack 1 | > P. 1 ack 1 len 100 | < . 1 ack 102", 7),
        ("> F. 2 ack 1 | > F. 101 ack 1 | > P. 1 ack 1 len 100 | < . 1 ack 102", 6),
        # Octets that cover a FIN behind a hole undo it; one beyond them counts still, and fills no hole of octets.
        (
            "> F. 101 ack 1 | > F. 103 ack 1 | > P. 1 ack 1 len 101 | < . 1 ack 102 | > P. 102 ack 1 len 1 | < . 1 ack 104",
            8,
        ),
        # Octets over the number of a FIN that is in bring none.
        ("> FP. 1 ack 1 len 1 | > P. 1 ack 1 len 2 | < . 1 ack 3", 4),
        # The octets of a SYN were refused, so the number after it can be a FIN's.
        ("> S 0 len 10 | < S. 0 ack 1 | > F. 1 ack 1 | > F. 101 ack 1 | < . 1 ack 2", 6),
        # A FIN that acknowledges nothing from the connection is dropped.
        ("> F. 1 ack 0 | < . 1 ack 1 | > P. 1 ack 1 len 1 | < . 1 ack 2 | > F. 2 ack 1 | < . 1 ack 3", 8),
    ],
)
def test_of_several_fins_the_acknowledgement_tells_which_counts(segments: str, close_wait_at: int) -> None:
    played = replay(_figure(segments, "CLOSE_WAIT"))
    assert played.path("server") == [*OPEN, "CLOSE_WAIT"]
    assert played.moved("server", "CLOSE_WAIT").packet == close_wait_at
    assert played.moved("server", "CLOSE_WAIT").confirmed_by


def test_a_clock_of_isns_tells_another_attempt_rfc6528_3() -> None:
    """As old as the first attempt, in ticks of 64 ns: the host itself asks again, so the life before is over for it."""
    played = replay(
        """client        segment                    server
           SYN_SENT      > S  0                     LISTEN
           ESTABLISHED   < S. 0 ack 1               SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1               ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1 +10           CLOSE_WAIT
           FIN_WAIT_1    > F. 1 ack 1 +300          CLOSE_WAIT
           SYN_SENT      > S  15937500 +690         LISTEN
           SYN_SENT      end                        UNKNOWN"""
    )
    assert [connection.first_packet for connection in played.connections] == [1, 6]


def test_another_attempt_whose_syn_ack_is_not_acknowledged() -> None:
    played = replay(
        """client        segment                    server
           SYN_SENT      > S  0                     LISTEN
           SYN_SENT      > S  625000 +40            LISTEN
           ESTABLISHED   < S. 0 ack 625001          SYN_RECEIVED
           ...           < .  1 ack 625001          ...
           CLOSED        < R  1                     ...
           ...           < .  1 ack 625001          ...
           CLOSED        > R  625001                ..."""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT", "ESTABLISHED", "CLOSED"]


def test_an_abort_tells_which_of_two_answers_had_opened_it() -> None:
    played = replay(
        """client        segment                    server
           SYN_SENT      > S  0                     LISTEN
           ESTABLISHED   < S. 0 ack 1               SYN_RECEIVED
           ...           < S. 70000 ack 1           SYN_RECEIVED
           ...           < R  70000                 ...
           CLOSED        > R. 1 ack 1               ..."""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT", "ESTABLISHED", "CLOSED"]
    assert played.moved("client", "ESTABLISHED").packet == 2


def test_who_repeats_its_syn_had_not_gone_on() -> None:
    """It got an ACK of octets that it never sent, with an echo from the future, and answered by a reset."""
    played = replay(
        """client        segment                               server
           SYN_SENT      > S  0 ts 1000 0                      LISTEN
           ...           < FP. 10 ack 1001 len 5 ts 9 13000    ...
           ...           > R  1001                             ...
           SYN_SENT      > S  0 ts 1041 0                      ..."""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT"]
    assert played.moved("client", "SYN_SENT").packet == 1


def test_an_ack_of_nothing_from_the_connection_is_dropped_with_its_octets() -> None:
    played = replay(_figure("> P. 1 ack 0 len 1 | > F. 1 ack 1 | > P. 1 ack 1 len 1 | < . 1 ack 2", "CLOSE_WAIT"))
    assert played.moved("server", "CLOSE_WAIT").packet == 5


def test_a_reset_one_below_the_next_number_counts_once_the_fin_is_in() -> None:
    played = replay(_figure("> F. 1 ack 1 | > R. 1 ack 1 | > P. 1 ack 1 len 1 | < R 1", "CLOSED"))
    assert played.path("server") == [*OPEN, "CLOSE_WAIT", "CLOSED"]
    assert played.moved("server", "CLOSED").packet == 5


def test_octets_beyond_the_fin_end_one_that_has_received_it() -> None:
    played = replay(_figure("> FP. 1 ack 1 len 1 | > P. 1 ack 1 len 9 +0.1 | < R 1 +0.1", "CLOSED"))
    assert played.path("server") == [*OPEN, "CLOSE_WAIT", "CLOSED"]


def test_with_the_fin_what_was_laid_aside_is_forgotten_rfc5961_3() -> None:
    """The end of the last SACK block is no number for a reset any more."""
    played = replay(
        """client        segment                              server
           SYN_SENT      > S  0 sackok                        LISTEN
           ESTABLISHED   < S. 0 ack 1 sackok                  SYN_RECEIVED
           ...           > .  1 ack 1                         ESTABLISHED
           ...           > P. 11 ack 1 len 1                  ESTABLISHED
           ...           < .  1 ack 1 sack 11 12              ESTABLISHED
           ...           > F. 1 ack 1                         CLOSE_WAIT
           ...           < .  1 ack 2                         CLOSE_WAIT
           ...           > R  12                              CLOSE_WAIT
           ...           > R  2                               CLOSED"""
    )
    assert played.moved("server", "CLOSED").packet == 9


def test_an_orphan_that_waits_for_no_fin_is_gone_with_the_ack_of_its_own() -> None:
    """TCP_LINGER2 < 0 in Linux; octets behind a hole came before, and have not ended it."""
    played = replay(
        """client        segment                server
           ...           > S  0                 LISTEN
           ...           < S. 0 ack 1           SYN_RECEIVED
           ...           > .  1 ack 1           ESTABLISHED
           ...           > P. 11 ack 1 len 10   ESTABLISHED
           ...           < .  1 ack 1           ESTABLISHED
           ...           < F. 1 ack 1           FIN_WAIT_1
           ...           > .  1 ack 2           FIN_WAIT_2
           ...           < R  2 +0.1            CLOSED"""
    )
    assert played.path("server")[-4:] == ["ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSED"]


@pytest.mark.parametrize(
    ("segments", "states"),
    [
        ("< R 1 | < . 1 ack 1 | > R 1", ["CLOSED"]),
        ("< . 1 ack 1 | > R. 1 ack 1", ["CLOSED"]),
        ("< . 1 ack 1 | < FP. 1 ack 1 len 10 | < P. 1 ack 1 len 50 +0.1 | > R 1 +0.1", ["CLOSE_WAIT", "CLOSED"]),
    ],
)
def test_an_opener_may_hold_back_its_ack_of_the_syn_ack(segments: str, states: list[str]) -> None:
    lines = "\n".join(f"... {segment.strip()} ..." for segment in segments.split("|")[:-1])
    played = replay(
        f"""client        segment          server
            SYN_SENT      > S  0           LISTEN
            ESTABLISHED   < S. 0 ack 1     SYN_RECEIVED
            {lines}
            CLOSED        {segments.rsplit("|", maxsplit=1)[-1]}   ..."""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT", "ESTABLISHED", *states]


def test_a_stray_syn_ack_changes_no_numbers_of_an_open_connection() -> None:
    played = replay(_figure("> R. 500 ack 1 | < . 1 ack 1 | > SF. 500 ack 9000 | < . 1 ack 1 | < F. 1 ack 1 | > . 1 ack 2",
                            "FIN_WAIT_2"))  # fmt: skip
    assert played.path("server") == [*OPEN, "FIN_WAIT_1", "FIN_WAIT_2"]


def test_a_syn_ack_of_numbers_long_sent_opens_nothing() -> None:
    played = replay(
        _figure("< F. 1 ack 1 | > F. 1 ack 2 | < . 2 ack 2 | > S. 700 ack 2 len 1 | > . 701 ack 2", "TIME_WAIT")
    )
    assert len(played.connections) == 1


def test_what_came_before_the_syn_left_nothing_behind() -> None:
    """Neither numbers nor timestamps: all was answered by resets for want of a connection."""
    played = replay(
        """client    segment                             server
           ...       > FP. 1 ack 900 len 1 ts 9000 0     ...
           ...       < R 900                             CLOSED
           ...       > S. 0 ack 900 ts 9001 0            ...
           ...       < R 900                             CLOSED
           SYN_SENT  > S 0 ts 20 0                       ...
           ...       < S. 0 ack 1 ts 500 20              SYN_RECEIVED
           ...       > . 1 ack 1 ts 30 500               ESTABLISHED
           ...       > P. 1 ack 1 len 1 ts 31 500        ESTABLISHED
           ...       < . 1 ack 2 ts 501 31               ESTABLISHED"""
    )
    assert played.path("server") == OPEN


def test_the_same_syn_after_a_reset_opens_another_life() -> None:
    played = replay(
        """client        segment             server
           SYN_SENT      > S  0              LISTEN
           ESTABLISHED   < S. 0 ack 1        SYN_RECEIVED
           ...           > .  1 ack 1        ESTABLISHED
           ...           > S  1001           ...
           ...           < R. -300 ack 1002  CLOSED
           SYN_SENT      > S  0              LISTEN
           ESTABLISHED   < S. 5000 ack 1     SYN_RECEIVED
           ESTABLISHED   > .  1 ack 5001     ESTABLISHED""",
        isn=(0, 300),
    )
    assert [connection.first_packet for connection in played.connections] == [1, 6]


def test_an_opener_tries_again_after_octets_in_its_syn() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0 len 12           LISTEN
           SYN_SENT      > S  5000 len 12        LISTEN
           ESTABLISHED   < S. 0 ack 5013         SYN_RECEIVED
           ESTABLISHED   > .  5013 ack 1         ESTABLISHED"""
    )
    first, second = played.connections
    assert (first.final["client"], second.first_packet) == ("SYN_SENT", 2)


def _figure(segments: str, server: str) -> str:
    """An open connection, these segments, and the server's state in the end."""
    lines = [f"... {segment.strip()} ..." for segment in segments.split("|")]
    return "\n".join(
        ["SYN_SENT > S 0 LISTEN", "... < S. 0 ack 1 ...", "... > . 1 ack 1 ...", *lines, f"... end {server}"]
    )


def test_who_answers_no_other_attempt_is_in_the_life_before_rfc9293_figure_10() -> None:
    played = replay(
        """client        segment                    server
           SYN_SENT      > S  0                     LISTEN
           ESTABLISHED   < S. 0 ack 1               SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1               ESTABLISHED
           ESTABLISHED   < .  1 ack 1 len 5         ESTABLISHED
           CLOSED        > R. 500 ack 6             ESTABLISHED
           ...           < .  6 ack 1               ESTABLISHED
           ...           > S  20000                 ..."""
    )
    assert str(played.connections[-1].final["server"]) == "ESTABLISHED"
    assert str(played.connections[-1].final["client"]) == "SYN_SENT"


def test_a_fin_held_back_by_a_closed_window_shows_out_of_time_wait() -> None:
    """LAST_ACK ends without a word: who still answers had closed before it got the peer's FIN."""
    closing = "> F. 1 ack 1 win {} | < . 1 ack 2 | > . 2 ack 1 | < FP. 1 ack 2 len 9 | > . 2 ack 11 | "
    answers = "> P. 2 ack 11 len 5 +50 | < . 11 ack 2"
    played = replay(_figure(closing.format(0) + answers, "TIME_WAIT"))
    assert played.path("server") == [*OPEN, "FIN_WAIT_1", "CLOSING", "TIME_WAIT"]
    assert [played.moved("server", to).packet for to in ("FIN_WAIT_1", "CLOSING", "TIME_WAIT")] == [7, 4, 8]
    open_window = replay(_figure(closing.format(500) + answers, "CLOSED"))
    assert open_window.path("server") == [*OPEN, "CLOSE_WAIT", "LAST_ACK", "CLOSED"]
    assert open_window.moved("server", "CLOSED").confirmed_by is None, "neither ACK had come, unless they were late"


@pytest.mark.parametrize(
    ("closing", "path"),
    [
        ("> F. 1 ack 1 | < . 1 ack 2 | < F. 1 ack 2 | > . 2 ack 2 | < R 2", ["CLOSE_WAIT", "LAST_ACK"]),
        ("< F. 1 ack 1 | > F. 1 ack 1 | < . 2 ack 2 | > . 2 ack 2 | < R 2", ["FIN_WAIT_1", "CLOSING"]),
    ],
)
def test_an_ack_of_its_fin_that_draws_a_reset_came_when_it_was_gone(closing: str, path: list[str]) -> None:
    played = replay(_figure(closing, "CLOSED"))
    assert played.path("server") == [*OPEN, *path, "CLOSED"]
    assert played.moved("server", "CLOSED").packet == 8


def test_a_closed_window_takes_a_fin_without_octets_alone() -> None:
    refused = "> FP. 1 ack 1 len 900 | < . 1 ack 1 win 0 | > F. 901 ack 1 | < . 1 ack 1 win 0 | > FP. 1 ack 1 len 5 +50"
    played = replay(_figure(f"{refused} | > F. 1 ack 1 +0.01 | < . 1 ack 2 win 0 +0.01", "CLOSE_WAIT"))
    assert played.path("server") == [*OPEN, "CLOSE_WAIT"]
    assert played.moved("server", "CLOSE_WAIT").packet == 9


def test_a_request_keeps_nothing_of_a_fin_that_acknowledges_nothing() -> None:
    played = replay(
        """client        segment             server
           SYN_SENT      > S  0              LISTEN
           ...           < S. 0 ack 1        SYN_RECEIVED
           ...           > F. 1 ack 0        SYN_RECEIVED
           ...           < R  0              SYN_RECEIVED
           ...           > .  1 ack 1        ESTABLISHED
           ...           > F. 1 ack 1        CLOSE_WAIT
           ...           < .  1 ack 2        CLOSE_WAIT"""
    )
    assert played.moved("server", "CLOSE_WAIT").packet == 6


@pytest.mark.parametrize(("number", "ended_at"), [(2 + 65537, 9), (70_000, 8)])
def test_a_number_out_of_time_wait_tells_that_a_reset_had_not_ended_it_rfc1337(number: int, ended_at: int) -> None:
    closing = "< F. 1 ack 1 | > . 1 ack 2 | > F. 1 ack 2 | < . 2 ack 2 | > R 2 | > S 5000"
    played = replay(_figure(f"{closing} | < S. {number} ack 5001 | > . 5001 ack {number + 1}", "ESTABLISHED"))
    closed = [t for t in played.connections[0].transitions if t.endpoint == "server" and t.to_state == "CLOSED"]
    assert [t.packet for t in closed] == [ended_at]


def test_a_fin_may_leave_while_its_sender_takes_a_reset() -> None:
    opening = "SYN_SENT > S 0 LISTEN\n... < S. 0 ack 1 +0.05 ...\n... > . 1 ack 1 ...\n... > R. 1 ack 1 ...\n"
    played = replay(f"{opening}... < F. 1 ack 1 +0.9 ...\n... end CLOSED")
    assert played.path("server") == [*OPEN, "FIN_WAIT_1", "CLOSED"]
    later = replay(f"{opening}... < F. 1 ack 1 +0.9 ...\n... < F. 1 ack 1 +300 ...\n... end FIN_WAIT_1")
    assert later.path("server") == [*OPEN, "FIN_WAIT_1"]


def test_a_reset_from_syn_received_tells_that_the_fin_it_answers_was_refused() -> None:
    played = replay(
        """client        segment             server
           SYN_SENT      > S  0              LISTEN
           ...           < S. 0 ack 1        SYN_RECEIVED
           ...           > F. 1 ack 2        SYN_RECEIVED
           ...           < R  2 +0.01        SYN_RECEIVED
           ...           > .  1 ack 1        ESTABLISHED
           ...           < F. 1 ack 1        FIN_WAIT_1
           ...           > .  1 ack 2        FIN_WAIT_2
           ...           > F. 1 ack 2        TIME_WAIT
           ...           < .  2 ack 2 id 0   TIME_WAIT"""
    )
    assert played.path("server") == [*OPEN, "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]


def test_a_reset_behind_a_refused_fin_is_not_exact() -> None:
    refused = "> F. 1 ack 2 | < . 1 ack 1 +0.01 | < F. 1 ack 1 | > R 2 | > . 1 ack 2"
    played = replay(_figure(refused, "FIN_WAIT_2"))
    assert played.path("server") == [*OPEN, "FIN_WAIT_1", "FIN_WAIT_2"]
