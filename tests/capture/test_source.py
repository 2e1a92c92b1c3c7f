"""Paths, standard input and streams of every make are read without seeking; what cannot be read is told."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import END, IDLE, RECORD, open_capture
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet

if TYPE_CHECKING:
    from pathlib import Path

PACKETS = [Packet(n * 1000, bytes([n]) * n) for n in range(40)]
CAPTURE = build.pcap(PACKETS)
WANTED = build.expected(PACKETS)
SOON = 0.2  # seconds; far below what a filling buffer would take, far above what a busy machine does


class NoSeek(io.BytesIO):
    """A stream that fails on any attempt to go elsewhere."""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Fail."""
        raise AssertionError(offset, whence)

    def tell(self) -> int:
        """Fail."""
        raise AssertionError

    def seekable(self) -> bool:
        """Say no."""
        return False


class Failing(build.Dribble):
    """A stream whose device breaks after some octets."""

    def read(self, size: int) -> bytes:
        """Give the next octets, then fail."""
        octets = super().read(size)
        if not octets:
            raise OSError(5, "Input/output error")
        return octets


def test_path(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(CAPTURE)
    for source in (path, str(path)):
        reader = open_capture(source)
        assert build.rows(reader) == WANTED
        assert (reader.source, reader.bytes_total, reader.bytes_read) == (str(path), len(CAPTURE), len(CAPTURE))


def test_streams_are_never_sought_and_stay_open(tmp_path: Path) -> None:
    stream = NoSeek(CAPTURE)
    reader = open_capture(stream)
    assert build.rows(reader) == WANTED
    reader.close()
    assert not stream.closed
    path = tmp_path / "a.pcap"
    path.write_bytes(CAPTURE)
    with path.open("rb") as buffered:
        assert build.rows(open_capture(buffered)) == WANTED
    with path.open("rb", buffering=0) as raw:
        assert build.rows(open_capture(raw)) == WANTED


def test_stream_with_read_alone() -> None:
    reader = open_capture(build.Dribble(CAPTURE, 11))
    assert build.rows(reader) == WANTED
    assert (reader.source, reader.bytes_total) == ("stream", -1)


def test_standard_input() -> None:
    script = (
        "from tcplife.capture import open_capture, RECORD\n"
        "r = open_capture('-')\n"
        "while r.next() == RECORD: pass\n"
        "print(r.packet, r.source, r.damage)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=CAPTURE, capture_output=True, check=True)
    assert done.stdout.decode().split("\n")[0] == "40 standard input None"


def test_closed_standard_input_is_told() -> None:
    script = (
        "from tcplife.capture import open_capture\n"
        "try: open_capture('-')\n"
        "except Exception as e: print(type(e).__name__, e)"
    )
    done = subprocess.run(["sh", "-c", f'exec "{sys.executable}" -c "{script}" <&-'], capture_output=True, check=True)
    assert done.stdout.startswith(b"CaptureError standard input: bad file descriptor")


def test_missing_file_and_directory_are_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"gone\.pcap: no such file or directory"):
        open_capture(tmp_path / "gone.pcap")
    with pytest.raises(CaptureError, match="is a directory"):
        open_capture(tmp_path)
    with pytest.raises(CaptureError, match="null"):
        open_capture("a\0null")


def test_file_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object, **__: object) -> None:  # root may read everything, so that it cannot be tried
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tcplife.capture.source.io.FileIO", deny)
    with pytest.raises(CaptureError, match=r"locked\.pcap: permission denied"):
        open_capture("locked.pcap")


def test_text_streams_and_other_things_are_refused() -> None:
    with pytest.raises(CaptureError, match="open it in binary mode"):
        open_capture(io.StringIO("text"))  # type: ignore[arg-type]
    with pytest.raises(CaptureError, match="is no path and no binary stream"):
        open_capture(42)  # type: ignore[arg-type]

    class Letters:
        def read(self, size: int) -> str:
            return "x" * min(size, 5)

    with pytest.raises(CaptureError, match="the stream gives str"):
        open_capture(Letters())  # type: ignore[arg-type]


def test_device_that_fails_is_damage_behind_what_was_read() -> None:
    reader = open_capture(Failing(CAPTURE[:-3], 50))
    assert build.rows(reader) == WANTED[:-1]
    assert reader.damage is not None
    assert reader.damage.what == "the input cannot be read further (input/output error)"
    assert (reader.damage.at_byte, reader.damage.packet) == (len(CAPTURE) - 3, 39)


def test_every_record_comes_as_soon_as_its_octets_are_there() -> None:
    into, out = os.pipe()
    with open(into, "rb", buffering=0) as pipe, open(out, "wb", buffering=0) as writer:  # noqa: PTH123 (a descriptor)
        writer.write(build.pcap([]))
        reader = open_capture(pipe, live=True, idle_ms=10_000)
        for wanted, packet in zip(WANTED, PACKETS, strict=True):
            writer.write(build.pcap_record(packet))
            before = time.monotonic()
            assert reader.next() == RECORD
            assert time.monotonic() - before < SOON
            assert build.row_of(reader) == wanted


def test_live_pipe_is_idle_with_half_a_record_and_goes_on() -> None:
    into, out = os.pipe()
    with open(into, "rb", buffering=0) as pipe, open(out, "wb", buffering=0) as writer:  # noqa: PTH123 (a descriptor)
        reader = None
        got = []
        for at in range(len(CAPTURE[:150])):
            writer.write(CAPTURE[at : at + 1])
            reader = reader or open_capture(pipe, live=True, idle_ms=0)
            while (answer := reader.next()) == RECORD:
                got.append(build.row_of(reader))
            assert answer == IDLE
        assert reader is not None
        assert got == build.rows(open_capture(io.BytesIO(CAPTURE[:150])))
        writer.close()
        assert reader.next() == END
        assert (reader.damage is None) == (len(got) == 0)


def test_socket_ticks_too() -> None:
    here, there = socket.socketpair()
    with here, there, here.makefile("rb", buffering=0) as stream:
        there.sendall(build.pcap(PACKETS[:2]))
        reader = open_capture(stream, live=True, idle_ms=10)
        assert [reader.next() for _ in range(3)] == [RECORD, RECORD, IDLE]
        there.sendall(build.pcap_record(PACKETS[2]))
        there.close()
        assert [reader.next() for _ in range(3)] == [RECORD, END, END]
        assert reader.damage is None


def test_pipe_that_does_not_block_is_waited_for() -> None:
    into, out = os.pipe()
    os.set_blocking(into, False)
    with open(into, "rb", buffering=0) as pipe:  # noqa: PTH123 (a descriptor)

        def write() -> None:
            with open(out, "wb", buffering=0) as writer:  # noqa: PTH123 (a descriptor)
                for at in range(0, len(CAPTURE), 200):
                    writer.write(CAPTURE[at : at + 200])
                    time.sleep(0.005)

        thread = threading.Thread(target=write)
        thread.start()
        reader = open_capture(pipe)
        assert build.rows(reader) == WANTED
        thread.join()


def test_live_file_ends_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(CAPTURE)
    reader = open_capture(path, live=True)
    assert build.rows(reader) == WANTED
    assert reader.damage is None
