"""Segments signed by TCP MD5 (RFC 2385) where nobody signs: Linux drops them unread, and says nothing (tcp_inbound_hash)."""

from __future__ import annotations

import pytest

from .figure import replay


@pytest.mark.parametrize("word", ["md5", "nonsense"])
def test_what_is_signed_in_vain_changes_nothing(word: str) -> None:
    """Options of impossible lengths are taken for a signature that is wrong, where one would have room."""
    played = replay(
        f"""SYN_SENT      > S  0                               LISTEN
            ESTABLISHED   < S. 0 ack 1                         SYN_RECEIVED
            ...           > .  1 ack 1 {word}                  SYN_RECEIVED
            ...           > R  1 {word}                        SYN_RECEIVED
            ...           > .  1 ack 1                         ESTABLISHED
            ...           > P. 1 ack 1 len 10 {word}           ESTABLISHED
            ...           > F. 1 ack 1 {word}                  ESTABLISHED
            ...           > R. 1 ack 1 {word}                  ESTABLISHED
            ...           < P. 1 ack 1 len 5                   ESTABLISHED
            ...           > F. 1 ack 6                         CLOSE_WAIT
            ...           < F. 6 ack 2                         LAST_ACK
            ...           > .  2 ack 7 {word}                  LAST_ACK
            ...           > .  2 ack 7                         CLOSED"""
    )
    assert played.path("server") == ["LISTEN", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]
    assert played.moved("server", "ESTABLISHED").packet == 5


def test_two_that_sign_understand_each_other() -> None:
    replay(
        """client        segment                         server
           SYN_SENT      > S  0 md5                      LISTEN
           ESTABLISHED   < S. 0 ack 1 md5                SYN_RECEIVED
           ESTABLISHED   > .  1 ack 1 md5                ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1 md5                CLOSE_WAIT
           FIN_WAIT_2    < .  1 ack 2 md5                CLOSE_WAIT
           CLOSED        < R. 1 ack 2 md5                CLOSED"""
    )


def test_time_wait_does_not_look() -> None:
    """Its minimal socket takes a signed reset as any other."""
    replay(
        """ESTABLISHED                                     ESTABLISHED
           FIN_WAIT_1    > F. 1 ack 1                    CLOSE_WAIT
           TIME_WAIT     < F. 1 ack 2                    LAST_ACK
           TIME_WAIT     > .  2 ack 2                    CLOSED
           CLOSED        < R  2 md5                      CLOSED"""
    )
