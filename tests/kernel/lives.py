"""Random lives: random acts of the application at both ends, random faults on the link, all from one seed.

A batch of lives shares one link and one capture at each end; each life has a server port of its own. The
plan is the seed's, the timing is the machine's: the same seed gives the same acts and the same luck, not
the same packets. A life that differs is cut out of its batch, to be looked at or to be kept.
"""

from __future__ import annotations

import contextlib
import random
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.kernel.compare import Compared, analyse, compare
from tests.kernel.frames import Frame, When, parse
from tests.kernel.netns import PCAP_HEADER
from tests.kernel.stage import Stage, abort, set_tcp
from tests.kernel.truth import Finished, Told, Truth, read_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kernel.link import Rule
    from tests.kernel.oddlives import OddBatch

LIVES: Final = 24  # in one batch
FIRST_PORT: Final = 1000
CROSSING_PORTS: Final = 2000  # client ports of simultaneous opens
ACTING: Final = 0.45  # seconds in which applications act
AFTER: Final = 0.9  # seconds for retransmissions
LATE_SHARE: Final = 0.15
ENDS: Final = ("client", "server")


@dataclass(slots=True)
class Luck:
    """What the wire does to one life's frames."""

    dice: random.Random
    lose: dict[str, float]
    double: float
    delay: float
    slowness: float

    def meet(self, rule: Rule, frame: Frame) -> None:
        """Let a frame meet its fate."""
        if self.dice.random() < self.lose[frame.sender or "client"]:
            return
        for _ in range(1 + (self.dice.random() < self.double)):
            if self.dice.random() < self.delay:
                rule.link.deliver_later(frame, self.dice.random() * self.slowness)
            else:
                rule.link.deliver(frame)


@dataclass(slots=True)
class Life:
    """One life: how it opens, what both ends do and when, what luck it has."""

    port: int
    opening: str
    acts: list[tuple[float, str, str, int]]  # seconds, end, act, octets
    luck: Luck
    family: int
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    listener: socket.socket | None = None


OPENINGS: Final = ("plain",) * 14 + ("crossing", "fast", "fast", "refused", "gives_up", "full")
FAMILIES: Final = (socket.AF_INET, socket.AF_INET, socket.AF_INET6)
LOSSES: Final = (0.0, 0.0, 0.0, 0.05, 0.15, 0.3)


def plan_life(dice: random.Random, port: int) -> Life:
    """Draw one life."""
    luck = Luck(
        random.Random(dice.random()),
        {"client": dice.choice(LOSSES), "server": dice.choice(LOSSES)},
        dice.choice((0.0, 0.0, 0.1, 0.3)),
        dice.choice((0.0, 0.0, 0.2, 0.5)),
        dice.choice((0.005, 0.03, 0.1, 0.3)),
    )
    acts: list[tuple[float, str, str, int]] = []
    for end in ENDS:
        times = sorted(dice.uniform(0.02, ACTING) for _ in range(dice.randint(1, 5)))
        kinds = [dice.choice(("send", "send", "read")) for _ in times[:-1]]
        last = dice.choice(
            ("close", "close", "close", "close", "shut", "shut", "abort", "read_close", "read_close", "stay")
        )
        if dice.random() < 0.25:
            kinds[dice.randrange(len(kinds)) if kinds else 0 :] = ["shut"] if kinds else []
        acts += [
            (at, end, kind, dice.choice((1, 100, 1400, 5000))) for at, kind in zip(times, [*kinds, last], strict=False)
        ]
    return Life(port, dice.choice(OPENINGS), sorted(acts), luck, dice.choice(FAMILIES))


class Batch:
    """Some lives on one link."""

    word = "random"
    size = LIVES

    def __init__(self, seed: str, directory: Path, count: int = LIVES) -> None:
        self.seed, self.directory = seed, directory
        dice = random.Random(seed)
        self.late = dice.random() < LATE_SHARE
        self.begin = dice.uniform(0.05, ACTING)
        self.lives = [plan_life(dice, FIRST_PORT + number) for number in range(count)]

    def play(self) -> Finished:
        """Live all lives at once."""
        stage = Stage(f"batch-{self.seed}", self.directory, late=self.late)
        try:
            self._open(stage)
            self._act(stage)
            time.sleep(AFTER)
            return stage.finish()
        finally:
            stage.close()

    def _open(self, stage: Stage) -> None:
        for host in (stage.client, stage.server):
            host.sysctl("net.ipv4.tcp_fastopen", 0x207)
            host.sysctl("net.ipv4.tcp_fin_timeout", 1)
            host.sysctl("net.ipv4.tcp_syn_retries", 2)
        by_port = {life.port: life.luck for life in self.lives}

        def fate(rule: Rule, frame: Frame) -> None:
            luck = by_port.get(min(frame.src[1], frame.dst[1]))
            rule.link.deliver(frame) if luck is None else luck.meet(rule, frame)

        stage.link.apply(fate, when=When(lambda _: True))
        for life in self.lives:
            if life.opening not in {"crossing", "refused"}:
                life.listener = stage.listen(life.port, 0 if life.opening == "full" else 8, life.family)
                life.listener.setblocking(False)
                if life.opening == "fast":
                    set_tcp(life.listener, socket.TCP_FASTOPEN, 16)
        for life in self.lives:
            _call(stage, life)

    def _act(self, stage: Stage) -> None:
        acts = [(at, life, end, act, octets) for life in self.lives for at, end, act, octets in life.acts]
        start = time.monotonic()
        for at, life, end, act, octets in sorted(acts, key=lambda act: act[0]):
            if self.late and not stage.captures and at > self.begin:
                stage.capture()
            time.sleep(max(0.0, start + at - time.monotonic()))
            _accept(stage, life)
            sock = life.sockets.get(end)
            if sock is not None:
                with contextlib.suppress(OSError):
                    ACTS[act](sock, octets)
        if not stage.captures:
            stage.capture()
        for life in self.lives:
            _accept(stage, life)


