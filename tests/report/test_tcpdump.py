"""Our lines are the real tcpdump's, field for field: on the samples, and on thousands of random segments."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import open_capture
from tcplife.report.tcp_options import options_text
from tcplife.report.tcpdump import TcpdumpLines
from tcplife.report.text_lines import payload_text
from tcplife.tap import Tap
from tests.report.samples import SAMPLES
from tests.samples.make import wire
from tests.samples.make.container import write_pcap

if TYPE_CHECKING:
    from pathlib import Path

needs_tcpdump = pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
TRACE = SAMPLES.parent / "tests" / "samples" / "wget-trace.txt"
INTERFACE = "tcpdump names the interface of each packet"
NOT_JOINED = "tcpdump does not join fragments"
NOT_INSIDE = "tcpdump's filter 'tcp' does not look inside"
OTHERWISE = {
    "any_bridge.pcap": INTERFACE,
    "any_sll2.pcap": INTERFACE,
    "fragment_lost.pcap": NOT_JOINED,
    "fragments.pcap": NOT_JOINED,
    "ip_length_zero.pcap": "tcpdump refuses an IP length of zero",
    **dict.fromkeys(
        ("geneve.pcap", "gre.pcap", "gre_ethernet.pcap", "gtpu.pcap", "ipip.pcap", "ipv6_extension_header.pcap",
         "mpls.pcap", "pppoe.pcap", "qinq.pcap", "six_in_four.pcap", "vlan.pcap", "vxlan.pcap"),
        NOT_INSIDE,
    ),
}  # fmt: skip
"""Samples of which tcpdump prints more, less or other than our line of each segment, and why."""
LINES = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"get /a\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 2000 OK\r\n", b"GET /abc",
    b"GET /abc\r", b"GET /\rabc", b"GET /a\tb\x1b[31m\r\n", b"PUT\r\n", b"GET", b"xyz 123", b"xyz 123 \r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-2.0-Open", b"\x00\x01\x02", b"220 hello\r\n", b"EHLO a\r\n", b"USER x", b"",
    b"\r\n", b" GET / HTTP", b"OPTIONS * RTSP/1.0\r\n", b"RTSP/1.0 200 OK\r\n", b"PLAY rtsp://x\r\n",
    b"GET /\xc3\xa9\r\n",
    b"GET /" + b"a" * 200 + b"\r\n", b"A" * 127 + b" 200", b"A" * 128 + b" 200", b"A" * 129 + b" 200",
    b"BDELETE /x\n\n",
    b"\tGET /", b"GET\x00 /", b"HTTP/1.1\t304\r\n", b"HTTP/1.1 304\x00", b"HTTP/1.1\r\n304\r\n", b"GET  /x\n",
]  # fmt: skip
OPTION_SIZES = {2: 2, 3: 1, 4: 0, 6: 4, 7: 4, 8: 8, 11: 4, 12: 4, 13: 4, 19: 16, 20: 2, 28: 2}


def ours(path: Path, *, absolute: bool = False) -> list[str]:
    printer = TcpdumpLines(absolute=absolute, utc=True)
    with closing(open_capture(path)) as reader:
        tap = Tap(reader)
        return [printer.line(s, *tap.options(), tap.payload(4096)) for s in tap if s is not None]


def theirs(path: Path, *arguments: str) -> list[str]:
    command = ["tcpdump", "-nr", str(path), *arguments, "tcp"]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "TZ": "UTC"}, check=True)
    return done.stdout.decode("latin1").splitlines()


def test_the_textbooks_trace_line_for_line() -> None:
    expected = [line for line in TRACE.read_text().splitlines() if line]
    assert ours(SAMPLES / "wget.pcap") == expected


@needs_tcpdump
@pytest.mark.parametrize("absolute", [False, True])
def test_every_sample_is_printed_as_tcpdump_does(absolute: bool) -> None:
    compared = 0
    for path in sorted(SAMPLES.glob("*.pcap")):
        if path.name in OTHERWISE:
            continue
        mine, real = ours(path, absolute=absolute), theirs(path, *(["-S"] if absolute else []))
        for number, (line, other) in enumerate(zip(mine, real, strict=True), 1):
            assert line == other, (path.name, number)
        compared += len(mine)
    assert compared > 1000


def random_option(rng: random.Random) -> bytes:
    """An option of any kind, mostly well-formed."""
    kind = rng.choice(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 19, 20, 28, 29, 30, 30, 30, 34, 254, 253, 99, rng.randrange(256)]
    )
    if kind < 2:
        return bytes([kind])
    right = {
        5: rng.choice([8, 16, 24]),
        29: rng.choice([2, 6, 14]),
        30: rng.choice([1, 2, 3, 6, 8, 10, 12, 14, 16, 18, 20, 22]),
        34: rng.choice([0, 4, 8, 16, 5, 2, 18]),
        254: rng.choice([2, 4, 10, 18]),
    }.get(kind, OPTION_SIZES.get(kind, rng.randrange(6)))
    data = bytearray(rng.randbytes(right if rng.random() < 0.85 else rng.randrange(12)))
    if kind == 254 and len(data) >= 2 and rng.random() < 0.7:
        data[:2] = b"\xf9\x89"
    if kind == 30 and data and rng.random() < 0.9:
        data[0] = rng.randrange(9) << 4 | rng.choice([0, 1, 2, 4, data[0] & 15])
    length = len(data) + 2 if rng.random() < 0.95 else rng.randrange(256)
    return bytes([kind, length]) + bytes(data)


def random_frame(rng: random.Random) -> bytes:
    """A TCP segment with any ports, flags, options and payload, over IPv4 or IPv6."""
    sport = rng.choice([1000, 2000, 40000, 80, 8080, 3128, 554, 8554, 25, 21, 22, 23])
    dport = rng.choice([1000, 3000, 50000])
    if rng.random() < 0.5:
        sport, dport = dport, sport
    line = rng.choice(LINES)
    payload = rng.choice([b"", line, rng.randbytes(rng.randrange(9)) + line, line + rng.randbytes(5)])
    options = b""
    while len(options) < 40 and rng.random() < 0.75:
        options += random_option(rng)
    options = options[:40]
    options += rng.choice([b"\0", b"\1"]) * (-len(options) % 4)
    flags = rng.choice([16, 16, 24, 17, 2, 18, 4, 20, 0, rng.randrange(256)])
    v6 = rng.random() < 0.3
    src, dst = ("2001:db8::1", "2001:db8::2") if v6 else ("192.0.2.1", "192.0.2.2")
    if rng.random() < 0.5:
        src, dst = dst, src
    fields = wire.Tcp(
        sport, dport, rng.randrange(2**32), rng.randrange(2**32), flags, rng.randrange(65536), options, payload
    )
    segment = wire.tcp_octets(src, dst, fields)
    if flags & wire.URG:
        segment = segment[:18] + struct.pack("!H", rng.randrange(65536)) + segment[20:]
    packet = wire.ipv6_octets(src, dst, segment) if v6 else wire.ipv4_octets(src, dst, segment)
    return wire.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", packet)


@needs_tcpdump
@pytest.mark.parametrize("name", OTHERWISE)
def test_every_named_difference_is_one(name: str) -> None:
    assert ours(SAMPLES / name) != theirs(SAMPLES / name)


@needs_tcpdump
@pytest.mark.parametrize("seed", [1, 2])
def test_random_segments_are_printed_as_tcpdump_does(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "random.pcap"
    write_pcap(path, [(10**18 + number * 1000, random_frame(rng)) for number in range(2000)])
    for number, (mine, real) in enumerate(zip(ours(path), theirs(path), strict=True), 1):
        assert mine == real, (seed, number)


def test_options_cut_by_the_capture_say_so() -> None:
    whole = bytes([2, 4, 5, 180, 1, 3, 3, 7])
    assert options_text(whole, 8) == ("mss 1460,nop,wscale 7", True)
    assert options_text(whole[:3], 8) == ("mss [|tcp]", False)
    assert options_text(whole[:5], 8) == ("mss 1460,nop, [|tcp]", False)
    assert options_text(whole[:7], 8) == ("mss 1460,nop,wscale [|tcp]>", False)


def test_no_options_octets_ever_fail() -> None:
    rng = random.Random(5)
    for _ in range(5000):
        octets = b"".join(random_option(rng) for _ in range(rng.randrange(5)))[: rng.randrange(41)]
        text, _ = options_text(octets, rng.randrange(len(octets), 41), rng.randrange(256), rng.randrange(2**32))
        assert text.isascii()
        assert text.isprintable()


def test_payloads_of_text_ports_never_carry_control_codes() -> None:
    rng = random.Random(6)
    for _ in range(3000):
        payload = rng.choice(LINES) + rng.randbytes(rng.randrange(10))
        text = payload_text(payload, rng.choice([80, 25, 22, 21, 554]), 40000, cut=rng.random() < 0.5)
        assert text.replace("\t", "").isprintable()


def test_the_oldest_flow_is_forgotten_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcplife.report.tcpdump.MAX_FLOWS", 1)
    printer = TcpdumpLines(utc=True)
    with closing(open_capture(SAMPLES / "wget.pcap")) as reader:
        tap = Tap(reader)
        for segment in tap:
            assert segment is not None
            printer.line(segment, *tap.options(), b"")
    assert len(printer._first) == 1
