"""A rule over finished lives that is not asked would have found nothing: the bits that say so are as good as asking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tcplife
from tcplife.anomalies.ending import Ending
from tcplife.anomalies.judge import judge_life
from tcplife.anomalies.rule import END_RULES
from tcplife.model.compiled import COMPILED
from tcplife.summary import conclude

if TYPE_CHECKING:
    from tcplife.model.connection import Connection
    from tcplife.tracker.endpoint import Endpoint
    from tcplife.tracker.life import Life

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"

__test__ = not COMPILED
"""Compiled, `conclude` calls the judge directly and nobody can stand between them; its source is the same."""


def test_who_is_not_asked_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    missed = []

    def asks_all(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
        if life.spent is None:  # a single segment: the rules may ask for its account
            judge_life(c, life, client, server)
            return
        rows = c.anomaly_rows
        before = 0 if rows is None else len(rows)
        end = Ending(c, life, client, server)
        wanted = [
            (packet, side | rule.kind << 1, value, related)
            for rule in END_RULES
            for packet, side, value, related in rule.judge(end)
        ]
        judge_life(c, life, client, server)
        rows = c.anomaly_rows
        got = [] if rows is None else [tuple(rows[at : at + 4]) for at in range(before, len(rows), 4)]
        if got != wanted:
            missed.append((capture.name, c.index, got, wanted))

    monkeypatch.setattr(conclude, "judge_life", asks_all)
    for capture in sorted(SAMPLES.glob("*.pcap")):
        if capture.stat().st_size < 200_000:
            for _ in tcplife.analyze(capture):
                pass
    assert missed == []
