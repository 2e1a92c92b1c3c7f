"""A scripted peer: a real kernel socket at one host, and at the other nothing but a script.

    @scripted
    def ack_beyond_snd_nxt(peer: Peer) -> None:
        "An ACK of something never sent changes nothing."
        peer.open()
        peer.send(".", ack=1000)
        peer.expect(".")

Numbers in a script are relative: `seq` to the script's own ISN, `ack` to the kernel's (SYN = 0, first
octet = 1). `peer.open()` makes the connection, in two scenarios of each script: the kernel listens, or
(`..._to_a_client`) the kernel calls. The capture is the kernel's.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import ACK, FIN, RST, SYN, Address, Frame, Segment, When, flag_bits
from tests.kernel.stage import CLIENT_PORT, PORT, Stage, scenario

if TYPE_CHECKING:
    from collections.abc import Callable

ISS: Final = 1_000_000
MSS_OPTION: Final = bytes([2, 4, 5, 180])
SACK_PERMITTED: Final = bytes([4, 2, 1, 1])
SCALE_7: Final = bytes([3, 3, 7, 1])
WAIT: Final = 3.0


def timestamp(value: int, echo: int = 0) -> bytes:
    """A timestamp option, padded."""
    return bytes([1, 1, 8, 10]) + struct.pack("!II", value % 2**32, echo % 2**32)


class Peer:
    """What a script sees: it speaks for the peer and owns the kernel's socket as `sock`."""

    def __init__(self, stage: Stage, *, passive: bool, iss: int = ISS) -> None:
        self.stage, self.link = stage, stage.link
        self.passive = passive  # the kernel's side is the server
        self.kernel, self.absent = (stage.server, stage.client) if passive else (stage.client, stage.server)
        self.iss, self.irs = iss, 0
        self.seq, self.ack = 0, 0  # relative: what it sends next, what it has received
        self.tsval: int | None = None  # set to send timestamps
        self.tsecr = 0
        self.seen = 0
        self.local: Address = (self.absent.ipv4, CLIENT_PORT if passive else PORT)
        self.remote: Address = (self.kernel.ipv4, PORT if passive else 0)
        self.listener: socket.socket | None = None
        self.sock: socket.socket
        self.arrived: list[Frame] = []
        self.rule = self.link.apply(self._arrives, when=When(lambda frame: frame.sender == self.kernel.name))

    def _arrives(self, _: object, frame: Frame) -> None:
        self.arrived.append(frame)

    # ------------------------------------------------------------------ segments

    def send(
        self, letters: str, data: bytes = b"", *, seq: int | None = None, ack: int | None = None, window: int = 65535,
        options: bytes | None = None, timestamps: bool = True,
    ) -> None:  # fmt: skip
        """Send a segment; without `seq` it is the next in order and counts, with it it does not."""
        if options is None:
            options = timestamp(self.tsval, self.tsecr) if self.tsval is not None and timestamps else b""
        at = self.seq if seq is None else seq
        number = (self.irs + (self.ack if ack is None else ack)) if "." in letters else 0
        self.link.inject(
            Segment(self.local, self.remote, letters, self.iss + at, number, window, data, options), self.kernel
        )
        if seq is None:
            self.seq += len(data) + ("S" in letters) + ("F" in letters)

    def expect(self, letters: str | None = None) -> Frame:
        """Wait for the kernel's next segment (with these flags, PSH apart) and take note of its numbers."""
        wanted = None if letters is None else flag_bits(letters)

        def there() -> int | None:
            later = enumerate(self.arrived[self.seen :], self.seen)
            return next((n for n, f in later if f.tcp and (wanted is None or f.flags & ~8 & 63 == wanted)), None)

        self.link.wait_until(lambda: there() is not None, WAIT, f"{letters or 'any'} segment")
        index = there()
        assert index is not None
        self.seen = index + 1
        frame = self.arrived[index]
        if frame.flags & SYN:
            self.irs = frame.seq
        if not frame.flags & RST:
            self.ack = max(self.ack, (frame.end - self.irs) % 2**32)
        for at in range(len(frame.options) - 9):
            if frame.options[at : at + 2] == b"\x08\x0a":
                self.tsecr = int.from_bytes(frame.options[at + 2 : at + 6])
                break
        return frame

    def quiet(self) -> None:
        """Wait until the kernel says nothing more, and take note of the last numbers."""
        self.stage.quiet()
        while any(frame.tcp for frame in self.arrived[self.seen :]):
            self.expect()

    # ------------------------------------------------------------------ the connection

    def listen(self) -> None:
        """Let the kernel listen."""
        self.listener = self.stage.listen()

    def call(self) -> Frame:
        """Let the kernel call the script; returns its SYN."""
        self.sock = self.stage.dial(port=CLIENT_PORT)
        self.stage.start_connect(self.sock)
        syn = self.expect("S")
        self.remote = syn.src
        return syn

    def syn_options(self) -> bytes:
        """MSS, and what else this script agrees to."""
        return MSS_OPTION + (timestamp(self.tsval, self.tsecr) if self.tsval is not None else b"")

    def start(self) -> None:
        """Go as far as the SYN+ACK: sent by the kernel, or due from the script."""
        if self.passive:
            self.listen()
            self.send("S", options=self.syn_options())
            self.expect("S.")
        else:
            self.call()

    def open(self) -> None:
        """Make the connection; the kernel's socket is in `sock`."""
        self.start()
        if self.passive:
            self.send(".")
            self.accept()
        else:
            self.send("S.", options=self.syn_options())
            self.expect(".")

    def accept(self) -> None:
        """Take the connection from the listener."""
        assert self.listener is not None
        self.sock, _ = self.listener.accept()
        self.sock.settimeout(5)
        self.stage.keep(self.sock)

    def finish(self) -> None:
        """Close in order, the script first: shows that the connection still lives."""
        self.send("F.")
        self.expect()
        self.sock.close()
        self.expect("F.")
        self.send(".")
        self.quiet()

    def ack_of_kernel(self) -> int:
        """What the kernel expects next of the script, by its latest segment."""
        return (self.arrived[-1].ack - self.iss) % 2**32

    def kernel_fin(self) -> None:
        """Let the kernel send its FIN, keep the socket."""
        self.sock.shutdown(socket.SHUT_WR)
        self.expect("F.")


def is_last(frame: Frame) -> bool:
    """Whether a segment ends a direction."""
    return bool(frame.flags & (FIN | RST)) and bool(frame.flags & (ACK | RST))


def scripted(body: Callable[[Peer], None]) -> Callable[[Peer], None]:
    """Register a script twice: against a kernel that listens and against one that calls."""
    for passive, suffix in ((True, ""), (False, "_to_a_client")):

        def play(stage: Stage, *, passive: bool = passive) -> None:
            body(Peer(stage, passive=passive))

        play.__name__, play.__doc__, play.__module__ = body.__name__ + suffix, body.__doc__, body.__module__
        scenario(alone="server" if passive else "client")(play)
    return body


def scripted_once(*, passive: bool, iss: int = ISS) -> Callable[..., Callable[[Peer], None]]:
    """Register a script that makes sense in one role of the kernel only."""

    def register(body: Callable[[Peer], None]) -> Callable[[Peer], None]:
        def play(stage: Stage) -> None:
            body(Peer(stage, passive=passive, iss=iss))

        play.__name__, play.__doc__, play.__module__ = body.__name__, body.__doc__, body.__module__
        scenario(alone="server" if passive else "client")(play)
        return body

    return register
