"""A rule that is not asked would have found nothing: the bits that say so are as good as asking."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tcplife
from tcplife.anomalies.ending import Ending
from tcplife.anomalies.judge import judge_life
from tcplife.anomalies.rule import END_RULES, RULES, EndRule, Rule
from tcplife.model.compiled import COMPILED
from tcplife.summary import conclude
from tests.anomalies.scene import pcap_of
from tests.anomalies.scenes import SCENES

if TYPE_CHECKING:
    from types import FrameType

    from tcplife.model.connection import Connection
    from tcplife.tracker.endpoint import Endpoint
    from tcplife.tracker.life import Life

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
EVERY_RULE: list[Rule | EndRule] = [*RULES, *END_RULES]

__test__ = not COMPILED
"""Compiled, the judge is called and calls the rules directly, and nobody can stand between; its source is the same."""


def test_who_is_not_asked_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    missed = []

    def asks_all(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
        if life.spent is None:  # a single segment: the rules may ask for its account
            judge_life(c, life, client, server)
            return
        before = None if c.anomaly_rows is None else c.anomaly_rows[:]
        end = Ending(c, life, client, server)
        for rule in END_RULES:
            end.kind = rule.kind
            rule.judge(end)
        wanted, c.anomaly_rows = c.anomaly_rows, before
        judge_life(c, life, client, server)
        got = c.anomaly_rows
        if got != wanted:
            missed.append((capture.name, c.index, got, wanted))

    monkeypatch.setattr(conclude, "judge_life", asks_all)
    for capture in sorted(SAMPLES.glob("*.pcap")):
        if capture.stat().st_size < 200_000:
            for _ in tcplife.analyze(capture):
                pass
    assert missed == []


def rules_asked(pcap: bytes) -> set[str]:
    """Names of the rules that are called while a capture is analysed."""
    names = {rule.judge.__code__: rule.judge.__name__ for rule in EVERY_RULE}
    asked: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in names:
            asked.add(names[frame.f_code])

    sys.setprofile(note)
    try:
        for _ in tcplife.analyze(BytesIO(pcap)):
            pass
    finally:
        sys.setprofile(None)
    return asked


def test_a_plain_life_asks_no_rule() -> None:
    assert rules_asked(pcap_of(SCENES["plain life: nothing to tell"])) <= {
        "stuck_in_close_wait", "stuck_in_fin_wait_2", "half_closed_long"
    }, "only those about the time between two FINs"  # fmt: skip
    assert "octets_repeated" in rules_asked(pcap_of(SCENES["lost behind the capture point"]))
