"""Figures: a life in the RFC's own notation, one segment a line with each side's state after it, becomes a test.

    client        segment                   server
    ESTABLISHED                             ESTABLISHED       before it: a handshake that is played in front
    FIN_WAIT_1    > F. 1 ack 1              CLOSE_WAIT        tcpdump's letters, sequence number
    FIN_WAIT_1    < .  1 ack 2  lost        CLOSE_WAIT        captured, and lost behind the capture point
    ...           (< F. 1 ack 2)            LAST_ACK          never captured
    TIME_WAIT     < F. 1 ack 2  +200        LAST_ACK          200 ms after the line before (else 10)
    CLOSED        2MSL                      LAST_ACK          capture time passes; nothing else does
    CLOSED        end                       LAST_ACK          as the finished record has it, where that differs

States are those of the live view: tentative ones count. `...` is not looked at. Other words of a segment: len, win, id,
mss, scale (numbers), ts VALUE ECHO, sack FROM TO, sackok, tfo (a cookie), md5, nonsense. `> icmp 3.1` is a router's error about the last
segment of that side. Numbers are relative to `isn`, which lets them wrap round; isn=(0, 0) leaves the RFC's own.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from tcplife import Options
from tcplife.api import analyze_with_totals

from .truth import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tcplife import Connection, SegmentLine, Totals, Transition

LETTERS: Final = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "E": 64, "W": 128}
SIDES: Final = (">", "<")
START_NS: Final = 1_700_000_000_000_000_000
STEP_MS: Final = 10
HEADER: Final = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
"""Of a pcap with nanoseconds."""
WRAPPING: Final = (2**32 - 3, 2**31 - 3)
"""First numbers whose third octet lies beyond the end of the number space, or of its half (RFC 9293 3.4)."""
HOSTS: Final = (bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2)))
PORTS: Final = (40_000, 80)


@dataclass(frozen=True, slots=True)
class World:
    """What a figure leaves open: first numbers, addresses, ports and the time of its first packet."""

    isn: tuple[int, int] = WRAPPING
    hosts: tuple[bytes, bytes] = HOSTS
    ports: tuple[int, int] = PORTS
    start_ns: int = START_NS


@dataclass(frozen=True, slots=True)
class Step:
    """One line. states: of client and server, "..." not looked at. packet: its number, 0 if nothing was captured."""

    states: tuple[str, str]
    words: tuple[str, ...]
    packet: int
    ms: float
    lost: bool

    @property
    def is_segment(self) -> bool:
        return self.packet > 0 and self.words[0] in SIDES and self.words[1] != "icmp"


def steps_of(figure: str) -> list[Step]:
    """Return the lines of a figure, with the handshake in front that a first line of ESTABLISHED stands for."""
    lines = [line.split() for line in figure.strip().splitlines()]
    if lines[0][0] == "client":
        del lines[0]
    if lines[0] == ["ESTABLISHED", "ESTABLISHED"]:
        lines[:1] = _handshake(lines[1])
    found: list[Step] = []
    packet = 0
    ms = 0.0
    for first, *middle, last in lines:
        words, lost, unseen, after = _marks(middle)
        ms += after if found else 0
        seen = bool(words) and words[0] in (*SIDES, "2MSL") and not unseen
        packet += seen
        found.append(Step((first, last), words, packet if seen else 0, ms, lost))
    return found


def _handshake(first: list[str]) -> list[list[str]]:
    """Return the lines that lead to the numbers which the first segment uses."""
    way, seq = first[1].strip("("), int(first[3])
    ack = int(first[first.index("ack") + 1].strip(")")) if "ack" in first else seq
    ours, theirs = (seq - 1, ack - 1) if way == ">" else (ack - 1, seq - 1)
    return [
        f"SYN_SENT > S {ours} LISTEN".split(),
        f"ESTABLISHED < S. {theirs} ack {ours + 1} SYN_RECEIVED".split(),
        f"ESTABLISHED > . {ours + 1} ack {theirs + 1} ESTABLISHED".split(),
    ]


def _marks(middle: list[str]) -> tuple[tuple[str, ...], bool, bool, float]:
    """Return the words of the segment, whether it was lost or never captured, and how long after the line before."""
    words: list[str] = []
    after = float(STEP_MS)
    for word in middle:
        if re.fullmatch(r"\+-?[\d.]+", word):
            after = float(word[1:])
        elif word != "lost":
            words.append(word.strip("()"))
    return tuple(words), "lost" in middle, bool(middle) and middle[0].startswith("("), after


def capture(figure: str, world: World | None = None, *, msl_s: float = 120.0) -> bytes:
    """Return the figure as a nanosecond pcap."""
    world = World() if world is None else world
    return HEADER + b"".join(records_of(steps_of(figure), world, msl_s))


def records_of(steps: list[Step], world: World, msl_s: float = 120.0) -> Iterator[bytes]:
    """Yield the pcap records of a figure's lines; time that only passes is told by a record that is no TCP."""
    ids = {">": 100, "<": 9000}
    last: dict[str, bytes] = {}
    waited_ns = 0
    for step in steps:
        if not step.packet:
            continue
        if step.words == ("2MSL",):
            waited_ns += int(2 * msl_s * 10**9) + 2 * 10**9
            packet = _ip(*world.hosts, 1, bytes(8), protocol=17)
        elif step.words[1] == "icmp":
            kind, code = step.words[2].split(".")
            quoted = bytes((int(kind), int(code))) + bytes(6) + last[step.words[0]][:48]
            packet = _ip(bytes((10, 0, 0, 254)), world.hosts[SIDES.index(step.words[0])], 1, quoted, protocol=1)
        else:
            way = step.words[0]
            ids[way] += 1
            packet = last[way] = _segment(step.words, ids[way], world)
        ns = world.start_ns + round(step.ms * 10**6) + waited_ns
        frame = bytes(12) + b"\x08\x00" + packet
        yield struct.pack("<IIII", ns // 10**9, ns % 10**9, len(frame), len(frame)) + frame


def _ip(source: bytes, target: bytes, ip_id: int, body: bytes, *, protocol: int = 6) -> bytes:
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ip_id, 0x4000, 64, protocol, 0, source, target) + body


