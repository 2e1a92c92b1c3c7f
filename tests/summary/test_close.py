"""How connections end: each kind, the side that began it, and the packet in which it began."""

from __future__ import annotations

from pathlib import Path

import pytest

import tcplife
from tcplife.model.close_kinds import CLOSE_KINDS
from tests.summary.figure import life, lives

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"

OPENING = """
    0     > S  0
    10    < S. 0 ack 1
    10.1  > .  1 ack 1
"""
REQUEST = (
    OPENING
    + """
    11    > P. 1 ack 1 len 100
    25    < P. 1 ack 101 len 500
    25.1  > .  101 ack 501
"""
)

CLOSES = [
    (
        "three_segment", "client", 7,
        "30 > F. 101 ack 501\n 40 < F. 501 ack 102\n 40.1 > . 102 ack 502",
    ),
    (
        "four_segment", "client", 7,
        "30 > F. 101 ack 501\n 40 < . 501 ack 102\n 90 < F. 501 ack 102\n 90.1 > . 102 ack 502",
    ),
    (
        "four_segment", "server", 7,
        "30 < F. 501 ack 101\n 30.1 > . 101 ack 502\n 60 > F. 101 ack 502\n 70 < . 502 ack 102",
    ),
    (
        "half_close", "client", 7,
        ("30 > F. 101 ack 501\n 40 < . 501 ack 102\n 50 < P. 501 ack 102 len 300\n 50.1 > . 102 ack 801\n"
        "60 < F. 801 ack 102\n 60.1 > . 102 ack 802"),
    ),
    (
        "simultaneous", "client", 7,
        "30 > F. 101 ack 501\n 31 < F. 501 ack 101\n 40 < . 502 ack 102\n 31.1 > . 102 ack 502",
    ),
    ("reset", "server", 7, "30 < R. 501 ack 101"),
    ("reset", "client", 8, "30 > F. 101 ack 501\n 40 > R. 102 ack 501"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "initiator", "packet", "end"), CLOSES)
def test_a_close_has_its_kind_its_initiator_and_the_packet_that_begins_it(
    kind: str, initiator: str, packet: int, end: str
) -> None:
    close = life(REQUEST + end).close
    assert close is not None
    assert (close.kind, close.initiator, close.packet) == (kind, initiator, packet)
    assert kind in CLOSE_KINDS


@pytest.mark.parametrize(
    ("figure", "kind", "initiator", "packet"),
    [
        ("0 > S 0\n 5 < R. 0 ack 1", "refused", "server", 2),
        ("0 > S 0\n 1000 > S 0\n 3000 > S 0", "unanswered", None, 1),
        ("0 > S 0\n 10 < S. 0 ack 1\n 10.1 > R 1", "reset", "client", 3),
    ],
)
def test_an_opening_that_fails_is_a_close(figure: str, kind: str, initiator: str | None, packet: int) -> None:
    close = life(figure).close
    assert close is not None
    assert (close.kind, close.initiator, close.packet) == (kind, initiator, packet)


def test_one_fin_closes_one_half_only() -> None:
    connection = life(
        REQUEST + "30 > F. 101 ack 501\n 40 < . 501 ack 102\n 1040 < P. 501 ack 102 len 7\n 1041 > . 102 ack 508"
    )
    assert connection.close is None
    assert connection.judged is not None
    assert connection.judged["half_closed"] == {"by": "client", "from": 7, "to": None, "seconds": 1.011, "bytes": 7}
    assert connection.judged["whose_turn"] == "server"


def test_octets_repeated_after_the_fin_are_no_half_close() -> None:
    figure = (
        "30 > F. 101 ack 501\n 240 < P. 1 ack 102 len 500\n 240.1 > . 102 ack 501\n"
        "250 < F. 501 ack 102\n 250.1 > . 102 ack 502"
    )
    close = life(REQUEST + figure).close
    assert close is not None
    assert close.kind == "four_segment"


def test_who_repeats_in_vain_and_stops_while_the_capture_goes_on_has_probably_given_up() -> None:
    figure = REQUEST + (
        "30 > P. 101 ack 501 len 50\n 230 > P. 101 ack 501 len 50\n"
        "630 > P. 101 ack 501 len 50\n 1430 > P. 101 ack 501 len 50\n"
    )
    assert lives(figure)[0].close is None
    other = "9000 > S 0 port 40001"
    gone, _ = lives(figure + other)
    assert gone.close is not None
    assert (gone.close.kind, gone.close.initiator, gone.close.packet) == ("timed_out", "client", 8)
    assert "probably" in gone.verdict


@pytest.mark.parametrize(
    ("name", "kind", "initiator", "packet"),
    [
        ("close_four_by_client.pcap", "four_segment", "client", 8),
        ("close_four_by_server.pcap", "four_segment", "server", 8),
        ("close_three.pcap", "three_segment", "client", 8),
        ("half_close.pcap", "half_close", "client", 5),
        ("simultaneous_close.pcap", "simultaneous", "client", 8),
        ("reset_by_client.pcap", "reset", "client", 8),
        ("reset_in_fin_wait_2.pcap", "reset", "client", 10),
        ("reset_late_segment.pcap", "three_segment", "client", 8),
        ("reset_challenged.pcap", "three_segment", "client", 14),
        ("host_unreachable.pcap", "unreachable", None, 2),
        ("refused.pcap", "refused", "server", 2),
        ("unanswered.pcap", "unanswered", None, 1),
    ],
)
def test_samples_close_as_their_lesson_says(name: str, kind: str, initiator: str | None, packet: int) -> None:
    (connection,) = tcplife.analyze(SAMPLES / name)
    assert connection.close is not None
    assert (connection.close.kind, connection.close.initiator, connection.close.packet) == (kind, initiator, packet)


def test_both_downloads_of_the_wget_sample_end_with_three_segments() -> None:
    closes = [connection.close for connection in tcplife.analyze(SAMPLES / "wget.pcap")]
    assert [(close.kind, close.initiator, close.packet) for close in closes if close] == [
        ("three_segment", "client", 24),
        ("three_segment", "client", 44),
    ]
