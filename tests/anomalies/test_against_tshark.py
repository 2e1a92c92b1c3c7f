"""Our Wireshark flags against the real tshark's: every packet of the stories, the samples, and random conversations."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from tcplife.anomalies.kinds import WIRESHARK_KINDS
from tests.anomalies import against_tshark, conversations, rooms, test_wireshark, tshark
from tests.anomalies.conversations import MPTCP_BODIES, Shot
from tests.anomalies.story import Telling, check, lines_of, segment_of

SAMPLES = sorted((Path(__file__).parents[2] / "sample_pcaps").glob("*.pcap*"))
SEEDS = range(3)
CONVERSATIONS = 400


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
    total = against_tshark.compare([capture], rooms.rows_of)
    assert not total.differing, "\n".join(total.differing)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_conversations(seed: int, tmp_path: Path) -> None:
    capture = tmp_path / f"seed-{seed}.pcap"
    conversations.write_conversations(capture, seed, CONVERSATIONS)
    total = against_tshark.compare([capture], rooms.rows_of)
    assert not total.differing, "\n".join(total.differing[:20])
    missing = [kind for kind in WIRESHARK_KINDS if not total.both[kind]]
    assert not missing, f"seed {seed} reaches no {missing}: the generator has become tame"
