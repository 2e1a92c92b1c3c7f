"""Traffic as real hosts make it, seeded: requests and answers, losses, overtaking, closed windows, every kind of end.

In: a seed. Out: a pcap of connections that run side by side and, now and then, use the same ports again. Unlike
`conversations` nobody misbehaves here; what is odd is the network's doing, and the capture point's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from heapq import merge
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MS = 1_000_000
SECOND = 1000 * MS
START_NS = 1_700_000_000 * SECOND
M32 = 0xFFFF_FFFF


@dataclass
class End:
    """One host's end of a connection: its next number, what it acknowledges, its window field and options."""

    seq: int
    ack: int = 0
    window: int = 502
    clock: int = 0
    ip_id: int = 0


@dataclass
class Talk:
    """One connection, told packet by packet as the capture point sees it."""

    rng: Random
    number: int
    now: int
    v6: bool = False
    vlan: bool = False
    stamps: bool = True
    sack: bool = True
    mss: int = 1460
    rtt: int = 20 * MS
    ends: tuple[End, End] = field(default_factory=lambda: (End(0), End(0)))

    @classmethod
    def begin(cls, rng: Random, number: int) -> Talk:
        """A connection with properties of its own."""
        ends = (
            End(rng.getrandbits(32), clock=rng.getrandbits(31)),
            End(rng.getrandbits(32), clock=rng.getrandbits(31)),
        )
        for end in ends:
            end.ip_id = rng.getrandbits(16)
        return cls(
            rng, number, START_NS + number * 37 * MS, v6=number % 10 == 3, vlan=number % 16 == 5,
            stamps=rng.random() < 0.85, sack=rng.random() < 0.9, mss=rng.choice((1460, 1400, 536)),
            rtt=rng.choice((300_000, 2 * MS, 15 * MS, 90 * MS)), ends=ends,
        )  # fmt: skip

    def packets(self) -> Iterator[tuple[int, bytes]]:
        """Every packet with its time; now and then the same ports are used again once all is over."""
        yield from self.life(self.rng.random())
        while self.rng.random() < 0.15:
            self.now += self.rng.randrange(1, 400) * SECOND // 2
            for end in self.ends:
                end.seq = end.seq + self.rng.randrange(1 << 20, 1 << 30) & M32
            yield from self.life(0.12 + 0.88 * self.rng.random())

    def life(self, kind: float) -> Iterator[tuple[int, bytes]]:
        """One connection: from the middle, unanswered, refused, or whole."""
        rng = self.rng
        if kind < 0.05:  # the capture begins in the middle
            self.ends[0].ack, self.ends[1].ack = self.ends[1].seq, self.ends[0].seq
        else:
            yield from self.open(kind)
            if kind < 0.12:
                return
        while True:
            yield from self.send(0, int(rng.lognormvariate(5.5, 1)) + 10)
            yield from self.send(1, int(min(rng.lognormvariate(8, 1.6), 300_000)) + 10)
            pause = rng.random()
            if pause < 0.3:
                break
            self.now += int(rng.expovariate(3) * SECOND)
            if pause < 0.36:
                yield from self.keep_alive()
            elif pause < 0.42:
                yield from self.close_window()
        yield from self.close()

    def open(self, kind: float) -> Iterator[tuple[int, bytes]]:
        """The handshake, its SYN lost now and then; refused or unanswered below 0.12."""
        client, server = self.ends
        first = client.seq
        tries = 4 if kind < 0.08 else 2 if self.rng.random() < 0.05 else 1
        for attempt in range(tries):
            client.seq = first
            yield self.packet(0, SYN)
            self.now += SECOND << attempt if tries > 1 else 0
        if kind < 0.08:
            return
        client.seq = first + 1 & M32
        server.ack = client.seq
        self.now += self.rtt // 2
        if kind < 0.12:
            server.seq = 0
            yield self.packet(1, RST | ACK)
            return
        yield self.packet(1, SYN | ACK)
        server.seq = server.seq + 1 & M32
        client.ack = server.seq
        self.now += self.rtt // 2
        yield self.packet(0, ACK)

    def send(self, side: int, size: int) -> Iterator[tuple[int, bytes]]:
        """Octets of one side in segments, some lost on either side of the capture point, some overtaken."""
        rng = self.rng
        me, peer = self.ends[side], self.ends[1 - side]
        room = self.mss - 12 * self.stamps
        starts = [(me.seq + at & M32, min(room, size - at)) for at in range(0, size, room)]
        owed = 0
        held: list[tuple[int, int]] = []
        at = 0
        while at < len(starts):
            seq, length = starts[at]
            last = at == len(starts) - 1
            fate = rng.random()
            self.now += rng.randrange(5_000, 60_000)
            if fate < 0.006 and not last:  # overtaken by the next one
                later, much = starts[at + 1]
                yield self.packet(side, ACK, seq=later, length=much)
                self.now += rng.randrange(10_000, 900_000)
                yield self.packet(side, ACK, seq=seq, length=length)
                at += 1
                length = much
                seq = later
                last = at == len(starts) - 1
            elif fate < 0.012 and not last and not held:  # lost before or behind the capture point
                if fate < 0.009:
                    yield self.packet(side, ACK, seq=seq, length=length)
                held.append((seq, length))
                at += 1
                continue
            else:
                yield self.packet(side, ACK | PSH if last else ACK, seq=seq, length=length)
            me.seq = seq + length & M32
            at += 1
            if held:
                lost, much = held[0]
                self.now += self.rtt // 3
                peer.ack = lost
                yield self.packet(1 - side, ACK, block=(starts[at - 1][0], me.seq) if self.sack else None)
                if last or rng.random() < 0.4:
                    self.now += self.rtt // 2 if not last else 220 * MS
                    yield self.packet(side, ACK, seq=lost, length=much)
                    held.clear()
                    peer.ack = me.seq
                    self.now += self.rtt // 2
                    yield self.packet(1 - side, ACK)
                continue
            owed += 1
            if owed == 2 or last:
                owed = 0
                peer.ack = me.seq
                self.now += self.rtt // 4 if last else 20_000
                yield self.packet(1 - side, ACK)

    def keep_alive(self) -> Iterator[tuple[int, bytes]]:
        """A probe after a long pause, and its answer."""
        self.now += 45 * SECOND
        yield self.packet(0, ACK, seq=self.ends[0].seq - 1 & M32)
        self.now += self.rtt
        yield self.packet(1, ACK)

    def close_window(self) -> Iterator[tuple[int, bytes]]:
        """The client stops reading: zero window, probes, an update."""
        client = self.ends[0]
        client.window = 0
        yield self.packet(0, ACK)
        for wait in (200, 400, 800):
            self.now += wait * MS
            yield self.packet(1, ACK, seq=self.ends[1].seq - 1 & M32)
            self.now += self.rtt
            yield self.packet(0, ACK)
        client.window = 502
        yield self.packet(0, ACK)

    def close(self) -> Iterator[tuple[int, bytes]]:
        """Four segments, three, two FINs that cross, a reset, or nothing at all."""
        rng = self.rng
        way = rng.random()
        first = 0 if rng.random() < 0.6 else 1
        one, two = self.ends[first], self.ends[1 - first]
        if way < 0.1:
            return
        if way < 0.25:
            yield self.packet(first, RST | ACK)
            return
        yield self.packet(first, FIN | ACK)
        one.seq = one.seq + 1 & M32
        if way > 0.9:
            self.now += 1000
            yield self.packet(1 - first, FIN | ACK)
        else:
            two.ack = one.seq
            self.now += self.rtt
            if way < 0.6:
                yield self.packet(1 - first, ACK)
                self.now += rng.randrange(1, 300) * MS
            yield self.packet(1 - first, FIN | ACK)
        two.seq = two.seq + 1 & M32
        one.ack = two.seq
        two.ack = one.seq
        self.now += self.rtt
        yield self.packet(first, ACK)
        if way > 0.9:
            yield self.packet(1 - first, ACK)
        elif way < 0.3:  # and the last ACK was lost
            self.now += 300 * MS
            yield self.packet(1 - first, FIN | ACK, seq=two.seq - 1 & M32)
            yield self.packet(first, ACK)

    def packet(
        self, side: int, flags: int, *, seq: int | None = None, length: int = 0, block: tuple[int, int] | None = None
    ) -> tuple[int, bytes]:
        """One packet at the present time."""
        me = self.ends[side]
        me.clock = me.clock + 1 & M32
        me.ip_id = me.ip_id + 1 & 0xFFFF
        options = self._options(side, flags, block)
        ports = (20_000 + self.number % 40_000, 443)
        tcp = struct.pack(
            ">HHIIBBHHH", ports[side], ports[1 - side], me.seq if seq is None else seq, me.ack if flags & ACK else 0,
            80 + len(options) // 4 * 16, flags, 64240 if flags & SYN else me.window, 0, 0,
        ) + options + bytes(length)  # fmt: skip
        return self.now, self._frame(side, tcp)

    def _options(self, side: int, flags: int, block: tuple[int, int] | None) -> bytes:
        made = b""
        if flags & SYN:
            made = (
                b"\x02\x04"
                + self.mss.to_bytes(2, "big")
                + b"\x01\x03\x03\x07"
                + (b"\x01\x01\x04\x02" if self.sack else b"")
            )
        if self.stamps and not flags & RST:
            made += b"\x01\x01\x08\x0a" + struct.pack(">II", self.ends[side].clock, self.ends[1 - side].clock)
        if block is not None:
            made += b"\x01\x01\x05\x0a" + struct.pack(">II", *block)
        return made

    def _frame(self, side: int, tcp: bytes) -> bytes:
        tag = b"\x81\x00\x00\x2a" if self.vlan else b""
        host = (self.number // 40_000 + 1).to_bytes(2, "big") + bytes((side, 7))
        other = host[:2] + bytes((1 - side, 7))
        if self.v6:
            net = b"\x20\x01\x0d\xb8" + bytes(8)
            packet = struct.pack(">IHBB", 0x6000_0000, len(tcp), 6, 64) + net + host + net + other + tcp
            return bytes(12) + tag + b"\x86\xdd" + packet
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), self.ends[side].ip_id, 0x4000, 64, 6, 0)
        frame = bytes(12) + tag + b"\x08\x00" + head + b"\x0a" + host[1:] + b"\x0a" + other[1:] + tcp
        return frame + bytes(max(0, 60 - len(frame)))


def write_traffic(path: Path, seed: int, connections: int) -> None:
    """A capture of so many connections, in order of time."""
    rng = Random(seed)
    talks = [Talk.begin(Random(rng.getrandbits(64)), number) for number in range(connections)]
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        for ns, frame in merge(*(talk.packets() for talk in talks), key=lambda pair: pair[0]):
            out.write(struct.pack("<IIII", ns // SECOND, ns % SECOND, len(frame), len(frame)) + frame)
