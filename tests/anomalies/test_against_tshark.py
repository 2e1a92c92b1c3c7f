"""Our Wireshark flags against the real tshark's: every packet of the stories, the samples, and random conversations."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tcplife.anomalies.kinds import WIRESHARK_KINDS
from tests.anomalies import against_tshark, conversations, product, rooms, scene, test_wireshark, traffic, tshark
from tests.anomalies.conversations import MPTCP_BODIES, Shot
from tests.anomalies.story import Telling, check, lines_of, segment_of

if TYPE_CHECKING:
    from tests.anomalies.tshark import Row

SAMPLES = sorted((Path(__file__).parents[2] / "sample_pcaps").glob("*.pcap*"))
SEEDS = range(3)
CONVERSATIONS = 400
CONNECTIONS = 150
REAL_KINDS = {
    "retransmission", "fast_retransmission", "out_of_order", "duplicate_ack", "lost_segment", "zero_window",
    "window_update", "keep_alive", "keep_alive_ack", "reused_ports",
}  # fmt: skip
"""Kinds that ordinary traffic reaches with every seed."""
OWN_CONNECTIONS = {"half_open_syn.pcap": {9: {"seq", "ack"}, 10: {"seq"}}}
"""own_connections: relative numbers follow our connections. There the SYN of packet 8 opens a new stream in tshark,
which counts the old connection's last two segments by the new one's numbers."""


@pytest.fixture(scope="module", autouse=True)
def _needs_tshark() -> None:
    tshark.find_tshark()


def _options(scale: int, operations: int) -> bytes:
    """Option octets of a story's segment; one MPTCP operation at most."""
    window_scale = bytes((1, 3, 3, scale)) if scale >= 0 else b""
    if operations < 0:
        return window_scale
    body = MPTCP_BODIES[operations.bit_length() - 1] if operations != 1 << 16 else b"\x01\x01"
    return window_scale + bytes((30, len(body) + 2)) + body


def _shot(facts: str) -> Shot:
    segment, side = segment_of(facts, 0)
    options = _options(segment.wscale, segment.mptcp)
    return Shot(
        segment.ts_ns, side, segment.flags, segment.seq, segment.ack, segment.window, segment.length, options
    )  # fmt: skip


def test_the_stories_are_true_of_tshark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stories: list[str] = []

    def collect(story: str) -> Telling:
        stories.append(story)
        return check(story)

    monkeypatch.setattr(test_wireshark, "check", collect)
    for name, test in inspect.getmembers(test_wireshark, inspect.isfunction):
        if name.startswith("test_"):
            test()
    told = [(number, facts, kinds) for number, story in enumerate(stories) for facts, kinds in lines_of(story)]
    shots = [(number * 50 + 1, _shot(facts)) for number, facts, _ in told]
    capture = tmp_path / "stories.pcap"
    conversations.write_pcap(capture, [(shot.ts_ns, conversations.frame_of(shot, number), 0) for number, shot in shots])
    rows = tshark.rows_of(capture)
    wrong = [
        f"{facts}: tshark says {sorted(rows[packet].kinds)}, the story {sorted(kinds)}"
        for packet, (_, facts, kinds) in enumerate(told, 1)
        if rows[packet].kinds != kinds
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("capture", SAMPLES, ids=lambda path: path.name)
def test_samples(capture: Path) -> None:
    theirs = tshark.rows_of(capture)
    assert_equal(capture.name, rooms.rows_of(capture), theirs, {})
    assert_equal(capture.name, product.rows_of(capture), theirs, OWN_CONNECTIONS.get(capture.name, {}))


def assert_equal(name: str, ours: dict[int, Row], theirs: dict[int, Row], named: dict[int, set[str]]) -> None:
    """Every packet alike in every field; named: the fields that differ by packet, and must."""
    differing = {
        packet: set(ours[packet].differs_in(theirs[packet])) if packet in ours and packet in theirs else {"packet"}
        for packet in ours.keys() | theirs.keys()
    }
    assert {packet: fields for packet, fields in differing.items() if fields} == named, name


@pytest.mark.parametrize("seed", SEEDS)
def test_real_traffic(seed: int, tmp_path: Path) -> None:
    capture = tmp_path / f"traffic-{seed}.pcap"
    traffic.write_traffic(capture, seed, CONNECTIONS)
    total = against_tshark.compare([capture], product.rows_of)
    assert not total.differing, "\n".join(total.differing[:20])
    missing = REAL_KINDS - {kind for kind, count in total.both.items() if count}
    assert not missing, f"seed {seed} reaches no {missing}: the generator has become tame"


def test_a_pair_that_left_the_table_is_known_when_it_shows_again(tmp_path: Path) -> None:
    """After 2MSL a connection leaves; tshark's stream does not: a new SYN is told reused_ports, a stray its numbers."""
    capture = tmp_path / "again.pcap"
    life = """
        0      > S   0:0   mss=1460 |
        1      < S.  0:0   ack=1 mss=1460 |
        2      > R.  1:0   ack=1 |
        900000 > S   0:0   mss=1460 port=41000 |
        950000 > .   1:0   ack=1 |
        990000 > S   700:0 mss=1460 |
    """
    capture.write_bytes(scene.pcap_of(life))
    ours, theirs = product.rows_of(capture), tshark.rows_of(capture)
    assert ours[6].kinds == theirs[6].kinds == {"reused_ports"}, "packet 6: the SYN reuses the ports of packet 1"
    assert_equal(capture.name, ours, theirs, {6: {"seq"}})


@pytest.mark.parametrize("seed", SEEDS)
def test_random_conversations(seed: int, tmp_path: Path) -> None:
    capture = tmp_path / f"seed-{seed}.pcap"
    conversations.write_conversations(capture, seed, CONVERSATIONS)
    total = against_tshark.compare([capture], rooms.rows_of)
    assert not total.differing, "\n".join(total.differing[:20])
    missing = [kind for kind in WIRESHARK_KINDS if not total.both[kind]]
    assert not missing, f"seed {seed} reaches no {missing}: the generator has become tame"
