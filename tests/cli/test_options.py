"""Options that several commands share reach the analysis whoever asks."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from tcplife import pipeline
from tcplife.cli.group import COMMANDS
from tcplife.cli.group import tcplife as group
from tcplife.cli.main import main
from tcplife.model.totals import Options

WGET = str(Path(__file__).parents[2] / "sample_pcaps" / "wget.pcap")
LIMITS = {"--max-connections": "7", "--max-closed": "5", "--idle-timeout": "9", "--msl": "3", "--count": "40"}

IMPORTERS = ("tcplife.extract.cut", "tcplife.extract.assertion", "tcplife.compare.tap", "tcplife.cluster.bucket")
"""Whoever would, imported with something else in the analysis' place, keep that for the tests that follow."""


def takes_limits(name: str) -> bool:
    command = group.get_command(click.Context(group), name)
    return command is not None and any("--max-closed" in parameter.opts for parameter in command.params)


@pytest.mark.parametrize("name", [name for name in COMMANDS if takes_limits(name)])
def test_limits_reach_the_analysis(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Options] = []

    class Stop(Exception):  # noqa: N818 - it ends the run, nothing is wrong
        pass

    def taken(reader: Any, options: Options, *more: Any, **others: Any) -> None:
        seen.append(options)
        reader.close()
        raise Stop

    for place in IMPORTERS:
        import_module(place)
    analysis = pipeline.Analysis
    for module in [module for place, module in sys.modules.items() if place.startswith("tcplife.")]:
        if getattr(module, "Analysis", None) is analysis:
            monkeypatch.setattr(module, "Analysis", taken)
    monkeypatch.chdir(tmp_path)
    words = [word for limit in LIMITS.items() for word in limit]
    target = {"extract": ["-w", "out.pcap"], "annotate": ["-o", "out.pcapng"], "report": ["-o", "out.html"]}.get(
        name, []
    )
    with pytest.raises(Stop):
        main([name, WGET, *words, *target])
    (options,) = seen
    assert (options.max_connections, options.max_closed, options.idle_timeout_s) == (7, 5, 9.0)
    assert (options.msl_s, options.count) == (3.0, 40)
