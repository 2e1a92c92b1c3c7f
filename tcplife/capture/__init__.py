"""Captures of any kind, read without seeking: open_capture() finds out what it is and returns its `Reader`."""

from __future__ import annotations

from .formats import BUFFER_OCTETS, END, ENOUGH, EOF, IDLE, NOT_YET, RECORD, no_capture, sniff
from .pcap import PcapReader
from .pcapng import PcapngReader
from .reader import Reader
from .source import Input, Source, open_source

__all__ = ["END", "IDLE", "RECORD", "Reader", "Source", "open_capture"]


def open_capture(source: Source, *, live: bool = False, idle_ms: int = 250) -> Reader:
    """Open a capture: a path, "-" (standard input) or a binary stream, which need not seek.

    live: next() answers IDLE when nothing came for idle_ms (what has a descriptor only: path, "-", socket file, raw stream).
    Raises: CaptureError when it cannot be read or is no capture.
    """
    opened = open_source(source, idle_ms=idle_ms if live else -1)
    try:
        return _reader_of(opened, live=live)
    except BaseException:
        opened.close()
        raise


def _reader_of(opened: Input, *, live: bool) -> Reader:
    buf = bytearray(BUFFER_OCTETS)
    have = _head(opened, buf)
    kind = sniff(buf[:have])
    if kind not in ("pcap", "pcapng"):
        raise no_capture(opened.name, bytes(buf[:have]))
    reader = (PcapngReader if kind == "pcapng" else PcapReader)(opened, opened.name, kind)
    reader.take(buf, have)
    if not live:
        reader.start()
    return reader


def _head(opened: Input, buf: bytearray) -> int:
    """Read until the kind can be told, or the input ends; how many octets there are."""
    have = 0
    while have < ENOUGH:
        with memoryview(buf) as whole, whole[have:] as room:
            got = opened.readinto(room)
        if got == EOF:
            break
        if got != NOT_YET:
            have += got
    return have
