"""What a thousand rules cost: CPU time of reading a policy and judging, over that of the analysis itself.

    python -m tests.benchmarks.rules [CONNECTIONS [RULES]]

Prints the best of three ratios. The promise: less than twice the analysis for 1,000 rules on 10,000 connections.
"""

from __future__ import annotations

import struct
import sys
import tempfile
import time
from pathlib import Path

from tcplife.capture import open_capture
from tcplife.checks import builtin, policy
from tcplife.checks.run import Check
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis

HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def cost(path: Path, text: str) -> float:
    """CPU time of the rules in this policy over that of the analysis."""
    start = time.process_time()
    connections = list(Analysis(open_capture(str(path)), Options()))
    analysed = time.process_time()
    run = Check(policy.read(text, "many.toml", builtin.profile))
    for connection in connections:
        run.add(connection)
    run.verdict()
    return (time.process_time() - analysed) / (analysed - start)


def many_rules(count: int) -> list[str]:
    """Rules that all differ, in selector and expectation."""
    return [
        f"[rules.r{number}]\n"
        f"where = 'service == \"{(443, 80, 5432)[number % 3]}\" and client.port > {number}'\n"
        f"expect = 'handshake_ms <= {50 + number / 7:.3f} and (not reset or client.packets < {number + 20})"
        f" and duration_s < {number + 1} and client.ip in 10.{number % 256}.0.0/16 and p95(handshake_ms) < {number}'\n"
        for number in range(count)
    ]


TALK = [
    (0, 0x02, 100, 0, 0),
    (1, 0x12, 500, 101, 0),
    (0, 0x10, 101, 501, 0),
    (0, 0x18, 101, 501, 100),
    (1, 0x10, 501, 201, 0),
    (1, 0x18, 501, 201, 400),
    (0, 0x10, 201, 901, 0),
]
"""Side, flags, seq, ack, length of each segment."""
CLOSED = [*TALK, (0, 0x11, 201, 901, 0), (1, 0x11, 901, 202, 0), (0, 0x10, 202, 902, 0)]
ABORTED = [*TALK, (1, 0x14, 901, 201, 0)]


def write_capture(path: Path, count: int) -> None:
    """Short requests, one after the other: handshake, question, answer, FIN or RST; ten packets each."""
    records = []
    for number in range(count):
        client, server = 0x0A000000 + number * 7919 % 60000 + 1, 0x0A640001 + number % 5
        ports = 1024 + number % 60000, (443, 80, 5432)[number % 3]
        for place, (side, flags, seq, ack, length) in enumerate(ABORTED if number % 50 == 0 else CLOSED):
            source, target = (client, server) if side == 0 else (server, client)
            tcp = struct.pack(">HHIIBBHHH", *(ports if side == 0 else ports[::-1]), seq, ack, 80, flags, 65000, 0, 0)
            ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40 + length, 1, 0, 64, 6, 0, source, target)
            packet = b"\2" * 12 + b"\x08\x00" + ip + tcp + bytes(length)
            records.append((number * 1000 + place * (100 + number % 97), packet))
    records.sort(key=lambda record: record[0])
    with path.open("wb") as file:
        file.write(HEADER)
        for us, packet in records:
            file.write(struct.pack("<IIII", 1_700_000_000 + us // 10**6, us % 10**6, len(packet), len(packet)) + packet)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    connections, count = (*map(int, arguments), *(10_000, 1_000)[len(arguments) :])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.pcap"
        write_capture(path, connections)
        text = "\n".join(many_rules(count))
        ratio = min(cost(path, text) for _ in range(3))
    print(f"{count} rules on {connections} connections: {ratio:.2f} times the analysis")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
