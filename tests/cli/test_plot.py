from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.command import SAMPLES, tcplife

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kind", ["states", "time-sequence", "rtt", "window"])
def test_one_picture(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    done = tcplife("plot", SAMPLES / "wget.pcap", "--connection", 1, "--kind", kind, "-o", out)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert out.read_text().startswith("<svg ")
    assert tcplife("plot", SAMPLES / "wget.pcap", "-n", 1, "--kind", kind).out == out.read_text()


def test_one_connection_must_be_chosen(tmp_path: Path) -> None:
    for chosen in ((), ("-n", 99)):
        done = tcplife("plot", SAMPLES / "wget.pcap", *chosen, "-o", tmp_path / "x.svg")
        assert done.code == 2
        assert not list(tmp_path.iterdir())
