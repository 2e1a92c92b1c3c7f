"""The verdict: one plain sentence per connection, with its packets; a guess says so."""

from __future__ import annotations

from pathlib import Path

import pytest

import tcplife
from tcplife.model.verdict import octets, span
from tests.summary.figure import life
from tests.summary.test_close import OPENING, REQUEST

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"

SENTENCES = [
    (
        "30 > F. 101 ack 501\n 40 < F. 501 ack 102\n 40.1 > . 102 ack 502",
        (
            "The client opened it and closed first (packet 7), in three segments as the server had nothing more to "
            "send; "
            "all octets were acknowledged."
        ),
    ),
    (
        "30 < F. 501 ack 101\n 30.1 > . 101 ack 502\n 1040 > F. 101 ack 502\n 1050 < . 502 ack 102",
        (
            "The client opened it, the server closed first (packet 7), the client 1.01 s later (packet 9); "
            "all octets were acknowledged."
        ),
    ),
    (
        (
            "30 > F. 101 ack 501\n 40 < . 501 ack 102\n 50 < P. 501 ack 102 len 300\n 50.1 > . 102 ack 801\n"
            "60 < F. 801 ack 102\n 60.1 > . 102 ack 802"
        ),
        (
            "The client opened it and closed its half first (packet 7), the server sent 300 octets more in 30 ms, "
            "then closed too (packet 11); all octets were acknowledged."
        ),
    ),
    (
        "30 > F. 101 ack 501\n 31 < F. 501 ack 101\n 40 < . 502 ack 102\n 41 > . 102 ack 502",
        (
            "The client opened it, both sides closed at once: the FINs crossed (packet 7 of the client, 8 of the "
            "server); "
            "all octets were acknowledged."
        ),
    ),
    (
        "30 < P. 501 ack 101 len 40\n 31 < R. 541 ack 101",
        (
            "The client opened it, the server reset it (packet 8) while both sides were in ESTABLISHED; "
            "40 octets of the server's were never acknowledged."
        ),
    ),
    (
        "30 < P. 501 ack 101 len 40\n 30.2 > R 101",
        (
            "The client opened it and reset it in answer to packet 7 (packet 8) while both sides were in ESTABLISHED; "
            "40 octets of the server's were never acknowledged."
        ),
    ),
    (
        "",
        (
            "The client opened it, and it was still open when the capture ended, with nothing outstanding; "
            "all octets were acknowledged."
        ),
    ),
    (
        "30 < P. 501 ack 101 len 1",
        (
            "The client opened it, and it was not over when the capture ended: it is the client's turn to "
            "acknowledge what is "
            "on its way; 1 octet of the server's were never acknowledged."
        ),
    ),
    (
        "30 > F. 101 ack 501\n 40 < . 501 ack 102\n 9040 < P. 501 ack 102 len 7\n 9040.1 > . 102 ack 508",
        (
            "The client opened it and closed its half (packet 7); when the capture ended 9.01 s later the server had "
            "not closed: "
            "it is the server's turn to close."
        ),
    ),
    (
        "30 > F. 101 ack 501\n 40 < . 501 ack 102\n 50 > . 102 ack 502",
        "The client opened it, and it was being closed, by whom first nobody can tell: the capture may lack a FIN.",
    ),
]


@pytest.mark.parametrize(("end", "sentence"), SENTENCES)
def test_a_verdict_says_who_did_what_in_which_packet(end: str, sentence: str) -> None:
    assert life(REQUEST + end).verdict == sentence


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (
            "0 > S 0\n 5 < R. 0 ack 1",
            "Nobody listens on the server's port 80: the SYN was answered with a reset (packet 2).",
        ),
        ("0 > S 0", "The client's SYN to port 80 (packet 1) was not answered in this capture."),
        (
            "0 > S 0\n 1000 > S 0\n 3000 > S 0",
            "The client's SYN to port 80 (packet 1), sent 3 times, was not answered in this capture.",
        ),
        (
            "0 > S 0\n 10 < S. 0 ack 1",
            (
                "Half-open: the server answered the SYN with SYN+ACK (packet 2), and the client did not finish the "
                "handshake in "
                "this capture."
            ),
        ),
        (
            "0 > S 0\n 10 < S. 0 ack 1\n 10.1 > R 1",
            (
                "The client answered the server's SYN+ACK with a reset (packet 3): it knew nothing of that SYN, "
                "probably an old "
                "duplicate."
            ),
        ),
        (
            OPENING + "30 > F. 1 ack 1\n 40 < F. 1 ack 2\n 40.1 > . 2 ack 2",
            (
                "The client opened it and closed first (packet 4), in three segments as the server had nothing more "
                "to send; "
                "no data was sent."
            ),
        ),
    ],
)
def test_openings_that_fail_and_lives_without_data(figure: str, sentence: str) -> None:
    assert life(figure).verdict == sentence


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("reset_by_middlebox.pcap", ["in the server's name (packet 6)", "probably by a third party", "TTL is 57"]),
        ("keep_alive_dead_peer.pcap", ["after 4 keep-alive probes without an answer (packet 12)"]),
        ("keep_alive_classic.pcap", ["after 10 keep-alive probes without an answer (packet 18)"]),
        ("mid_stream.pcap", ["open before the capture began (which side is the client is a guess)"]),
        ("capture_loss.pcap", ["144 of them are not in the capture"]),
        ("only_server_to_client.pcap", ["only the server's packets are in the capture"]),
        ("crash_during_transfer.pcap", ["sent again 5 times without an answer", "18 octets of the client's"]),
        ("host_unreachable.pcap", ["ICMP error (packet 2)", "host unreachable"]),
        ("port_filtered.pcap", ["ICMP error (packet 2)", "prohibited"]),
        ("simultaneous_open.pcap", ["Both sides opened it at once"]),
        ("half_open_data.pcap", ["The client", "in answer to packet 8 (packet 9)"]),
    ],
)
def test_samples_are_told_as_their_lesson_says(name: str, parts: list[str]) -> None:
    (connection,) = tcplife.analyze(SAMPLES / name)
    for part in parts:
        assert part in connection.verdict, connection.verdict


def test_every_sample_has_a_sentence_for_every_connection() -> None:
    for path in sorted(SAMPLES.iterdir()):
        if ".pcap" in path.name and "flood" not in path.name:
            for connection in tcplife.analyze(path):
                assert connection.verdict.endswith("."), path.name
                assert connection.verdict.isascii(), path.name
                assert "  " not in connection.verdict, path.name


@pytest.mark.parametrize(
    ("ns", "words"),
    [
        (140_000, "0.14 ms"),
        (402_400_000, "402 ms"),
        (1_014_000_000, "1.01 s"),
        (180 * 10**9, "3 min"),
        (7560 * 10**9, "2.1 h"),
    ],
)
def test_a_time_is_told_in_the_unit_a_person_would_use(ns: int, words: str) -> None:
    assert span(ns) == words


def test_one_octet_is_not_octets() -> None:
    assert (octets(1), octets(65800)) == ("1 octet", "65,800 octets")
