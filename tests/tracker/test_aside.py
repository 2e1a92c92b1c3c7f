"""What few endpoints and lives have stands aside, and all others share blank ones: nobody writes to those."""

from __future__ import annotations

from pathlib import Path

import tcplife
from tcplife.checkpoint.classes import SHARED, values_of
from tests.cli.command import SAMPLES

CAPTURES = Path(__file__).parents[1] / "kernel" / "captures"


def test_the_shared_blank_ones_stay_blank() -> None:
    for path in (*SAMPLES.glob("*.pcap*"), *CAPTURES.glob("*.pcap")):
        for _ in tcplife.analyze(path):
            pass
    for kind, shared in SHARED.items():
        fresh = kind()
        fresh.begin()
        fresh.blank = True
        assert values_of(shared) == values_of(fresh), kind
