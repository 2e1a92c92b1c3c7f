"""The report for people: blocks for a few, a table for many, at once where the input is live."""

from __future__ import annotations

from typing import Any

from tcplife.model.damage import Damage
from tcplife.model.names import Skip
from tcplife.model.totals import Totals
from tcplife.report.base import Look, reporter
from tcplife.report.terminal import TerminalReporter
from tests.report.build import START_NS, syn_only, textbook
from tests.report.samples import Kept


def totals(**more: Any) -> Totals:
    return Totals(
        records=1012,
        tracked=1000,
        skipped={Skip.ARP: 10, Skip.SHORT_TCP: 2},
        connections=3,
        first_ns=START_NS,
        last_ns=START_NS + 5 * 10**9,
        source="x.pcap",
        format="pcap",
        **more,
    )


def report(count: int, look: Look) -> str:
    out = Kept()
    made = reporter("text", out, look)
    made.begin()
    for index in range(count, 0, -1):
        connection = textbook()
        connection.index = index
        made.connection(connection)
    made.end(totals())
    return out.text


def test_a_few_are_drawn_in_order_of_index() -> None:
    text = report(8, Look(utc=True))
    places = [text.index(f"\n#{index}  ") if index > 1 else text.index("#1  ") for index in range(1, 9)]
    assert places == sorted(places)
    assert "How they ended" not in text


def test_many_become_a_table() -> None:
    text = report(9, Look(utc=True))
    assert "All 9 connections" in text
    assert "SYN_RECEIVED" not in text


def test_blocks_on_request_whatever_their_number() -> None:
    assert report(12, Look(view="blocks")).count("SYN_RECEIVED") == 12


def test_every_record_is_accounted_for() -> None:
    text = report(1, Look(utc=True))
    assert "1,012 records = 1,000 TCP segments in 3 connections + 12 others" in text
    assert "others: 10 arp" in text
    assert "could not be read: 2 cut inside the tcp header" in text
    assert "from 2019-06-12 10:09:11 UTC to 10:09:16 (5.00 s)" in text


def test_a_live_input_is_drawn_as_it_comes_and_in_lines_when_there_are_many() -> None:
    out = Kept()
    made = reporter("text", out, Look(live=True, utc=True))
    assert isinstance(made, TerminalReporter)
    made.begin()
    made.went_live()
    made.connection(textbook())
    assert "SYN_RECEIVED" in out.text
    assert out.flushes == 1
    for index in range(2, 12):
        made.connection(syn_only(index))
    assert out.text.splitlines()[-1].startswith(
        "10:09:11.163  #11  10.0.0.11.1035 → 192.168.131.138.80  0 s, 0 octets: "
    )


def test_what_came_before_the_input_was_seen_to_be_live_is_drawn_then() -> None:
    out = Kept()
    made = reporter("text", out, Look(live=True))
    assert isinstance(made, TerminalReporter)
    made.begin()
    made.connection(textbook())
    assert out.text == "", "a stored capture through a pipe reads as its file"
    made.went_live()
    assert "SYN_RECEIVED" in out.text
    made.end(totals())
    assert out.text.count("SYN_RECEIVED") == 1


def test_a_backlog_of_many_is_counted_in_the_table_and_what_follows_comes_in_lines() -> None:
    out = Kept()
    made = reporter("text", out, Look())
    assert isinstance(made, TerminalReporter)
    made.begin()
    for index in range(1, 21):
        made.connection(syn_only(index))
    made.went_live()
    assert out.text == ""
    connection = textbook()
    connection.index = 21
    made.connection(connection)
    assert "SYN_RECEIVED" in out.text
    made.end(totals())
    assert "All 20 connections" in out.text


def test_quiet_is_one_line_per_connection_and_nothing_else() -> None:
    assert report(3, Look(quiet=True, view="lines", utc=True)).count("\n") == 3


def test_damage_and_notes_are_told_escaped() -> None:
    out = Kept()
    made = reporter("text", out, Look())
    made.begin()
    made.end(totals(damages=[Damage("cut\x1b", 5, 2)], notes=["odd\x07"], left_early=3, left_idle=1))
    assert "damaged: cut\\x1b at byte 5 (after packet 2)" in out.text
    assert "note: odd\\x07" in out.text
    assert "left before their end: 3 for want of room, 1 idle" in out.text


def test_ascii_where_the_terminal_knows_no_more() -> None:
    assert report(9, Look(unicode=False, width=80)).isascii()
