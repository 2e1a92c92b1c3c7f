"""Statistics per side: round trips by Karn's rule, and why octets came late or again, by content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tcplife
from tcplife.model.names import Severity
from tests.summary.figure import life
from tests.summary.test_close import OPENING, REQUEST

if TYPE_CHECKING:
    from tcplife import SideStats

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"


def client_of(figure: str) -> SideStats:
    return life(figure).client_stats


def fates(stats: SideStats) -> tuple[int, int, int, int]:
    return (stats.lost_before, stats.lost_after, stats.spurious, stats.reordered)


@pytest.mark.parametrize("count", [1, 15, 16, 20, 95])
@pytest.mark.parametrize("unit", [1, 100])
def test_round_trips_have_least_median_p95_and_most(unit: int, count: int) -> None:
    """Of milliseconds; and of up to ten seconds, some of which have no room among the first ones."""
    rows, trips = [OPENING], [10]
    for number in range(count):
        at, seq = 100 * unit * (number + 1), 1 + 10 * number
        trips.append((37 * number % 97 + 1) * unit)
        rows.append(f"{at} > P. {seq} ack 1 len 10\n{at + trips[-1]} < . 1 ack {seq + 10}\n")
    stats = client_of("".join(rows))
    assert stats.rtt_samples == len(trips)
    trips.sort()
    assert [ns // 1_000_000 for ns in (stats.rtt_min_ns, stats.rtt_median_ns, stats.rtt_p95_ns, stats.rtt_max_ns)] == [
        trips[0],
        trips[(len(trips) - 1) // 2],
        trips[(len(trips) * 95 - 1) // 100],
        trips[-1],
    ]


def test_what_was_sent_again_is_not_timed() -> None:
    again = "11 > P. 1 ack 1 len 10\n 211 > P. 1 ack 1 len 10\n 221 < . 1 ack 11"
    assert client_of(OPENING + again).rtt_samples == client_of(OPENING).rtt_samples == 1


def test_a_repeated_syn_is_not_timed() -> None:
    assert client_of("0 > S 0\n 1000 > S 0\n 1010 < S. 0 ack 1\n 1010.1 > . 1 ack 1").rtt_samples == 0


@pytest.mark.parametrize(
    ("figure", "fate"),
    [
        ("30 > P. 101 ack 501 len 10\n 40 < . 501 ack 111", (0, 0, 0, 0)),
        ("30 > P. 101 ack 501 len 10\n 230 > P. 101 ack 501 len 10\n 240 < . 501 ack 111", (0, 1, 0, 0)),
        ("30 > P. 101 ack 501 len 10\n 40 < . 501 ack 111\n 230 > P. 101 ack 501 len 10", (0, 0, 1, 0)),
        (
            "30 > P. 111 ack 501 len 10\n 40 < . 501 ack 101\n 230 > P. 101 ack 501 len 10\n 240 < . 501 ack 121",
            (1, 0, 0, 0),
        ),
        (
            "30 > P. 111 ack 501 len 10 id 151\n 30.1 > P. 101 ack 501 len 10 id 150\n 40 < . 501 ack 121",
            (0, 0, 0, 1),
        ),
    ],
)
def test_why_octets_come_late_or_again(figure: str, fate: tuple[int, int, int, int]) -> None:
    assert fates(client_of(REQUEST + figure)) == fate


@pytest.mark.parametrize(
    ("name", "side", "fate"),
    [
        ("loss_before_capture.pcap", "client", (1, 0, 0, 0)),
        ("loss_sack.pcap", "client", (0, 3, 0, 0)),
        ("loss_timeout.pcap", "client", (0, 3, 0, 0)),
        ("duplicated_on_the_way.pcap", "client", (0, 0, 2, 0)),
    ],
)
def test_samples_lose_where_their_lesson_says(name: str, side: str, fate: tuple[int, int, int, int]) -> None:
    (connection,) = tcplife.analyze(SAMPLES / name)
    assert fates(connection.client_stats if side == "client" else connection.server_stats) == fate


def test_the_worst_anomaly_and_the_kinds_are_summed_up() -> None:
    (connection,) = tcplife.analyze(SAMPLES / "loss_no_sack.pcap")
    assert connection.worst == max(anomaly.severity for anomaly in connection.anomalies) >= Severity.WARNING
    assert connection.kinds_seen.bit_count() == len({anomaly.kind for anomaly in connection.anomalies})
    assert connection.server_stats.duplicate_acks == sum(
        anomaly.kind == "duplicate_ack" and anomaly.endpoint == "server" for anomaly in connection.anomalies
    )
    assert connection.server_stats.duplicate_acks > 0


def test_the_other_side_may_have_sent_the_first_packet() -> None:
    (connection,) = tcplife.analyze(SAMPLES / "only_server_to_client.pcap")
    assert (connection.client_stats.packets, connection.server_stats.packets) == (0, 5)
    assert connection.server.port == 7
