"""Segments of one connection in, turn by turn, frames with times out: for what no stack does on demand.

Refuses to know: what the dialogue means. Numbers, acknowledgements and times follow from what was said before.
"""

from __future__ import annotations

from typing import Final

from tests.samples.make import wire

ADDRESS: Final = {">": ("192.0.2.1", "192.0.2.2"), "<": ("192.0.2.2", "192.0.2.1")}
HARDWARE: Final = {"192.0.2.1": "02:00:00:00:00:01", "192.0.2.2": "02:00:00:00:00:02"}
PORTS: Final = {">": (40404, 7), "<": (7, 40404)}
START_NS: Final = 1_700_000_000 * 10**9


class Dialogue:
    """Writes segments of one connection turn by turn: numbers and times follow from what was said."""

    def __init__(self) -> None:
        """Begin with both initial sequence numbers."""
        self.now_ns = START_NS
        self.snd_nxt = {">": 1_000_000, "<": 2_000_000}
        self.frames: list[tuple[int, bytes]] = []
        self.ident = {">": 0x1000, "<": 0x8000}

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now_ns += seconds * 10**9

    def say(
        self, way: str, letters: str, later_ms: int, payload: bytes = b"", *, seq_back: int = 0, window: int = 8192
    ) -> None:
        """Send a segment some milliseconds after the last.

        seq_back: so many below the next number, as a probe is; window: the plain field, nobody scales here.
        """
        self.now_ns += later_ms * 10**6 + 40_000
        (src, dst), (sport, dport) = ADDRESS[way], PORTS[way]
        ack = self.snd_nxt["<" if way == ">" else ">"] if "." in letters else 0
        options = wire.option_mss(1460) if "S" in letters else b""
        segment = wire.Tcp(
            sport, dport, self.snd_nxt[way] - seq_back, ack, wire.flags_of(letters), window, options, payload
        )
        octets = wire.ipv4_octets(src, dst, wire.tcp_octets(src, dst, segment), ident=self.ident[way])
        self.frames.append((self.now_ns, wire.ethernet(HARDWARE[dst], HARDWARE[src], octets)))
        self.ident[way] += 1
        self.snd_nxt[way] += len(payload) + ("S" in letters) + ("F" in letters)
