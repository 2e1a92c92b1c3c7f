from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import tcplife
from tcplife.model.names import Role
from tcplife.report.plots import KINDS, nice, plot, short, thinned
from tcplife.report.plots_rtt import samples
from tcplife.report.plots_states import stays
from tests.report.samples import SAMPLES

if TYPE_CHECKING:
    from tcplife.model.connection import Connection

NAMES = sorted(path.name for path in SAMPLES.glob("*.pcap*"))
NS = "{http://www.w3.org/2000/svg}"
OTHERWISE_COUNTED = {"any_bridge.pcap", "fast_open_refused.pcap", "refused.pcap", "simultaneous_open.pcap"}
"""Doubles of one packet, a SYN's octets that were refused, a reset and a crossed SYN that acknowledge."""


def connections(name: str) -> list[Connection]:
    found = tcplife.analyze(SAMPLES / name, segments=True, details=True)
    return sorted(found, key=lambda c: c.index)[:20]


def packets(root: ET.Element) -> set[int]:
    """Every packet that a mark stands for."""
    found: set[int] = set()
    for element in root.iter():
        first = element.get("data-p")
        if first is not None:
            found.update(range(int(first), int(element.get("data-q", first)) + 1))
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_sound_small_and_always_the_same(name: str, kind: str) -> None:
    c = connections(name)[0]
    lines = plot(kind, c).lines()
    assert lines == plot(kind, c).lines()
    assert len("\n".join(lines)) < 120_000
    root = ET.fromstring("\n".join(lines))  # noqa: S314 - our own output
    words = " ".join(text for element in root.iter(f"{NS}text") if (text := element.text))
    assert "time since the first packet" in words
    numbers = [
        float(value) for element in root.iter() for key, value in element.items() if key in {"x", "y", "cx", "cy"}
    ]
    assert all(-1 <= value <= 2000 for value in numbers)


def test_the_time_sequence_graph_has_every_segment_with_octets() -> None:
    for c in connections("loss_sack.pcap"):
        root = ET.fromstring("\n".join(plot("time-sequence", c).lines()))  # noqa: S314 - our own output
        assert {s.packet for s in c.segments or () if s.length} <= packets(root)
        bad = [element for element in root.iter() if "bad" in (element.get("class") or "") and element.get("data-p")]
        assert {16, 18, 28, 50, 53, 56} <= packets(bad[0]) | set().union(*(packets(element) for element in bad))


@pytest.mark.parametrize("name", sorted(set(NAMES) - OTHERWISE_COUNTED))
def test_round_trips_are_those_of_the_statistics(name: str) -> None:
    for c in connections(name):
        for role, side in ((Role.CLIENT, c.client_stats), (Role.SERVER, c.server_stats)):
            found = [seconds for _, _, seconds, sender in samples(c) if sender is role]
            assert len(found) == side.rtt_samples, role
            if found:
                assert min(found) == pytest.approx(side.rtt_min_ns / 1e9, abs=1e-9)
                assert max(found) == pytest.approx(side.rtt_max_ns / 1e9, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_lanes_have_no_hole(name: str) -> None:
    for c in connections(name):
        for role in (Role.CLIENT, Role.SERVER):
            lane = stays(c, role)
            assert lane[0].begins == 0
            assert all(a.ends == b.begins for a, b in pairwise(lane))
            if not any(t.packet is None for t in c.transitions):
                assert lane[-1].state == str(c.final[str(role)])


def test_a_state_left_at_once_is_named_with_the_next() -> None:
    lane = stays(connections("wget.pcap")[0], Role.CLIENT)
    assert [(stay.through, stay.state) for stay in lane][-1] == (("FIN_WAIT_2",), "TIME_WAIT")


def test_a_closed_window_is_a_bar() -> None:
    root = ET.fromstring("\n".join(plot("window", connections("zero_window.pcap")[0]).lines()))  # noqa: S314 - our own
    assert [element for element in root.iter(f"{NS}path") if element.get("class") == "l fat bad"]


def test_ticks_are_round_and_inside() -> None:
    assert nice(0, 10, 5) == [0, 2, 4, 6, 8, 10]
    assert nice(0, 0) == [0]
    assert [short(value) for value in nice(0, 0.07, 4)] == ["0", "0.02", "0.04", "0.06"]
    assert short(65536) == "65,536"


def test_a_long_line_keeps_its_extremes() -> None:
    points = [(at / 1000, float(at * 7919 % 997)) for at in range(50_000)]
    kept = thinned(points)
    assert len(kept) <= 4 * 51
    assert max(y for _, y in kept) == 996
    assert min(y for _, y in kept) == 0
