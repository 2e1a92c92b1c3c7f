"""A peer without a kernel: it knows the protocol, and keeps to it when it pleases.

In: the segments that the real socket sends, and the names of acts. Out: segments for the real socket, from polite
to impossible. Nobody judges the peer: its states mean nothing, the real socket's are the truth.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import ACK, RST, SYN, Frame, Segment
from tests.kernel.script import timestamp

if TYPE_CHECKING:
    import random

    from tests.kernel.frames import Address
    from tests.kernel.link import Link
    from tests.kernel.netns import Host

FAR: Final = 50_000_000
HALF: Final = 1 << 31
MSS: Final = 1400
NOP: Final = b"\1"


@dataclass(slots=True)
class Manner:
    """What the peer is like: the options of its SYN, how it answers (a share of what asks for an ACK), its clock."""

    timestamps: bool
    sack: bool
    scale: int  # -1: none
    mss: int  # -1: none
    answers: float
    window: int
    iss: int
    ecn: str  # flags of its SYN
    tick_hz: int


class OddPeer:
    """One peer: `act(name)` makes it send something; `arrives` is called with what the real socket sends.

    Numbers are offsets from the peer's ISN (`nxt`: what it sends next in order, `top`: the end of all it sent within
    the window, `got`: what the socket acknowledged) and from the socket's (`heard`: end of all it sent, `acked`).
    """

    def __init__(
        self, link: Link, host: Host, ends: tuple[Address, Address], manner: Manner, dice: random.Random, *, calls: bool
    ) -> None:
        self.link, self.host, self.dice, self.manner = link, host, dice, manner
        self.local, self.remote = ends
        self.calls = calls  # the real socket calls this peer
        self.began = time.monotonic()
        self.iss, self.irs = manner.iss, -1
        self.nxt = self.top = self.got = self.heard = self.acked = 0
        self.fin = -1
        self.window = manner.window
        self.right, self.their_scale = 65535, 0
        self.tsecr = self.tsval_last = 0
        self.echo_timestamps = manner.timestamps
        self.mute = False
        self.last: Segment | None = None
        self.before: tuple[int, int, int, int] | None = None  # ISS, IRS and next numbers of the life before
        self.answered = False

    # ------------------------------------------------------------------ listening

    def arrives(self, frame: Frame) -> None:
        """Take note of a segment of the real socket, and answer it if that is the peer's manner."""
        if frame.flags & RST:
            return
        new = False
        if frame.flags & SYN and frame.seq != self.irs:
            self._begins(frame)
        end = (frame.end - self.irs) % 2**32
        if end < HALF and end > self.heard:
            self.heard, new = end, True
        self._read_options(frame)
        if frame.flags & ACK:
            got = (frame.ack - self.iss) % 2**32
            if got < HALF:
                self.got = max(self.got, got)
                scale = 0 if frame.flags & SYN or self.manner.scale < 0 else self.their_scale
                self.right = max(self.right, got + (frame.window << scale))
        if new and not self.mute and self.dice.random() < self.manner.answers and frame.flags & (SYN | ACK) != SYN:
            self.ack()

    def _begins(self, frame: Frame) -> None:
        """The real socket's (new) life."""
        if self.irs >= 0:
            self.before = (self.iss, self.irs, self.nxt, self.heard)
        self.irs, self.heard, self.acked, self.answered = frame.seq, 0, 0, False
        if frame.flags & ACK:
            self.iss = (frame.ack - 1) % 2**32
            self.nxt, self.top, self.got, self.fin = max(self.nxt, 1), max(self.top, 1), 1, -1
        elif self.nxt > 1:
            self.iss = self.dice.randrange(2**32)
            self.nxt = self.top = self.got = 0
            self.fin = -1

    def _read_options(self, frame: Frame) -> None:
        options, at = frame.options, 0
        while at < len(options) and options[at]:
            kind, size = options[at], options[at + 1] if options[at] != 1 and at + 1 < len(options) else 1
            if kind == 8:
                self.tsecr = int.from_bytes(options[at + 2 : at + 6])
            if kind == 3:
                self.their_scale = options[at + 2]
            at += max(1, size)
        if frame.flags & SYN:
            self.echo_timestamps = self.manner.timestamps and b"\x08\x0a" in options

    # ------------------------------------------------------------------ speaking

    @property
    def tsval(self) -> int:
        """The peer's clock now."""
        return 1_000_000 + int((time.monotonic() - self.began) * self.manner.tick_hz)

    def send(self, letters: str, seq: int, ack: int, data: bytes = b"", **fields: bytes | int) -> None:
        """Send a segment with these offsets."""
        options = timestamp(self.tsval, self.tsecr) if self.echo_timestamps else b""
        number = (max(self.irs, 0) + ack) if "." in letters else 0
        segment = Segment(self.local, self.remote, letters, self.iss + seq, number, self.window, data, options)
        for name, value in fields.items():
            setattr(segment, name, value)
        self.last = segment
        self.link.inject(segment, self.host)
        end = seq + len(data) + ("F" in letters) + ("S" in letters)
        if seq <= self.right and "R" not in letters:
            self.top = max(self.top, end)

    def syn_options(self) -> bytes:
        """What this peer agrees to."""
        manner = self.manner
        options = struct.pack("!BBH", 2, 4, manner.mss) if manner.mss >= 0 else b""
        options += bytes([4, 2]) + NOP * 2 if manner.sack else b""
        options += bytes([3, 3, manner.scale]) + NOP if manner.scale >= 0 else b""
        return options + (timestamp(self.tsval, self.tsecr) if manner.timestamps else b"")

    def syn(
        self, letters: str = "S", data: bytes = b"", *, seq: int = 0, ack: int | None = None, extra: bytes = b""
    ) -> None:
        """Send a SYN or SYN+ACK; at its own ISN it is the beginning."""
        ack = self.heard if ack is None else ack
        offer = self.manner.ecn if "." not in letters else self.manner.ecn[-2:-1]
        self.send(letters + offer, seq, ack, data, options=self.syn_options() + extra, window=min(self.window, 65535))
        if seq == 0:
            self.nxt = max(self.nxt, 1)
            self.answered = self.answered or "." in letters

    def ack(self) -> None:
        """Acknowledge everything."""
        self.acked = self.heard
        self.send(".", self.nxt, self.heard)

    def data(self, size: int = 0) -> None:
        """Send octets in order."""
        octets = bytes(size or self.dice.choice((1, 100, MSS)))
        self.send("P.", self.nxt, self.heard, octets)
        self.nxt += len(octets)

    def finish(self, data: bytes = b"") -> None:
        """Send the FIN in order, or again."""
        if self.fin >= 0:
            self.send("F.", self.fin, self.heard)
            return
        self.fin = self.nxt + len(data)
        self.send("FP." if data else "F.", self.nxt, self.heard, data)
        self.nxt = self.fin + 1

    def go_on(self) -> None:
        """Whatever the protocol wants next of the peer: SYN, SYN+ACK, ACK, octets."""
        if self.calls:
            if self.irs < 0:
                return
            if not self.answered:
                self.syn("S.")
                return
        elif self.irs < 0:
            self.syn()
            return
        if self.acked < self.heard or self.fin >= 0 or self.dice.random() < 0.7:
            self.ack()
        else:
            self.data()

    def repeat(self) -> None:
        """The last segment again."""
        if self.last is not None:
            self.link.inject(self.last, self.host)