def _call(stage: Stage, life: Life) -> None:
    client_port = CROSSING_PORTS + life.port - FIRST_PORT if life.opening == "crossing" else 0
    caller = life.sockets["client"] = stage.dial(life.family, client_port)
    caller.setblocking(False)
    with contextlib.suppress(OSError):
        if life.opening == "fast":
            caller.sendto(b"early octets", socket.MSG_FASTOPEN, stage.server.address(life.port, life.family))
        else:
            caller.connect(stage.server.address(life.port, life.family))
    if life.opening == "crossing":
        other = life.sockets["server"] = stage.server.tcp(life.family)
        stage.keep(other)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("", life.port))
        other.setblocking(False)
        with contextlib.suppress(OSError):
            other.connect(stage.client.address(client_port, life.family))
    if life.opening == "gives_up" and life.luck.dice.random() < 0.5:
        life.luck.lose = {"client": 1.0, "server": 1.0}


def _accept(stage: Stage, life: Life) -> None:
    if life.listener is None or "server" in life.sockets or (life.opening == "full" and life.luck.dice.random() < 0.8):
        return
    with contextlib.suppress(OSError):
        accepted, _ = life.listener.accept()
        accepted.setblocking(False)
        life.sockets["server"] = accepted
        stage.keep(accepted)


def _read(sock: socket.socket, _: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while sock.recv(65536):
            pass


def _read_close(sock: socket.socket, _: int) -> None:
    with contextlib.suppress(OSError):
        _read(sock, 0)
    sock.close()


ACTS: Final[dict[str, Callable[[socket.socket, int], object]]] = {
    "send": lambda sock, octets: sock.send(bytes(octets)),
    "read": _read,
    "shut": lambda sock, _: sock.shutdown(socket.SHUT_WR),
    "close": lambda sock, _: sock.close(),
    "read_close": _read_close,
    "abort": lambda sock, _: abort(sock),
    "stay": lambda _sock, _octets: None,
}


def judge(batch: Batch | OddBatch, truth: Truth) -> list[Compared]:
    """Compare the endpoints of a batch that count."""
    results = []
    for side in ENDS:
        path = batch.directory / f"{truth.name}.{side}.pcap"
        results += compare(path, side, truth, analyse(path))
    return [result for result in results if (result.local, result.remote) not in truth.doubtful]


def cut_out(batch: Batch | OddBatch, truth: Truth, port: int, name: str, directory: Path) -> None:
    """Write one life's packets and truth as if it had been alone."""
    numbers: dict[str, dict[int, int]] = {}
    for side in ENDS:
        source = batch.directory / f"{truth.name}.{side}.pcap"
        kept, numbers[side] = [source.read_bytes()[:PCAP_HEADER]], {}
        for number, (time_ns, raw) in enumerate(read_records(source), 1):
            frame = parse(raw)
            if frame.tcp and port in {frame.src[1], frame.dst[1]}:
                numbers[side][number] = len(numbers[side]) + 1
                seconds, nanoseconds = divmod(time_ns, 10**9)
                total = 14 + (
                    int.from_bytes(raw[16:18]) if raw[12:14] == b"\x08\x00" else 40 + int.from_bytes(raw[18:20])
                )
                header = [seconds, nanoseconds, len(raw), total]
                kept.append(b"".join(value.to_bytes(4, "little") for value in header) + raw)
        if len(kept) > 1:
            (directory / f"{name}.{side}.pcap").write_bytes(b"".join(kept))
    mine = [told for told in truth.transitions if port in {told.local[1], told.remote[1]}]
    moved = [
        Told(t.host, t.local, t.remote, t.old, t.new, t.cause, t.time_ns,
             {side: numbers[side].get(n or 0) for side, n in t.packets.items()})
        for t in mine
    ]  # fmt: skip
    Truth(name, moved, forged={side: [] for side in ENDS}).write(directory / f"{name}.json")
