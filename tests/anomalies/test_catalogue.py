"""The catalogue of kinds: each is explained, has a source, and fires in a capture."""

from __future__ import annotations

import sys
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
    from types import FrameType

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


def rules_asked(pcap: bytes) -> set[str]:
    """Names of the rules that are called while a capture is analysed, compiled or not."""
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
