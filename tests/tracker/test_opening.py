"""Openings: RFC 9293 3.5, figures 6 to 8 and 11, Fast Open, and what is lost of a handshake on either side of us."""

from __future__ import annotations

from .figure import replay


def test_three_way_handshake_rfc9293_figure_6() -> None:
    played = replay(
        """client        segment                 server
           CLOSED                                LISTEN
           SYN_SENT      > S  100                LISTEN
           ESTABLISHED   < S. 300 ack 101        SYN_RECEIVED
           ESTABLISHED   > .  101 ack 301        ESTABLISHED
           ESTABLISHED   > P. 101 ack 301 len 5  ESTABLISHED""",
        isn=(0, 0),
    )
    opened = played.moved("client", "ESTABLISHED")
    assert (opened.packet, opened.basis, opened.confirmed_by) == (2, "received", 3)
    accepted = played.moved("server", "ESTABLISHED")
    assert (accepted.packet, accepted.basis, accepted.confirmed_by) == (3, "received", None)


def test_simultaneous_open_rfc9293_figure_7() -> None:
    played = replay(
        """client        segment                 server
           CLOSED                                CLOSED
           SYN_SENT      > S  100                LISTEN
           SYN_RECEIVED  < S  300                SYN_RECEIVED
           SYN_RECEIVED  > S. 100 ack 301        ESTABLISHED
           ESTABLISHED   < S. 300 ack 101        ESTABLISHED
           ESTABLISHED   > .  101 ack 301 len 3  ESTABLISHED""",
        isn=(0, 0),
    )
    for role in ("client", "server"):
        assert played.path(role) == ["CLOSED", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED"]


def test_copies_of_a_crossing_syn_outnumber_what_its_ip_ids_count() -> None:
    """The id has gone on by one, and four packets were captured (the compiled form once took that for an error)."""
    played = replay(
        """client        segment                         server
           SYN_SENT      > S  0 sackok ts 100 0          LISTEN
           SYN_RECEIVED  < S  0 sackok ts 500 0 id 10    SYN_RECEIVED
           SYN_RECEIVED  > S. 0 ack 1 sackok ts 101 500  ESTABLISHED
           SYN_RECEIVED  < S  0 sackok ts 500 0 id 10    ESTABLISHED
           SYN_RECEIVED  < S  0 sackok ts 500 0 id 10    ESTABLISHED
           ESTABLISHED   < .  1 ack 1 ts 530 101 id 11   ESTABLISHED"""
    )
    assert played.path("server") == ["CLOSED", "SYN_SENT", "ESTABLISHED"]


def test_old_duplicate_syn_rfc9293_figure_8() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  90                 LISTEN
           ...           < S. 300 ack 91         ...
           ...           > R  91                 ...
           SYN_SENT      > S  100                LISTEN
           ESTABLISHED   < S. 400 ack 101        SYN_RECEIVED
           ESTABLISHED   > .  101 ack 401        ESTABLISHED""",
        isn=(0, 0),
    )
    stale, real = played.connections
    assert [(move.endpoint, move.to_state) for move in stale.transitions] == [
        ("server", "SYN_RECEIVED"),
        ("server", "LISTEN"),
    ]
    assert real.first_packet == 4


def test_old_duplicate_syn_behind_the_real_one_rfc9293_figure_8() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  100                LISTEN
           SYN_SENT      > S  90                 LISTEN
           SYN_SENT      < S. 300 ack 91         SYN_RECEIVED
           SYN_SENT      > R  91                 LISTEN
           SYN_SENT      > S  100                LISTEN
           ESTABLISHED   < S. 400 ack 101        SYN_RECEIVED
           ESTABLISHED   > .  101 ack 401        ESTABLISHED""",
        isn=(0, 0),
    )
    assert len(played.connections) == 1
    assert played.path("server") == ["LISTEN", "SYN_RECEIVED", "LISTEN", "SYN_RECEIVED", "ESTABLISHED"]
    assert "stray_syn" in played.kinds(2)
    assert "stray_syn_ack" in played.kinds(3)


def test_two_passive_sockets_rfc9293_figure_11() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  90                 LISTEN
           ...           < S. 300 ack 91         SYN_RECEIVED
           CLOSED        > R  91                 LISTEN""",
        isn=(0, 0),
    )
    assert "stale_syn" in played.kinds(1)


def test_syn_ack_lost_behind_us_is_withdrawn() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1  lost      SYN_RECEIVED
           SYN_SENT      > S  0        +1000     SYN_RECEIVED
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1            ESTABLISHED"""
    )
    opened = played.moved("client", "ESTABLISHED")
    assert (opened.packet, opened.confirmed_by) == (4, 5)
    assert {"syn_repeated", "syn_ack_lost"} <= played.kinds(3)


