"""Several captures are one stream in capture-time order, the same as merged into one file first."""

from __future__ import annotations

import io
import resource
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcplife.capture import END, RECORD, open_captures
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet, Row
from tests.capture.tools import real

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = st.lists(st.integers(0, 20), max_size=15)


def labelled(file: int, times: list[int]) -> list[Packet]:
    """Packets whose data say where they stand."""
    return [Packet(ts * 1000, b"file %d record %d" % (file, n)) for n, ts in enumerate(times)]


def by_heads(files: list[list[Packet]]) -> list[Packet]:
    """Take the earliest of the files' next packets again and again; of equal ones that of the file that began first."""
    files = sorted((packets for packets in files if packets), key=lambda packets: packets[0].ts_ns)
    left = [list(packets) for packets in files]
    merged = []
    while any(left):
        first = min((n for n in range(len(left)) if left[n]), key=lambda n: (left[n][0].ts_ns, n))
        merged.append(left[first].pop(0))
    return merged


@given(times=st.lists(TIMES, min_size=2, max_size=6), ordered=st.booleans())
def test_streams_are_merged_by_their_next_records(times: list[list[int]], ordered: bool) -> None:
    files = [labelled(n, sorted(some) if ordered else some) for n, some in enumerate(times)]
    reader = open_captures([io.BytesIO(build.pcap(packets)) for packets in files])
    assert build.rows(reader) == build.expected(by_heads(files))
    assert (reader.damage, reader.bytes_read) == (None, sum(len(build.pcap(packets)) for packets in files))


