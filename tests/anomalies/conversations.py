"""Random TCP conversations that no stack would hold: two sides, every field out of place now and then.

In: a seed. Out: a pcap of many interleaved conversations (Ethernet, IPv4 or IPv6, zero octets as payload), made to
reach the corners of sequence analysis: repeats, holes, probes, keep-alives, closed windows, SYN, FIN and RST anywhere,
numbers round 2**32 and at a true zero, options in odd places, time standing still or going backwards.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tcplife.model.names import ACK, FIN, M32, PSH, RST, SYN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

START_NS = 1_700_000_000_000_000_000
PAUSES_NS = (
    0, 1, 1_000, 40_000, 999_999, 2_999_999, 3_000_000, 3_000_001, 10_000_000, 19_999_999, 20_000_000, 20_000_001,
    200_000_000, 1_000_000_000, 64_000_000_000, -1, -5_000, -4_000_000, -30_000_000, -2_000_000_000,
)  # fmt: skip
PAUSE_WEIGHTS = (6, 2, 20, 30, 8, 2, 2, 2, 12, 2, 2, 2, 6, 3, 1, 1, 1, 1, 1, 1)
LENGTHS = (0, 1, 2, 5, 100, 536, 1000, 1448, 1460)
LENGTH_WEIGHTS = (10, 6, 2, 3, 20, 4, 10, 10, 10)
WINDOWS = (0, 1, 100, 501, 502, 1000, 29200, 64240, 65535)
NUMBERS = (0, 1, 2, 1000, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, M32 - 2999, M32 - 99, M32 - 1, M32)
MPTCP_BODIES = {
    0: b"\x00\x81" + bytes(8),  # MP_CAPABLE with one key
    1: b"\x10\x01" + bytes(8),  # MP_JOIN of a SYN
    2: b"\x20\x01" + bytes(4),  # DSS with a data acknowledgment
    3: b"\x34\x02" + bytes(4),  # ADD_ADDR, version 0, IPv4
    4: b"\x40\x01",  # REMOVE_ADDR
    5: b"\x50",  # MP_PRIO
    6: b"\x60\x00" + bytes(8),  # MP_FAIL
    7: b"\x70\x00" + bytes(8),  # MP_FASTCLOSE
}
BROKEN_OPTIONS = (
    b"\x03\x02",  # window scale without a shift
    b"\x03\x04\x05\x06",  # and with two
    b"\x00\x03\x03\x05",  # behind the end of the options
    b"\x03\x03\x02\x03\x03\x04",  # twice: the later one counts
    b"\xfd\x00\x03\x03\x05\x01",  # behind an option of length 0
    b"\xfd\x01\x03\x03\x05\x01",  # and of length 1
    b"\xfd\x09\x03\x03\x05\x01",  # inside an option that is longer than the header
    b"\x08\x0a\x01\x02\x03\x03\x05\x03\x03\x05",  # inside a timestamp
    b"\x01\x01\x01\x03",  # cut after its kind
)
LATER_OPERATIONS = (2, 2, 2, 3, 4, 5, 6, 7)
"""Not MP_CAPABLE or MP_JOIN: where a connection is known already, tshark 4.0 stumbles over them (dissector bug)."""


@dataclass
class Side:
    """One endpoint as the generator steers it: next number, what it acknowledges, window, what it sent before."""

    next: int
    ack: int
    window: int
    sent: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Shot:
    """One segment to be written."""

    ts_ns: int
    side: int
    flags: int
    seq: int
    ack: int
    window: int
    length: int
    options: bytes
    cut: int = 0
    """Octets that the capture did not keep."""


@dataclass(frozen=True)
class Temper:
    """How often a conversation leaves the path of duty; each a probability per segment."""

    odd_flags: float
    odd_seq: float
    odd_ack: float
    odd_window: float
    odd_option: float
    mptcp: float
    cut: float


class Conversation:
    """Segments of one conversation in the order they are captured."""

    def __init__(self, rng: Random, number: int) -> None:
        self.rng = rng
        self.number = number
        wild = rng.choice((0.0, 0.02, 0.1, 0.3))
        self.temper = Temper(
            odd_flags=wild * 0.5,
            odd_seq=rng.choice((0.05, 0.2, wild)),
            odd_ack=rng.choice((0.1, 0.5, wild)),
            odd_window=rng.choice((0.0, 0.05, 0.3)),
            odd_option=rng.choice((0.0, 0.0, wild)),
            mptcp=rng.choice((0.0, 0.0, 0.0, 0.3, 0.9)),
            cut=rng.choice((0.0, 0.0, 0.0, 0.0, 0.3, 0.8)),
        )
        self.now = START_NS + rng.randrange(10_000_000_000)
        self.sides = (self._side(), self._side())
        self.operation = 2

    def _side(self) -> Side:
        rng = self.rng
        first = rng.choice(NUMBERS) if rng.random() < 0.3 else rng.getrandbits(32)
        return Side(next=first, ack=0, window=rng.choice(WINDOWS[3:]))

    def shots(self) -> Iterator[Shot]:
        """Every segment: perhaps a handshake, then a dialogue, perhaps an end and a life after it."""
        if self.rng.random() < 0.8:
            yield from self._handshake()
        else:
            self.sides[0].ack, self.sides[1].ack = self.sides[1].next, self.sides[0].next
        for _ in range(self.rng.choice((1, 5, 20, 40, 80))):
            yield self._segment()

    def _handshake(self) -> Iterator[Shot]:
        """SYN, SYN-ACK, ACK with some of them missing, repeated or without options."""
        rng = self.rng
        client, server = self.sides
        for _ in range(rng.choice((1, 1, 1, 0, 2))):
            yield self._shot(0, SYN, client.next, 0, 0, self._scale(0.8))
            self._wait()
        client.next = (client.next + 1) & M32
        server.ack = client.next
        for _ in range(rng.choice((1, 1, 1, 1, 0, 2))):
            yield self._shot(1, SYN | ACK, server.next, server.ack, 0, self._scale(0.8))
            self._wait()
        server.next = (server.next + 1) & M32
        client.ack = server.next
        if rng.random() < 0.9:
            yield self._shot(0, ACK, client.next, client.ack, 0, b"")
            self._wait()

    def _segment(self) -> Shot:
        """The next segment of the dialogue."""
        rng, temper = self.rng, self.temper
        number = int(rng.random() < 0.5)
        me, peer = self.sides[number], self.sides[1 - number]
        if rng.random() < temper.odd_window:
            me.window = rng.choice(WINDOWS)
        if rng.random() < 0.5:
            me.ack = peer.next
        length = rng.choices(LENGTHS, LENGTH_WEIGHTS)[0] if rng.random() < 0.6 else 0
        flags = ACK | (PSH if rng.random() < 0.3 else 0)
        if rng.random() < temper.odd_flags:
            flags = rng.choice((SYN, SYN | ACK, FIN | ACK, RST, RST | ACK, FIN, 0, PSH, SYN | FIN, rng.getrandbits(9)))
        seq = self._seq(me, length)
        if peer.window == 0 and rng.random() < 0.5:
            seq, length = me.next, 1
        ack = self._ack(me, peer)
        options = rng.choice((self._scale(1.0), *BROKEN_OPTIONS)) if rng.random() < temper.odd_option else b""
        if rng.random() < temper.mptcp:
            options += self._mptcp()
        if seq == me.next and not (peer.window == 0 and length == 1):
            me.next = (seq + length + (1 if flags & (SYN | FIN) else 0)) & M32
        me.sent.append((seq, length))
        shot = self._shot(number, flags, seq, ack, length, options)
        self._wait()
        return shot

    def _seq(self, me: Side, length: int) -> int:
        """Where the segment starts: mostly in order."""
        rng = self.rng
        if rng.random() >= self.temper.odd_seq:
            return me.next
        if me.sent and rng.random() < 0.5:
            return rng.choice(me.sent[-8:])[0]
        step = rng.choice((-1, -1, -2, 1, 2, length, -length, -2 * length, 1460, -1460, -1461))
        if rng.random() < 0.1:
            step = rng.choice((rng.getrandbits(32), 1 << 31, (1 << 31) + 1, (1 << 31) - 1))
        return rng.choice(NUMBERS) if rng.random() < 0.05 else (me.next + step) & M32

    def _ack(self, me: Side, peer: Side) -> int:
        """What the segment acknowledges: mostly what it did before."""
        rng = self.rng
        if rng.random() >= self.temper.odd_ack:
            return me.ack
        if peer.sent and rng.random() < 0.7:
            seq, length = rng.choice(peer.sent[-8:])
            me.ack = rng.choice((seq, (seq + length) & M32))
        elif rng.random() < 0.7:
            me.ack = (peer.next + rng.choice((1, 100, 1460, -1, -100, 0, 70_000))) & M32
        else:
            return rng.choice((0, rng.getrandbits(32), (me.ack + (1 << 31)) & M32, rng.choice(NUMBERS)))
        return me.ack

    def _scale(self, chance: float) -> bytes:
        """A window scale option, perhaps; beyond 14 too."""
        if self.rng.random() >= chance:
            return b""
        return bytes((1, 3, 3, self.rng.choice((0, 1, 2, 7, 8, 14, 15, 255))))

    def _mptcp(self) -> bytes:
        """An MPTCP option, mostly of the kind of the one before."""
        if self.rng.random() < 0.2:
            self.operation = self.rng.choice(LATER_OPERATIONS)
        body = MPTCP_BODIES[self.operation]
        return bytes((30, len(body) + 2)) + body

    def _wait(self) -> None:
        self.now += self.rng.choices(PAUSES_NS, PAUSE_WEIGHTS)[0]

    def _shot(self, side: int, flags: int, seq: int, ack: int, length: int, options: bytes) -> Shot:
        options += bytes(-len(options) % 4)
        cut = self.rng.randrange(1, length + len(options) + 1) if (length or options) and self._hits("cut") else 0
        if options.startswith(BROKEN_OPTIONS) or self.temper.mptcp:
            cut = min(cut, length)  # how far tshark reads inside these before it gives up is not told
        return Shot(self.now, side, flags, seq, ack, self.sides[side].window, length, options, cut)

    def _hits(self, what: str) -> bool:
        return self.rng.random() < float(getattr(self.temper, what))


def frame_of(shot: Shot, number: int) -> bytes:
    """Ethernet frame of one segment: conversation `number` has endpoints of its own; every tenth speaks IPv6."""
    client, server = number.to_bytes(4, "big"), (number & 0xFF).to_bytes(4, "big")
    ports = (20_000 + number % 10_000, 40_000)
    if number % 50 == 7:  # the same address and port at both ends: one direction
        server, ports = client, (ports[0], ports[0])
    if number % 50 == 8:  # the same address, told apart by the ports
        server = client
    way = (0, 1) if shot.side == 0 else (1, 0)
    options = shot.options + bytes(-len(shot.options) % 4)
    offset_flags = (5 + len(options) // 4) << 12 | shot.flags & 0x1FF
    tcp = struct.pack(">HHIIHHHH", ports[way[0]], ports[way[1]], shot.seq, shot.ack, offset_flags, shot.window, 0, 0)
    tcp += options + bytes(shot.length)
    if number % 10 == 9:
        ends = tuple(b"\xfd" + bytes(11) + end for end in (client, server))
        return (
            bytes(12) + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + ends[way[0]] + ends[way[1]] + tcp
        )
    ends = tuple(b"\x0a" + end[1:] for end in (client, b"\xff" + server[1:] if server != client else server))
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), shot.side, 0x4000, 64, 6, 0) + ends[way[0]] + ends[way[1]]
    return bytes(12) + b"\x08\x00" + ip + tcp


def shots_of(seed: int, conversations: int) -> Iterator[tuple[int, Shot]]:
    """Every conversation's number and segments, interleaved; the same for the same seed."""
    rng = Random(seed)
    running = [(number, Conversation(rng, number).shots()) for number in range(conversations)]
    while running:
        at = rng.randrange(min(len(running), 50))
        number, shots = running[at]
        shot = next(shots, None)
        if shot is None:
            running.pop(at)
        else:
            yield number, shot


def write_pcap(path: Path, frames: Iterable[tuple[int, bytes, int]]) -> int:
    """Write (time in ns, frame, octets not kept of it) as a nanosecond pcap; returns the number of packets."""
    count = 0
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2_3C4D, 2, 4, 0, 0, 262_144, 1))
        for ts_ns, frame, cut in frames:
            seconds, rest = divmod(ts_ns, 1_000_000_000)
            kept = len(frame) - cut
            out.write(struct.pack("<IIII", seconds, rest, kept, len(frame)) + frame[:kept])
            count += 1
    return count


def write_conversations(path: Path, seed: int, conversations: int) -> int:
    """Write a capture of random conversations; returns the number of packets."""
    frames = ((shot.ts_ns, frame_of(shot, number), shot.cut) for number, shot in shots_of(seed, conversations))
    return write_pcap(path, frames)
