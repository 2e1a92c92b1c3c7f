"""Nothing is lost silently: each segment that was tracked is counted by the connection it belongs to."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

import tcplife
from tests.anomalies.scene import pcap_of
from tests.anomalies.scenes import SCENES
from tests.test_forms import write_mutants

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

SIGNED = "two that sign, as routers do"


def counted(capture: Path | BinaryIO) -> tuple[int, int]:
    """Return how many segments the connections of a capture have, and how many were tracked."""
    run = tcplife.analyze_with_totals(capture)
    sums = [connection.client_stats.packets + connection.server_stats.packets for connection in run]
    return sum(sums), run.totals.tracked


@pytest.mark.parametrize("name", SCENES)
def test_every_segment_of_a_scene_is_counted(name: str) -> None:
    found, tracked = counted(BytesIO(pcap_of(SCENES[name])))
    assert found == tracked


def test_every_segment_of_a_damaged_capture_is_counted(tmp_path: Path) -> None:
    write_mutants(tmp_path)
    several = 0
    for path in sorted(tmp_path.iterdir()):
        found, tracked = counted(path)
        assert found == tracked, path.name
        several += found > 1
    assert several > 200


def test_an_answer_that_is_signed_is_seen() -> None:
    (connection,) = tcplife.analyze(BytesIO(pcap_of(SCENES[SIGNED])))
    assert [(move.to_state, move.packet, move.basis) for move in connection.transitions] == [
        ("SYN_SENT", 1, "sent"),
        ("SYN_RECEIVED", 2, "sent"),
        ("ESTABLISHED", 2, "received"),
        ("ESTABLISHED", 3, "received"),
    ]
    assert connection.zeek_history == "ShADa"
