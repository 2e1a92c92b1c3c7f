"""Random lives of one real socket against one odd peer, all from one seed.

A batch of lives shares one link; some real sockets listen (at the server), others call (at the client), and nothing
but scripts answers them. Applications act at random, too. Each life is captured at its real socket, so nothing is
lost behind the capture point, and whatever the socket did can be told from what it got and said.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import Frame, When
from tests.kernel.lives import ACTS as APPLICATION_ACTS
from tests.kernel.oddacts import ACTS, draw
from tests.kernel.oddpeer import Manner, OddPeer
from tests.kernel.stage import Stage, disconnect, set_tcp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kernel.link import Rule
    from tests.kernel.truth import Finished

LIVES: Final = 60  # in one batch
FIRST_PORT: Final = 1000
PEER_PORTS: Final = 20000
ACTING: Final = 1.3  # seconds in which both sides act
AFTER: Final = 0.9  # seconds for what timers do
SIDES: Final = ("client", "server")

# What the host's administrator chose, by batch; the first is Linux's own. SYN cookies for all (2) are left out: such a
# listener keeps nothing, and any late ACK with a valid cookie brings a finished connection back to life.
SYSCTLS: Final[dict[str, tuple[int | str, ...]]] = {
    "tcp_timestamps": (1, 1, 1, 0),
    "tcp_sack": (1, 1, 1, 0),
    "tcp_window_scaling": (1, 1, 0),
    "tcp_syncookies": (1, 1, 1, 0),
    "tcp_abort_on_overflow": (0, 0, 1),
    "tcp_rfc1337": (0, 0, 0, 1),
    "tcp_tw_reuse": (2, 1, 0),
    "tcp_stdurg": (0, 1),
    "tcp_retries2": (2, 3, 8),
    "tcp_orphan_retries": (0, 1, 2),
    "tcp_rto_min_us": (200_000, 40_000),
    "tcp_synack_retries": (1, 2),
    "tcp_syn_retries": (1, 1, 2),
    "tcp_fastopen": (0x207, 0x603, 1),
    "tcp_fin_timeout": (1, 1, 60),
    "tcp_backlog_ack_defer": (1, 0),
    "tcp_shrink_window": (0, 0, 1),
    "tcp_ecn": (2, 1, 0),
    "tcp_dsack": (1, 1, 0),
    "tcp_invalid_ratelimit": (500, 500, 0),
    "tcp_challenge_ack_limit": (2147483647, 2147483647, 1),
    "tcp_migrate_req": (0, 1),
    "tcp_rmem": ("4096 131072 6291456", "4096 131072 6291456", "4096 4096 4096"),
    "tcp_retrans_collapse": (1, 0),
    "tcp_tw_reuse_delay": (1000, 1),
    "tcp_mtu_probing": (0, 0, 2),
}


def keep_alive(sock: socket.socket) -> None:
    """Probe after a second, give up after another."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT):
        set_tcp(sock, option, 1)


TCP_SYNCNT, TCP_LINGER2, TCP_DEFER_ACCEPT, TCP_USER_TIMEOUT = 7, 8, 9, 18  # linux/tcp.h
SOCKET_OPTIONS: Final[dict[str, Callable[[socket.socket], object]]] = {
    "none": lambda _sock: None,
    "linger2_never": lambda sock: set_tcp(sock, TCP_LINGER2, -1),
    "linger2": lambda sock: set_tcp(sock, TCP_LINGER2, 1),
    "user_timeout": lambda sock: set_tcp(sock, TCP_USER_TIMEOUT, 300),
    "small_buffer": lambda sock: sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048),
    "linger_0": lambda sock: sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)),
    "defer_accept": lambda sock: set_tcp(sock, TCP_DEFER_ACCEPT, 1),
    "no_delay": lambda sock: set_tcp(sock, socket.TCP_NODELAY, 1),
    "urgent_inline": lambda sock: sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
    "fast_open": lambda sock: set_tcp(sock, socket.TCP_FASTOPEN, 8),
    "keep_alive": keep_alive,
    "slow_ack": lambda sock: set_tcp(sock, socket.TCP_QUICKACK, 0),
    "cork": lambda sock: set_tcp(sock, socket.TCP_CORK, 1),
    "small_mss": lambda sock: set_tcp(sock, socket.TCP_MAXSEG, 88),
    "window_clamp": lambda sock: set_tcp(sock, socket.TCP_WINDOW_CLAMP, 1000),
    "low_water": lambda sock: sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 3000),
}
ACCEPTS_LATE: Final = 0.15


