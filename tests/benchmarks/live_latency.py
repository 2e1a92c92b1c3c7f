"""How long after its last packet a connection is told, with the real tcpdump on loopback.

    python -m tests.benchmarks.live_latency [SECONDS [CONNECTIONS_PER_SECOND]]

Needs root and tcpdump. Connects to a server of its own on 127.0.0.1 at the given rate (default 200 for 60 s) and pipes
`tcpdump --immediate-mode -U -w -` into `tcplife analyze -`. Prints what tcpdump and tcplife lost, and p50, p99 and the
longest delay from the time stamp of a connection's last packet to its line. Exit code 1 when the promise is broken, 2 when
the kernel dropped packets before tcpdump saw them: then the machine was too busy to measure anything.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Final

PROMISED_S: Final = 0.5
PORT: Final = 47_812
SETTLE_S: Final = 1.5
BUFFER_KIB: Final = 65_536
"""Of tcpdump: on a busy machine it may have to wait for its turn."""


def serve(server: socket.socket, done: threading.Event) -> None:
    """Answer once and close after the client."""
    server.settimeout(0.2)
    while not done.is_set():
        try:
            peer, _ = server.accept()
        except TimeoutError:
            continue
        with peer:
            peer.sendall(peer.recv(100))
            peer.recv(100)


def converse(seconds: float, rate: int) -> int:
    """Hold connections one after the other, so many per second; return how many there were."""
    held = 0
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        if held > now * rate:
            time.sleep(held / rate - now)
        with socket.create_connection(("127.0.0.1", PORT)) as client:
            client.sendall(b"hello")
            client.recv(100)
        held += 1
    return held


def measure(seconds: float, rate: int) -> tuple[int, list[float], int, str]:
    """Return connections held, the delay of each line, the packets in them, and what tcpdump says at its end."""
    capture = subprocess.Popen(
        [
            *("tcpdump", "-i", "lo", "-n", "--immediate-mode", "-B", str(BUFFER_KIB), "-U", "-Z", "root", "-w", "-"),
            *("tcp", "port", str(PORT)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    analysis = subprocess.Popen(
        [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", "-"],
        stdin=capture.stdout,
        stdout=subprocess.PIPE,
    )
    assert capture.stdout is not None
    capture.stdout.close()
    delays: list[float] = []
    packets: list[int] = []

    def read() -> None:
        assert analysis.stdout is not None
        for line in analysis.stdout:
            now_ns = time.time_ns()
            record = json.loads(line)
            delays.append((now_ns - record["start_ns"]) / 1e9 - record["duration"])
            packets.append(sum(stats["packets"] for stats in record["stats"].values()))

    reading = threading.Thread(target=read)
    reading.start()
    done = threading.Event()
    with socket.create_server(("127.0.0.1", PORT), backlog=512) as server:
        serving = threading.Thread(target=serve, args=(server, done))
        serving.start()
        time.sleep(SETTLE_S)
        held = converse(seconds, rate)
        time.sleep(SETTLE_S)
        done.set()
        serving.join()
    capture.send_signal(signal.SIGINT)
    assert capture.stderr is not None
    words = capture.stderr.read().decode()
    capture.wait()
    analysis.wait()
    reading.join()
    return held, delays, sum(packets), words


def main() -> int:
    """Measure and print."""
    if shutil.which("tcpdump") is None:
        print("needs tcpdump")
        return 1
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    held, delays, packets, words = measure(seconds, rate)
    delays.sort()
    p50, p99 = delays[len(delays) // 2], delays[len(delays) * 99 // 100]
    print(words.strip())
    print(f"{held} connections held, {len(delays)} told with {packets} packets")
    print(f"p50 {p50:.3f} s, p99 {p99:.3f} s, longest {delays[-1]:.3f} s")
    captured = re.search(r"^(\d+) packets captured", words, re.MULTILINE)
    if captured is None or not re.search(r"^0 packets dropped by kernel", words, re.MULTILINE):
        return 2
    return 0 if held == len(delays) and packets == int(captured[1]) and p99 < PROMISED_S else 1


if __name__ == "__main__":
    sys.exit(main())
