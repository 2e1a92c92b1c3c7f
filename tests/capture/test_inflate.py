"""Compressed captures read as what is inside; cut, damaged, nested and bombs are told, in bounded memory."""

from __future__ import annotations

import builtins
import bz2
import gzip
import importlib
import io
import itertools
import lzma
import os
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.capture import IDLE, RECORD, open_capture
from tcplife.errors import CaptureError, MissingExtraError
from tests.capture import build
from tests.capture.build import Packet

if TYPE_CHECKING:
    from collections.abc import Callable

PACKETS = [Packet(n * 1_000_000, bytes([n % 251]) * (n % 90)) for n in range(400)]
CAPTURE = build.pcapng(PACKETS)
WANTED = build.expected(PACKETS)
PEAK = 100  # MB: zstd may give 16 MiB a step, and its window is 8 MiB here


def _zstd(octets: bytes) -> bytes:
    packed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(octets)
    return packed


def _lz4(octets: bytes) -> bytes:
    packed: bytes = pytest.importorskip("lz4.frame").compress(octets)
    return packed


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": _zstd,
    "lz4": _lz4,
}
KINDS = pytest.mark.parametrize("kind", PACK)


@KINDS
def test_reads_what_is_inside(kind: str) -> None:
    packed = PACK[kind](CAPTURE)
    reader = open_capture(io.BytesIO(packed))
    assert build.rows(reader) == WANTED
    assert (reader.format, reader.damage, reader.bytes_read) == (f"pcapng, {kind}", None, len(packed))


@KINDS
@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_reads_it_from_a_dribbling_stream(kind: str, step: int) -> None:
    assert build.rows(open_capture(build.Dribble(PACK[kind](CAPTURE), step))) == WANTED


@KINDS
@given(cuts=st.lists(st.integers(0, len(CAPTURE)), max_size=4), step=st.integers(1, 4000))
@settings(max_examples=25, deadline=None)
def test_members_behind_each_other_are_one_stream(kind: str, cuts: list[int], step: int) -> None:
    edges = [0, *sorted(cuts), len(CAPTURE)]
    packed = b"".join(PACK[kind](CAPTURE[a:b]) for a, b in itertools.pairwise(edges))
    reader = open_capture(build.Dribble(packed, step))
    assert build.rows(reader) == WANTED
    assert reader.damage is None


@KINDS
def test_cut_anywhere_gives_what_is_before_the_cut(kind: str) -> None:
    packed = PACK[kind](CAPTURE)
    for cut in [*range(4, min(len(packed), 120)), *range(120, len(packed), 97), len(packed) - 1]:
        try:
            reader = open_capture(io.BytesIO(packed[:cut]))
        except CaptureError as error:
            assert f"the {kind} data end too early" in str(error)  # noqa: PT017 (either answer is right)
            continue
        found = build.rows(reader)
        assert found == WANTED[: len(found)]
        assert reader.damage is not None, cut
        assert f"the {kind} data end too early" in reader.damage.what
        assert reader.damage.packet == len(found)


@KINDS
def test_damaged_octets_are_told(kind: str) -> None:
    packed = bytearray(PACK[kind](CAPTURE))
    middle = len(packed) // 2
    for n in range(middle, middle + 40):
        packed[n] ^= 0x5A
    try:
        reader = open_capture(io.BytesIO(packed))
    except CaptureError as error:
        assert kind in str(error)  # noqa: PT017 (either answer is right)
        return
    found = build.rows(reader)
    assert len(found) < len(WANTED)
    assert reader.damage is not None


@KINDS
def test_octets_behind_the_last_member_are_told_but_zeros(kind: str) -> None:
    packed = PACK[kind](CAPTURE)
    padded = open_capture(io.BytesIO(packed + bytes(1024)))
    assert (build.rows(padded), padded.damage) == (WANTED, None)
    followed = open_capture(io.BytesIO(packed + b"garbage at the end of the file"))
    assert build.rows(followed) == WANTED
    assert followed.damage is not None


