"""Resets: RFC 9293 3.5.1 to 3.5.3 and figures 9 and 10, RFC 5961's challenge ACKs, RFC 1337, aborts in every state."""

from __future__ import annotations

import pytest

from .aborts import LEADS, abort, is_aborted
from .figure import replay


def test_half_open_discovery_rfc9293_figure_9() -> None:
    """The client has crashed and asks again from the same port; what the server still knew ends first."""
    played = replay(
        """client        segment             server
           SYN_SENT      > S  99             LISTEN
           ESTABLISHED   < S. 299 ack 100    SYN_RECEIVED
           ESTABLISHED   > .  100 ack 300    ESTABLISHED
           SYN_SENT      > S  400 +5000      LISTEN
           ...           < .  300 ack 100    ESTABLISHED
           CLOSED        > R  100            CLOSED
           SYN_SENT      > S  400 +1000      LISTEN
           ESTABLISHED   < S. 700 ack 401    SYN_RECEIVED
           ESTABLISHED   > .  401 ack 701    ESTABLISHED""",
        isn=(0, 0),
    )
    old, new = played.connections
    assert (old.final["client"], old.final["server"]) == ("CLOSED", "CLOSED")
    assert (new.first_packet, old.last_packet) == (4, 6)
    assert "half_open_discovered" in {found.kind for found in old.anomalies}


def test_active_side_causes_half_open_discovery_rfc9293_figure_10() -> None:
    played = replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           ESTABLISHED   < P. 300 ack 100 len 10     ESTABLISHED
           CLOSED        > R  100                    CLOSED""",
        isn=(0, 0),
    )
    assert "half_open_discovered" in played.kinds(5)


def test_reset_beside_the_expected_number_draws_a_challenge_ack_rfc5961_3() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10      ESTABLISHED
           ESTABLISHED   < .  1 ack 11            ESTABLISHED
           ESTABLISHED   > R  500                 ESTABLISHED
           ESTABLISHED   < .  1 ack 11            ESTABLISHED
           ESTABLISHED   > P. 11 ack 1 len 10     ESTABLISHED"""
    )
    assert played.path("server")[-1] == "ESTABLISHED"
    assert {"reset_ignored", "foreign_reset"} & played.kinds(6)
    assert "challenge_ack" in played.kinds(7)


def test_reset_that_answers_a_challenge_ack_is_exact_rfc5961_3() -> None:
    replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10      ESTABLISHED
           ESTABLISHED   < .  1 ack 11            ESTABLISHED
           ...           > R  500                 ESTABLISHED
           ...           < .  1 ack 11            ESTABLISHED
           CLOSED        > R  11                  CLOSED"""
    )


def test_syn_in_a_synchronized_state_draws_a_challenge_ack_rfc5961_4() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10      ESTABLISHED
           ESTABLISHED   < .  1 ack 11            ESTABLISHED
           ...           > S  5000                ...
           ESTABLISHED   < .  1 ack 11            ESTABLISHED
           ESTABLISHED   > P. 11 ack 1 len 10     ESTABLISHED"""
    )
    assert len(played.connections) == 1
    assert "stray_syn" in played.kinds(6)
    assert "challenge_ack" in played.kinds(7)


def test_octets_with_an_acknowledgement_of_long_ago_move_nobody_rfc5961_5() -> None:
    played = replay(
        """client        segment                         server
           ESTABLISHED                                   ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10             ESTABLISHED
           ESTABLISHED   < .  1 ack 11                   ESTABLISHED
           ESTABLISHED   < P. 1 ack 11 len 1000          ESTABLISHED
           ESTABLISHED   > .  11 ack 1001                ESTABLISHED
           ESTABLISHED   > F. 11 ack -20000              ESTABLISHED
           ESTABLISHED   < .  1001 ack 11                ESTABLISHED"""
    )
    assert played.connection.close is None


def test_time_wait_assassinated_rfc1337() -> None:
    """An old duplicate wakes TIME_WAIT; its ACK draws a reset from a host that forgot, and that ends TIME_WAIT."""
    played = replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           ESTABLISHED   < P. 1 ack 1 len 10         ESTABLISHED
           ESTABLISHED   > .  1 ack 11               ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 11               CLOSE_WAIT
           TIME_WAIT     < F. 11 ack 2               LAST_ACK
           TIME_WAIT     > .  2 ack 12               CLOSED
           TIME_WAIT     < P. 1 ack 1 len 10 +9000   CLOSED
           TIME_WAIT     > .  2 ack 12               CLOSED
           CLOSED        < R  12                     CLOSED"""
    )
    ended = played.moved("client", "CLOSED")
    assert (ended.packet, ended.event, ended.from_state) == (11, "GETS_RST", "TIME_WAIT")
    assert "time_wait_assassinated" in played.kinds(11)


def test_reset_beside_the_expected_number_leaves_time_wait_alone() -> None:
    replay(
        """client        segment                     server
           ESTABLISHED                               ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1                CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2                LAST_ACK
           TIME_WAIT     > .  2 ack 2                CLOSED
           TIME_WAIT     < R  900                    CLOSED
           CLOSED        2MSL                        CLOSED"""
    )


def test_reset_lost_behind_us_is_withdrawn() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10      ESTABLISHED
           CLOSED        > R. 11 ack 1   lost     CLOSED
           CLOSED        < .  1 ack 11   +1       CLOSED
           CLOSED        < P. 1 ack 11 len 5 +60  ESTABLISHED
           CLOSED        > R  11                  CLOSED"""
    )
    assert played.moved("server", "CLOSED").packet == 8
    assert "reset_lost" in played.kinds(7)