@dataclass(slots=True)
class Step:
    """At a time, the application (`who` -1) or one of the peers does something."""

    at: float
    who: int
    act: str
    octets: int = 0


@dataclass(slots=True)
class OddLife:
    """One real port: who calls, its options, its peers, and what everybody does when."""

    port: int
    calls: bool
    fast: bool
    family: int
    option: str
    backlog: int
    accepts_from: float
    manners: list[Manner]
    steps: list[Step]
    dice: random.Random
    peers: list[OddPeer] = field(default_factory=list)
    sock: socket.socket | None = None
    listener: socket.socket | None = None


def plan_manner(dice: random.Random) -> Manner:
    """Draw what a peer is like."""
    return Manner(
        timestamps=dice.random() < 0.6,
        sack=dice.random() < 0.6,
        scale=dice.choice((-1, 0, 2, 7, 14, 15)),
        mss=dice.choice((-1, 536, 1400, 1460, 1460, 48, 65535)),
        answers=dice.choice((0.0, 0.5, 0.9, 1.0)),
        window=dice.choice((500, 5000, 65535, 65535)),
        iss=dice.choice((dice.randrange(2**32), 2**32 - dice.randrange(2000), 0)),
        ecn=dice.choice(("", "", "EW", "AEW")),
        tick_hz=dice.choice((1000, 1000, 100, 10)),
    )


def plan_application(dice: random.Random) -> list[Step]:
    """Draw what the application does."""
    times = sorted(dice.uniform(0.02, ACTING) for _ in range(dice.randint(1, 5)))
    acts = [
        dice.choice(("send", "send", "send", "urgent", "read", "read", "shut", "shut_read", "shut_both"))
        for _ in times[:-1]
    ]
    last = (
        "close",
        "close",
        "close",
        "shut",
        "abort",
        "read_close",
        "read_close",
        "stay",
        "anew",
        "disconnect",
    )
    acts.append(dice.choice(last))
    return [Step(at, -1, act, dice.choice((1, 100, 1400, 5000))) for at, act in zip(times, acts, strict=True)]


def plan_life(dice: random.Random, port: int) -> OddLife:
    """Draw one life."""
    calls = dice.random() < 0.4
    peers = 1 if calls else dice.choice((1, 1, 1, 1, 1, 3))
    politeness = dice.choice((0.2, 0.4, 0.7))
    steps = plan_application(dice)
    for number in range(peers):
        at = dice.uniform(0.0, 0.1)
        acts = draw(dice, dice.randint(2, 14), politeness)
        if dice.random() < 0.6:
            acts = ["go_on", "go_on", *acts]
        pace = dice.choice((0.03, 0.1, 0.2))
        for act in acts:
            steps.append(Step(at, number, act))
            at += dice.choice((0.0, 0.001, dice.uniform(0.0, 2 * pace)))
    option = dice.choice(["none"] * 8 + list(SOCKET_OPTIONS))
    return OddLife(
        port, calls, dice.random() < 0.2, dice.choice((socket.AF_INET,) * 4 + (socket.AF_INET6,)), option,
        0 if peers > 1 else 8, ACTING * dice.random() if dice.random() < ACCEPTS_LATE else 0.0,
        [plan_manner(dice) for _ in range(peers)], steps, random.Random(dice.random()),
    )  # fmt: skip


