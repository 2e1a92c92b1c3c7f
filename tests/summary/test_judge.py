"""Beyond the sentence: how it began, what was acknowledged, the FIN ledger, where the time went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tcplife
from tcplife.model import close_kinds as words
from tcplife.model.close_kinds import OPENED, OPENED_KINDS, PLACES, TURNS
from tcplife.model.judgement import SPLIT_NAMES
from tests.summary.figure import life
from tests.summary.test_close import OPENING, REQUEST

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
CLOSED = "30 > F. 101 ack 501\n 40 < F. 501 ack 102\n 40.1 > . 102 ack 502"


def judged(figure: str) -> dict[str, Any]:
    found = life(figure).judged
    assert found is not None
    return found


def of_sample(name: str, index: int = 1) -> dict[str, Any]:
    (found,) = [connection.judged for connection in tcplife.analyze(SAMPLES / name) if connection.index == index]
    assert found is not None
    return found


def test_the_numbers_of_the_words_are_their_places() -> None:
    assert OPENED[words.THREE_SEGMENT] == "three_segment"
    assert OPENED[words.SIMULTANEOUS] == "simultaneous"
    assert OPENED[words.FAST_OPEN] == "fast_open"
    assert OPENED[words.UNFINISHED] == "unfinished"
    assert OPENED[words.UNANSWERED] == "unanswered"
    assert OPENED[words.REFUSED] == "refused"
    assert OPENED[words.UNREACHABLE] == "unreachable"
    assert OPENED[words.BY_INFERENCE] == "implied"
    assert OPENED[words.BEFORE_CAPTURE] == "before_capture"
    assert PLACES[words.NEAR_CLIENT : words.BOTH_NEAR + 1] == ("near_client", "near_server", "between", "both_near")
    assert "answer the SYN" in TURNS[words.ANSWER_SYN]
    assert "SYN+ACK" in TURNS[words.ACK_SYN_ACK]
    assert "close" in TURNS[words.CLOSE_HALF]
    assert "FIN" in TURNS[words.ACK_FIN]
    assert "octets" in TURNS[words.ACK_OCTETS]


@pytest.mark.parametrize(
    ("figure", "how"),
    [
        (OPENING, "three_segment"),
        ("0 > S 0\n 10 < S. 0 ack 1", "unfinished"),
        ("0 > S 0", "unanswered"),
        ("0 > S 0\n 5 < R. 0 ack 1", "refused"),
        ("0 > P. 1 ack 1 len 5\n 5 < . 1 ack 6", "before_capture"),
        ("0 > S 0\n 10 > P. 1 ack 1 len 5\n 20 < P. 1 ack 6 len 5", "implied"),
        ("0 > S 0\n 1 < S 0\n 2 > S. 0 ack 1\n 3 < S. 0 ack 1\n 4 > . 1 ack 1", "simultaneous"),
    ],
)
def test_how_a_connection_began(figure: str, how: str) -> None:
    assert judged(figure)["opened_how"] == how
    assert how in OPENED_KINDS


def test_what_was_acknowledged_per_direction() -> None:
    assert judged(REQUEST + CLOSED)["acked"] == {"client": True, "server": True}
    assert judged(REQUEST + "30 < P. 501 ack 101 len 9")["acked"] == {"client": True, "server": False}
    assert of_sample("only_server_to_client.pcap")["acked"]["server"] is None


def test_the_fin_ledger_names_each_fin_its_tries_and_what_acknowledged_it() -> None:
    figure = "30 > F. 101 ack 501\n 230 > F. 101 ack 501\n 240 < F. 501 ack 102\n 241 > . 102 ack 502"
    assert judged(REQUEST + figure)["fin_ledger"] == [
        {
            "endpoint": "client",
            "number": 101,
            "packet": 7,
            "tries": 2,
            "last_packet": 8,
            "acked_by": 9,
            "acked_after_ms": 210.0,
        },
        {
            "endpoint": "server",
            "number": 501,
            "packet": 9,
            "tries": 1,
            "last_packet": 9,
            "acked_by": 10,
            "acked_after_ms": 1.0,
        },
    ]


def test_a_fin_that_nobody_acknowledges_says_so() -> None:
    (fin,) = judged(REQUEST + "30 > F. 101 ack 501\n 230 > F. 101 ack 501")["fin_ledger"]
    assert (fin["acked_by"], fin["acked_after_ms"], fin["tries"]) == (None, None, 2)


@pytest.mark.parametrize(
    ("end", "turn"),
    [
        ("", None),
        ("30 < P. 501 ack 101 len 9", "client"),
        ("30 > P. 101 ack 501 len 9", "server"),
        ("30 > F. 101 ack 501\n 40 < . 501 ack 102", "server"),
        ("30 < F. 501 ack 101\n 40 > . 101 ack 502", "client"),
        (CLOSED, None),
    ],
)
def test_whose_turn_it_is(end: str, turn: str | None) -> None:
    assert judged(REQUEST + end)["whose_turn"] == turn


SPLITS = [
    ("handshake", OPENING, 10.1),
    ("client", OPENING + "500 > P. 1 ack 1 len 10", 489.9),
    ("server", OPENING + "11 > P. 1 ack 1 len 10\n 11.5 < . 1 ack 11\n 500 < P. 1 ack 11 len 10", 488.5),
    ("network", OPENING + "11 > P. 1 ack 1 len 10\n 20 < . 1 ack 11", 9.0),
    ("loss_recovery", OPENING + "11 > P. 1 ack 1 len 10\n 220 > P. 1 ack 1 len 10\n 230 < . 1 ack 11", 219.0),
    ("receiver_window", OPENING + "11 > P. 1 ack 1 len 10\n 20 < . 1 ack 11 win 0\n 300 < . 1 ack 11 win 8192", 280.0),
    ("closing", REQUEST + CLOSED, 10.1),
    ("idle", REQUEST + CLOSED, 4.9),
    ("idle", REQUEST + "5025.1 < . 500 ack 101\n 5035.1 > . 101 ack 501", 5000.0),
]


@pytest.mark.parametrize(("part", "figure", "ms"), SPLITS)
def test_time_is_entered_under_what_was_waited_for(part: str, figure: str, ms: float) -> None:
    assert judged(figure)["time_split"][f"{part}_ms"] == pytest.approx(ms, abs=1e-6)


def test_the_split_adds_up_to_the_duration_of_every_connection_to_the_nanosecond() -> None:
    for path in sorted(SAMPLES.iterdir()):
        if ".pcap" not in path.name:
            continue
        for connection in tcplife.analyze(path):
            spent = connection.judgement.split()
            assert len(spent) == len(SPLIT_NAMES)
            assert sum(spent) == connection.end_ns - connection.start_ns, (path.name, connection.index)
            assert min(spent) >= 0, (path.name, connection.index)


@pytest.mark.parametrize(
    ("name", "slowest"),
    [
        ("half_close.pcap", "server"),
        ("zero_window.pcap", "receiver_window"),
        ("loss_timeout.pcap", "loss_recovery"),
        ("syn_repeated.pcap", "handshake"),
        ("keep_alive_classic.pcap", "idle"),
        ("time_wait_refreshed.pcap", "closing"),
    ],
)
def test_who_is_slow_in_the_samples(name: str, slowest: str) -> None:
    assert of_sample(name)["slowest"] == slowest


def test_the_handshake_is_split_at_the_capture_point() -> None:
    assert judged(OPENING)["handshake"] == {"total_ms": 10.1, "server_side_ms": 10.0, "client_side_ms": 0.1}


def test_a_repeated_syn_leaves_the_servers_half_unmeasured() -> None:
    figure = "0 > S 0\n 1000 > S 0\n 1010 < S. 0 ack 1\n 1010.1 > . 1 ack 1"
    assert judged(figure)["handshake"] == {"total_ms": 1010.1, "server_side_ms": None, "client_side_ms": 0.1}


@pytest.mark.parametrize(
    ("figure", "place"),
    [
        (OPENING, "near_client"),
        ("0 > S 0\n 0.1 < S. 0 ack 1\n 10 > . 1 ack 1", "near_server"),
        ("0 > S 0\n 5 < S. 0 ack 1\n 12 > . 1 ack 1", "between"),
        ("0 > S 0\n 0.1 < S. 0 ack 1\n 0.15 > . 1 ack 1", "both_near"),
        ("0 > S 0", "unknown"),
    ],
)
def test_where_the_capture_was_taken(figure: str, place: str) -> None:
    assert judged(figure)["capture_point"]["where"] == place


def test_the_capture_point_says_from_what_it_is_concluded() -> None:
    why = judged(OPENING)["capture_point"]["why"]
    assert why == (
        "answers of the client take 0.100 ms at least, of the server 10.000 ms; no router has lowered the client's "
        "TTL of 64; "
        "no router has lowered the server's TTL of 64"
    )


def test_a_half_close_has_its_length_and_its_octets() -> None:
    half = of_sample("half_close.pcap")["half_closed"]
    assert (half["by"], half["from"], half["to"], half["bytes"]) == ("client", 5, 18, 115)
    assert half["seconds"] == pytest.approx(1.006, abs=0.001)