def _segment(words: tuple[str, ...], ip_id: int, world: World) -> bytes:
    way, letters, seq, *more = words
    ours = SIDES.index(way)
    peer = 1 - ours
    values = {word: int(more[at + 1]) for at, word in enumerate(more[:-1]) if re.fullmatch(r"-?\d+", more[at + 1])}
    flags = sum(LETTERS[letter] for letter in letters if letter != "-")
    ack = (world.isn[peer] + values["ack"]) & 0xFFFFFFFF if "ack" in values else 0
    options = _options(more, values, world.isn[peer], syn=bool(flags & 2))
    first = int(seq)
    tcp = struct.pack(
        ">HHIIBBHHH", world.ports[ours], world.ports[peer], (world.isn[ours] + first) & 0xFFFFFFFF, ack,
        (20 + len(options)) // 4 << 4, flags, values.get("win", 8192), 0, 0,
    )  # fmt: skip
    payload = bytes((first + at) & 0xFF for at in range(values.get("len", 0)))
    return _ip(world.hosts[ours], world.hosts[peer], values.get("id", ip_id), tcp + options + payload)


def _options(more: list[str], values: dict[str, int], peer_isn: int, *, syn: bool) -> bytes:
    options = struct.pack(">BBH", 2, 4, values.get("mss", 1460)) if syn else b""
    if "scale" in values:
        options += bytes((3, 3, values["scale"], 1))
    if "sackok" in more:
        options += bytes((4, 2, 1, 1))
    if "ts" in more:
        options += struct.pack(">BBIIBB", 8, 10, values["ts"], int(more[more.index("ts") + 2]), 1, 1)
    if "sack" in more:
        at = more.index("sack")
        edges = [(peer_isn + int(word)) & 0xFFFFFFFF for word in more[at + 1 : at + 3]]
        options += struct.pack(">BBIIBB", 5, 10, *edges, 1, 1)
    if "tfo" in more:
        options += bytes((34, 10)) + bytes(range(8)) + bytes((1, 1))
    if "md5" in more:
        options += bytes((19, 18)) + bytes(range(16)) + bytes((1, 1))
    if "nonsense" in more:
        options += bytes((99, 0)) + bytes(18)
    return options


