"""Whole connections come out whole, and redacted ones live the same lives: on every sample."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import dpkt
import pytest

from tcplife.capture import RECORD, open_capture
from tcplife.cli.main import main
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.schema import record

SAMPLES = sorted((Path(__file__).parents[2] / "sample_pcaps").glob("*.pcap*"))
SECRET = re.compile(rb"GET |HTTP/|hello|SSH-2")
Lives = list[dict[str, Any]]


def sample(name: str) -> Path:
    return next(path for path in SAMPLES if path.name.split(".")[0] == name)


def lives(path: Path, *, checksums: bool = True, options: Options | None = None) -> Lives:
    """Everything the record says that is not whose it is."""
    chosen = options or Options(segments=True, checksums=checksums)
    found = [record(c) for c in Analysis(open_capture(str(path)), chosen)]
    found.sort(key=lambda each: each["index"])
    for each in found:
        for name in ("client", "server"):
            del each[name]["ip"], each[name]["port"]
        del each["community_id"]
        each["judged"].pop("service")
    return found


def times(path: Path) -> list[tuple[int, int, bytes]]:
    """Time, length and octets of every record."""
    reader = open_capture(str(path))
    found = []
    while reader.next() == RECORD:
        found.append((reader.ts_ns, reader.wire_len, bytes(reader.buf[reader.at : reader.end])))
    return found


def extracted(path: Path, target: Path, *more: str) -> Path:
    assert main(["extract", str(path), "-w", str(target), "-q", *more]) in (0, 4)
    return target


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_redacted_connections_live_the_same_lives(path: Path, tmp_path: Path) -> None:
    plain = extracted(path, tmp_path / "plain.pcapng")
    redacted = extracted(path, tmp_path / "redacted.pcapng", "--redact")
    assert lives(redacted) == lives(plain)


def renumbered(value: Any, numbers: dict[int, int]) -> Any:
    """A record with the packet numbers of the extracted capture."""
    if isinstance(value, dict):
        named = {
            "packet",
            "first_packet",
            "last_packet",
            "confirmed_by",
            "related",
            "acked_by",
            "provoked_by",
            "from",
            "to",
        }
        return {
            key: numbers.get(each, each) if key in named and isinstance(each, int) else renumbered(each, numbers)
            for key, each in value.items()
        }
    return [renumbered(each, numbers) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_all_connections_extracted_live_as_in_the_capture(path: Path, tmp_path: Path) -> None:
    plain = extracted(path, tmp_path / "plain.pcapng")
    before, after = times(path), times(plain)
    numbers: dict[int, int] = {}
    at = 0
    for number, each in enumerate(after, 1):
        if not any(each[2]):
            continue
        while before[at] != each:
            at += 1
        at += 1
        numbers[at] = number
    expected = renumbered(lives(path), numbers)
    without = {"verdict"}  # names packets in words
    assert [strip(each, without) for each in lives(plain)] == [strip(each, without) for each in expected]


def strip(each: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {key: value for key, value in each.items() if key not in names}


def test_one_connection_keeps_its_octets_and_no_others(tmp_path: Path) -> None:
    target = extracted(sample("wget"), tmp_path / "two.pcap", "-n", "2")
    assert times(target) == times(sample("wget"))[26:46]


def test_fragments_come_along(tmp_path: Path) -> None:
    target = extracted(sample("fragments"), tmp_path / "out.pcap", "-n", "1")
    assert len(times(target)) == len(times(sample("fragments")))
    (life,) = lives(target)
    assert life["close"]["kind"] == "three_segment"


def test_icmp_errors_come_along(tmp_path: Path) -> None:
    target = extracted(sample("host_unreachable"), tmp_path / "out.pcap", "--redact", "-n", "1")
    protocols = [octets[23] for _, _, octets in times(target)]
    assert 1 in protocols
    (life,) = lives(target)
    assert life["close"]["kind"] == "unreachable"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_nothing_of_whose_it_was_is_left(path: Path, tmp_path: Path) -> None:
    target = extracted(path, tmp_path / "redacted.pcapng", "--redact")
    text = b"".join(octets for _, _, octets in times(target))
    assert SECRET.search(text) is None
    old: set[bytes] = set()
    for c in Analysis(open_capture(str(path))):
        old |= {number.to_bytes(4, "big") for number in (c.client_lo, c.server_lo) if c.ip_version == 4}
        old |= {number.to_bytes(8, "big") for number in (c.client_hi, c.client_lo) if c.ip_version == 6 and number >> 8}
    kept = {bytes((127, 0, 0, 1))} | {bytes((10, 0, 0, each)) for each in range(1, 9)}
    if len(old) > 100:
        return  # so many that four octets somewhere are one of them by chance
    for address in old - kept:
        assert address not in text, address.hex()


def test_checksums_are_right_again_as_tshark_sees_them(tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("no tshark")
    names = (
        "fragments",
        "vxlan",
        "gre",
        "ipip",
        "ipv6",
        "six_in_four",
        "host_unreachable",
        "mptcp",
        "vlan",
        "any_sll2",
    )
    for name in names:
        assert bad_sums(extracted(sample(name), tmp_path / f"{name}.pcapng", "--redact")) == bad_sums(sample(name)), (
            name
        )


def bad_sums(path: Path) -> int:
    """How many packets have a checksum that tshark calls bad."""
    wrong = (
        "tcp.checksum.status == 0 or ip.checksum.status == 0 or udp.checksum.status == 0 or icmp.checksum.status == 0"
    )
    checks = [f"{protocol}.check_checksum:TRUE" for protocol in ("tcp", "ip", "udp")]
    options = [word for check in checks for word in ("-o", check)]
    ran = subprocess.run(["tshark", "-r", str(path), *options, "-Y", wrong], capture_output=True, check=True)
    return len(ran.stdout.splitlines())


def test_prefixes_stay_and_the_key_decides(tmp_path: Path) -> None:
    from tcplife.extract.mapping import prefix_preserved

    def bits(one: bytes, two: bytes) -> int:
        return (int.from_bytes(one, "big") ^ int.from_bytes(two, "big")).bit_length()

    one, two = bytes((192, 168, 1, 7)), bytes((192, 168, 1, 200))
    for key in (b"a", b"b"):
        assert bits(prefix_preserved(one, key), prefix_preserved(two, key)) == bits(one, two)
    assert prefix_preserved(one, b"a") != prefix_preserved(one, b"b")
    arguments = ("--redact", "--keep-prefixes", "--key", "ours")
    first = extracted(sample("wget"), tmp_path / "1.pcap", *arguments)
    second = extracted(sample("wget"), tmp_path / "2.pcap", *arguments)
    assert first.read_bytes() == second.read_bytes()


def test_times_can_be_shifted(tmp_path: Path) -> None:
    before = [ts for ts, _, _ in times(sample("wget"))]
    later = times(extracted(sample("wget"), tmp_path / "a.pcap", "--shift-time", "3600.5"))
    assert [ts - 3_600_500_000_000 for ts, _, _ in later] == before
    dated = times(extracted(sample("wget"), tmp_path / "b.pcap", "--shift-time", "2000-01-01"))
    assert [ts - dated[0][0] for ts, _, _ in dated] == [ts - before[0] for ts in before]
    assert dated[0][0] == 946_684_800_000_000_000


@pytest.mark.parametrize("name", ["wget", "reset_by_client", "close_wait_pile", "zero_window", "syn_flood"])
def test_the_policy_holds_on_the_result_and_not_on_another(name: str, tmp_path: Path) -> None:
    target, policy = tmp_path / "out.pcap", tmp_path / "out.toml"
    extracted(sample(name), target, "--redact", "--assert", str(policy))
    assert main(["check", str(target), "--policy", str(policy), "--quiet"]) == 0
    assert main(["check", str(sample("refused")), "--policy", str(policy), "--quiet"]) == 1


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    from tests.cli.command import tcplife

    target = tmp_path / "out.pcap"
    done = tcplife("extract", "-", "-n", "2", "-w", target, stdin=sample("wget").read_bytes())
    assert done.code == 0, done.err
    assert times(target) == times(sample("wget"))[26:46]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-n", "9", "-w", "OUT.pcap"], 1, "none of 2 connections was chosen"),
        (["-w", "OUT.txt"], 2, "name it .pcap or .pcapng"),
        (["-w", "OUT.pcap", "--key", "x"], 2, "--key belongs to --keep-prefixes"),
        (["-w", "OUT.pcap", "--shift-time", "soon"], 2, "neither seconds nor a date"),
        (["-w", "OUT.pcap", "--assert", "none/such.toml"], 2, "no such file or directory"),
        (["-w", "none/such.pcap"], 2, "no such file or directory"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["extract", str(sample("wget")), *arguments]) == code
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_several_link_types_need_pcapng(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [str(sample("wget")), str(sample("link_raw"))]
    assert main(["extract", *both, "-w", str(tmp_path / "out.pcap")]) in (2, 3)
    assert "pcapng" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main(["extract", *both, "-w", str(tmp_path / "out.pcapng")]) == 0
    assert len(lives(tmp_path / "out.pcapng")) == 3


def test_dpkt_reads_what_was_redacted(tmp_path: Path) -> None:
    target = extracted(sample("wget"), tmp_path / "out.pcap", "--redact")
    packets = [dpkt.ethernet.Ethernet(octets) for _, octets in dpkt.pcap.Reader(io.BytesIO(target.read_bytes()))]
    assert {bytes(packet.src) for packet in packets} == {bytes((2, 0, 0, 0, 0, 1)), bytes((2, 0, 0, 0, 0, 2))}
    for packet in packets:
        assert not any(packet.data.data.data)
    assert json.dumps(sorted({packet.data.data.sport for packet in packets}))[:4] == "[80,"
