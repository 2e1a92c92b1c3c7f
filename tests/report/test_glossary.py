"""Every word that a report can use has its explanation, made from the data the analysis runs on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import tcplife
from tcplife.cli.explain import explain
from tcplife.errors import Exit
from tcplife.model.catalogue import KINDS, ROWS
from tcplife.model.close_kinds import CLOSE_KINDS, OPENED_KINDS, PLACES
from tcplife.model.judgement import SPLIT_NAMES
from tcplife.model.names import BASES, STATES
from tcplife.report.glossary import EVENT_DOCS, STATE_DOCS, Glossary
from tcplife.report.stats_fields import STATS_FIELDS
from tcplife.tracker.transitions import EVENTS

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"


@pytest.fixture
def glossary() -> Glossary:
    return Glossary()


def test_every_state_event_end_kind_basis_and_exit_code_is_explained(glossary: Glossary) -> None:
    words = [*STATES, *EVENTS, *CLOSE_KINDS, *OPENED_KINDS, *(k.name for k in KINDS), *BASES]
    words += [str(int(code)) for code in Exit] + [code.name for code in Exit]
    for word in words:
        entries = glossary.find(word)
        assert entries, word
        assert all(entry.text for entry in entries), word


def test_every_word_of_the_conclusions_is_explained(glossary: Glossary) -> None:
    for word in (*PLACES, *SPLIT_NAMES, *(field.name for field in STATS_FIELDS)):
        assert any(entry.text for entry in glossary.find(word)), word
    (connection,) = tcplife.analyze(SAMPLES / "half_close.pcap")
    for word in connection.judged or {}:
        assert glossary.find(word), word


@pytest.mark.parametrize("letter", "ShAaDdFfRrTtWwGgCcQq")
def test_every_letter_of_zeeks_histories_is_explained(letter: str) -> None:
    shown = CliRunner().invoke(explain, [letter])
    assert shown.exit_code == 0, shown.output
    assert f"    {letter}   " in shown.output


def test_every_transition_is_found_by_its_states(glossary: Glossary) -> None:
    for row in ROWS:
        entries = glossary.find(f"{STATES[row.from_state]}->{STATES[row.to_state]}")
        assert any(row.event in entry.about for entry in entries), row


def test_a_state_names_where_it_comes_from_and_where_it_goes(glossary: Glossary) -> None:
    (entry,) = glossary.find("FIN_WAIT_2")
    told = dict(entry.more)
    assert any("FIN_WAIT_1" in line and "GETS_ACK_OF_FIN" in line for line in told["reached from"])
    assert any("TIME_WAIT" in line and "3.10.7.4 eighth" in line for line in told["left for"])


@pytest.mark.parametrize("word", ["fin-wait-1", "FIN WAIT 1", "Fin_Wait_1", "finwait1", " FIN_WAIT_1 "])
def test_spelling_is_forgiven(glossary: Glossary, word: str) -> None:
    assert glossary.find(word)[0].title == "FIN_WAIT_1"


def test_wiresharks_field_names_are_understood(glossary: Glossary) -> None:
    (entry,) = glossary.find("tcp.analysis.zero_window")
    assert entry.title == "zero_window"
    assert "warning" in entry.about


def test_exit_codes_by_number_and_phrase(glossary: Glossary) -> None:
    for word in ("4", "exit 4", "exit code 4".replace("code ", "")):
        assert "damaged" in glossary.find(word)[0].text


def test_a_transition_that_cannot_be_is_said_so(glossary: Glossary) -> None:
    (entry,) = glossary.find("LISTEN -> TIME_WAIT")
    assert entry.about == "no transition"


def test_nonsense_is_unknown_and_gets_suggestions(glossary: Glossary) -> None:
    assert glossary.find("syn_recived") == []
    assert "SYN_RECEIVED" in glossary.suggestions("syn_recived")
    assert glossary.find("foo->bar") == []
    assert glossary.suggestions("qqqqqqqq") == []


@pytest.mark.parametrize(
    "name", ["states", "events", "transitions", "closes", "openings", "anomalies", "bases", "exits"]
)
def test_lists_are_complete(glossary: Glossary, name: str) -> None:
    sizes = {
        "states": len(STATES),
        "events": len(EVENTS) if {row.event for row in ROWS} == set(EVENTS) else len({r.event for r in ROWS}),
        "transitions": len(ROWS),
        "closes": len(CLOSE_KINDS),
        "openings": len(OPENED_KINDS),
        "anomalies": len(KINDS),
        "bases": len(BASES),
        "exits": len(Exit),
    }
    entry = glossary.find(name)[-1]
    assert len(entry.more[0][1]) == sizes[name]


def test_extra_words_are_found_too() -> None:
    (entry,) = Glossary({"SF": ("a word of Zeek", "Closed in order.", "Zeek")}).find("sf")
    assert entry.text == "Closed in order."


def test_what_is_written_here_fits_the_code() -> None:
    assert set(STATE_DOCS) == set(map(str, STATES))
    assert set(EVENT_DOCS) == set(EVENTS)
