from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.command import SAMPLES, tcplife

if TYPE_CHECKING:
    from pathlib import Path


def test_one_connection_in_text() -> None:
    done = tcplife("ladder", SAMPLES / "wget.pcap", "--connection", 2)
    assert done.code == 0
    assert done.out.startswith("#2  192.168.131.132.37586")
    assert "FIN_WAIT_1" in done.out
    assert 76 < max(map(len, done.out.splitlines())) <= 80


def test_all_connections_in_text_and_unfolded() -> None:
    folded = tcplife("ladder", SAMPLES / "wget.pcap").out
    whole = tcplife("ladder", SAMPLES / "wget.pcap", "--all", "--width", 120).out
    assert folded.count("octets ═══") == 2
    assert "octets ═══" not in whole
    assert len(whole.splitlines()) > len(folded.splitlines())
    assert max(map(len, whole.splitlines())) <= 120


def test_a_pipe_reads_as_its_file() -> None:
    capture = (SAMPLES / "loss_sack.pcap").read_bytes()
    assert tcplife("ladder", "-", stdin=capture).out == tcplife("ladder", SAMPLES / "loss_sack.pcap").out


def test_a_drawing_holds_one_connection(tmp_path: Path) -> None:
    done = tcplife("ladder", SAMPLES / "wget.pcap", "--format", "svg", "-o", tmp_path / "x.svg")
    assert done.code == 2
    assert "--connection N" in done.err
    assert not list(tmp_path.iterdir())
    done = tcplife("ladder", SAMPLES / "wget.pcap", "-n", 1, "--format", "svg", "-o", tmp_path / "x.svg")
    assert done.code == 0
    assert (tmp_path / "x.svg").read_text().startswith("<svg ")


def test_nothing_chosen_is_said() -> None:
    done = tcplife("ladder", SAMPLES / "wget.pcap", "-n", 99)
    assert (done.code, done.out) == (0, "")
    assert "none of 2 connections" in done.err
