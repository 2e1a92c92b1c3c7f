"""The catalogue of kinds: each is explained, has a source, and fires in a capture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import tcplife
from tcplife.anomalies import judge as _judge  # noqa: F401 - publishes the kinds
from tcplife.anomalies.kinds import WIRESHARK_KINDS
from tcplife.anomalies.rule import END_RULES, RULES, EndRule, Rule
from tcplife.cli.explain import explain
from tcplife.model.catalogue import KINDS
from tests.anomalies.scene import pcap_of
from tests.anomalies.scenes import SCENES

if TYPE_CHECKING:
    from tcplife.model.catalogue import Kind

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
EVERY_RULE: list[Rule | EndRule] = [*RULES, *END_RULES]
FIRES_NOWHERE: dict[str, str] = {}
"""Kind -> why no capture shows it. Empty, and should stay so."""


def test_every_kind_fires_in_a_capture() -> None:
    shown: set[str] = set()
    for capture in sorted(SAMPLES.glob("*.pcap")):
        for connection in tcplife.analyze(str(capture)):
            shown.update(found.kind for found in connection.anomalies)
    for scene in SCENES.values():
        for connection in tcplife.analyze(BytesIO(pcap_of(scene))):
            shown.update(found.kind for found in connection.anomalies)
    silent = {kind.name for kind in KINDS} - shown
    assert silent == set(FIRES_NOWHERE)


def test_kinds_are_wiresharks_and_one_for_each_rule() -> None:
    names = [kind.name for kind in KINDS]
    assert tuple(names[: len(WIRESHARK_KINDS)]) == WIRESHARK_KINDS, "Wireshark's come first: their ids are bit numbers"
    assert len(names) == len(WIRESHARK_KINDS) + len(RULES) + len(END_RULES)
    assert sorted([*range(len(WIRESHARK_KINDS)), *(rule.kind for rule in EVERY_RULE)]) == list(range(len(names)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind_is_explained(kind: Kind) -> None:
    assert kind.doc, "a kind says what it means"
    assert kind.source, "a kind says where it is defined"
    shown = CliRunner().invoke(explain, [kind.name])
    assert shown.exit_code == 0, shown.output
    flat = " ".join(shown.output.split())
    assert kind.severity.word in flat
    assert " ".join(kind.source.split()) in flat
    assert " ".join(kind.doc.split())[1:60] in flat
