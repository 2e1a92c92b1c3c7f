"""Bad input: one clear line and the documented exit code, or results and a warning; never a traceback, never a hang."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import SAMPLES, tcplife

if TYPE_CHECKING:
    from pathlib import Path

WGET = SAMPLES / "wget.pcap"
HEADER = 24


@pytest.mark.parametrize("command", ["analyze", "timeline"])
@pytest.mark.parametrize(
    ("name", "octets", "words"),
    [
        ("empty", b"", "empty"),
        ("text", b"hello, this is no capture\n", "this is text"),
        ("random", random.Random(1).randbytes(5000), "no capture format"),
        ("short", b"\xd4\xc3", "too short"),
    ],
)
def test_what_is_no_capture(tmp_path: Path, command: str, name: str, octets: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(octets)
    done = tcplife(command, path)
    assert done.code == 3
    assert words in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""


def test_missing_and_directory(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "missing", "no such file"), (tmp_path, "is a directory")):
        done = tcplife("analyze", path)
        assert done.code == 3
        assert words in done.err
        assert done.err.count("\n") == 1


def test_a_name_with_control_codes_is_escaped(tmp_path: Path) -> None:
    done = tcplife("analyze", tmp_path / "a\x1b[31mb")
    assert "\x1b" not in done.err
    assert "\\x1b[31m" in done.err


def test_a_header_alone_is_a_capture_without_connections(tmp_path: Path) -> None:
    path = tmp_path / "header.pcap"
    path.write_bytes(WGET.read_bytes()[:HEADER])
    done = tcplife("analyze", path)
    assert done.code == 0
    assert "0 records = 0 TCP segments in 0 connections" in done.out


@pytest.mark.parametrize("cut", [25, 40, 41, 100, 1000, 20_000])
def test_a_cut_capture_gives_what_comes_before_and_says_so(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(WGET.read_bytes()[:cut])
    done = tcplife("analyze", path, "--format", "json")
    document = json.loads(done.out)
    assert done.code == 4
    assert "damaged input" in done.err
    assert "at byte" in done.err
    assert document["capture"]["damages"]


def test_a_lying_length_is_told_with_its_place(tmp_path: Path) -> None:
    octets = bytearray(WGET.read_bytes())
    octets[HEADER + 8 : HEADER + 12] = b"\xff\xff\xff\xff"
    path = tmp_path / "lie.pcap"
    path.write_bytes(octets)
    done = tcplife("analyze", path)
    assert done.code == 4
    assert done.err.count("\n") == 1


def test_damage_outranks_findings(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes((SAMPLES / "loss_sack.pcap").read_bytes()[:-7])
    assert tcplife("analyze", path, "--fail-on", "info", "-q").code == 4


def test_mutated_captures_never_raise(tmp_path: Path) -> None:
    rng = random.Random(20261121)
    whole = (SAMPLES / "hostile_text.pcap").read_bytes()
    for number in range(12):
        octets = bytearray(whole)
        for _ in range(rng.randrange(1, 30)):
            octets[rng.randrange(HEADER, len(octets))] = rng.randrange(256)
        path = tmp_path / f"{number}.pcap"
        path.write_bytes(octets)
        done = tcplife("timeline", path)
        assert done.code in {0, 4}, number
        assert "Traceback" not in done.err, number
        assert not {ch for ch in done.out if not ch.isprintable()} - {"\n"}, number
