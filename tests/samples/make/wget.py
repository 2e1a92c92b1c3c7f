"""The textbook's own trace in (46 lines of tcpdump), a capture out on which tcpdump prints those lines again.

Only what tcpdump printed is known; the rest is chosen here and is plausible: the date, the hardware addresses, IP
identifications that count on as Linux does under segmentation offload, and payload of the right length and first line.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.samples.make import wire
from tests.samples.make.catalogue import SCRIPTED, recipe
from tests.samples.make.container import write_pcap

if TYPE_CHECKING:
    from collections.abc import Iterator

TRACE = Path(__file__).parents[1] / "wget-trace.txt"
DATE = datetime(2019, 6, 12, tzinfo=UTC)  # the trace has only the time of day
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SERVER_PORT = 80
SEGMENT_OCTETS = 1448  # MSS 1460 less 12 octets of timestamps: how many packets one captured 'super segment' stands for
HARDWARE = {"192.168.131.132": "00:0c:29:4a:1e:84", "192.168.131.138": "00:0c:29:b7:62:8a"}

BODY_OCTETS = 65536
REQUEST = (
    b"GET /file_64KB HTTP/1.1\r\nUser-Agent: Wget/1.19.4 (linux-gnu)\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
    b"Host: 192.168.131.138\r\nConnection: Keep-Alive\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.16.0 (Unix)\r\nDate: Wed, 12 Jun 2019 10:09:11 GMT\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Length: 65536\r\n"
    b"Last-Modified: Wed, 12 Jun 2019 09:58:40 GMT\r\n"
    b'Connection: keep-alive\r\nETag: "5d00ce20-10000"\r\nAccept-Ranges: bytes\r\n\r\n'
) + b"".join(b"tcplife sample body, line %04d of 1024, 64 octets with its end.\n" % line for line in range(1, 1025))

LINE = re.compile(
    r"(?P<time>[\d:.]+) IP (?P<src>[\d.]+)\.(?P<sport>\d+) > (?P<dst>[\d.]+)\.(?P<dport>\d+): "
    r"Flags \[(?P<flags>[^]]+)\], "
    r"(?:seq (?P<seq>\d+)(?::\d+)?, )?(?:ack (?P<ack>\d+), )?win (?P<win>\d+), "
    r"options \[(?P<options>[^]]*)\], length (?P<length>\d+)"
)
TIMESTAMPS = re.compile(r"TS val (\d+) ecr (\d+)")

Side = tuple[str, int]


class Line(NamedTuple):
    """One printed line: microseconds since midnight, the two sides, and what tcpdump said, numbers still relative."""

    time_us: int
    source: Side
    target: Side
    letters: str
    seq: int | None
    ack: int
    window: int
    options: str
    length: int


def read_line(text: str) -> Line:
    """Return the fields of one line of the trace. Raises: ValueError when it is not such a line."""
    found = LINE.match(text)
    if found is None:
        msg = f"not a line of the trace: {text!r}"
        raise ValueError(msg)
    clock = datetime.strptime(found["time"] + "+0000", "%H:%M:%S.%f%z")
    since_midnight = clock - clock.replace(hour=0, minute=0, second=0, microsecond=0)
    return Line(
        time_us=since_midnight // timedelta(microseconds=1),
        source=(found["src"], int(found["sport"])),
        target=(found["dst"], int(found["dport"])),
        letters=found["flags"],
        seq=None if found["seq"] is None else int(found["seq"]),
        ack=int(found["ack"] or 0),
        window=int(found["win"]),
        options=found["options"],
        length=int(found["length"]),
    )


def options_of(line: Line) -> bytes:
    """Return the option octets in the order the trace lists them."""
    stamps = TIMESTAMPS.search(line.options)
    if stamps is None:
        msg = f"no timestamps in {line.options!r}"
        raise ValueError(msg)
    stamp = wire.option_timestamps(int(stamps[1]), int(stamps[2]))
    if "S" in line.letters:
        return wire.option_mss(1460) + wire.SACK_PERMITTED + stamp + wire.NOP + wire.option_window_scale(7)
    return wire.NOP * 2 + stamp


class Rebuilder:
    """Remembers what a line leaves out: initial sequence numbers, the next octet of each side, IP identifications."""

    def __init__(self) -> None:
        """Start before the first line."""
        self.isn: dict[tuple[Side, Side], int] = {}
        self.snd_nxt: dict[tuple[Side, Side], int] = {}
        self.ident: dict[tuple[Side, Side], int] = {}

    def frame(self, line: Line) -> bytes:
        """Return the Ethernet frame tcpdump saw when it printed the line."""
        way, back = (line.source, line.target), (line.target, line.source)
        opening = "S" in line.letters
        if opening and line.seq is not None:
            self.isn[way], self.snd_nxt[way] = line.seq, 0
        relative = self.snd_nxt[way] if line.seq is None or opening else line.seq
        # tcpdump prints the SYN+ACK's acknowledgement absolute, every later one relative to the peer's ISN
        ack = line.ack if opening or "." not in line.letters else self.isn[back] + line.ack
        segment = wire.Tcp(
            sport=line.source[1],
            dport=line.target[1],
            seq=self.isn[way] + relative,
            ack=ack,
            flags=wire.flags_of(line.letters),
            window=line.window,
            options=options_of(line),
            payload=self.payload(line, relative),
        )
        self.snd_nxt[way] = max(self.snd_nxt[way], relative + line.length + ("F" in line.letters) + opening)
        return self.wrap(line, segment)

    def payload(self, line: Line, relative: int) -> bytes:
        """Return the octets from the relative sequence number on: the first octet after SYN is number 1."""
        stream = RESPONSE if line.source[1] == SERVER_PORT else REQUEST
        return stream[relative - 1 : relative - 1 + line.length] if line.length else b""

    def wrap(self, line: Line, segment: wire.Tcp) -> bytes:
        """Return the segment in IP and Ethernet; Linux answers a SYN with identification 0, counts each packet."""
        way = (line.source, line.target)
        (src, _), (dst, _) = way
        ident = 0
        if line.letters != "S.":
            first = (
                0x1F2A + 0x2B11 * (segment.sport & 0xFF) if line.source[1] != SERVER_PORT else 0x6D31 + segment.dport
            )
            ident = self.ident.setdefault(way, first)
            self.ident[way] += max(1, -(-line.length // SEGMENT_OCTETS))
        octets = wire.ipv4_octets(src, dst, wire.tcp_octets(src, dst, segment), ident=ident)
        return wire.ethernet(HARDWARE[dst], HARDWARE[src], octets)


def frames() -> Iterator[tuple[int, bytes]]:
    """Yield every frame of the trace with its time in epoch nanoseconds."""
    rebuilder = Rebuilder()
    midnight_ns = (DATE - EPOCH) // timedelta(microseconds=1) * 1000
    for text in TRACE.read_text(encoding="ascii").splitlines():
        line = read_line(text)
        yield midnight_ns + line.time_us * 1000, rebuilder.frame(line)


@recipe(
    "wget",
    lessons=(1, 3, 6, 8, 13, 14),
    shows="Two wget downloads of 64 KB over HTTP, each ended by the client with a three-segment close.",
    origin=SCRIPTED + "rebuilt line by line from the tcpdump output in tests/samples/wget-trace.txt",
    root=False,
)
def wget(path: Path) -> None:
    """Write the capture."""
    if (len(REQUEST), len(RESPONSE)) != (151, 65800):
        msg = f"the payload has {len(REQUEST)} and {len(RESPONSE)} octets, the trace 151 and 65800"
        raise ValueError(msg)
    write_pcap(path, frames())
