"""Small conversations as pcap octets, at any time one likes: what the tests here send through pipes.

In: when, who, what. Out: pcap records of whole Ethernet frames. Independent of the code under test.
"""

from __future__ import annotations

import struct
from typing import Final

from tests.samples.make.wire import Tcp, flags_of, packed, tcp_octets

HEADER: Final = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)
"""Of a pcap with nanoseconds, Ethernet."""
SECOND: Final = 1_000_000_000
CLIENT, SERVER = "192.0.2.1", "192.0.2.2"


def frame(src: str, dst: str, segment: Tcp) -> bytes:
    """Return an Ethernet frame with one segment in IPv4."""
    body = tcp_octets(src, dst, segment)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0x4000, 64, 6, 0, packed(src), packed(dst))
    return bytes(12) + b"\x08\x00" + head + body


def record(ts_ns: int, octets: bytes) -> bytes:
    """Return one record of a pcap."""
    return struct.pack("<IIII", ts_ns // SECOND, ts_ns % SECOND, len(octets), len(octets)) + octets


class Talk:
    """One connection from a client's port; every method returns the record of one segment."""

    def __init__(self, port: int, *, server_port: int = 80, client: str = CLIENT, isn: int = 1000) -> None:
        self.port = port
        self.server_port = server_port
        self.client = client
        self.isn = isn

    def up(self, ts_ns: int, flags: str, seq: int, ack: int = 0, payload: bytes = b"") -> bytes:
        """Send from the client; seq and ack count from the initial numbers."""
        segment = Tcp(
            self.port, self.server_port, self.isn + seq, 5000 + ack if ack else 0, flags_of(flags), 8192, b"", payload
        )
        return record(ts_ns, frame(self.client, SERVER, segment))

    def down(self, ts_ns: int, flags: str, seq: int, ack: int, payload: bytes = b"") -> bytes:
        """Send from the server."""
        segment = Tcp(self.server_port, self.port, 5000 + seq, self.isn + ack, flags_of(flags), 8192, b"", payload)
        return record(ts_ns, frame(SERVER, self.client, segment))

    def opening(self, ts_ns: int, step_ns: int = 1000) -> bytes:
        """Return the three-way handshake."""
        return self.up(ts_ns, "S", 0) + self.down(ts_ns + step_ns, "S.", 0, 1) + self.up(ts_ns + 2 * step_ns, ".", 1, 1)

    def closing(self, ts_ns: int, step_ns: int = 1000, sent: int = 0) -> bytes:
        """Let the client close first, after `sent` octets."""
        return (
            self.up(ts_ns, "F.", 1 + sent, 1)
            + self.down(ts_ns + step_ns, "F.", 1, 2 + sent)
            + self.up(ts_ns + 2 * step_ns, ".", 2 + sent, 2)
        )

    def whole(self, ts_ns: int, step_ns: int = 1000) -> bytes:
        """Open, send a few octets, close."""
        return (
            self.opening(ts_ns, step_ns)
            + self.up(ts_ns + 3 * step_ns, "P.", 1, 1, b"hello\n")
            + self.down(ts_ns + 4 * step_ns, ".", 1, 7)
            + self.closing(ts_ns + 5 * step_ns, step_ns, 6)
        )
