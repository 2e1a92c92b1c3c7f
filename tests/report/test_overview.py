"""Many connections: counts, a bounded table, columns that fit."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from tcplife.errors import UsageError
from tcplife.model.catalogue import kind_id
from tcplife.report.columns import ALIASES, COLUMNS, order_of
from tcplife.report.overview import Overview
from tcplife.report.paint import Paint
from tests.report.build import syn_only, textbook, with_anomalies

if TYPE_CHECKING:
    from tcplife.model.connection import Connection


def many(count: int) -> list[Connection]:
    rng = random.Random(count)
    made = []
    for index in range(1, count + 1):
        c = textbook() if rng.random() < 0.7 else syn_only(index)
        c.index = index
        c.end_ns = c.start_ns + rng.randrange(10**9)
        if index % 10 == 0:
            with_anomalies(c, [kind_id("made_up")] * 2)
        made.append(c)
    return made


def overview(order: str = "notable", top: int = 20, count: int = 100, width: int = 0) -> str:
    made = Overview(order, top)
    for connection in many(count):
        made.add(connection)
    return "\n".join(made.lines(Paint(colour=False), width))


def table(text: str) -> list[int]:
    """The indexes in the table's first column."""
    rows = (
        text.rsplit("connections  (", maxsplit=1)[-1]
        if "connections  (" in text
        else text.rsplit("All ", maxsplit=1)[-1]
    )
    return [int(line.split()[0]) for line in rows.splitlines() if re.match(r" *\d+  ", line)]


def test_it_counts_how_they_ended_and_what_went_wrong() -> None:
    connections = many(100)
    text = overview()
    closed = sum(c.close_kind == "three_segment" for c in connections)
    assert re.search(rf"closed in three segments +{closed} +{closed}%", text)
    assert re.search(r"warning  made_up +10 +20  #10, packet 5", text)


def test_the_table_is_the_top_of_a_full_sort() -> None:
    for order in ("duration", "-duration", "bytes", "index", "-index", "client", "server", "end"):
        key, descending = order_of(order)
        whole = sorted(many(100), key=lambda c: c.index)
        whole = sorted(whole, key=key, reverse=descending)
        assert table(overview(order, 7)) == [c.index for c in whole[:7]], order


def test_top_0_shows_all() -> None:
    assert sorted(table(overview(top=0))) == list(range(1, 101))


def test_it_keeps_no_more_than_it_shows() -> None:
    made = Overview("notable", 5)
    for connection in many(300):
        made.add(connection)
    assert len(made._heap) == 5


def test_the_notable_come_first() -> None:
    assert set(table(overview(top=10))) == set(range(10, 101, 10))


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_it_fits_the_terminal(width: int) -> None:
    assert max(len(line) for line in overview(width=width).splitlines()) <= width


def test_a_pipe_gets_every_column_whole() -> None:
    text = overview()
    for column in COLUMNS.values():
        assert column.title in text
    assert "…" not in text


def test_open_ones_are_told_by_their_states() -> None:
    made = Overview("notable", 5)
    connection = syn_only()
    connection.close_kind = None
    made.add(connection)
    assert "open: SYN_SENT/UNKNOWN" in "\n".join(made.lines(Paint(colour=False), 80))


def test_nothing_wrong_is_said_so() -> None:
    made = Overview("notable", 5)
    made.add(textbook())
    assert "Nothing went wrong" in made.lines(Paint(colour=False), 80)


def test_an_unknown_column_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="cannot sort by 'size'"):
        Overview("size", 5)


@pytest.mark.parametrize("name", [*COLUMNS, *ALIASES])
def test_every_column_and_alias_sorts(name: str) -> None:
    key, _ = order_of(name)
    sorted([key(c) for c in many(20)])
