"""The progress line: only on request, wiped away, told in numbers."""

from __future__ import annotations

import time

import pytest

from tcplife.cli import progress
from tcplife.cli.progress import Progress


class Reader:
    """As far as a reader has come."""

    def __init__(self, read: int, total: int) -> None:
        self.bytes_read = read
        self.bytes_total = total
        self.packet = 1234


def test_the_line_tells_share_packets_and_time_left() -> None:
    line = Progress(Reader(50, 200), wanted=True).line(3.0)
    assert line == "[########......................]  25%  1,234 packets, 9 s left"


def test_too_early_to_tell_how_long() -> None:
    assert "left" not in Progress(Reader(1, 1000), wanted=True).line(1.0)


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(Reader(1, 2), wanted=True):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("wanted", "total"), [(False, 100), (True, -1)])
def test_nothing_when_not_wanted_or_the_size_is_unknown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wanted: bool, total: int
) -> None:
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    monkeypatch.setattr(progress, "TICK_S", 0.01)
    with Progress(Reader(1, total), wanted=wanted):
        time.sleep(0.1)
    assert capsys.readouterr().err == ""


def test_long_work_shows_a_line_and_wipes_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    monkeypatch.setattr(progress, "TICK_S", 0.01)
    with Progress(Reader(1, 2), wanted=True):
        time.sleep(0.2)
    shown = capsys.readouterr().err
    assert " 50%" in shown
    assert shown.endswith("\r\x1b[K")
