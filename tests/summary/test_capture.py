"""The capture verdict: what one line says of a capture, and the counts behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tcplife.api import analyze_with_totals
from tests.summary.figure import totals
from tests.summary.test_close import OPENING, REQUEST

if TYPE_CHECKING:
    from tcplife.model.worth import CaptureVerdict

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
SOUND = "The capture is sound: both directions, nothing missing, nothing twice."


def worth(figure: str) -> CaptureVerdict:
    found = totals(figure).capture
    assert found is not None
    return found


def of_sample(name: str) -> CaptureVerdict:
    run = analyze_with_totals(SAMPLES / name)
    for _ in run:
        pass
    found = run.totals.capture
    assert found is not None
    return found


def test_a_whole_capture_is_sound() -> None:
    assert worth(REQUEST).line == SOUND
    assert not worth(REQUEST).flawed


@pytest.mark.parametrize(
    ("figure", "fact", "count", "words"),
    [
        (
            REQUEST + "25.3 > . 101 ack 501 id 103\n 25.4 > . 101 ack 501 id 103",
            "duplicate_packets",
            1,
            "captured twice",
        ),
        (
            REQUEST + "30 > P. 101 ack 501 len 9 id 200\n 35 > P. 101 ack 501 len 9 id 200",
            "twin_packets",
            1,
            "1 packet seen at two places (the same IP id again, over a millisecond apart)",
        ),
        (
            REQUEST + "30 > . 101 ack 801\n 40 < P. 801 ack 101 len 5\n 41 > . 101 ack 806",
            "missing_bytes",
            300,
            "300 octets of 1 connection were acknowledged but never captured",
        ),
        (
            "0 > S 0\n 10 > . 1 ack 1\n 11 > P. 1 ack 1 len 9\n 30 > . 10 ack 500",
            "one_way_connections",
            1,
            "the only connection was captured in one direction only",
        ),
        ("0 > P. 1 ack 1 len 5\n 5 < . 1 ack 6", "began_before", 1, "the only connection was open before it began"),
        (
            REQUEST + "30 < . 501 ack 201\n 30.1 > P. 101 ack 501 len 100\n 31 < P. 501 ack 201 len 3",
            "reordered_by_capture",
            1,
            "the capture mixes up the order",
        ),
        (
            OPENING + "11 > P. 1 ack 1 len 3000",
            "largest_segment",
            3000,
            "segments of up to 3,000 octets exceed the MSS",
        ),
        (REQUEST + "9 > P. 101 ack 501 len 3", "clock_steps", 1, "the clock goes back at 1 packet"),
        (REQUEST + "20 > P. 101 ack 501 len 3", "stored_late", 1, "1 packet stored up to 10 ms late"),
    ],
)
def test_each_flaw_is_counted_and_told(figure: str, fact: str, count: int, words: str) -> None:
    found = worth(figure)
    assert found.facts[fact] == count
    assert words in found.line


@pytest.mark.parametrize(
    ("name", "fact", "count"),
    [
        ("snaplen_60.pcap", "cut_packets", 2),
        ("snaplen_60.pcap", "snaplen", 60),
        ("capture_loss.pcap", "missing_bytes", 144),
        ("clock_backwards.pcap", "clock_steps", 1),
        ("only_client_to_server.pcap", "one_way_connections", 1),
        ("wget.pcap", "largest_segment", 14480),
        ("mid_stream.pcap", "began_before", 1),
        ("handshake_missing.pcap", "unseen_handshakes", 1),
    ],
)
def test_samples_show_their_flaw(name: str, fact: str, count: int) -> None:
    assert of_sample(name).facts[fact] == count


@pytest.mark.parametrize("name", ["any_bridge.pcap", "double_capture.pcap"])
def test_double_captures_are_not_taken_for_sound(name: str) -> None:
    assert of_sample(name).flawed


def test_a_capture_without_tcp_says_so() -> None:
    run = analyze_with_totals(SAMPLES / "wget.pcap")
    run.stop()
    assert list(run) == []
    assert run.totals.capture is not None
    assert run.totals.capture.line == "The capture has no TCP connection."
