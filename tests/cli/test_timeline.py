"""`tcplife timeline`: the samples' segments, in our lines or tcpdump's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.command import ROOT, SAMPLES, tcplife

if TYPE_CHECKING:
    from pathlib import Path

WGET = SAMPLES / "wget.pcap"


def test_one_line_per_segment() -> None:
    done = tcplife("timeline", WGET)
    assert done.code == 0
    assert sum(" length " in line for line in done.out.splitlines()) == 46
    assert "· HTTP: GET /file_64KB HTTP/1.1" in done.out


def test_one_connection() -> None:
    done = tcplife("timeline", WGET, "--connection", 2)
    assert done.out.startswith("#2  ")
    assert sum(" length " in line for line in done.out.splitlines()) == 20


def test_tcpdumps_lines_are_the_textbooks() -> None:
    expected = (ROOT / "tests" / "samples" / "wget-trace.txt").read_text().split("\n")
    assert tcplife("timeline", WGET, "--style", "tcpdump").out.split("\n") == expected


def test_tcpdumps_lines_of_a_selection_keep_their_numbers() -> None:
    whole = tcplife("timeline", WGET, "--style", "tcpdump").out.splitlines()
    chosen = tcplife("timeline", WGET, "--style", "tcpdump", "-n", 2).out.splitlines()
    assert chosen == whole[26:]


def test_tcpdumps_lines_from_a_pipe() -> None:
    piped = tcplife("timeline", "-", "--style", "tcpdump", stdin=WGET.read_bytes())
    assert piped.out == tcplife("timeline", WGET, "--style", "tcpdump").out
    refused = tcplife("timeline", "-", "--style", "tcpdump", "-n", 1, stdin=WGET.read_bytes())
    assert refused.code == 2
    assert "a pipe cannot be" in refused.err


def test_absolute_numbers() -> None:
    assert "seq 3124300131:3124300282" in tcplife("timeline", WGET, "-S", "--style", "tcpdump").out
    assert "seq 3124300131:3124300282" in tcplife("timeline", WGET, "-S").out


def test_count_and_output(tmp_path: Path) -> None:
    target = tmp_path / "lines"
    assert tcplife("timeline", WGET, "-c", 5, "--style", "tcpdump", "-o", target).out == ""
    assert target.read_text().count("\n") == 5


def test_the_states_agree_with_the_record() -> None:
    record = json.loads(tcplife("analyze", WGET, "--format", "jsonl", "-n", 1).out)
    lines = tcplife("timeline", WGET, "-n", 1).out.splitlines()
    for move in record["transitions"]:
        line = next(line for line in lines if line.split()[:1] == [str(move["packet"])])
        last = [m for m in record["transitions"] if (m["packet"], m["endpoint"]) == (move["packet"], move["endpoint"])][
            -1
        ]
        assert last["to"] in line