def test_syn_ack_never_captured_is_implied() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ...           (< S. 0 ack 1)          ...
           ESTABLISHED   > .  1 ack 1            ESTABLISHED
           ESTABLISHED   < P. 1 ack 1 len 4      ESTABLISHED"""
    )
    answered = played.moved("server", "SYN_RECEIVED")
    assert (answered.packet, answered.basis, answered.confirmed_by) == (1, "implied", 2)
    assert played.moved("client", "ESTABLISHED").basis == "implied"


def test_handshake_ack_lost_behind_us_is_withdrawn() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1  lost      ESTABLISHED
           ESTABLISHED   < S. 0 ack 1  +1000     SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1            ESTABLISHED
           ESTABLISHED   < P. 1 ack 1 len 4      ESTABLISHED"""
    )
    accepted = played.moved("server", "ESTABLISHED")
    assert (accepted.packet, accepted.confirmed_by) == (5, 6)
    assert {"syn_ack_repeated", "handshake_ack_lost"} <= played.kinds(4)


def test_handshake_ack_never_captured() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ...           (> . 1 ack 1)           ...
           ESTABLISHED   > P. 1 ack 1 len 9      ESTABLISHED"""
    )
    assert played.moved("server", "ESTABLISHED").packet == 3


def test_handshake_ack_and_first_octets_never_captured() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ...           (> P. 1 ack 1 len 9)    ...
           ESTABLISHED   < .  1 ack 10           ESTABLISHED"""
    )
    assert played.moved("server", "ESTABLISHED").basis == "implied"


def test_syn_never_captured() -> None:
    played = replay(
        """client        segment                 server
           ...           (> S 0)                 ...
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1            ESTABLISHED"""
    )
    assert played.moved("client", "SYN_SENT").basis == "implied"
    assert played.connection.client.port == 40_000


def test_refused() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           CLOSED        < R. 0 ack 1            CLOSED"""
    )
    assert "connection_refused" in played.kinds(2)


def test_unanswered_nobody_knows_whether_there_is_a_listener() -> None:
    replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           SYN_SENT      > S  0  +1000           LISTEN
           SYN_SENT      > S  0  +2000           LISTEN
           SYN_SENT      end                     UNKNOWN"""
    )


def test_router_refuses() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           CLOSED        > icmp 3.1              UNKNOWN"""
    )
    assert played.moved("client", "CLOSED").event == "GETS_ICMP_ERROR"


def test_router_complains_and_the_syn_is_answered_all_the_same() -> None:
    played = replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ...           > icmp 3.1              ...
           SYN_SENT      > S  0  +1000           LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1            ESTABLISHED"""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT", "ESTABLISHED"]


def test_active_open_refused_after_the_syns_crossed() -> None:
    replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           SYN_RECEIVED  < S  0                  SYN_RECEIVED
           CLOSED        < R. 1 ack 1            CLOSED"""
    )


def test_server_closes_before_it_is_answered() -> None:
    replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           CLOSE_WAIT    < F. 1 ack 1            FIN_WAIT_1
           CLOSE_WAIT    > .  1 ack 2            FIN_WAIT_2
           LAST_ACK      > F. 1 ack 2            TIME_WAIT
           CLOSED        < .  2 ack 2            TIME_WAIT"""
    )


