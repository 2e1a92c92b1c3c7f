"""Hand-made lives: figures in tcpdump's notation become a capture, and the capture a Connection.

    0     > S  0              time in ms, direction, flags, seq, then any of ack, len, win, ttl, id, port, from
    10    < S. 0 ack 1
    10.1  > .  1 ack 1

Numbers are relative to each side's ISN. Client 10.0.0.1 port 40000, server 10.0.0.2 port 80, Ethernet, IPv4.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import tcplife
from tcplife.api import analyze_with_totals

if TYPE_CHECKING:
    from tcplife import Connection, Totals

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16}
ISN = {">": 1000, "<": 500_000}
SYN_OPTIONS = bytes.fromhex("020405b4")  # MSS 1460
START_NS = 1_700_000_000_000_000_000


def capture(figure: str) -> bytes:
    """The figure as a nanosecond pcap."""
    records = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)]
    ids = {">": 100, "<": 9000}
    for line in figure.strip().splitlines():
        words = line.split()
        if not words:
            continue
        ids[words[1]] += 1
        frame = _frame(words, ids[words[1]])
        ts_ns = START_NS + round(float(words[0]) * 1_000_000)
        records.append(struct.pack("<IIII", ts_ns // 10**9, ts_ns % 10**9, len(frame), len(frame)) + frame)
    return b"".join(records)


def _frame(words: list[str], ip_id: int) -> bytes:
    way, letters, seq = words[1], words[2], int(words[3])
    more = dict(zip(words[4::2], words[5::2], strict=True))
    flags = sum(FLAGS[letter] for letter in letters)
    back = "<" if way == ">" else ">"
    ack = (ISN[back] + int(more["ack"])) & 0xFFFFFFFF if "ack" in more else 0
    options = SYN_OPTIONS if flags & 2 else b""
    client = (bytes(int(part) for part in more.get("from", "10.0.0.1").split(".")), int(more.get("port", 40000)))
    server = (bytes([10, 0, 0, 2]), 80)
    (src, sport), (dst, dport) = (client, server) if way == ">" else (server, client)
    tcp = struct.pack(
        ">HHIIBBHHH", sport, dport, (ISN[way] + seq) & 0xFFFFFFFF, ack, (20 + len(options)) // 4 << 4, flags,
        int(more.get("win", 8192)), 0, 0,
    )  # fmt: skip
    payload = bytes(seq + at & 0xFF for at in range(int(more.get("len", 0))))
    total = 20 + len(tcp) + len(options) + len(payload)
    ip = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, total, int(more.get("id", ip_id)), 0x4000, int(more.get("ttl", 64)), 6, 0, src, dst
    )
    return bytes(12) + b"\x08\x00" + ip + tcp + options + payload


def lives(figure: str, *, msl_s: float = 120.0) -> list[Connection]:
    """Every connection of the figure, by index."""
    return sorted(tcplife.analyze(BytesIO(capture(figure)), msl_s=msl_s), key=lambda connection: connection.index)


def life(figure: str) -> Connection:
    """The figure's only connection."""
    (connection,) = lives(figure)
    return connection


def totals(figure: str) -> Totals:
    """The totals of a run over the figure."""
    run = analyze_with_totals(BytesIO(capture(figure)))
    assert list(run)
    return run.totals
