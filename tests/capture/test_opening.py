"""What an input is decides who reads it; an input opened here is closed again when it is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tcplife.capture import RECORD, open_capture
from tcplife.capture.opening import Opening, open_reader
from tcplife.capture.pcap import PcapReader
from tcplife.capture.pcapng import PcapngReader
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

PACKETS = [Packet(1000, b"one"), Packet(2000, b"two")]


def descriptors() -> int:
    """Return how many are open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("suffix", [".pcap", ".gz", ".txt", ""])
def test_by_magic_and_never_by_name(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"capture{suffix}"
    for octets, kind, form in (
        (build.pcap(PACKETS), PcapReader, "pcap"),
        (build.pcapng(PACKETS), PcapngReader, "pcapng"),
        (gzip.compress(build.pcap(PACKETS)), PcapReader, "pcap, gzip"),
    ):
        path.write_bytes(octets)
        reader = open_capture(path)
        assert (type(reader), reader.format) == (kind, form)
        assert [reader.next(), reader.next()] == [RECORD, RECORD]
        reader.close()


def test_header_is_known_once_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(build.pcap([], link=build.RAW))
    reader = open_reader(path)
    assert (reader.link, reader.snaplen, reader.packet) == (build.RAW, 262144, 0)
    reader.close()


@pytest.mark.parametrize("live", [False, True])
def test_refused_input_is_closed(live: bool, tmp_path: Path) -> None:
    refused = {
        "text": b"this is text",
        "zipped text": gzip.compress(b"this is text"),
        "twice": gzip.compress(gzip.compress(build.pcap(PACKETS))),
        "empty": b"",
    }
    before = descriptors()
    for name, octets in refused.items():
        path = tmp_path / name
        path.write_bytes(octets)
        with pytest.raises(CaptureError, match=f"{name}: "):
            open_capture(path, live=live)
        assert descriptors() == before, name


def test_closed_reader_gives_its_descriptor_back(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(build.pcap(PACKETS))
    before = descriptors()
    reader = open_capture(path)
    assert descriptors() == before + 1
    reader.close()
    assert descriptors() == before


def test_head_that_has_not_come_is_asked_for_again() -> None:
    class Slow:
        """Gives one octet at every second question."""

        def __init__(self, octets: bytes) -> None:
            self.left = octets
            self.turn = 0
            self.name, self.broken, self.total, self.taken = "slow", "", -1, 0

        def readinto(self, view: memoryview) -> int:
            self.turn += 1
            if self.turn % 2:
                return -1
            view[:1], self.left = self.left[:1], self.left[1:]
            return 1

        def close(self) -> None:
            pass

    opening = Opening(Slow(build.pcap(PACKETS)))
    assert [opening.step() for _ in range(4)] == [None] * 4
    assert type(opening.step()) is PcapReader