@given(times=st.lists(TIMES, min_size=2, max_size=6))
def test_files_are_merged_as_streams_are(times: list[list[int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("merge")
    files = list(starmap(labelled, enumerate(times)))
    paths = []
    for n, packets in enumerate(files):
        paths.append(folder / f"{n}.pcap")
        paths[-1].write_bytes(build.pcap(packets))
    reader = open_captures(paths)
    assert build.rows(reader) == build.expected(by_heads(files))
    assert reader.bytes_read == reader.bytes_total == sum(path.stat().st_size for path in paths)


def test_ring_files_in_any_order_of_names_are_the_file_they_were_cut_from(tmp_path: Path) -> None:
    packets = [Packet(n // 70 * 777_000, b"%d" % n) for n in range(1000)]  # the same time on both sides of most seams
    paths = []
    for n in range(10):
        paths.append(tmp_path / f"ring{(n * 7) % 10}.pcap")
        paths[-1].write_bytes(build.pcap(packets[n * 100 : n * 100 + 100]))
    assert build.rows(open_captures(sorted(paths))) == build.expected(packets)


def test_link_types_and_formats_may_differ() -> None:
    reader = open_captures(
        [
            io.BytesIO(build.pcap([Packet(1000, b"a"), Packet(3000, b"c")])),
            io.BytesIO(build.pcapng([Packet(2000, b"b", interface=1)], links=[1, build.RAW])),
        ]
    )
    assert build.rows(reader) == [
        Row(1, 1000, 1, 0, 1, b"a"),
        Row(2, 2000, build.RAW, 1, 1, b"b"),
        Row(3, 3000, 1, 0, 1, b"c"),
    ]
    assert (reader.format, reader.source) == ("pcap + pcapng", "2 files")


def test_one_source_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "one.pcap"
    path.write_bytes(build.pcap([Packet(1000, b"a")]))
    reader = open_captures([path])
    assert (reader.source, len(build.rows(reader))) == (str(path), 1)


def test_damage_of_one_lets_the_others_go_on(tmp_path: Path) -> None:
    files = [labelled(0, [1, 4, 7]), labelled(1, [2, 5, 8]), labelled(2, [3, 6, 9])]
    paths = []
    for n, packets in enumerate(files):
        paths.append(tmp_path / f"{n}.pcap")
        paths[-1].write_bytes(build.pcap(packets)[: -3 if n == 1 else None])
    reader = open_captures(paths)
    assert [row.ts_ns // 1000 for row in build.rows(reader)] == [1, 2, 3, 4, 5, 6, 7, 9]
    assert [(damage.source, damage.packet) for damage in reader.damages] == [(str(paths[1]), 5)]
    assert reader.damage == reader.damages[0]


def test_damage_before_the_first_record(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.pcap", tmp_path / "cut.pcap"
    whole.write_bytes(build.pcap(labelled(0, [1, 2])))
    cut.write_bytes(build.pcap(labelled(1, [1]))[:30])
    reader = open_captures([cut, whole])
    assert len(build.rows(reader)) == 2
    assert [(damage.source, damage.packet) for damage in reader.damages] == [(str(cut), 0)]


def test_what_is_no_capture_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(build.pcap(labelled(0, [1])))
    with pytest.raises(CaptureError, match="this is text"):
        open_captures([path, io.BytesIO(b"not a capture")])
    with pytest.raises(CaptureError, match="no such file"):
        open_captures([path, tmp_path / "gone"])


def test_notes_say_whose_they_are() -> None:
    octets = build.pcapng([Packet(1000, b"a")]) + build.block(0x7777, b"")
    named = io.BytesIO(octets)
    named.name = "odd.pcapng"
    reader = open_captures([named, io.BytesIO(build.pcap([]))])
    assert len(build.rows(reader)) == 1
    assert reader.notes == ["odd.pcapng: 1 blocks of the unknown type 0x7777 skipped"]


def test_file_gone_when_its_time_comes_is_damage(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.pcap" for n in range(3)]
    for n, path in enumerate(paths):
        path.write_bytes(build.pcap(labelled(n, [n])))
    reader = open_captures(paths)
    assert reader.next() == RECORD
    paths[1].unlink()
    assert [row.ts_ns for row in build.rows(reader)] == [2000]
    assert [(damage.source, damage.packet) for damage in reader.damages] == [(str(paths[1]), 1)]


def test_close_closes_every_file(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.pcap" for n in range(3)]
    for n, path in enumerate(paths):
        path.write_bytes(build.pcap(labelled(n, [0, 10])))
    before = descriptors()
    reader = open_captures(paths)
    assert [reader.next() for _ in range(3)] == [RECORD] * 3
    assert descriptors() == before + 3
    reader.close()
    assert (reader.next(), descriptors()) == (END, before)


@pytest.fixture
def few_descriptors() -> Iterator[int]:
    """Room for some 30 more descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = descriptors() + 30
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    yield limit
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def descriptors() -> int:
    """Return how many are open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def many(folder: Path, files: int, *, overlap: bool) -> list[Path]:
    """Make files of two packets each."""
    paths = []
    for n in range(files):
        paths.append(folder / f"{n:05}.pcap")
        start = 0 if overlap else 10 * n
        paths[-1].write_bytes(build.pcap(labelled(n, [start, start + 5])))
    return paths


@pytest.mark.usefixtures("few_descriptors")
def test_thousands_of_files_need_a_handful_of_descriptors(tmp_path: Path) -> None:
    paths = many(tmp_path, 2000, overlap=False)
    rows = build.rows(open_captures(paths[::-1]))
    assert [row.ts_ns for row in rows] == [1000 * (10 * n + d) for n in range(2000) for d in (0, 5)]


@pytest.mark.usefixtures("few_descriptors")
def test_too_many_files_at_one_time_are_an_error_that_says_so(tmp_path: Path) -> None:
    reader = open_captures(many(tmp_path, 100, overlap=True))
    with pytest.raises(CaptureError, match="too many open files"):
        build.rows(reader)
    reader.close()


def test_the_real_mergecap_gives_the_same(tmp_path: Path) -> None:
    mergecap = real("mergecap")
    files = [labelled(0, [1, 3, 3, 9, 2]), labelled(1, [4, 5, 4, 7]), labelled(2, [0, 6, 12])]
    paths = []
    for n, packets in enumerate(files):
        paths.append(tmp_path / f"{n}.pcap")
        paths[-1].write_bytes(build.pcap(packets))
    mergecap("-F", "pcap", "-w", str(tmp_path / "all.pcap"), *map(str, paths))
    assert build.rows(open_captures([tmp_path / "all.pcap"])) == build.rows(open_captures(paths))
