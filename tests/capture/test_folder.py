"""A directory gives out each capture once, the earliest first, whatever happens to the names."""

from __future__ import annotations

import gzip
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tcplife.capture.folder import Folder, GrowingInput, growing
from tcplife.capture.formats import EOF, NOT_YET
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

if TYPE_CHECKING:
    from pathlib import Path


def put(path: Path, *times: int) -> str:
    """Write a capture of packets at these seconds."""
    path.write_bytes(build.pcap([Packet(ts * 10**9, b"packet") for ts in times]))
    return str(path)


def test_earliest_first_and_each_once(tmp_path: Path) -> None:
    late, early = put(tmp_path / "a.pcap", 20), put(tmp_path / "b.pcap", 10)
    folder = Folder(str(tmp_path))
    assert folder.ready() == [early, late]
    folder.give(early)
    assert folder.ready() == [late]
    folder.give(late)
    assert folder.ready() == []
    assert folder.notes == []


def test_file_without_a_record_is_not_ready(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    folder = Folder(str(tmp_path))
    for octets in (b"", build.pcap_header()[:10], build.pcap_header(), build.pcap([Packet(0, b"x")])[:-1]):
        path.write_bytes(octets)
        assert folder.ready() == []
    put(path, 1)
    assert folder.ready() == [str(path)]


def test_other_files_are_named_once_and_hidden_ones_and_directories_are_not(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a capture", encoding="ascii")
    (tmp_path / ".hidden.pcap").write_bytes(build.pcap([Packet(0, b"x")]))
    (tmp_path / "sub").mkdir()
    folder = Folder(str(tmp_path))
    assert [folder.ready() for _ in range(3)] == [[], [], []]
    assert folder.notes == [f"{tmp_path}/notes.txt: this is text, not a capture (pcap or pcapng)"]


def test_renamed_or_compressed_after_reading_it_is_the_same_file(tmp_path: Path) -> None:
    first, second = put(tmp_path / "a.pcap", 10), put(tmp_path / "b.pcap", 20)
    folder = Folder(str(tmp_path))
    assert folder.ready() == [first, second]
    folder.give(first)
    folder.give(second)
    (tmp_path / "a.pcap").rename(tmp_path / "old.1")
    (tmp_path / "b.pcap.gz").write_bytes(gzip.compress((tmp_path / "b.pcap").read_bytes()))
    (tmp_path / "b.pcap").unlink()
    assert (folder.ready(), folder.notes) == ([], [])


def test_name_used_again_by_a_ring_is_a_new_file(tmp_path: Path) -> None:
    path = put(tmp_path / "ring0", 10)
    folder = Folder(str(tmp_path))
    assert folder.ready() == [path]
    folder.give(path)
    put(tmp_path / "ring0", 30)  # the same inode, as tcpdump -W does it
    assert folder.ready() == [path]


def test_file_that_begins_before_what_was_read_is_left_out_and_noted(tmp_path: Path) -> None:
    path = put(tmp_path / "now.pcap", 100)
    folder = Folder(str(tmp_path))
    folder.ready()
    folder.give(path)
    put(tmp_path / "copied-in.pcap", 50)
    assert [folder.ready(), folder.ready()] == [[], []]
    assert folder.notes == ["copied-in.pcap begins before what was already read, and was left out"]


def test_growth_after_it_was_left_is_noted(tmp_path: Path) -> None:
    path = put(tmp_path / "a.pcap", 10)
    folder = Folder(str(tmp_path))
    folder.ready()
    folder.give(path)
    folder.leave([path])
    put(tmp_path / "a.pcap", 10, 11)
    assert [folder.ready(), folder.ready()] == [[], []]
    assert folder.notes == ["a.pcap grew after it was left for a newer file; what came later was not read"]


def test_missing_directory_and_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no such file or directory"):
        Folder(str(tmp_path / "gone"))
    with pytest.raises(CaptureError, match="not a directory"):
        Folder(put(tmp_path / "a.pcap", 1))


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcplife.capture.folder.MAX_GONE", 10)
    monkeypatch.setattr("tcplife.capture.folder.MAX_NAMED", 3)
    folder = Folder(str(tmp_path))
    for n in range(30):
        path = put(tmp_path / f"{n:03}", n + 1)
        (tmp_path / f"{n}.txt").write_text(f"text {n}", encoding="ascii")
        assert folder.ready() == [path]
        folder.give(path)
        (tmp_path / f"{n:03}").unlink()
    assert folder.ready() == []
    assert len(folder._given) <= 10
    assert len(folder._seen) == 30
    assert len(folder.notes) == 3


def test_growing_file_waits_at_its_end_and_gives_what_comes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"first")
    source = GrowingInput(str(path), 10)
    view = memoryview(bytearray(100))
    assert [source.readinto(view), source.readinto(view)] == [5, NOT_YET]
    with path.open("ab") as file:
        file.write(b"more")
    assert (source.readinto(view), bytes(view[:4])) == (4, b"more")
    source.final = True
    assert (source.readinto(view), source.broken) == (EOF, "")
    source.close()


def test_growing_file_is_seen_within_half_a_second(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    source = GrowingInput(str(path), 10_000)
    threading.Timer(0.1, path.write_bytes, [b"there"]).start()
    before = time.monotonic()
    assert source.readinto(memoryview(bytearray(100))) == 5
    assert time.monotonic() - before < 0.5
    source.close()


def test_file_begun_anew_while_it_is_read_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    source = GrowingInput(str(path), 10)
    view = memoryview(bytearray(100))
    assert source.readinto(view) == 10
    os.truncate(path, 3)
    assert source.readinto(view) == EOF
    assert source.broken == "the file was begun anew before it was read to its end"
    source.close()


def test_growing_file_that_is_gone_or_empty_now_is_none(tmp_path: Path) -> None:
    assert growing(str(tmp_path / "gone"), 0) == (None, None)
    (tmp_path / "empty").write_bytes(b"")
    assert growing(str(tmp_path / "empty"), 0) == (None, None)
    (tmp_path / "text").write_bytes(b"some text")
    assert growing(str(tmp_path / "text"), 0) == (None, None)
