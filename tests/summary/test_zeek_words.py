"""Zeek's words in ours: every word and letter the model can say has a sentence, in the order of the history."""

from __future__ import annotations

from random import Random

import pytest

from tcplife.errors import UsageError
from tcplife.summary.zeek_words import CONN_STATES, LETTERS, explain_conn_state, explain_history, is_history

from .zeek_conversations import conversation
from .zeek_oracle import rows_of


def test_an_ordinary_connection_reads_from_left_to_right() -> None:
    lines = explain_history("ShADadFf")
    assert [letter for letter, _ in lines] == list("ShADadFf")
    assert lines[0][1] == "the originator sent a SYN, the wish to open"
    assert lines[1][1] == "the responder sent a SYN+ACK, the answer to a SYN"
    assert lines[7][1] == "the responder sent FIN, the end of its data"


def test_scaled_letters_tell_how_often() -> None:
    assert explain_history("TTT")[2][1].startswith("the originator sent payload again")
    assert "for the 100th time" in explain_history("TTT")[2][1]
    assert "for the 1,000th time" in explain_history("wwww")[3][1]


def test_a_repeated_flag_letter_means_another_number() -> None:
    assert explain_history("FF")[1][1].endswith("again with another sequence number")


def test_turned_roles_are_told() -> None:
    assert "other way round" in explain_history("^hA")[0][1]


def test_every_word_of_the_model_is_explained() -> None:
    random = Random(7)
    states: set[str] = set()
    letters: set[str] = set()
    for _ in range(1500):
        for row in rows_of(conversation(random, random.choice((1, 3, 8, 30)))):
            states.add(row[3])
            letters.update(row[4])
            assert row[4] == "" or is_history(row[4])
            assert [letter for letter, _ in explain_history(row[4])] == list(row[4])
            assert explain_conn_state(row[3])
    assert states == set(CONN_STATES)
    assert {letter.upper() for letter in letters} == {*LETTERS, "^"} - {"X"}


def test_what_zeek_does_not_say_is_refused() -> None:
    with pytest.raises(UsageError, match="no letter of Zeek's history"):
        explain_history("ShAZ")
    with pytest.raises(UsageError, match="no conn_state"):
        explain_conn_state("ESTABLISHED")
    assert not is_history("")
    assert not is_history("hello")
    assert is_history("^hADad")
