"""Who is taken for the client when no SYN was captured, and what is said about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcplife.flows.roles import guess_client

from .crowd import DATA, at, run

PORT = st.integers(0, 65535)


@pytest.mark.parametrize(
    ("first", "second", "client", "why"),
    [
        (40000, 80, 0, "the other port, 80, is a well-known one"),
        (80, 40000, 1, "the other port, 80, is a well-known one"),
        (50000, 8080, 0, "its port, 50000, is a dynamic one"),
        (5432, 33000, 1, "its port, 33000, is a dynamic one"),
        (60000, 50000, 0, "it has the higher port"),
        (22, 179, 1, "it has the higher port"),
        (5000, 5000, 0, "it sent the first packet seen"),
    ],
)
def test_the_guess_and_its_reason(first: int, second: int, client: int, why: str) -> None:
    assert guess_client(first, second) == (client, why)


@given(first=PORT, second=PORT)
def test_the_guess_does_not_depend_on_who_was_seen_first(first: int, second: int) -> None:
    if first != second:
        side, why = guess_client(first, second)
        assert guess_client(second, first) == (1 - side, why)


def test_a_record_says_that_it_guessed() -> None:
    (connection,), _ = run(at(DATA, 40_000, 0))
    assert connection.client.port == 40_000
    assert connection.client_basis == "the other port, 80, is a well-known one"