@KINDS
def test_compressed_twice_is_refused(kind: str) -> None:
    with pytest.raises(CaptureError, match=f"compressed twice .gzip inside {kind}.; unpack it once"):
        open_capture(io.BytesIO(PACK[kind](gzip.compress(CAPTURE))))


@KINDS
def test_compressed_text_is_no_capture(kind: str) -> None:
    with pytest.raises(CaptureError, match="this is text"):
        open_capture(io.BytesIO(PACK[kind](b"just some text\n" * 100)))


@KINDS
def test_nothing_inside_is_an_empty_input(kind: str) -> None:
    with pytest.raises(CaptureError, match="the input is empty"):
        open_capture(io.BytesIO(PACK[kind](b"")))


@pytest.mark.parametrize(("kind", "module"), [("zstd", "zstandard"), ("lz4", "lz4.frame")])
def test_missing_library_names_the_extra(kind: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = PACK[kind](CAPTURE)

    def absent(name: str, package: str | None = None) -> Any:
        if name == module:
            raise ImportError(name)
        return real(name, package)

    real = importlib.import_module
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=rf"pip install 'tcplife\[{kind}\]'"):
        open_capture(io.BytesIO(packed))


def test_zstd_that_begins_with_a_skippable_frame() -> None:
    frame = b"\x53\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
    assert build.rows(open_capture(io.BytesIO(frame + _zstd(CAPTURE)))) == WANTED


def test_gzip_hands_over_what_has_come_while_the_pipe_stays_open() -> None:
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(build.pcap(PACKETS[:3])) + packer.flush(zlib.Z_SYNC_FLUSH)
    second = packer.compress(build.pcap_record(PACKETS[3])) + packer.flush(zlib.Z_SYNC_FLUSH)
    into, out = os.pipe()
    with open(into, "rb", buffering=0) as pipe, open(out, "wb", buffering=0) as writer:  # noqa: PTH123 (a descriptor)
        writer.write(first)
        reader = open_capture(pipe, live=True, idle_ms=20)
        assert [reader.next() for _ in range(4)] == [RECORD, RECORD, RECORD, IDLE]
        writer.write(second)
        assert (reader.next(), reader.packet) == (RECORD, 4)
        reader.close()


BOMB = """
import resource, sys, io, {module} as library
from tcplife.capture import open_capture, RECORD
zeros = bytes(1 << 20)
{make}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reader = open_capture(io.BytesIO(packed))
count = 0
while reader.next() == RECORD and count < 1_000_000:
    count += 1
print(count, len(packed), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
HEADER = f"header = bytes.fromhex('{build.pcap([]).hex()}')\n"
STREAM = "packed = c.compress(header) + b''.join(c.compress(zeros) for _ in range({})) + c.flush()"
MAKE = {
    "zlib": "c = library.compressobj(9, wbits=31); " + STREAM.format(128),
    "bz2": "c = library.BZ2Compressor(9); " + STREAM.format(32),
    "lzma": "c = library.LZMACompressor(preset=1); " + STREAM.format(64),
    "zstandard": "c = library.ZstdCompressor().compressobj(); " + STREAM.format(512),
    "lz4.frame": "packed = library.compress(header + zeros * 32)",
}


@pytest.mark.parametrize("module", MAKE)
def test_bomb_costs_time_and_no_memory(module: str) -> None:
    pytest.importorskip(module)
    script = BOMB.format(module=module, make=HEADER + MAKE[module])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    count, packed, grown = map(int, done.stdout.split())
    assert count == 1_000_000
    assert count * 16 > 20 * packed
    assert grown < PEAK


def test_xz_that_asks_for_gigabytes_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30, "preset": 0, "mf": lzma.MF_HC3, "mode": lzma.MODE_FAST}]
    try:
        packed = lzma.compress(CAPTURE, filters=filters)
    except (MemoryError, builtins.OSError) as error:
        pytest.skip(f"cannot be made here: {error}")
    with pytest.raises(CaptureError, match=r"xz data are damaged .*[Mm]emory"):
        open_capture(io.BytesIO(packed))
