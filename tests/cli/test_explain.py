"""`tcplife explain`: words in, meanings out; the unknown gets suggestions and exit code 2."""

from __future__ import annotations

import pytest

from tests.cli.command import tcplife


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("FIN_WAIT_2",), "RFC 9293 3.3.2"),
        (("fin-wait-1->fin-wait-2",), "on GETS_ACK_OF_FIN"),
        (("zero_window",), "tcp.analysis.zero_window"),
        (("three_segment",), "FIN, FIN+ACK, ACK"),
        (("exit", "4"), "damaged or cut"),
        (("RSTO",), "a conn_state of Zeek"),
        (("ShADadFf",), "the responder sent a SYN+ACK"),
        (("GETS_FIN",), "ESTABLISHED -> CLOSE_WAIT"),
        (("states",), "TIME_WAIT"),
        (("LISTEN", "CLOSING"), "CLOSING, a state"),
        ((), "Ask for a word"),
    ],
)
def test_known_words(words: tuple[str, ...], told: str) -> None:
    done = tcplife("explain", *words)
    assert done.code == 0
    assert told in done.out
    assert done.err == ""


def test_unknown_words() -> None:
    done = tcplife("explain", "syn_recived")
    assert done.code == 2
    assert "did you mean SYN_RECEIVED" in done.err
    assert done.out == ""
    assert "lists: states" in tcplife("explain", "qqqqqq").err


def test_hostile_words_are_escaped() -> None:
    assert "\x1b" not in tcplife("explain", "\x1b[31m").err
