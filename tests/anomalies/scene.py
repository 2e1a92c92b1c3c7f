"""Scenes: a conversation in a few lines, each with our own kinds of anomaly that its packet must get, and no others.

    ms   who flags seq:len [ack=] [win=] ...  | kinds
    0    >   S   0:0   mss=1460               |
    3000 >   S   0:0   mss=1460               | syn_repeated=2<1

`kind=value<related`: value and related packet are checked where they are given. Numbers are relative to the sender's
ISN (SYN = 0). Options: mss=, scale=, sackok, ts=, md5, sack=FROM-TO (numbers of the peer), id=, ttl=, ce, port=; flags
are tcpdump's letters, W and E for CWR and ECE. A line `> icmp 3.1` is a router's error about the last segment of that
side. Wireshark's kinds are not looked at here. The last line may be `end MS`: the capture goes on until then.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import tcplife
from tcplife.anomalies.kinds import WIRESHARK_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tcplife import Anomaly

LETTERS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "E": 64, "W": 128, "-": 0}
ISN = {">": 0x1000, "<": 0x80_0000}
HOSTS = {">": bytes((192, 0, 2, 1)), "<": bytes((192, 0, 2, 2))}
PORTS = {">": 40_000, "<": 80}
BACK = {">": "<", "<": ">"}
START_NS = 1_700_000_000_000_000_000
WIRESHARK = frozenset(WIRESHARK_KINDS)


def lines_of(scene: str) -> list[tuple[list[str], list[str]]]:
    """Words and expected kinds of each line."""
    lines = [line.partition("|") for line in scene.splitlines() if line.strip()]
    return [(facts.split(), kinds.split()) for facts, _, kinds in lines]


def pcap_of(scene: str) -> bytes:
    """The scene as a nanosecond pcap."""
    records = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)]
    last: dict[str, bytes] = {}
    ids = {">": 100, "<": 9000}
    for words, _ in lines_of(scene):
        ns = START_NS + round(float(words[1] if words[0] == "end" else words[0]) * 1_000_000)
        if words[0] == "end":
            packet = _ip(HOSTS[">"], HOSTS["<"], 1, bytes(8), protocol=17)
        elif words[2] == "icmp":
            kind, code = words[3].split(".")
            body = bytes((int(kind), int(code))) + bytes(6) + last[words[1]][:48]
            packet = _ip(bytes((192, 0, 2, 254)), HOSTS[words[1]], 1, body, protocol=1)
        else:
            way = words[1]
            ids[way] += 1
            packet = last[way] = _segment(way, words[2:], ids[way])
        frame = bytes(12) + b"\x08\x00" + packet
        records.append(struct.pack("<IIII", ns // 10**9, ns % 10**9, len(frame), len(frame)) + frame)
    return b"".join(records)


def _segment(way: str, words: list[str], ip_id: int) -> bytes:
    named = dict(word.split("=") for word in words[2:] if "=" in word)
    return _ip(
        HOSTS[way], HOSTS[BACK[way]], int(named.get("id", ip_id)), _tcp(way, words),
        ttl=int(named.get("ttl", 64)), ecn=3 if "ce" in words else 0,
    )  # fmt: skip


def _ip(
    source: bytes, target: bytes, ip_id: int, body: bytes, *, protocol: int = 6, ttl: int = 64, ecn: int = 0
) -> bytes:
    return (
        struct.pack(">BBHHHBBH4s4s", 0x45, ecn, 20 + len(body), ip_id, 0x4000, ttl, protocol, 0, source, target) + body
    )


def _tcp(way: str, words: list[str]) -> bytes:
    named = dict(word.split("=") for word in words[2:] if "=" in word)
    flags = sum(LETTERS[letter] for letter in words[0])
    seq, length = map(int, words[1].split(":"))
    options = b"".join(_options(way, words[2:], named))
    options += b"\x01" * (-len(options) % 4)
    ack = ISN[BACK[way]] + int(named.get("ack", 1)) if flags & 16 else 0
    payload = bytes(ISN[way] + seq + at & 0xFF for at in range(length))
    header = struct.pack(
        ">HHIIBBHHH", int(named.get("port", PORTS[way])), PORTS[BACK[way]], ISN[way] + seq & 0xFFFFFFFF,
        ack & 0xFFFFFFFF, 80 + len(options) // 4 * 16, flags, int(named.get("win", 8192)), 0, 0,
    )  # fmt: skip
    return header + options + payload


def _options(way: str, words: list[str], named: dict[str, str]) -> Iterator[bytes]:
    if "mss" in named:
        yield b"\x02\x04" + int(named["mss"]).to_bytes(2, "big")
    if "scale" in named:
        yield bytes((1, 3, 3, int(named["scale"])))
    if "sackok" in words:
        yield b"\x01\x01\x04\x02"
    if "ts" in named:
        yield b"\x01\x01\x08\x0a" + struct.pack(">II", int(named["ts"]), 1)
    if "md5" in words:
        yield b"\x01\x01\x13\x12" + bytes(16)
    if "sack" in named:
        left, right = (ISN[BACK[way]] + int(number) for number in named["sack"].split("-"))
        yield b"\x01\x01\x05\x0a" + struct.pack(">II", left, right)


def anomalies_of(pcap: bytes) -> list[Anomaly]:
    """Our own kinds in a capture, in packet order."""
    found = [anomaly for connection in tcplife.analyze(BytesIO(pcap)) for anomaly in connection.anomalies]
    return [anomaly for anomaly in found if anomaly.kind not in WIRESHARK]


def differences(scene: str) -> list[str]:
    """What a scene's packets get and should not, or should and do not."""
    found: dict[int, list[Anomaly]] = {}
    for anomaly in anomalies_of(pcap_of(scene)):
        found.setdefault(anomaly.packet, []).append(anomaly)
    wrong = []
    for packet, (words, expected) in enumerate(lines_of(scene), 1):
        got = found.get(packet, [])
        kinds = [kind.partition("=")[0].partition("<")[0] for kind in expected]
        if sorted(kinds) != sorted(anomaly.kind for anomaly in got):
            wrong.append(
                f"packet {packet} ({' '.join(words)}): {sorted(_told(a) for a in got)}, not {sorted(expected)}"
            )
            continue
        for kind, text in zip(kinds, expected, strict=True):
            if not any(_fits(text, anomaly) for anomaly in got if anomaly.kind == kind):
                wrong.append(f"packet {packet}: {[_told(a) for a in got if a.kind == kind]}, not {text}")
    return wrong


def _told(anomaly: Anomaly) -> str:
    value = "" if anomaly.value is None else f"={anomaly.value}"
    return f"{anomaly.kind}{value}" + (f"<{anomaly.related}" if anomaly.related else "")


def _fits(text: str, anomaly: Anomaly) -> bool:
    """Whether value and related packet are as given, where they are given."""
    head, _, related = text.partition("<")
    value = head.partition("=")[2]
    return (not value or str(anomaly.value) == value) and (not related or str(anomaly.related) == related)
