"""Two taps of one link: what the link did to frames is known, and the comparison says exactly that.

The judge is the frames themselves: both ends of the test link are in one capture each, octet for octet, so a frame
that one end alone has was lost or sent on the way.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from pathlib import Path

import dpkt
import pytest

from tcplife.compare.clocks import between
from tcplife.compare.losses import BEYOND, INJECTED, LOST
from tcplife.compare.taps import compare_taps
from tests.cli.command import tcplife

CAPTURES = Path(__file__).parents[1] / "kernel" / "captures"
SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
PAIRS = sorted(
    path.name.removesuffix(".client.pcap")
    for path in CAPTURES.glob("*.client.pcap")
    if (CAPTURES / path.name.replace(".client.", ".server.")).exists()
)


def frames(path: Path) -> list[tuple[float, bytes]]:
    with path.open("rb") as file:
        return [(ts, bytes(octets)) for ts, octets in dpkt.pcap.Reader(file)]


def tcp_of(octets: bytes) -> bytes | None:
    """The IP packet, if TCP is in it."""
    ip = dpkt.ethernet.Ethernet(octets).data
    inside = getattr(ip, "data", None)
    return bytes(ip) if isinstance(inside, dpkt.tcp.TCP) else None


def alone(client: Path, server: Path) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """(tap, packet) of every frame that one end alone has, and of those whose octets pass more than once.

    Which of several copies was lost, or made on the way, frames alone do not tell.
    """
    ends = [[tcp_of(octets) for _, octets in frames(path)] for path in (client, server)]
    counts = [Counter(end) for end in ends]
    copies = {
        (tap, number)
        for tap in (0, 1)
        for number, octets in enumerate(ends[tap], 1)
        if max(count[octets] for count in counts) > 1
    }
    found = set()
    for tap in (0, 1):
        there = Counter(ends[1 - tap])
        for number, octets in enumerate(ends[tap], 1):
            if octets is not None and there[octets] <= 0:
                found.add((tap, number))
            there[octets] -= 1
    return found, copies


def write(path: Path, made: list[tuple[float, bytes]]) -> Path:
    with path.open("wb") as file:
        writer = dpkt.pcap.Writer(file, nano=True)
        for ts, octets in made:
            writer.writepkt(octets, ts)
    return path


@pytest.mark.parametrize("name", PAIRS)
def test_every_frame_one_end_alone_has_is_named_and_no_other(name: str) -> None:
    client, server = CAPTURES / f"{name}.client.pcap", CAPTURES / f"{name}.server.pcap"
    result = compare_taps(str(client), str(server))
    told = {(miss.tap, miss.packet) for one in result.compared for miss in one.misses}
    for tap, flows in enumerate((result.only_a, result.only_b)):
        told |= {(tap, s.packet) for flow in flows for way in flow.ways for s in way}
    expected, copies = alone(client, server)
    assert told - copies == expected - copies


@pytest.mark.parametrize(
    ("name", "losses"),
    [
        ("fin_lost", {("FIN", 0)}),
        ("fin_lost_by_server", {("FIN", 1)}),
        ("syn_lost", {("SYN", 0)}),
        ("syn_ack_lost", {("SYN+ACK", 1)}),
        ("handshake_ack_lost", {("ACK", 0)}),
        ("ack_of_fin_lost", {("ACK", 1)}),
        ("last_ack_lost_for_good", {("ACK", 0)}),
        ("abort_rst_lost", {("RST", 0)}),
    ],
)
def test_a_loss_has_its_kind_and_direction(name: str, losses: set[tuple[str, int]]) -> None:
    result = compare_taps(str(CAPTURES / f"{name}.client.pcap"), str(CAPTURES / f"{name}.server.pcap"))
    assert {(m.kind, m.way) for one in result.compared for m in one.misses if m.what == LOST} == losses


@pytest.mark.parametrize("name", ["forged_rst_exact", "middlebox_resets_both"])
def test_a_reset_from_a_middlebox_is_told(name: str) -> None:
    result = compare_taps(str(CAPTURES / f"{name}.client.pcap"), str(CAPTURES / f"{name}.server.pcap"))
    assert {m.kind for one in result.compared for m in one.misses if m.what == INJECTED} == {"RST"}


def taps_of(
    source: Path, room: Path, *, seed: int, apart_s: float, drops: int
) -> tuple[Path, Path, set[tuple[int, int]]]:
    """Two taps made of one capture: 5 ms away each from the other, clocks apart, segments dropped at known places."""
    rng = random.Random(seed)
    whole = [(ts, octets) for ts, octets in frames(source) if tcp_of(octets)]
    client = dpkt.ethernet.Ethernet(whole[0][1]).data.src
    gone = set(rng.sample(range(3, len(whole) - 3), drops))
    ends: tuple[list[tuple[float, int, bytes]], list[tuple[float, int, bytes]]] = ([], [])
    for number, (ts, octets) in enumerate(whole):
        near = 0 if dpkt.ethernet.Ethernet(octets).data.src == client else 1
        ends[near].append((ts + (apart_s if near else 0), number, octets))
        if number not in gone:
            ends[1 - near].append((ts + 0.005 + (0 if near else apart_s), number, octets))
    dropped = set()
    for tap, end in enumerate(ends):
        end.sort()
        dropped |= {(tap, at) for at, (_, number, _) in enumerate(end, 1) if number in gone}
    paths = [write(room / f"{tap}.pcap", [(ts, octets) for ts, _, octets in end]) for tap, end in enumerate(ends)]
    return paths[0], paths[1], dropped


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("apart_s", [0.0, -300.0, 86_400.0])
def test_dropped_segments_are_named_with_clocks_apart(tmp_path: Path, seed: int, apart_s: float) -> None:
    a, b, dropped = taps_of(SAMPLES / "wget.pcap", tmp_path, seed=seed, apart_s=apart_s, drops=4)
    result = compare_taps(str(a), str(b))
    named = {(m.tap, m.packet): m for one in result.compared for m in one.misses}
    assert set(named) == dropped
    assert all(m.way == m.tap for m in named.values()), "client's tap first: what tap 0 alone has, the client sent"
    assert not {m.what for m in named.values()} & {INJECTED, BEYOND}
    assert result.where is not None
    assert result.where.offset_ns == pytest.approx(apart_s * 1e9, abs=1e5)
    assert result.where.round_ns == pytest.approx(10e6, abs=1e5)


def translate(octets: bytes, source: bytes, to: bytes, mss: int) -> bytes:
    """The frame as a translator with MSS clamping sends it on."""
    frame = dpkt.ethernet.Ethernet(octets)
    ip = frame.data
    for end, port in (("src", "sport"), ("dst", "dport")):
        if getattr(ip, end) == source:
            setattr(ip, end, to)
            setattr(ip.data, port, getattr(ip.data, port) ^ 0x1555)
    if ip.data.flags & dpkt.tcp.TH_SYN:
        ip.data.opts = ip.data.opts.replace(b"\x02\x04\x05\xb4", b"\x02\x04" + mss.to_bytes(2, "big"))
    ip.sum = ip.data.sum = 0
    return bytes(frame)


def test_translated_addresses_and_a_clamped_mss(tmp_path: Path) -> None:
    whole = frames(SAMPLES / "wget.pcap")
    client = dpkt.ethernet.Ethernet(whole[0][1]).data.src
    b = write(tmp_path / "b.pcap", [(ts + 9, translate(o, client, bytes([203, 0, 113, 5]), 1400)) for ts, o in whole])
    result = compare_taps(str(SAMPLES / "wget.pcap"), str(b))
    assert len(result.compared) == len(result.a.flows)
    assert not result.only_a
    assert not result.only_b
    for one in result.compared:
        assert one.misses == []
        told = {(change.what, change.a, change.b) for change in one.changes if change.what == "mss"}
        assert told == {("mss", "1460", "1400")}
        assert [c.b.rpartition(".")[0] for c in one.changes if c.what == "address"] == ["203.0.113.5"]


def test_a_tap_that_has_everything_twice(tmp_path: Path) -> None:
    whole = frames(SAMPLES / "wget.pcap")
    twice = write(tmp_path / "twice.pcap", [one for ts, o in whole for one in ((ts, o), (ts + 0.00002, o))])
    result = compare_taps(str(SAMPLES / "wget.pcap"), str(twice))
    assert result.b.doubled > 0
    assert [miss for one in result.compared for miss in one.misses] == []


def test_a_tap_that_began_late_has_lost_nothing(tmp_path: Path) -> None:
    late = write(tmp_path / "late.pcap", frames(SAMPLES / "wget.pcap")[12:])
    result = compare_taps(str(SAMPLES / "wget.pcap"), str(late))
    assert {miss.what for one in result.compared for miss in one.misses} <= {BEYOND}


def test_clocks_and_places_from_both_ways() -> None:
    where = between([1_005, 1_009], [995, 991])
    assert where is not None
    assert (where.offset_ns, where.near, where.round_ns) == (1_000, 0, 10)
    turned = between([995, 991], [1_005, 1_009])
    assert turned is not None
    assert (turned.offset_ns, turned.near) == (1_000, 1)


def test_nothing_in_common_is_one_line_and_exit_1(tmp_path: Path) -> None:
    done = tcplife("compare", SAMPLES / "wget.pcap", SAMPLES / "ipv6.pcap")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "no connection of" in done.err
    assert "not captured at the same time" in done.err
    empty = write(tmp_path / "empty.pcap", [])

    done = tcplife("compare", SAMPLES / "wget.pcap", empty)
    assert done.code == 1
    assert "has no TCP segment" in done.err


def test_a_file_that_is_not_there_is_exit_3_and_nothing_written(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = tcplife("compare", SAMPLES / "wget.pcap", tmp_path / "gone.pcap", "--format", "json", "-o", out)
    assert done.code == 3
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_json_names_every_loss() -> None:
    names = [CAPTURES / f"fin_lost.{end}.pcap" for end in ("client", "server")]
    done = tcplife("compare", *names, "--format", "json")
    assert done.code == 0, done.err
    (pair,) = json.loads(done.out)["pairs"]
    (miss,) = pair["misses"]
    assert (miss["what"], miss["direction"], miss["kind"], miss["capture"]) == ("lost", "client to server", "FIN", "A")


def test_releases_tell_shapes_that_came_and_went() -> None:
    old, new = (CAPTURES / f"{name}.client.pcap" for name in ("four_segment_close", "fin_lost"))
    done = tcplife("compare", "--releases", old, new)
    assert done.code == 1
    assert "new    0 -> 1" in done.out
    assert "gone   1 -> 0" in done.out
    same = tcplife("compare", "--releases", old, old)
    assert (same.code, same.out) == (0, "No lifecycle changed its shape.\n")
    assert io.StringIO(tcplife("compare", "--releases", old, old, "--all").out).readline().startswith("Service 80")
