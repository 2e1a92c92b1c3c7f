"""On a terminal: colour, the width it has, no colour where NO_COLOR says so. A pseudo-terminal plays the person."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import SAMPLES, command, environment

if TYPE_CHECKING:
    from pathlib import Path

WGET = SAMPLES / "wget.pcap"


def on_terminal(*arguments: object, columns: int = 80, env: dict[str, str] | None = None) -> str:
    """What a terminal of so many columns is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        command(*arguments),
        stdout=theirs,
        stderr=theirs,
        env=environment(**{"TERM": "xterm", **(env or {})}),
        cwd=SAMPLES,
    ):
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            sent += piece
    os.close(ours)
    return sent.decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", text)


def test_a_terminal_gets_colour() -> None:
    assert "\x1b[1m#1" in on_terminal("analyze", WGET)


@pytest.mark.parametrize("wish", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_not_wanted(wish: dict[str, str]) -> None:
    assert "\x1b" not in on_terminal("analyze", WGET, env=wish)


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command_name", ["analyze", "timeline"])
def test_no_line_is_wider_than_the_terminal(command_name: str, columns: int) -> None:
    for name in ("wget.pcap", "loss_sack.pcap", "syn_flood.pcap.gz", "ipv6.pcap"):
        if command_name == "timeline" and name.endswith("gz"):
            continue
        for line in plain(on_terminal(command_name, name, columns=columns)).splitlines():
            assert len(line) <= columns or "Wireshark: " in line, (name, line)


def test_damage_is_told_once_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(WGET.read_bytes()[:5000])
    assert plain(on_terminal("analyze", path)).count("at byte 601") == 1
