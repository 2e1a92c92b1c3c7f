"""The annotated capture, read by the real tshark."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

import tcplife as library
from tests.cli.command import SAMPLES, command, environment, tcplife

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "wget.pcap",
    "two_interfaces.pcapng",
    "loss_random.pcap",
    "big_endian.pcap",
    "syn_flood_cookies.pcap.gz",
    "any_sll2.pcap",
)


def tshark(path: Path, *arguments: str) -> list[list[str]]:
    if shutil.which("tshark") is None:
        if os.environ.get("CI"):
            pytest.fail("tshark is missing")
        pytest.skip("tshark is missing")
    ran = subprocess.run(["tshark", "-r", path, *arguments], capture_output=True, check=True, timeout=60, text=True)
    return [line.split("\t") for line in ran.stdout.splitlines()]


def packets(path: Path) -> list[list[str]]:
    """Number, time, lengths and a hash of the octets of every packet."""
    fields = ("frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.md5_hash")
    return tshark(path, "-o", "frame.generate_md5_hash:TRUE", "-T", "fields", *(x for f in fields for x in ("-e", f)))


def comments(path: Path) -> dict[int, str]:
    found = tshark(path, "-Y", "frame.comment", "-T", "fields", "-e", "frame.number", "-e", "frame.comment")
    return {int(number): text for number, text in found}


@pytest.mark.parametrize("name", NAMES)
def test_the_packets_are_the_same(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    done = tcplife("annotate", SAMPLES / name, "-o", out)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert packets(out) == packets(SAMPLES / name)


def test_every_transition_anomaly_and_verdict_is_on_its_packet(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    assert tcplife("annotate", SAMPLES / "loss_random.pcap", "-o", out).code == 0
    found = comments(out)
    for c in library.analyze(SAMPLES / "loss_random.pcap"):
        for t in c.transitions:
            assert f"#{c.index} {t.endpoint} {t.from_state} -> {t.to_state} (" in found[t.packet or c.last_packet]
        for a in c.anomalies:
            assert (
                f"#{c.index} {a.severity.word}: {a.kind.replace('_', ' ')}, sent by the {a.endpoint}" in found[a.packet]
            )
        assert c.verdict in found[c.close_packet or c.last_packet]


def test_a_pipe_gives_the_same_octets_as_its_file(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    capture = SAMPLES / "loss_random.pcap"
    assert tcplife("annotate", capture, "-o", out).code == 0
    ran = subprocess.run(
        command("annotate", "-"),
        input=capture.read_bytes(),
        capture_output=True,
        check=True,
        env=environment(),
        timeout=60,
    )
    assert ran.stdout == out.read_bytes()


def test_the_section_says_what_the_capture_is_worth(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    assert tcplife("annotate", SAMPLES / "wget.pcap", "-o", out).code == 0
    assert b"The capture is sound" in out.read_bytes()
    assert b"46 records: 46 TCP segments in 2 connections, 0 others" in out.read_bytes()


def test_several_files_are_one_capture(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    assert tcplife("annotate", SAMPLES / "rotated_1.pcap", SAMPLES / "rotated_2.pcap", "-o", out).code == 0
    assert len(packets(out)) == 14
    assert "TIME_WAIT" in " ".join(comments(out).values())


def test_only_the_selected_connection_is_annotated_and_all_packets_written(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    assert tcplife("annotate", SAMPLES / "wget.pcap", "-n", 2, "-o", out).code == 0
    assert len(packets(out)) == 46
    assert set(comments(out)) <= set(range(27, 47))


def test_a_cut_capture_is_annotated_up_to_the_damage(tmp_path: Path) -> None:
    source, out = tmp_path / "cut.pcap", tmp_path / "out.pcapng"
    source.write_bytes((SAMPLES / "wget.pcap").read_bytes()[:-10])
    done = tcplife("annotate", source, "-o", out)
    assert done.code == 4
    assert len(packets(out)) == 45


def test_what_is_no_capture_leaves_no_file(tmp_path: Path) -> None:
    done = tcplife("annotate", SAMPLES / "MANIFEST.toml", "-o", tmp_path / "out.pcapng")
    assert done.code == 3
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_a_silent_pipe_in_order(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    line = command("annotate", "-", "-o", out)
    with subprocess.Popen(line, stdin=subprocess.PIPE, env=environment()) as process:
        assert process.stdin is not None
        process.stdin.write((SAMPLES / "wget.pcap").read_bytes())
        process.stdin.flush()
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    assert len(packets(out)) == 46
