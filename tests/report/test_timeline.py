"""Every segment in a line, the states beside it, the octets read."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

import tcplife
from tcplife.report.paint import Paint
from tcplife.report.timeline import Timeline
from tests.report.samples import SAMPLES

if TYPE_CHECKING:
    from tcplife.model.connection import Connection


@cache
def first(name: str) -> Connection:
    return list(tcplife.analyze(SAMPLES / name, segments=True, details=True))[0]  # noqa: RUF015 - read to the end


def lines(name: str, width: int = 0, *, absolute: bool = False, colour: bool = False) -> list[str]:
    return Timeline(Paint(colour=colour), width=width, absolute=absolute).lines(first(name))


def test_the_textbooks_first_lines() -> None:
    told = [line.rstrip() for line in lines("wget.pcap")]
    assert told[0] == "#1  192.168.131.132.37584 → 192.168.131.138.80"
    assert told[2] == (
        "      1   0.000000  SYN_SENT     → LISTEN        S seq 0 win 29200 "
        "[mss 1460,sackOK,TS val 1666537180 ecr 0,wscale 7] length 0"
    )
    assert told[5] == (
        "      4   0.000243               →               P. seq 1:152 ack 1 win 29312 "
        "[TS val 1666537180 ecr 2620718342] length 151 · HTTP: GET /file_64KB HTTP/1.1"
    )
    assert told[25].startswith("     24   0.001270  FIN_WAIT_1   → CLOSE_WAIT    F. seq 152 ack 65801 win ")


def test_every_segment_has_its_line() -> None:
    connection = first("wget.pcap")
    numbers = [int(line.split()[0]) for line in lines("wget.pcap")[2:]]
    assert numbers == [segment.packet for segment in connection.segments or ()]


def test_absolute_numbers_are_those_on_the_wire() -> None:
    told = lines("wget.pcap", absolute=True)
    assert "S seq 3124300130 win" in told[2]
    assert "S. seq 2508684482 ack 3124300131 win" in told[3]


def test_sack_edges_are_relative_to_the_peers_numbers() -> None:
    text = "\n".join(lines("loss_sack.pcap"))
    assert re.search(r"\. ack 15929 win \d+ \[TS [^\]]*sack 1 \{18825:20273\}\]", text)


@pytest.mark.parametrize("name", ["wget.pcap", "mptcp.pcap", "websocket.pcap", "loss_sack.pcap"])
def test_it_folds_at_80_columns_and_loses_nothing_but_stamps(name: str) -> None:
    narrow = lines(name, 80)
    assert max(len(line) for line in narrow) <= 80
    for word in ("mss", "seq", "win"):
        assert "\n".join(narrow).count(f" {word} ") == pytest.approx("\n".join(lines(name)).count(f" {word} "), abs=60)


def test_anomalies_stand_in_their_line() -> None:
    assert any(line.endswith("[syn_repeated]") for line in lines("syn_repeated.pcap"))
    painted = [line for line in lines("syn_repeated.pcap", colour=True) if "syn_repeated" in line]
    assert "\x1b[" in painted[0]


def test_what_runs_on_top_is_named() -> None:
    for name, words in {
        "websocket.pcap": "Accept fits the key",
        "websocket_wrong_accept.pcap": "Accept does NOT fit the key",
        "ssh_banner.pcap": "SSH: SSH-2.0-",
        "tls13.pcap": "ClientHello, lessons.tcplife.example, TLS 1.3",
        "tls12.pcap": "ServerHello, TLS 1.2",
    }.items():
        assert words in "\n".join(lines(name)), name


def test_hostile_text_never_reaches_the_terminal() -> None:
    for connection in tcplife.analyze(SAMPLES / "hostile_text.pcap", segments=True, details=True):
        text = "\n".join(Timeline(Paint(colour=False)).lines(connection))
        assert all(ch.isprintable() or ch == "\n" for ch in text)


def test_without_segments_there_are_no_lines() -> None:
    connection = list(tcplife.analyze(SAMPLES / "wget.pcap"))[0]  # noqa: RUF015 - read to the end
    assert len(Timeline(Paint(colour=False)).lines(connection)) == 2
