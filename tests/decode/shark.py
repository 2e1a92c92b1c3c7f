"""What the real tshark says of frames, in the words of our Segment; and what our decoder says, in the same words."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tcplife.decode.decoder import Decoder
from tcplife.model.address import ip_text
from tcplife.model.names import Skip
from tcplife.model.segment import Segment

from .build import pcap

if TYPE_CHECKING:
    from .build import Frame

FIELDS = (
    "_ws.col.Source", "_ws.col.Destination", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw",
    "tcp.len", "tcp.flags", "tcp.window_size_value", "tcp.options.mss_val", "tcp.options.wscale.shift",
    "tcp.options.timestamp.tsval", "tcp.options.timestamp.tsecr", "tcp.options.sack_perm", "tcp.options.sack.count",
    "tcp.urgent_pointer", "icmp.type", "icmpv6.type",
)  # fmt: skip


class Seen(NamedTuple):
    """One segment, comparable."""

    src: str
    dst: str
    sport: int
    dport: int
    seq: int
    ack: int
    length: int
    flags: int
    window: int
    mss: int
    wscale: int
    ts_val: int
    ts_ecr: int
    sack_ok: int
    sack_count: int


def tshark() -> str:
    """Return the real tshark; without one, skip on a desk and fail in CI."""
    found = shutil.which("tshark")
    if found is None:
        reason = "needs the real tshark (Debian package tshark)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def rows_of(path: Path) -> list[list[str]]:
    """Return tshark's fields of every frame in a capture, as a list of the innermost header's values."""
    command = [tshark(), "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=l", "-E", "separator=/t"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line.split("\t") for line in done.stdout.splitlines()]


def number(text: str, absent: int = -1) -> int:
    """Read a field's number, decimal or hexadecimal."""
    return int(text, 0) if text else absent


def theirs(row: list[str]) -> Seen | None:
    """Return the segment of a row; None when tshark saw no whole TCP header, or only one an ICMP error quotes.

    The address columns hold the final destination of a source route, which is what tshark's streams go by.
    """
    f = dict(zip(FIELDS, row, strict=True))
    if f["icmp.type"] or f["icmpv6.type"] or not f["tcp.len"] or not f["tcp.urgent_pointer"]:
        return None
    return Seen(
        f["_ws.col.Source"],
        f["_ws.col.Destination"],
        number(f["tcp.srcport"]),
        number(f["tcp.dstport"]),
        number(f["tcp.seq_raw"]),
        number(f["tcp.ack_raw"], 0),
        number(f["tcp.len"]),
        number(f["tcp.flags"]) & 0x1FF,
        number(f["tcp.window_size_value"]),
        number(f["tcp.options.mss_val"]),
        number(f["tcp.options.wscale.shift"]),
        number(f["tcp.options.timestamp.tsval"]),
        number(f["tcp.options.timestamp.tsecr"]),
        1 if f["tcp.options.sack_perm"] else 0,
        number(f["tcp.options.sack.count"], 0),
    )


def ours(code: int, s: Segment) -> Seen | None:
    """Return what the decoder left, None when it is no segment."""
    if code != Skip.TCP.code:
        return None
    return Seen(
        ip_text(s.src_hi, s.src_lo, s.ip_version),
        ip_text(s.dst_hi, s.dst_lo, s.ip_version),
        s.sport,
        s.dport,
        s.seq,
        s.ack,
        s.length,
        s.flags,
        s.window,
        s.mss,
        s.wscale,
        s.ts_val,
        s.ts_ecr,
        s.sack_ok,
        s.sack_count,
    )


def decode_all(frames: list[Frame], decoder: Decoder | None = None) -> list[tuple[int, Seen | None]]:
    """Decode the frames one after the other; a code and what was seen for each."""
    decoder = decoder or Decoder()
    s = Segment()
    out = []
    for n, frame in enumerate(frames, 1):
        s.packet, s.ts_ns, s.wire_len = n, frame.ts_ns, frame.length
        code = decoder.decode(frame.octets, 0, len(frame.octets), frame.length, frame.link, s)
        out.append((code, ours(code, s)))
    return out


def shark_all(frames: list[Frame]) -> list[Seen | None]:
    """Let tshark see the same frames."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "frames.pcap")
        path.write_bytes(pcap(frames))
        rows = rows_of(path)
    assert len(rows) == len(frames)
    return [theirs(row) for row in rows]