@dataclass(frozen=True, slots=True)
class Played:
    """What tcplife made of a figure; `connection` is the last one that began."""

    connections: list[Connection]
    totals: Totals
    left: bytes

    @property
    def connection(self) -> Connection:
        return self.connections[-1]

    def roles(self, connection: Connection) -> tuple[str, str]:
        """Return the roles of the figure's two columns in a connection."""
        is_left = connection.client.ip == ".".join(map(str, self.left))
        return ("client", "server") if is_left else ("server", "client")

    def states(self, packet: int) -> tuple[str, str]:
        """Return both columns' states right after a packet, as a live view shows them."""
        for connection in self.connections:
            for line in connection.segments or ():
                if line.packet == packet:
                    return self._columns(connection, line)
        raise AssertionError(f"packet {packet} is in no connection")

    def _columns(self, connection: Connection, line: SegmentLine) -> tuple[str, str]:
        client, server = str(line.client_state), str(line.server_state)
        return (client, server) if self.roles(connection)[0] == "client" else (server, client)

    def final(self) -> tuple[str, str]:
        """Return both columns' final states in the last connection."""
        left, right = self.roles(self.connection)
        return str(self.connection.final[left]), str(self.connection.final[right])

    def moved(self, endpoint: str, to: str) -> Transition:
        """Return the one transition of an endpoint to a state, in any connection."""
        found = [
            move
            for connection in self.connections
            for move in connection.transitions
            if (move.endpoint, move.to_state) == (endpoint, to)
        ]
        assert len(found) == 1, f"{endpoint} went {len(found)} times to {to}"
        return found[0]

    def path(self, endpoint: str) -> list[str]:
        """Return the states of an endpoint in the last connection, from the first to the last."""
        moves = [move for move in self.connection.transitions if move.endpoint == endpoint]
        return [str(move.from_state) for move in moves[:1]] + [str(move.to_state) for move in moves]

    def kinds(self, packet: int) -> set[str]:
        """Return the kinds of anomaly that name a packet."""
        return {
            found.kind for connection in self.connections for found in connection.anomalies if found.packet == packet
        }


def play(octets: bytes, *, msl_s: float = 120.0, left: bytes = HOSTS[0]) -> Played:
    """Analyse a capture, and check what holds of every one: see `truth`."""
    run = analyze_with_totals(BytesIO(octets), Options(segments=True, msl_s=msl_s))
    connections = sorted(run, key=lambda connection: connection.index)
    for connection in connections:
        check(connection)
    return Played(connections, run.totals, left)


def replay(figure: str, *, isn: tuple[int, int] = WRAPPING, msl_s: float = 120.0) -> Played:
    """Play a figure, and compare both sides' states after every segment."""
    steps = steps_of(figure)
    played = play(capture(figure, World(isn=isn), msl_s=msl_s), msl_s=msl_s)
    for number, step in enumerate(steps):
        if step.is_segment:
            compare(step, played.states(step.packet), f"packet {step.packet}, {' '.join(step.words)}")
        elif not step.words and number == 0:
            compare(step, _first(played), "before the first packet")
    compare(steps[-1], played.final(), "in the end")
    lost = {step.packet for step in steps if step.lost}
    for connection in played.connections:
        for move in connection.transitions:
            assert move.basis != "received" or move.packet not in lost, f"{move} comes of a packet that was lost"
    return played


def _first(played: Played) -> tuple[str, str]:
    """Return the states in which both columns began in the first connection."""
    connection = played.connections[0]
    left, right = (
        next((str(move.from_state) for move in connection.transitions if move.endpoint == role), connection.final[role])
        for role in played.roles(connection)
    )
    return left, right


def compare(step: Step, found: tuple[str, str], where: str) -> None:
    """Both columns of a line."""
    wanted = tuple(state if asked == "..." else asked for asked, state in zip(step.states, found, strict=True))
    assert found == wanted, f"{where}: {found[0]} and {found[1]}, but the figure has {wanted[0]} and {wanted[1]}"
