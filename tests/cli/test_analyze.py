"""`tcplife analyze` as users run it: what it prints, where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from tcplife.cli.main import main
from tests.cli.command import SAMPLES, tcplife

if TYPE_CHECKING:
    from pathlib import Path

WGET = SAMPLES / "wget.pcap"


def test_the_textbook_in_text() -> None:
    done = tcplife("analyze", WGET)
    assert done.code == 0
    assert done.err == ""
    assert "#1  192.168.131.132.37584 → 192.168.131.138.80" in done.out
    assert "      24    0.001270  FIN_WAIT_1       378 µs    CLOSE_WAIT       378 µs" in done.out
    assert "46 records = 46 TCP segments in 2 connections + 0 others" in done.out
    assert "\x1b" not in done.out


def test_the_textbook_in_json_lines() -> None:
    done = tcplife("analyze", WGET, "--format", "jsonl")
    one, two = (json.loads(line) for line in done.out.splitlines())
    for record, packets in ((one, [1, 2, 3, 24, 25, 26]), (two, [27, 28, 29, 44, 45, 46])):
        client = [t["to"] for t in record["transitions"] if t["endpoint"] == "client"]
        server = [t["to"] for t in record["transitions"] if t["endpoint"] == "server"]
        assert client == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]
        assert server == ["SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]
        assert record["close"]["kind"] == "three_segment"
        assert record["close"]["initiator"] == "client"
        assert sorted({t["packet"] for t in record["transitions"]}) == packets


def test_one_json_document() -> None:
    document = json.loads(tcplife("analyze", WGET, "--format", "json").out)
    assert document["schema_version"] == 1
    assert document["capture"]["records"] == 46
    assert [c["index"] for c in document["connections"]] == [1, 2]


def test_csv_is_read_by_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(tcplife("analyze", WGET, "--format", "csv").out)))
    assert [row["close"] for row in rows] == ["three_segment", "three_segment"]


def test_segments_are_in_the_record() -> None:
    done = tcplife("analyze", WGET, "--format", "jsonl", "--segments")
    record = json.loads(done.out.splitlines()[0])
    assert [s["packet"] for s in record["segments"]] == list(range(1, 27))
    assert record["segments"][5] == {
        "packet": 6, "offset": 0.000572, "from": "server", "flags": ".", "seq": 1, "ack": 152, "len": 7240,
        "win": 30080, "client_state": "ESTABLISHED", "server_state": "ESTABLISHED", "anomalies": [],
    }  # fmt: skip


def test_segments_in_text_follow_each_block_with_absolute_numbers_on_request() -> None:
    assert "S seq 0 win 29200" in tcplife("analyze", WGET, "--segments").out
    assert "S seq 3124300130 win 29200" in tcplife("analyze", WGET, "--segments", "-S").out


@pytest.mark.parametrize(
    ("options", "indexes"),
    [
        (("--connection", 2), [2]),
        (("-n", 1, "-n", 2), [1, 2]),
        (("--host", "192.168.131.132"), [1, 2]),
        (("--host", "10.0.0.0/8"), []),
        (("--port", 37586), [2]),
        (("--port", 80), [1, 2]),
        (("--state", "time-wait"), [1, 2]),
        (("--state", "CLOSE_WAIT"), []),
        (("--anomaly", "retransmission"), []),
        (("--severity", "error"), []),
        (("--filter", "client.port == 37584"), [1]),
        (("--filter", "client.port == 37584", "-n", 2), []),
    ],
)
def test_connections_are_chosen(options: tuple[object, ...], indexes: list[int]) -> None:
    done = tcplife("analyze", WGET, "--format", "jsonl", *options)
    assert [json.loads(line)["index"] for line in done.out.splitlines()] == indexes
    assert ("none of 2 connections was selected" in done.err) == (not indexes)
    assert done.code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "foo"), "'foo' is no IP address"),
        (("--state", "TIMEWAIT"), "did you mean TIME_WAIT"),
        (("--anomaly", "retransmision"), "did you mean retransmission"),
        (("--filter", "close.kid == 1"), "did you mean close.kind"),
        (("--sort", "size"), "cannot sort by 'size'"),
        (("--format", "xml"), "'xml' is not one of"),
        (("--fail-on", "bad"), "'bad' is not one of"),
        (("-c", "0"), "0 is not in the range"),
    ],
)
def test_what_makes_no_sense_is_usage(options: tuple[str, ...], words: str) -> None:
    done = tcplife("analyze", WGET, *options)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_fail_on_exits_with_1() -> None:
    assert tcplife("analyze", SAMPLES / "loss_sack.pcap", "--fail-on", "warning").code == 1
    assert tcplife("analyze", WGET, "--fail-on", "warning").code == 0
    assert tcplife("analyze", SAMPLES / "loss_sack.pcap").code == 0


def test_count_stops_early() -> None:
    done = tcplife("analyze", WGET, "-c", 10, "--format", "json")
    assert json.loads(done.out)["capture"]["records"] == 10


def test_several_files_are_one_stream() -> None:
    done = tcplife("analyze", SAMPLES / "rotated_2.pcap", SAMPLES / "rotated_1.pcap", "--format", "jsonl")
    assert done.code == 0
    turned = tcplife("analyze", SAMPLES / "rotated_1.pcap", SAMPLES / "rotated_2.pcap", "--format", "jsonl")
    assert done.out == turned.out


def test_a_pipe_gives_what_the_file_gives() -> None:
    for name in ("wget.pcap", "loss_sack.pcap", "syn_repeated.pcap"):
        path = SAMPLES / name
        file = tcplife("analyze", path, "--format", "jsonl").out
        assert tcplife("analyze", "-", "--format", "jsonl", stdin=path.read_bytes()).out == file, name


def test_output_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    done = tcplife("analyze", WGET, "--format", "jsonl", "-o", target)
    assert done.out == ""
    assert target.read_text() == tcplife("analyze", WGET, "--format", "jsonl").out
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~_umask()
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_output_file_does_not_appear_when_the_input_is_none(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before")
    assert tcplife("analyze", tmp_path / "missing.pcap", "-o", target).code == 3
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_an_output_that_cannot_be_written_is_usage(tmp_path: Path) -> None:
    assert "no such file or directory" in tcplife("analyze", WGET, "-o", tmp_path / "no" / "x").err
    done = tcplife("analyze", WGET, "-o", tmp_path)
    assert done.code == 2
    assert "is a directory" in done.err


def test_quiet_is_a_line_per_connection() -> None:
    done = tcplife("analyze", WGET, "-q")
    lines = done.out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("10:09:11.163  #1  192.168.131.132.37584 → 192.168.131.138.80  1.67 ms, 65,951 octets: ")


def test_sorting_and_top_make_a_table() -> None:
    done = tcplife("analyze", WGET, "--sort", "index", "--top", 1)
    assert "1 of 2 connections" in done.out
    assert "192.168.131.132.37584" in done.out
    assert "192.168.131.132.37586" not in done.out


def test_colour_on_request_and_never_against_a_wish() -> None:
    assert "\x1b[1m" in tcplife("analyze", WGET, "--color", "always").out
    assert "\x1b" not in tcplife("analyze", WGET, "--color", "never").out


def test_local_time_is_the_default_and_utc_an_option() -> None:
    zone = {"TZ": "America/New_York"}
    assert "began 2019-06-12 06:09:11 EDT" in tcplife("analyze", WGET, env=zone).out
    assert "began 2019-06-12 10:09:11 UTC" in tcplife("analyze", WGET, "--utc", env=zone).out
    assert '"start":"2019-06-12T10:09:11' in tcplife("analyze", WGET, "--format", "jsonl", env=zone).out


@pytest.mark.parametrize("form", ["text", "jsonl", "json", "csv"])
def test_every_sample_in_every_format(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out"
    for path in sorted(SAMPLES.glob("*.pcap*")):
        assert main(["analyze", str(path), "--format", form, "-o", str(target)]) == 0, path.name
        hostile = {ch for ch in target.read_text() if not ch.isprintable()} - {"\n"}
        assert not hostile, path.name
    assert capsys.readouterr() == ("", "")
