"""A directory a capturing program writes into is one stream, from the files there at the start to stop()."""

from __future__ import annotations

import gzip
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import END, IDLE, RECORD, open_follow
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

if TYPE_CHECKING:
    from pathlib import Path

    from tcplife.capture import Reader

IDLE_MS = 10


def packets(*seconds: int) -> list[Packet]:
    """Packets at these seconds, which say so."""
    return [Packet(ts * 10**9, b"%d" % ts) for ts in seconds]


def until(reader: Reader, answer: int) -> list[str]:
    """Read until next() gives this answer; the data of the records before it."""
    found: list[str] = []
    for _ in range(10_000):
        got = reader.next()
        if got == answer:
            return found
        if got == RECORD:
            found.append(bytes(reader.buf[reader.at : reader.end]).decode())
    raise AssertionError(found)


def settled(reader: Reader, rounds: int = 4) -> list[str]:
    """Read until nothing has come for some rounds."""
    return [text for _ in range(rounds) for text in until(reader, IDLE)]


def test_what_is_there_what_grows_and_what_appears(tmp_path: Path) -> None:
    (tmp_path / "x2").write_bytes(build.pcap(packets(1, 2)))
    (tmp_path / "x1").write_bytes(build.pcap(packets(3, 4)))
    newest = tmp_path / "x0"
    newest.write_bytes(build.pcap(packets(5)))
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    assert settled(reader) == ["1", "2", "3", "4", "5"]
    with newest.open("ab") as file:
        record = build.pcap_record(packets(6)[0])
        file.write(record[:9])
        file.flush()
        assert settled(reader) == []
        file.write(record[9:])
    assert settled(reader) == ["6"]
    (tmp_path / "x9").write_bytes(build.pcapng(packets(7)))
    assert settled(reader) == ["7"]
    assert (reader.packet, reader.damages, reader.format) == (7, [], "pcap + pcapng")
    reader.stop()
    assert until(reader, END) == []
    assert (reader.damage, reader.notes, reader.next()) == (None, [], END)


def test_last_records_of_a_file_come_before_the_next_file(tmp_path: Path) -> None:
    first = tmp_path / "a"
    first.write_bytes(build.pcap(packets(1)))
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    assert settled(reader) == ["1"]
    with first.open("ab") as file:
        file.write(build.pcap_record(packets(2)[0]))
    (tmp_path / "b").write_bytes(build.pcap(packets(3)))
    assert settled(reader) == ["2", "3"]
    reader.close()


def test_empty_directory_is_idle_until_a_capture_appears(tmp_path: Path) -> None:
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    assert [reader.next(), reader.next()] == [IDLE, IDLE]
    (tmp_path / "a").write_bytes(build.pcap_header())
    assert reader.next() == IDLE
    (tmp_path / "a").write_bytes(build.pcap(packets(1)))
    assert settled(reader) == ["1"]
    reader.close()


def test_compressed_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(build.pcap(packets(1, 2))))
    (tmp_path / "b.gz").write_bytes(gzip.compress(build.pcap(packets(3, 4))))
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    assert settled(reader) == ["1", "2", "3", "4"]
    reader.stop()
    assert until(reader, END) == []
    assert reader.damage is None


def test_ring_that_overwrites_its_names_is_read_on(tmp_path: Path) -> None:
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    found = []
    for n in range(12):
        (tmp_path / f"ring{n % 3}").write_bytes(build.pcap(packets(10 * n, 10 * n + 1)))
        found += settled(reader, 2)
    assert found == [str(10 * n + d) for n in range(12) for d in (0, 1)]
    assert reader.damages == []
    reader.close()


def test_stop_reads_what_is_there_and_an_unfinished_record_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(build.pcap(packets(1, 2, 3))[:-1])
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    reader.stop()
    assert until(reader, END) == ["1", "2"]
    assert (reader.damage, reader.damages) == (None, [])
    assert reader.notes == [f"{path}: its last record was not written in full yet"]


def test_cut_file_that_a_newer_one_follows_is_damage(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(build.pcap(packets(1, 2))[:-1])
    (tmp_path / "b").write_bytes(build.pcap(packets(3)))
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    assert settled(reader) == ["1", "3"]
    reader.stop()
    assert until(reader, END) == []
    assert [(damage.source, damage.packet) for damage in reader.damages] == [(str(tmp_path / "a"), 1)]


def test_bad_record_at_stop_is_damage(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(build.pcap(packets(1)) + b"\xff" * 16)
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    reader.stop()
    assert until(reader, END) == ["1"]
    assert reader.damage is not None
    assert "claims 4294967295 octets" in reader.damage.what


def test_stop_from_another_thread_ends_it_soon(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(build.pcap(packets(1)))
    reader = open_follow(str(tmp_path), idle_ms=50)
    threading.Timer(0.1, reader.stop).start()
    before = time.monotonic()
    assert until(reader, END) == ["1"]
    assert time.monotonic() - before < 1


def test_writer_at_work_loses_nothing(tmp_path: Path) -> None:
    total, each = 300, 20

    def write() -> None:
        for start in range(0, total, each):
            with (tmp_path / f"cap.{start:04}").open("wb", buffering=64) as file:
                file.write(build.pcap_header())
                for ts in range(start, start + each):
                    file.write(build.pcap_record(packets(ts)[0]))
                    time.sleep(0.001)

    thread = threading.Thread(target=write)
    reader = open_follow(str(tmp_path), idle_ms=IDLE_MS)
    thread.start()
    found = []
    while thread.is_alive():
        found += until(reader, IDLE)
    reader.stop()
    found += until(reader, END)
    thread.join()
    assert found == [str(ts) for ts in range(total)]
    assert (reader.damages, reader.notes) == ([], [])


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="gone: no such file or directory"):
        open_follow(str(tmp_path / "gone"))