class OddBatch:
    """Some lives on one link; see `lives.Batch`, which it resembles."""

    word = "odd"
    size = LIVES
    plan = staticmethod(plan_life)

    def __init__(self, seed: str, directory: Path, count: int = LIVES) -> None:
        self.seed, self.directory = seed, directory
        dice = random.Random(f"{self.word} {seed}")
        self.sysctls = {name: dice.choice(values) for name, values in SYSCTLS.items()}
        self.lives = [self.plan(dice, FIRST_PORT + number) for number in range(count)]
        self._lock = threading.RLock()

    def play(self) -> Finished:
        """Live all lives at once."""
        stage = Stage(f"{self.word}-{self.seed}", self.directory)
        try:
            self._open(stage)
            self._act(stage)
            time.sleep(AFTER)
            self._by_ends.clear()
            return stage.finish()
        finally:
            stage.close()

    def _open(self, stage: Stage) -> None:
        for host in (stage.client, stage.server):
            for name, value in self.sysctls.items():
                with contextlib.suppress(FileNotFoundError):  # an older kernel
                    host.sysctl(f"net.ipv4.{name}", value)
        self._by_ends: dict[object, OddPeer] = {}
        stage.link.apply(self._arrives, when=When(lambda _: True))
        for life in self.lives:
            host, absent = (stage.client, stage.server) if life.calls else (stage.server, stage.client)
            for number, manner in enumerate(life.manners):
                far = absent.address(PEER_PORTS + 10 * life.port + number, life.family)
                near = host.address(life.port, life.family)
                peer = OddPeer(stage.link, host, (far, near), manner, life.dice, calls=life.calls)
                life.peers.append(peer)
                self._by_ends[near, far] = peer
            if not life.calls:
                life.listener = stage.listen(life.port, life.backlog, life.family)
                life.listener.setblocking(False)
                with contextlib.suppress(OSError):
                    SOCKET_OPTIONS["fast_open" if life.fast else life.option](life.listener)

    def _arrives(self, _: Rule, frame: Frame) -> None:
        peer = self._by_ends.get((frame.src, frame.dst))
        if peer is not None:
            with self._lock:
                peer.arrives(frame)

    def _act(self, stage: Stage) -> None:
        steps = sorted(((step, life) for life in self.lives for step in life.steps), key=lambda one: one[0].at)
        for life in self.lives:
            if life.calls:
                call(stage, life)
        start = time.monotonic()
        for step, life in steps:
            time.sleep(max(0.0, start + step.at - time.monotonic()))
            if life.listener is not None and life.sock is None and step.at >= life.accepts_from:
                accept(stage, life)
            if step.who >= 0:
                with self._lock:
                    ACTS[step.act](life.peers[step.who])
            elif step.act == "anew":
                anew(stage, life)
            elif life.sock is not None:
                with contextlib.suppress(OSError):
                    DOES[step.act](life.sock, step.octets)


def listen_instead(sock: socket.socket) -> None:
    """Give the connection up and listen with its socket."""
    disconnect(sock)
    sock.listen(1)


DOES: Final[dict[str, Callable[[socket.socket, int], object]]] = {
    **APPLICATION_ACTS,
    "shut_read": lambda sock, _: sock.shutdown(socket.SHUT_RD),
    "shut_both": lambda sock, _: sock.shutdown(socket.SHUT_RDWR),
    "disconnect": lambda sock, _: disconnect(sock),
    "urgent": lambda sock, octets: sock.send(bytes(octets), socket.MSG_OOB),
    "listen": lambda sock, _: listen_instead(sock),
}


def call(stage: Stage, life: OddLife) -> None:
    """Let the real socket call its peer."""
    life.sock = sock = stage.dial(life.family, life.port)
    sock.setblocking(False)
    target = life.peers[0].local
    with contextlib.suppress(OSError):
        SOCKET_OPTIONS[life.option](sock)
    with contextlib.suppress(OSError):
        if life.fast:
            sock.sendto(b"early octets", socket.MSG_FASTOPEN, target)
        else:
            sock.connect(target)


def accept(stage: Stage, life: OddLife) -> None:
    """Take a connection from the listener if there is one."""
    assert life.listener is not None
    with contextlib.suppress(OSError):
        sock, _ = life.listener.accept()
        sock.setblocking(False)
        stage.keep(sock)
        life.sock = sock
        with contextlib.suppress(OSError):
            SOCKET_OPTIONS[life.option](sock)


def anew(stage: Stage, life: OddLife) -> None:
    """Close, and call or accept again; where the real socket listens, close the listener with all that wait."""
    if life.sock is not None:
        life.sock.close()
        life.sock = None
    if life.calls:
        with contextlib.suppress(OSError):
            call(stage, life)
    elif life.listener is not None and life.dice.random() < 0.5:
        life.listener.close()
        life.listener = None
