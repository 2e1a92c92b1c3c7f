"""One vantage point: every TCP segment of a capture by pair of endpoints, raw, and the connections as tracked.

In: the name of a capture (it is read twice). Out: a Tap. Keeps about 0.5 kB for each segment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..capture import RECORD, open_capture
from ..decode.decoder import Decoder
from ..errors import UsageError
from ..model.address import ip_text
from ..model.names import ACK, SYN
from ..model.segment import Segment
from ..pipeline import Analysis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.damage import Damage

HASHED = 16
"""Octets of payload that are compared: what a capture cut to 96 octets still has."""
TWICE_NS = 100_000
"""The same packet again within so long was captured twice; without an IP id a repetition looks the same, but later."""
TWICE_SAME_ID_NS = 50_000_000
"""With an IP id of its own, within so long: captured twice, or doubled by the network."""

End = tuple[int, int, int]
"""Address as two 64-bit halves, port."""


@dataclass(slots=True, eq=False)
class Seen:
    """One segment as one tap saw it; numbers as on the wire. mate: the same segment at the other tap."""

    packet: int
    ts_ns: int
    seq: int
    ack: int
    flags: int
    length: int
    ip_id: int
    ts_val: int
    window: int
    options: bytes
    payload: bytes
    mate: Seen | None = None
    spoken: bool = False

    @property
    def end(self) -> int:
        """One beyond its last octet, unwrapped from seq."""
        return self.seq + self.length


@dataclass(slots=True, eq=False)
class Flow:
    """A pair of endpoints: ends[0] is the client, as far as the capture tells; ways[i]: segments of ends[i]."""

    ip_version: int
    ends: tuple[End, End]
    ways: tuple[list[Seen], list[Seen]] = field(default_factory=lambda: ([], []))
    connections: list[Connection] = field(default_factory=list)
    oriented: bool = False

    def turn(self) -> None:
        """Let the other end be the first."""
        self.ends = (self.ends[1], self.ends[0])
        self.ways = (self.ways[1], self.ways[0])

    def name(self, side: int) -> str:
        """One end as text."""
        high, low, port = self.ends[side]
        return f"{ip_text(high, low, self.ip_version)}.{port}"


@dataclass(slots=True)
class Tap:
    """What one capture holds. doubled: packets that came twice and were left out."""

    source: str
    flows: list[Flow] = field(default_factory=list)
    first_ns: int = 0
    last_ns: int = 0
    doubled: int = 0
    damages: list[Damage] = field(default_factory=list)


def read_tap(source: str) -> Tap:
    """Read one vantage point. Raises: CaptureError; UsageError for standard input, which cannot be read twice."""
    if source == "-":
        raise UsageError("compare reads each capture twice: give files, not standard input")
    tap = Tap(source)
    flows: dict[tuple[int, End, End], Flow] = {}
    recent: dict[tuple[object, ...], int] = {}
    reader = open_capture(source)
    decoder = Decoder(checksums=False)
    s = Segment()
    while reader.next() == RECORD:
        s.packet = reader.packet
        s.ts_ns = reader.ts_ns
        s.wire_len = reader.wire_len
        if tap.first_ns == 0:
            tap.first_ns = reader.ts_ns
        tap.last_ns = max(tap.last_ns, reader.ts_ns)
        if decoder.decode(reader.buf, reader.at, reader.end, reader.wire_len, reader.link, s) != 0:
            continue
        _take(tap, flows, recent, s, decoder)
    reader.close()
    tap.damages = list(reader.damages)
    tap.flows = list(flows.values())
    for connection in Analysis(open_capture(source)):
        one = client_of(connection)
        two = (connection.server_hi, connection.server_lo, connection.server_port)
        flow = flows.get(_key(connection.ip_version, one, two))
        if flow is not None:
            flow.connections.append(connection)
    for flow in tap.flows:
        flow.connections.sort(key=lambda c: c.index)
        if not flow.oriented and flow.connections and flow.ends[0] != client_of(flow.connections[0]):
            flow.turn()
    return tap


def client_of(connection: Connection) -> End:
    """The client's end."""
    return (connection.client_hi, connection.client_lo, connection.client_port)


def _key(version: int, one: End, two: End) -> tuple[int, End, End]:
    return (version, one, two) if one < two else (version, two, one)


def _take(
    tap: Tap, flows: dict[tuple[int, End, End], Flow], recent: dict[tuple[object, ...], int], s: Segment,
    decoder: Decoder,
) -> None:  # fmt: skip
    source = (s.src_hi, s.src_lo, s.sport)
    target = (s.dst_hi, s.dst_lo, s.dport)
    key = _key(s.ip_version, source, target)
    flow = flows.get(key)
    if flow is None:
        flow = flows[key] = Flow(s.ip_version, (source, target))
    if s.flags & SYN and not flow.oriented:
        flow.oriented = True
        if (source == flow.ends[0]) == bool(s.flags & ACK):
            flow.turn()
    payload = decoder.octets(s.payload_at, min(s.payload_end, s.payload_at + HASHED))
    seen = Seen(
        s.packet, s.ts_ns, s.seq, s.ack, s.flags, s.length, s.ip_id, s.ts_val, s.window,
        decoder.octets(s.opt_at, s.opt_end), payload,
    )  # fmt: skip
    same = (source, target, s.seq, s.ack, s.flags, s.length, s.ip_id, s.window, seen.options, payload)
    before = recent.get(same)
    recent[same] = s.ts_ns
    if before is not None and abs(s.ts_ns - before) <= (TWICE_SAME_ID_NS if s.ip_id > 0 else TWICE_NS):
        tap.doubled += 1
        return
    flow.ways[0 if source == flow.ends[0] else 1].append(seen)
