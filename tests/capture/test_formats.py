"""What an input is, is told by its first octets; what it is not, is refused with one clear line."""

from __future__ import annotations

import io

import pytest

from tcplife.capture import open_capture
from tcplife.capture.formats import MAX_RECORD, sniff
from tcplife.errors import CaptureError, Exit
from tests.capture import build


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("magic", [build.MICRO, build.NANO, build.MODIFIED, build.IXIA_HARDWARE, build.IXIA_SOFTWARE])
def test_pcap_in_either_order(magic: int, big: bool) -> None:
    assert sniff(build.pcap_header(big=big, magic=magic)[:4]) == "pcap"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("0a0d0d0a", "pcapng"),
        ("1f8b0800", "gzip"),
        ("425a6839", "bzip2"),
        ("fd377a58", "xz"),
        ("28b52ffd", "zstd"),
        ("502a4d18", "zstd"),
        ("5f2a4d18", "zstd"),
        ("602a4d18", ""),
        ("04224d18", "lz4"),
        ("", ""),
        ("0a0d", ""),
        ("d4c3b2", ""),
    ],
)
def test_kind(head: str, kind: str) -> None:
    assert sniff(bytes.fromhex(head)) == kind


@pytest.mark.parametrize(
    ("octets", "line"),
    [
        (b"", "the input is empty"),
        (b"\xd4", "too short for a capture (1 octets)"),
        (b"hello, this is text\n", "this is text, not a capture"),
        ("größer als sonst".encode(), "this is text, not a capture"),
        (("ä" * 300).encode()[:511], "this is text, not a capture"),  # cut within a letter
        (("ä" * 400).encode(), "this is text, not a capture"),
        (b"\xff\xfea\0b\0", "this is text, not a capture"),
        (b"text\0with a zero", "no capture format known here begins with 74 65 78 74"),
        (b"\x80\x81\x82\x83\x84", "no capture format known here begins with 80 81 82 83"),
        (
            b"snoop\0\0\0\0\0\0\2",
            "this is a Sun snoop capture, not pcap or pcapng; convert it first: editcap -F pcapng",
        ),
        (b"GMBU....", "this is a Microsoft Network Monitor 2.x capture"),
        (b"RTSS....", "this is a Microsoft Network Monitor 1.x capture"),
        (b"XCP\0....", "this is a NetXray or Windows Sniffer capture"),
        (b"PK\3\4....", "this is a zip archive, not pcap or pcapng; unpack it first"),
        (b"\x1f\x9d\x90...", "this is compressed by compress (.Z)"),
        (bytes.fromhex("a1b234cd00000000"), "this is a private variant of pcap"),
        (b"\x7fELF\2\1\1", "this is a program"),
    ],
)
def test_refused_with_one_line_that_says_what_it_is(octets: bytes, line: str) -> None:
    with pytest.raises(CaptureError) as caught:
        open_capture(io.BytesIO(octets))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code is Exit.UNREADABLE


def test_largest_record_is_more_than_libpcap_ever_captures_and_fits_small_machines() -> None:
    assert 262_144 < MAX_RECORD <= 64 * 1024 * 1024