def test_an_abort_that_echoes_what_two_segments_had_proves_neither() -> None:
    """What it echoes it had got before its FIN was acknowledged, or with that: the clock had not ticked in between."""
    played = replay(
        """client        segment                            server
           SYN_SENT      > S  0 ts 100 0                    LISTEN
           ESTABLISHED   < S. 0 ack 1 ts 500 100            SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 ts 110 500            ESTABLISHED
           FIN_WAIT_1    > F. 6 ack 1 ts 200 500            ESTABLISHED
           FIN_WAIT_1    < .  1 ack 1 ts 600 110            ESTABLISHED
           FIN_WAIT_1    > P. 1 ack 1 len 5 ts 199 500      CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 7 ts 600 200 +0.3       CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 7 ts 650 200            CLOSE_WAIT
           CLOSED        > R. 7 ack 1 ts 230 600            CLOSED"""
    )
    assert played.moved("client", "FIN_WAIT_2").confirmed_by is None


def test_a_reset_that_answers_what_would_have_opened_it_ends_it() -> None:
    """It had called and closed, its FIN was lost: what acknowledges its SYN finds no socket any more."""
    replay(
        """client        segment                        server
           ...           < S  0 ts 50 0                 SYN_SENT
           SYN_RECEIVED  > S  0 ts 100 0                SYN_RECEIVED
           ESTABLISHED   < S. 0 ack 1 ts 60 100         SYN_RECEIVED
           ...           (> F. 1 ack 1 ts 120 50)       ...
           ...           > .  2 ack 1 ts 130 50         ...
           ...           < P. 1 ack 1 len 5 ts 70 100   ...
           CLOSED        > R  1                         CLOSED"""
    )


def test_an_acceptable_reset_below_the_first_octet_captured() -> None:
    """The capture begins with octets behind a hole: what the receiver waits for is older."""
    replay(
        """client        segment                    server
           UNKNOWN                                  UNKNOWN
           ESTABLISHED   > P. 1001 ack 1 len 200    UNKNOWN
           CLOSED        > R. 1201 ack 1            CLOSED
           CLOSED        < F. 1 ack 501             FIN_WAIT_1
           CLOSED        > R  501                   CLOSED"""
    )


def test_a_reset_behind_a_fin_that_waits_behind_a_hole_is_exact() -> None:
    """It is the right edge of what the receiver reports by SACK (Linux tcp_reset_check)."""
    played = replay(
        """client        segment                               server
           ESTABLISHED                                         ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10                   ESTABLISHED
           FIN_WAIT_1    > F. 11 ack 1                         CLOSE_WAIT
           FIN_WAIT_1    < .  1 ack 1 sack 11 12               ESTABLISHED
           CLOSED        > R. 12 ack 1                         CLOSED"""
    )
    assert played.moved("server", "CLOSED").event == "GETS_RST"


def test_reset_by_somebody_else_is_withdrawn_when_its_sender_goes_on() -> None:
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10      ESTABLISHED
           ESTABLISHED   < .  1 ack 11            ESTABLISHED
           CLOSED        > R  11   id 7           CLOSED
           ESTABLISHED   > P. 11 ack 1 len 10 +90 CLOSED
           CLOSED        < R  1                   CLOSED"""
    )
    assert "reset_disproved" in played.kinds(7)


@pytest.mark.parametrize("state", LEADS)
def test_an_abort_ends_every_synchronized_state(state: str) -> None:
    played = replay(abort(state))
    assert played.path("client")[-2:] == [state, "CLOSED"]
    assert played.moved("client", "CLOSED").event == "SENDS_RST"


@pytest.mark.parametrize("state", LEADS)
def test_an_acceptable_reset_ends_every_synchronized_state(state: str) -> None:
    played = replay(is_aborted(state))
    assert played.path("client")[-2:] == [state, "CLOSED"]
    assert played.moved("client", "CLOSED").event == "GETS_RST"


def test_a_socket_that_lingers_for_no_time_aborts_in_place_of_a_fin() -> None:
    """SO_LINGER with zero: close() sends a reset (RFC 9293 3.10.5), and octets under way are lost."""
    played = replay(
        """client        segment                  server
           ESTABLISHED                            ESTABLISHED
           ESTABLISHED   > P. 1 ack 1 len 10      ESTABLISHED
           CLOSED        > R. 11 ack 1            CLOSED"""
    )
    close = played.connection.close
    assert close is not None
    assert (close.kind, close.initiator, close.packet) == ("reset", "client", 5)
    assert "reset_lost_data" in played.kinds(5)
