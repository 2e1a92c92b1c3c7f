"""SYN cookies with timestamps, and what is known of a listener that keeps nothing (RFC 4987 3.6; Linux syncookies.c)."""

from __future__ import annotations

import pytest

from .figure import replay

REFUSED = """SYN_SENT      > S  0 ts 10 0                       LISTEN
             ESTABLISHED   < S. 0 ack 1 ts 1000 10 +1           SYN_RECEIVED
             ...           > .  1 ack 1 ts 11 1000              ESTABLISHED
             ...           > R. 1 ack 1 ts 12 1000              CLOSED
             ...           > P. 1 ack 1 len 10 ts 13 1000       CLOSED"""


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("< . 1 ack 11 ts 1065 13", "UNKNOWN"),  # 65 ticks in 40 ms: the SYN+ACK's was no present one, so a cookie
        ("< . 1 ack 11 ts 1041 13", "ESTABLISHED"),  # the reset was lost
    ],
)
def test_an_ack_that_follows_a_reset_finds_a_cookie_or_a_socket(answer: str, end: str) -> None:
    replay(f"{REFUSED}\n ... {answer} ...\n ... end {end}")


def test_a_reset_refuses_it_after_all() -> None:
    replay(f"{REFUSED}\n ... < R 1 CLOSED\n ... end CLOSED")


LAST_LIFE = """SYN_SENT      > S  0 ts 10 0                       LISTEN
               ESTABLISHED   < S. 0 ack 1 ts 1000 10 +1           SYN_RECEIVED
               ESTABLISHED   > .  1 ack 1 ts 30 1000              ESTABLISHED
               ESTABLISHED   < P. 1 ack 1 len 9 ts 1020 30        ESTABLISHED
               CLOSED        > R. 1 ack 10 ts 50 1020             CLOSED"""


@pytest.mark.parametrize(("stamp", "end"), [(1010, "UNKNOWN"), (1050, "CLOSED")])
def test_the_clock_of_the_last_life_tells_a_cookie_that_came_to_nothing(stamp: int, end: str) -> None:
    """The ACK of a SYN+ACK is refused: by one that had the connection, or by one that had forgotten its cookie."""
    replay(
        f"""{LAST_LIFE}
            SYN_SENT      > S  900000 ts 60 0                  LISTEN
            ESTABLISHED   < S. 7000 ack 900001 ts {stamp} 60 +1 SYN_RECEIVED
            ...           > .  900001 ack 7001 ts 70 {stamp}   ESTABLISHED
            ...           < R  7001                            CLOSED
            ...           end                                  {end}"""
    )
