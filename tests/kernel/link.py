"""Two or more hosts on one wire that the test controls frame by frame.

    with Link() as link:
        link.drop(1, when=flags("S."))                     # lose the first SYN+ACK
        held = link.hold(when=FINS & sent_by("client"))    # keep FINs back ...
        with link.client.capture(path) as ...              # tcpdump at either end
        held.release()                                     # ... and let them go

Each frame read from one TAP device is written to the other unless a rule says otherwise: drop, hold,
delay, duplicate, edit. The first rule that matches decides, in the order they were added. Forged
segments are injected at either host. `link.log` tells what passed when, on CLOCK_MONOTONIC: the write
to a TAP device runs the receiving TCP, so whatever that TCP did was done between the two times.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import selectors
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from tests.kernel.frames import (
    ANY,
    ETHERNET_OCTETS,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    PROTOCOL_TCP,
    Address,
    Frame,
    Segment,
    When,
    parse,
)
from tests.kernel.netns import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAME_OCTETS: Final = 65600
COUNTED_PROTOCOLS: Final = {PROTOCOL_TCP, 1, 58}  # what CAPTURE_FILTER takes


@dataclass(slots=True, eq=False)
class Passage:
    """A frame that left a host (`sent`) or was given to one; times in CLOCK_MONOTONIC nanoseconds."""

    frame: Frame
    host: str
    sent: bool
    before_ns: int
    after_ns: int


@dataclass(eq=False)
class Rule:
    """What happens to matching frames: `skip` of them pass first, then `count` are caught (None: all)."""

    link: Link
    when: When
    count: int | None
    skip: int
    act: Callable[[Rule, Frame], None]
    caught: list[Frame] = field(default_factory=list)
    held: list[Frame] = field(default_factory=list)

    def takes(self, frame: Frame) -> bool:
        """Whether this rule decides about the frame; counts it if so."""
        if self.count == 0 or not self.when(frame):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.count is not None:
            self.count -= 1
        return True

    def wait(self, count: int = 1, timeout: float = 5) -> list[Frame]:
        """Wait until so many frames were caught, and return them."""
        self.link.wait_until(lambda: len(self.caught) >= count, timeout, f"{count} caught frames")
        return self.caught

    def release(self, count: int | None = None, *, backwards: bool = False) -> None:
        """Deliver held frames, all or the first few, in order or last first; later ones are held on."""
        chosen, self.held = (self.held, []) if count is None else (self.held[:count], self.held[count:])
        for frame in reversed(chosen) if backwards else chosen:
            self.link.deliver(frame)

    def off(self) -> None:
        """Catch nothing more; what is held stays held."""
        self.count = 0

    def open(self) -> None:
        """Catch nothing more and deliver all that is held, in order."""
        self.off()
        self.release()


class Link:
    """The wire and its hosts (`link.client`, `link.server`, `link.hosts`); a context manager."""

    def __init__(self, names: tuple[str, ...] = ("client", "server"), mtu: int = 1500) -> None:
        self.hosts = {name: Host(name, number, mtu) for number, name in enumerate(names, 1)}
        self.started_ns = time.monotonic_ns()
        for host in self.hosts.values():
            host.connect_to([other for other in self.hosts.values() if other is not host])
        self.client, self.server = list(self.hosts.values())[:2]
        self.log: list[Passage] = []
        self.rules: list[Rule] = []
        self._by_mac = {bytes.fromhex(host.mac.replace(":", "")): host for host in self.hosts.values()}
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._timers: list[tuple[float, int, Frame]] = []
        self._order = itertools.count()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._closing = False
        self._thread = threading.Thread(target=self._bridge, name="bridge", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the bridge and let both hosts go."""
        self._closing = True
        os.write(self._wake_write, b"x")
        self._thread.join()
        for host in self.hosts.values():
            host.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # ------------------------------------------------------------------ rules

    def drop(self, count: int | None = None, *, when: When = ANY, skip: int = 0) -> Rule:
        """Lose matching frames."""
        return self._add(when, count, skip, lambda _rule, _frame: None)

    def hold(self, count: int | None = None, *, when: When = ANY, skip: int = 0) -> Rule:
        """Keep matching frames back until `release()`."""
        return self._add(when, count, skip, lambda rule, frame: rule.held.append(frame))

    def delay(self, seconds: float, count: int | None = None, *, when: When = ANY, skip: int = 0) -> Rule:
        """Deliver matching frames later; others overtake them."""
        return self._add(when, count, skip, lambda _rule, frame: self.deliver_later(frame, seconds))

    def duplicate(self, count: int | None = None, *, when: When = ANY, skip: int = 0, after: float = 0) -> Rule:
        """Deliver matching frames twice, the second time at once or so many seconds later."""

        def act(_rule: Rule, frame: Frame) -> None:
            self.deliver(frame)
            self.deliver_later(frame, after) if after else self.deliver(frame)

        return self._add(when, count, skip, act)

    def edit(
        self, change: Callable[[Frame], bytes], count: int | None = None, *, when: When = ANY, skip: int = 0
    ) -> Rule:
        """Deliver what `change` makes of a matching frame (a whole Ethernet frame)."""

        def act(_rule: Rule, frame: Frame) -> None:
            edited = parse(change(frame), frame.sender)
            edited.original = frame
            self.deliver(edited)

        return self._add(when, count, skip, act)

    def watch(self, *, when: When = ANY) -> Rule:
        """Only collect matching frames (in `caught`); they pass."""
        return self._add(when, None, 0, lambda _rule, frame: self.deliver(frame))

    def apply(self, act: Callable[[Rule, Frame], None], *, when: When = ANY) -> Rule:
        """Let a function of the test decide about each matching frame."""
        return self._add(when, None, 0, act)

    def _add(self, when: When, count: int | None, skip: int, act: Callable[[Rule, Frame], None]) -> Rule:
        rule = Rule(self, when, count, skip, act)
        self.rules.append(rule)
        return rule

    # ------------------------------------------------------------------ frames

    def deliver(self, frame: Frame) -> None:
        """Give a frame to the host that its destination address names."""
        host = self._by_mac.get(frame.raw[:6])
        if host is None:
            return  # multicast
        with self._writing:
            before = time.monotonic_ns()
            host.passed[False] += is_counted(frame.raw)
            with contextlib.suppress(BlockingIOError):
                os.write(host.tap, frame.raw)
            self.log.append(Passage(frame, host.name, False, before, time.monotonic_ns()))
        self._notify()

    def deliver_later(self, frame: Frame, seconds: float) -> None:
        """Give a frame to its host after some time."""
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), frame))
        os.write(self._wake_write, b"t")

    def inject(self, segment: Segment | bytes, to: Host | None = None) -> Frame:
        """Deliver a forged segment (or IP packet) at a host, by default the one it is addressed to."""
        packet = segment.packet() if isinstance(segment, Segment) else segment
        target = to or self._owner(packet)
        other = next(host for host in self.hosts.values() if host is not target)
        ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
        addresses = bytes.fromhex((target.mac + other.mac).replace(":", ""))
        frame = parse(addresses + ethertype.to_bytes(2) + packet)
        self.deliver(frame)
        return frame

    def _owner(self, packet: bytes) -> Host:
        target = parse(bytes(12) + (b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00") + packet).dst[0]
        return next(host for host in self.hosts.values() if target in {host.ipv4, host.ipv6})

    def sent(self, when: When = ANY) -> list[Frame]:
        """List the frames that hosts have sent so far."""
        return [passage.frame for passage in list(self.log) if passage.sent and when(passage.frame)]

    def wait(self, when: When = ANY, count: int = 1, timeout: float = 5) -> list[Frame]:
        """Wait until hosts have sent so many matching frames since the beginning, and return them."""
        self.wait_until(lambda: len(self.sent(when)) >= count, timeout, f"{count} sent frames")
        return self.sent(when)

    def wait_until(self, test: Callable[[], bool], timeout: float, what: str) -> None:
        """Wait for something about the frames that passed."""
        with self._changed:
            if not self._changed.wait_for(test, timeout):
                raise TimeoutError(f"no {what} within {timeout} s")

    def settle(self, quiet: float = 0.03, timeout: float = 5) -> None:
        """Wait until no frame has passed for a while."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            seen = len(self.log)
            time.sleep(quiet)
            if len(self.log) == seen:
                return

    def next_seq(self, sender: Address) -> int:
        """Return the raw sequence number after all that this address has sent."""
        ends = [(frame.seq, frame.end) for frame in self.sent() if frame.src == sender and not frame.flags & 4]
        first = ends[0][0]
        return max((end - first) % 2**32 for _, end in ends) + first & 0xFFFFFFFF

    # ------------------------------------------------------------------ the bridge

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _bridge(self) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self._wake_read, selectors.EVENT_READ, None)
        for host in self.hosts.values():
            selector.register(host.tap, selectors.EVENT_READ, host)
        while not self._closing:
            timeout = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
            for key, _ in selector.select(timeout):
                if key.data is None:
                    os.read(self._wake_read, 4096)
                else:
                    self._forward(key.data)
            while self._timers and self._timers[0][0] <= time.monotonic():
                self.deliver(heapq.heappop(self._timers)[2])
        selector.close()

    def _forward(self, host: Host) -> None:
        for raw in _read_all(host.tap):
            frame = parse(raw, host.name)
            now = time.monotonic_ns()
            host.passed[True] += is_counted(raw)
            self.log.append(Passage(frame, host.name, True, now, now))
            rule = next((rule for rule in self.rules if rule.takes(frame)), None)
            if rule is None:
                self.deliver(frame)
            else:
                rule.act(rule, frame)
                rule.caught.append(frame)
            self._notify()


def _read_all(tap: int) -> Iterator[bytes]:
    with contextlib.suppress(BlockingIOError):
        while True:
            yield os.read(tap, FRAME_OCTETS)


def is_counted(raw: bytes) -> bool:
    """Whether tcpdump's filter takes this frame."""
    ethertype = int.from_bytes(raw[12:14])
    at = ETHERNET_OCTETS + (9 if ethertype == ETHERTYPE_IPV4 else 6)
    return ethertype in {ETHERTYPE_IPV4, ETHERTYPE_IPV6} and len(raw) > at and raw[at] in COUNTED_PROTOCOLS
