"""tcpdump's filters: the same packets as tcpdump itself, for every link type, under their own numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tcplife.capture import RECORD, open_capture, open_captures
from tcplife.capture.bpf import PacketFilter
from tcplife.capture.filtered import FilteredReader
from tcplife.cli.main import main
from tcplife.errors import MissingExtraError, UsageError

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
EXPRESSIONS = ("tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "ip6", "port 80", "greater 200", "not tcp", "vlan and tcp")


def passed(paths: list[str], expression: str) -> list[tuple[int, int]]:
    """Number and time of each record that matches."""
    reader = FilteredReader(open_captures(list(paths)), PacketFilter(expression))
    found = []
    while reader.next() == RECORD:
        found.append((reader.packet, reader.ts_ns))
    return found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_same_packets_as_tcpdump(expression: str) -> None:
    if shutil.which("tcpdump") is None:
        pytest.skip("no tcpdump")
    compared = 0
    for sample in sorted(SAMPLES.glob("*.pcap")):
        ran = subprocess.run(
            ["tcpdump", "-nn", "-tt", "--nano", "-r", str(sample), expression], capture_output=True, check=False
        )
        if ran.returncode:
            continue
        stamps = re.findall(rb"^(\d+)\.(\d{9}) ", ran.stdout, re.MULTILINE)
        expected = [int(second) * 10**9 + int(rest) for second, rest in stamps]
        assert [ts for _, ts in passed([str(sample)], expression)] == expected, sample.name
        compared += 1
    assert compared > 50


def test_each_link_type_has_its_own_program() -> None:
    names = ["wget", "link_raw", "any_sll2", "link_null"]
    paths = [str(SAMPLES / f"{name}.pcap") for name in names]
    together = passed(paths, "tcp[tcpflags] & tcp-syn != 0")
    alone = [len(passed([path], "tcp[tcpflags] & tcp-syn != 0")) for path in paths]
    assert all(alone)
    assert len(together) == sum(alone)


def test_numbers_are_those_of_the_capture() -> None:
    assert [number for number, _ in passed([str(SAMPLES / "wget.pcap")], "tcp[tcpflags] & tcp-syn != 0")] == [
        1,
        2,
        27,
        28,
    ]


def test_a_link_type_that_cannot_have_it_matches_nothing_and_is_told() -> None:
    reader = FilteredReader(open_capture(str(SAMPLES / "link_raw.pcap")), PacketFilter("ether host 1:2:3:4:5:6"))
    assert reader.next() == 0
    assert any(note.startswith("the filter matches nothing of link type 101: ") for note in reader.notes)


@pytest.mark.parametrize("expression", ["prt 80", "host", "port 80 and", "a\0b"])
def test_a_bad_expression_is_refused_before_reading(expression: str) -> None:
    with pytest.raises(UsageError):
        PacketFilter(expression)


def test_the_command_counts_what_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["analyze", str(SAMPLES / "wget.pcap"), "-f", "port 37586", "--format", "csv", "--fields", "first_packet"])
        == 0
    )
    assert capsys.readouterr().out == "first_packet\n27\n"
    assert main(["analyze", str(SAMPLES / "wget.pcap"), "-f", "prt 1"]) == 2
    assert "syntax error" in capsys.readouterr().err


def test_without_libpcap_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from tcplife.capture import bpf

    monkeypatch.setattr(bpf, "_candidates", lambda: iter(("libnothing.so",)))
    with pytest.raises(MissingExtraError, match=r"tcplife\[bpf\]"):
        PacketFilter("tcp")
