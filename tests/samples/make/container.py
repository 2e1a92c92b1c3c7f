"""Frames with times in, a classic pcap file out. Refuses to know: what the frames say."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAGIC_MICROSECONDS, MAGIC_NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
LINKTYPE_ETHERNET = 1
SNAPLEN = 262144  # what tcpdump writes when it is not told otherwise


def write_pcap(
    path: Path,
    frames: Iterable[tuple[int, bytes]],
    *,
    linktype: int = LINKTYPE_ETHERNET,
    nanoseconds: bool = False,
    order: str = "<",
) -> None:
    """Write frames, each with its time in epoch nanoseconds, as a pcap; order: "<" little-endian, ">" big-endian.

    Times are cut to microseconds unless nanoseconds is set. Source: draft-ietf-opsawg-pcap.
    """
    magic, unit = (MAGIC_NANOSECONDS, 1) if nanoseconds else (MAGIC_MICROSECONDS, 1000)
    with path.open("wb") as out:
        out.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAPLEN, linktype))
        for ts_ns, frame in frames:
            seconds, rest = divmod(ts_ns, 10**9)
            out.write(struct.pack(order + "IIII", seconds, rest // unit, len(frame), len(frame)) + frame)


def read_pcap(path: Path) -> list[tuple[int, bytes]]:
    """Return the frames of a little-endian pcap that tcpdump wrote, whole, with their times in epoch nanoseconds."""
    octets = path.read_bytes()
    unit = 1 if octets[:4] == struct.pack("<I", MAGIC_NANOSECONDS) else 1000
    frames, at = [], 24
    while at < len(octets):
        seconds, rest, kept, _ = struct.unpack_from("<IIII", octets, at)
        frames.append((seconds * 10**9 + rest * unit, octets[at + 16 : at + 16 + kept]))
        at += 16 + kept
    return frames


SECTION_HEADER, INTERFACE_DESCRIPTION = 0x0A0D0D0A, 1
FIXED_OCTETS = {SECTION_HEADER: 16, INTERFACE_DESCRIPTION: 8}  # before the options, after type and length
MACHINE_OPTIONS = {SECTION_HEADER: {2, 3}, INTERFACE_DESCRIPTION: {12}}  # shb_hardware, shb_os; if_os


def forget_machine(pcapng: bytes) -> bytes:
    """Return a little-endian pcapng without what names the capturing machine. Source: draft-ietf-opsawg-pcapng."""
    out, at = b"", 0
    while at < len(pcapng):
        kind, length = struct.unpack_from("<II", pcapng, at)
        body, at = pcapng[at + 8 : at + length - 4], at + length
        if kind in FIXED_OCTETS:
            fixed = FIXED_OCTETS[kind]
            body = body[:fixed] + kept_options(body[fixed:], MACHINE_OPTIONS[kind])
        total = struct.pack("<I", len(body) + 12)
        out += struct.pack("<I", kind) + total + body + total
    return out


def kept_options(options: bytes, unwanted: set[int]) -> bytes:
    """Return a block's options without those whose codes are unwanted."""
    kept, at = b"", 0
    while at < len(options):
        code, length = struct.unpack_from("<HH", options, at)
        end = at + 4 + -(-length // 4) * 4
        kept += b"" if code in unwanted else options[at:end]
        at = end
    return kept
