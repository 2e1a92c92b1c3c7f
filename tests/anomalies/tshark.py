"""The real tshark's reading of a capture: stream, numbers, window and tcp.analysis.* of each TCP segment."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tcplife.anomalies.kinds import WIRESHARK_KINDS

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "frame.number", "tcp.stream", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags", "tcp.window_size",
    "tcp.analysis.duplicate_ack_num",
)  # fmt: skip
ALL_FLAGS = 0x1FF
"""The bits of the flags field that have a name; tshark shows the reserved ones, too."""
SAME_ITEM = {"fast_retransmission", "spurious_retransmission"}
"""Kinds that tshark prints together with `retransmission`; the record gives only the more specific one."""


class Row(NamedTuple):
    """What is told of one segment; None: not told. tshark's ack is the raw field where the ACK flag is missing."""

    stream: int | None
    seq: int
    ack: int | None
    length: int
    flags: int | None
    window: int
    duplicates: int | None
    kinds: frozenset[str]

    def differs_in(self, other: Row) -> list[str]:
        """Names of the fields that both tell, and not alike."""
        pairs = zip(self._fields, self, other, strict=True)
        return [name for name, mine, theirs in pairs if mine != theirs and mine is not None and theirs is not None]


def find_tshark() -> str:
    """Path of tshark; without one, skip on a desk and fail in CI."""
    found = shutil.which("tshark")
    if found is None:
        reason = "needs the real tshark (Debian package tshark)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def rows_of(capture: Path, *, program: str = "tshark") -> dict[int, Row]:
    """Row of each frame that tshark analyses, by frame number; headers quoted in ICMP errors have none, nor broken ones.

    Raises: subprocess.CalledProcessError when tshark cannot read the capture from its first octet on.
    """
    fields = (*COLUMNS, *(f"tcp.analysis.{kind}" for kind in WIRESHARK_KINDS))
    wanted = [part for field in fields for part in ("-e", field)]
    command = [program, "-n", "-r", str(capture), "-Y", "tcp", "-T", "fields", "-E", "occurrence=l", *wanted]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode and not run.stdout:
        run.check_returncode()
    rows: dict[int, Row] = {}
    for line in run.stdout.splitlines():
        cells = line.split("\t")
        if cells[4] and cells[6]:
            rows[int(cells[0])] = _row(cells)
    return rows


def _row(cells: list[str]) -> Row:
    """One line of tshark's table."""
    kinds = {kind for kind, cell in zip(WIRESHARK_KINDS, cells[len(COLUMNS) :], strict=True) if cell}
    if kinds & SAME_ITEM:
        kinds.discard("retransmission")
    return Row(
        stream=int(cells[1]),
        seq=int(cells[2]),
        ack=int(cells[3]),
        length=int(cells[4]),
        flags=int(cells[5], 16) & ALL_FLAGS,
        window=int(cells[6]),
        duplicates=int(cells[7] or 0),
        kinds=frozenset(kinds),
    )
