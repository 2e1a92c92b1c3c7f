"""Comma-separated values: read back by Python's own csv."""

from __future__ import annotations

import csv
import io

import pytest

from tcplife.errors import UsageError
from tcplife.model.catalogue import kind_id
from tcplife.model.totals import Totals
from tcplife.report.base import Look, reporter
from tcplife.report.table import COLUMNS
from tests.report.build import syn_only, textbook, with_anomalies
from tests.report.samples import Kept


def rows(look: Look, *connections: object) -> list[dict[str, str]]:
    out = Kept()
    made = reporter("csv", out, look)
    made.begin()
    for connection in connections:
        made.connection(connection)  # type: ignore[arg-type]
    made.end(Totals())
    return list(csv.DictReader(io.StringIO(out.text)))


def test_the_textbook_in_columns() -> None:
    (row,) = rows(Look(), textbook())
    assert row["client_ip"] == "192.168.131.132"
    assert row["close"] == "three_segment"
    assert float(row["duration"]) == pytest.approx(0.001667)
    assert row["client_bytes"] == "151"
    assert float(row["client_rtt_min_ms"]) == pytest.approx(0.111)
    assert row["server_rtt_median_ms"] == ""


def test_what_is_unknown_is_empty() -> None:
    (row,) = rows(Look(), syn_only())
    assert row["handshake_ms"] == ""
    assert row["close_initiator"] == ""
    assert row["worst"] == ""


def test_anomalies_are_named_with_their_counts() -> None:
    numbers = [kind_id("made_up"), kind_id("made_up"), kind_id("noted")]
    (row,) = rows(Look(), with_anomalies(textbook(), numbers))
    assert row["anomalies"] == "made_up*2 noted"


def test_columns_can_be_chosen() -> None:
    (row,) = rows(Look(columns=("verdict", "index")), textbook())
    assert list(row) == ["verdict", "index"]


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(UsageError, match="nope"):
        rows(Look(columns=("nope",)))


def test_text_that_needs_quotes_comes_back_whole() -> None:
    connection = textbook()
    connection.verdict = 'a "quoted", comma\nline'
    (row,) = rows(Look(), connection)
    assert row["verdict"] == connection.verdict


def test_every_column_has_a_value_for_every_connection() -> None:
    assert set(rows(Look(), textbook())[0]) == set(COLUMNS)


def test_a_live_input_hands_on_each_row() -> None:
    out = Kept()
    made = reporter("csv", out, Look(live=True))
    made.begin()
    made.connection(textbook())
    assert out.text.count("\n") == 2
