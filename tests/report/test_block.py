"""One connection as a block: what a person looks for is there, within the width, and nothing of it is hostile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tcplife.model.catalogue import kind_id
from tcplife.report.block import CLOSE_WORDS, Block, wireshark_filter
from tcplife.report.paint import Paint
from tests.report.build import syn_only, textbook, with_anomalies

if TYPE_CHECKING:
    from tcplife.model.connection import Connection


def block(connection: Connection, width: int = 80, *, colour: bool = False) -> str:
    return "\n".join(Block(Paint(colour=colour), width=width, utc=True).lines(connection))


def test_the_textbook_at_80_columns() -> None:
    assert (
        strip(block(textbook()))
        == """\
#1  192.168.131.132.37584 → 192.168.131.138.80               1.67 ms, 26 packets
    Client closed first; the server had nothing more to send and closed in the
    same segment.

  packet        time  client                     server
                      CLOSED                     LISTEN
       1    0.000000  SYN_SENT         140 µs    │
       2    0.000140  ESTABLISHED     1.13 ms    SYN_RECEIVED    35.0 µs
       3    0.000175  │                          ESTABLISHED     1.09 ms
      24    0.001270  FIN_WAIT_1       378 µs    CLOSE_WAIT       378 µs
      25    0.001648  FIN_WAIT_2          0 s    LAST_ACK        19.0 µs
                      TIME_WAIT                  │
      26    0.001667                             CLOSED
               final  TIME_WAIT                  CLOSED
                sent  151 octets, 14 packets     65,800 octets, 12 packets
          round trip  111 to 140 µs              111 to 140 µs
             options  mss 1460 scale 7 sack ts   mss 1460 scale 7 sack ts
    handshake 175 µs
    began 2019-06-12 10:09:11 UTC, packets 1 to 26"""
    )


def strip(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_it_stays_within_the_terminal(width: int) -> None:
    connection = with_anomalies(textbook(), [kind_id("made_up")] * 30)
    lines = block(connection, width).splitlines()
    longest = max(len(line.rstrip()) for line in lines if "Wireshark" not in line)
    assert longest <= max(width, 80)


def test_colour_changes_no_word() -> None:
    plain, painted = block(textbook()), block(textbook(), colour=True)
    assert painted != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_anomalies_are_grouped_worst_first_with_a_filter() -> None:
    connection = with_anomalies(
        textbook(), [kind_id("noted"), kind_id("made_up"), kind_id("made_up"), kind_id("counted")]
    )
    text = block(connection)
    assert "    error  counted, server: packet 8" in text
    assert "  warning  made_up ×2, server: packets 6, 7" in text  # noqa: RUF001 - meant as it stands
    assert "Wireshark: frame.number in {6,7}" in text
    assert text.index("counted") < text.index("made_up") < text.index("noted")
    assert "Wireshark: frame.number == 5" in text, "harmless findings can be looked at, too"


def test_anomalies_that_were_not_kept_are_counted() -> None:
    connection = textbook()
    connection.anomalies_omitted = 1234
    assert "and 1,234 more that were not kept" in block(connection)


def test_what_was_lost_is_told() -> None:
    connection = textbook()
    connection.server_stats.unacked_bytes = 500
    connection.server_stats.unseen_bytes = 70
    connection.client_stats.retransmitted_packets, connection.client_stats.retransmitted_bytes = 2, 99
    text = block(connection)
    assert "never acked  0 octets                   500 octets" in text
    assert "not captured  0 octets                   70 octets" in text
    assert "again  2 packets, 99 octets       0" in text


def test_hostile_text_is_escaped() -> None:
    connection = textbook()
    connection.verdict = "\x1b[2Jgone"
    connection.tunnel = "gre\u202e"
    connection.client_guess = "a\x07b"
    text = block(connection)
    assert "\\x1b[2Jgone" in text
    assert "inside gre\\u202e" in text
    assert "a\\x07b" in text
    assert all(ch.isprintable() or ch == "\n" for ch in text)


def test_without_a_verdict_the_facts_say_how_it_ended() -> None:
    connection = textbook()
    connection.verdict = ""
    assert "opened by the client" in block(connection)
    assert "closed in three segments, client first (packet 24)" in block(connection, 200)


def test_a_side_that_sent_nothing() -> None:
    text = block(syn_only())
    assert "0 octets, 1 packet         nothing" in text
    assert "SYN_SENT                   UNKNOWN" in text


def test_filter_of_one_packet_and_of_very_many() -> None:
    assert wireshark_filter([7, 7]) == "frame.number == 7"
    assert wireshark_filter(list(range(500))).count(",") == 99


def test_every_close_kind_has_its_words() -> None:
    from tcplife.model.close_kinds import CLOSE_KINDS

    assert set(CLOSE_WORDS) == set(CLOSE_KINDS)