def test_server_aborts_before_it_is_answered() -> None:
    replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           CLOSED        < R. 1 ack 1            CLOSED"""
    )


def test_neither_ack_nor_fin_came_through() -> None:
    """The server repeats its SYN+ACK: what passed since, the FIN included, has not reached it."""
    replay(
        """client        segment                 server
           SYN_SENT      > S  0                  LISTEN
           ESTABLISHED   < S. 0 ack 1            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1  lost      ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1  lost      CLOSE_WAIT
           FIN_WAIT_1    < S. 0 ack 1  +1000     SYN_RECEIVED
           FIN_WAIT_1    > .  2 ack 1            ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1  +200      CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2            CLOSE_WAIT"""
    )


def test_fast_open_rfc7413_the_octets_of_the_syn_are_taken() -> None:
    played = replay(
        """client        segment                         server
           SYN_SENT      > S  0 len 7 tfo                LISTEN
           ESTABLISHED   < S. 0 ack 8                    SYN_RECEIVED
           ESTABLISHED   < P. 1 ack 8 len 20             SYN_RECEIVED
           ESTABLISHED   > .  8 ack 21                   ESTABLISHED"""
    )
    accepted = played.moved("server", "ESTABLISHED")
    assert (accepted.packet, accepted.confirmed_by) == (4, None)
    assert played.connection.client_stats.bytes == 7


def test_fast_open_rfc7413_the_octets_of_the_syn_are_refused() -> None:
    played = replay(
        """client        segment                         server
           SYN_SENT      > S  0 len 7 tfo                LISTEN
           ESTABLISHED   < S. 0 ack 1                    SYN_RECEIVED
           ESTABLISHED   > P. 1 ack 1 len 7              ESTABLISHED
           ESTABLISHED   < .  1 ack 8                    ESTABLISHED"""
    )
    assert played.connection.client_stats.unique_bytes == 7


def test_fast_open_rfc7413_everything_before_the_first_answer() -> None:
    replay(
        """client        segment                         server
           SYN_SENT      > S  0 len 7 tfo                LISTEN
           ESTABLISHED   < S. 0 ack 8                    SYN_RECEIVED
           ESTABLISHED   < P. 1 ack 8 len 20             SYN_RECEIVED
           CLOSE_WAIT    < F. 21 ack 8                   FIN_WAIT_1
           CLOSE_WAIT    > .  8 ack 22                   FIN_WAIT_2
           LAST_ACK      > F. 8 ack 22                   TIME_WAIT
           CLOSED        < .  22 ack 9                   TIME_WAIT"""
    )


def test_a_syn_reported_as_a_duplicate_had_come_before_the_syn_ack_rfc2883() -> None:
    """Both opened at once; the SYN+ACK of the one who reports was lost before the capture point."""
    played = replay(
        """client        segment                     server
           SYN_SENT      > S  0 sackok               ...
           SYN_RECEIVED  < S  0 sackok               ...
           SYN_RECEIVED  > S. 0 ack 1 sackok         ...
           ESTABLISHED   < .  1 ack 1                ESTABLISHED
           ...           < .  1 ack 1 sack 0 1       ESTABLISHED"""
    )
    assert played.path("server") == ["CLOSED", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED"]
    assert (played.moved("server", "SYN_RECEIVED").packet, played.moved("server", "ESTABLISHED").packet) == (1, 3)


def test_a_fin_behind_crossing_syns_was_perhaps_sent_before_its_syn_was_acknowledged() -> None:
    played = replay(
        """client        segment                        server
           SYN_SENT      > S  0 sackok               ...
           SYN_RECEIVED  < S  0 sackok               SYN_RECEIVED
           ...           (> S. 0 ack 1 sackok)       ...
           ESTABLISHED   < S. 0 ack 1 sackok         SYN_RECEIVED
           FIN_WAIT_1    > F. 1 ack 1                CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2                CLOSE_WAIT"""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2"]
    assert played.moved("client", "SYN_RECEIVED").confirmed_by is None
    assert played.moved("client", "ESTABLISHED").confirmed_by is None


def test_a_lost_packet_between_two_words_of_an_opener_was_its_syn_ack() -> None:
    """By its IP ids, and too soon to be its SYN again: it had got the SYN that crossed its own."""
    played = replay(
        """client        segment                          server
           ...           < S  0 sackok ts 50 0          SYN_SENT
           SYN_RECEIVED  > S  0 sackok ts 100 0 id 10   SYN_RECEIVED
           ESTABLISHED   < S. 0 ack 1 sackok ts 50 100  SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 100 50 id 12   ESTABLISHED"""
    )
    assert {move.to_state for move in played.connection.transitions if move.packet == 1} >= {"SYN_RECEIVED"}


def test_a_late_copy_of_a_syn_opens_nothing_anew() -> None:
    played = replay(
        """client        segment                    server
           SYN_SENT      > S  0 ts 100 0            LISTEN
           SYN_RECEIVED  < S  0 ts 50 0             SYN_RECEIVED
           SYN_RECEIVED  > S. 0 ack 1 ts 102 50     ESTABLISHED
           CLOSED        < R  1                     CLOSED
           CLOSED        > R  1                     CLOSED
           CLOSED        > S  0 ts 100 0            CLOSED"""
    )
    assert played.path("client") == ["CLOSED", "SYN_SENT", "SYN_RECEIVED", "CLOSED"]


def test_a_copy_of_a_syn_that_its_sender_has_given_up_is_answered_once_more() -> None:
    played = replay(
        """client        segment                        server
           SYN_SENT      > S  0 ts 100 0 id 7           LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 500 100        SYN_RECEIVED
           CLOSED        > R  1                         LISTEN
           CLOSED        > S  0 ts 100 0 id 7           LISTEN
           CLOSED        < S. 5000 ack 1 ts 520 100     SYN_RECEIVED
           CLOSED        > R  1                         LISTEN"""
    )
    assert len(played.connections) == 1
    assert played.path("client") == ["CLOSED", "SYN_SENT", "CLOSED"]


def test_a_repeated_syn_ack_may_be_no_beginning() -> None:
    """Its SYN was not captured, and an acknowledgement covers a number that nobody was seen to use: perhaps a FIN."""
    replay(
        """client        segment                     server
           ...           < S. 0 ack 1                SYN_RECEIVED
           ...           > .  1 ack 1                ...
           ...           < S. 0 ack 1 +300           ...
           ...           < .  1 ack 2                ...
           ...           < F. 1 ack 2                ...
           ...           > .  1 ack 2                ...
           UNKNOWN       end                         UNKNOWN"""
    )


def test_a_copy_of_a_syn_that_its_sender_has_given_up_is_refused() -> None:
    played = replay(
        """client        segment                        server
           ...           < S  0 ts 50 0                 SYN_SENT
           SYN_RECEIVED  > S  0 ts 100 0                SYN_RECEIVED
           ESTABLISHED   < S. 0 ack 1 ts 52 100         SYN_RECEIVED
           CLOSED        > R  1                         CLOSED
           ...           > S  0 ts 100 0  +40           ...
           CLOSED        < R. 7000 ack 1                CLOSED"""
    )
    assert len(played.connections) == 1
    assert played.path("client")[-1] == "CLOSED"
    assert played.path("client").count("SYN_SENT") == 1
