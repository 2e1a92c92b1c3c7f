"""The public API and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import tcplife
from tcplife.capture import RECORD, open_capture
from tests.capture import build

SAMPLES = Path(__file__).resolve().parent.parent / "sample_pcaps"
WGET = SAMPLES / "wget.pcap"


def test_all_is_pinned() -> None:
    assert tcplife.__all__ == [
        "Address", "Anomaly", "Basis", "CaptureError", "Close", "Connection", "Damage", "Exit", "Kind",
        "MissingExtraError", "Options", "Role", "Row", "SegmentLine", "Severity", "SideStats", "Skip", "Source",
        "State", "TcplifeError", "Totals", "Transition", "UsageError", "__version__", "analyze", "analyze_with_totals",
    ]  # fmt: skip
    for name in tcplife.__all__:
        assert getattr(tcplife, name) is not None


def test_wget_is_the_textbook_close() -> None:
    first, second = tcplife.analyze(WGET)
    for connection, at in ((first, 0), (second, 26)):
        last = 26 if at == 0 else 20
        path: dict[str, list[tuple[int | None, str]]] = {"client": [], "server": []}
        for transition in connection.transitions:
            path[transition.endpoint].append((transition.packet, str(transition.to_state)))
        fin = at + last - 2
        assert path["client"] == [
            (at + 1, "SYN_SENT"), (at + 2, "ESTABLISHED"), (fin, "FIN_WAIT_1"), (fin + 1, "FIN_WAIT_2"), (fin + 1, "TIME_WAIT"),
        ]  # fmt: skip
        assert path["server"] == [
            (at + 2, "SYN_RECEIVED"), (at + 3, "ESTABLISHED"), (fin, "CLOSE_WAIT"), (fin + 1, "LAST_ACK"), (fin + 2, "CLOSED"),
        ]  # fmt: skip
        close = connection.close
        assert close is not None
        assert (close.kind, close.initiator, close.packet) == ("three_segment", "client", fin)
        assert connection.final == {"client": "TIME_WAIT", "server": "CLOSED"}


def test_a_stream_need_not_seek() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, octets: bytes) -> None:
            self.rest = octets

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            size = min(len(buffer), 7)
            piece, self.rest = self.rest[:size], self.rest[size:]
            buffer[: len(piece)] = piece
            return len(piece)

    from_pipe = [str(c.client) for c in tcplife.analyze(Pipe(WGET.read_bytes()))]  # type: ignore[arg-type]
    assert from_pipe == ["192.168.131.132.37584", "192.168.131.132.37586"]


def test_what_is_no_capture_raises() -> None:
    with pytest.raises(tcplife.CaptureError):
        list(tcplife.analyze(io.BytesIO(b"not a capture at all")))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pcap*")), ids=lambda path: path.name)
def test_every_record_is_accounted_for(path: Path) -> None:
    run = tcplife.analyze_with_totals(path)
    tracked = sum(c.client_stats.packets + c.server_stats.packets for c in run)
    totals = run.totals
    assert totals.records == totals.tracked + sum(totals.skipped.values())
    assert tracked == totals.tracked


@pytest.mark.parametrize("name", ["wget.pcap", "unanswered.pcap", "time_wait_reuse.pcap"])
@pytest.mark.parametrize("units", [2**64 - 1, 2**63, 2**62])
def test_times_beyond_the_calendar_are_analysed(name: str, units: int) -> None:
    """Such a time is made up; whoever reckons on from it (2MSL, levels) still finds room in 64 bits."""
    octets = build.section() + build.interface(tsresol=9)
    reader = open_capture(SAMPLES / name)
    while reader.next() == RECORD:
        record = build.Packet(0, bytes(reader.buf[reader.at : reader.end]))
        octets += build.enhanced(record, units=units if reader.packet % 2 else units - 10**12)
    run = tcplife.analyze_with_totals(io.BytesIO(octets))
    states = [c.final for c in run]
    assert states
    assert run.totals.notes
