# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""SYN floods: services that are asked for far more connections than are ever completed.

In: finished connections. Out: the services under a flood, each with its rate, the spread of its sources, and how many
connections were half-open at once. Bounded: services, seconds and sources are each counted within a fixed room.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.address import ip_text
from ..model.close_kinds import UNANSWERED, UNFINISHED
from ..model.piling import Flood
from ..model.pool import pooled
from .spots import Spot, Spots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection

MAX_SERVICES = 2048
MAX_SECONDS = 1024
SECOND_NS = 1_000_000_000
NO_SECOND = -1 << 62
"""Before every capture's time."""
SKETCH_BITS = 1 << 16
"""Sources are hashed into so many bits and estimated from the share that is set (linear counting, Whang 1990)."""
MAX_SOURCES = 500_000
"""Beyond that the bits are nearly all set and the estimate is worth little (3 % off here)."""
HALF_OPEN_NS = 63_000_000_000
"""As in `piles`: how long Linux keeps a half-open connection that nobody completes."""
FLOOD_HALF_OPEN = 100
"""Fewer half-open connections at once are no flood: a backlog holds at least 128."""
FLOOD_RATIO = 2
"""A flood leaves at least twice as many openings unfinished as it completes."""
MULTIPLIER = 0x9E3779B97F4A7C15
M64 = 0xFFFF_FFFF_FFFF_FFFF
NUMBERS = array("q")
PARTS = 4


class Service(Spot):
    """One server port: openings, how many were completed, how many were half-open at once (as of a `Level`).

    rate: openings in the latest second that one was counted in; seconds: those in the others, while some count.
    """

    __slots__ = (
        "_bits", "_first_bit", "completed", "first_packet", "last_packet", "rate", "rate_peak", "second", "seconds",
        "syns", "unfinished",
    )  # fmt: skip

    def name(self, c: Connection) -> None:
        """The service that a connection asks for, nothing of it counted yet."""
        self.begin()
        self.hi = c.server_hi
        self.lo = c.server_lo
        self.peer_hi = 0
        self.peer_lo = 0
        self.what = 0
        self.port = c.server_port
        self.ip_version = c.ip_version
        self.syns = 0
        self.completed = 0
        self.unfinished = 0
        self.rate_peak = 0
        self.first_packet = 0
        self.last_packet = 0
        self.second = NO_SECOND
        self.rate = 0
        self.seconds: dict[int, int] | None = None
        self._first_bit = 0
        self._bits: bytearray | None = None

    def is_for(self, c: Connection) -> bool:
        """Whether a connection asks for it."""
        return (
            self.lo == c.server_lo
            and self.hi == c.server_hi
            and self.port == c.server_port
            and self.ip_version == c.ip_version
        )

    def count(self, c: Connection) -> None:
        """One more opening at its time."""
        self.syns += 1
        second = c.start_ns // SECOND_NS
        if second != self.second:
            self._turn_to(second)
        self.rate += 1
        if self.rate > self.rate_peak:
            self.rate_peak = self.rate

    def _turn_to(self, second: int) -> None:
        """Count in another second. They come roughly in order of time: of too many the earliest half goes."""
        seconds = self.seconds
        if self.second != NO_SECOND:
            if seconds is None:
                seconds = self.seconds = {}
            seconds[self.second] = self.rate
        self.second = second
        self.rate = 0
        if seconds is None:
            return
        self.rate = seconds.pop(second, 0)
        if len(seconds) < MAX_SECONDS:
            return
        latest = sorted([*seconds, second])[MAX_SECONDS // 2 :]
        self.seconds = {known: seconds[known] for known in latest if known != second}
        if second < latest[0]:
            self.second = NO_SECOND
            self.rate = 0

    def leave_open(self, c: Connection, now_ns: int) -> None:
        """One opening that was not completed."""
        self.unfinished += 1
        leave_ns = c.end_ns + HALF_OPEN_NS
        self.stay(c.start_ns, leave_ns if leave_ns < now_ns else -1)
        if self.first_packet == 0 or c.first_packet < self.first_packet:
            self.first_packet = c.first_packet
        if c.last_packet > self.last_packet:
            self.last_packet = c.last_packet
        mixed = ((c.client_lo ^ (c.client_hi * 31 & M64)) * MULTIPLIER & M64) >> 48
        if self.unfinished == 1:  # most services see no second one
            self._first_bit = mixed
            return
        bits = self._bits
        if bits is None:
            bits = self._bits = bytearray(SKETCH_BITS // 8)
            bits[self._first_bit >> 3] |= 1 << (self._first_bit & 7)
        bits[mixed >> 3] |= 1 << (mixed & 7)

    def sources(self) -> int:
        """Different source addresses of unfinished openings, estimated; MAX_SOURCES: so many at least."""
        if self._bits is None:
            return self.unfinished
        zeros = SKETCH_BITS - int.from_bytes(self._bits, "big").bit_count()
        if zeros == 0:
            return min(self.unfinished, MAX_SOURCES)
        from math import log

        return min(self.unfinished, MAX_SOURCES, round(-SKETCH_BITS * log(zeros / SKETCH_BITS)))


pooled(Service)


class Floods:
    """Every service that was asked for connections, bounded."""

    __slots__ = ("_latest", "_services")

    def __init__(self) -> None:
        self._latest: Service | None = None
        self._services = Spots()

    def take(self, c: Connection, now_ns: int) -> None:
        """Count a connection that leaves; now_ns: capture time."""
        judgement = c.judgement
        if judgement.opened_by != 0:
            return
        service = self._of(c)
        service.count(c)
        how = judgement.opened_how
        if how in (UNFINISHED, UNANSWERED):
            service.leave_open(c, now_ns)
        else:
            service.completed += 1

    def _of(self, c: Connection) -> Service:
        """The service that a connection asks for; under a flood the same as before."""
        latest = self._latest
        if latest is not None and latest.is_for(c):
            return latest
        services = self._services
        service: Service | None = services.find(c.server_hi, c.server_lo, 0, 0, c.server_port, c.ip_version, 0)
        if service is None:
            if len(services.all) >= MAX_SERVICES:
                services.keep(busiest(services.all, MAX_SERVICES // 2))  # a flood is never among those that go
            service = Service.__new__(Service)
            service.name(c)
            services.add(service)
        self._latest = service
        return service

    def report(self) -> list[Flood]:
        """The services under a flood, the worst first."""
        floods = []
        for service in self._services.all:
            if service.unfinished < max(FLOOD_HALF_OPEN, FLOOD_RATIO * service.completed):
                continue
            peak, _ = service.peak()
            if peak >= FLOOD_HALF_OPEN:
                floods.append(_flood(service, peak))
        floods.sort(key=_by_peak)
        return floods


def busiest(services: list[Service], count: int) -> list[Service]:
    """So many of them that were asked for most; of those asked for alike the first by address, port and IP version.

    Equals sorting by all of `_part`, without an object for each comparison: where hardly a service is asked for twice,
    this runs once in a thousand connections (measured: sorting tuples took a seventh of all that a connection costs).
    """
    kept: list[Service] = []
    for part in range(PARTS):
        size = len(services)
        parts = longs.zeros(NUMBERS, size)
        numbers = longs.of(parts)
        differ = False
        for at in range(size):
            numbers[at] = _part(services[at], part)
            differ = differ or numbers[at] != numbers[0]
        if not differ:
            continue  # this part tells nothing
        copy = longs.copy(parts)
        limit = _nth(longs.of(copy), size, count - len(kept) - 1)
        alike: list[Service] = []
        for at in range(size):
            if numbers[at] < limit:
                kept.append(services[at])
            elif numbers[at] == limit:
                alike.append(services[at])
        services = alike
    return kept + services  # one: no two are alike in all parts


def _nth(numbers: array[int], size: int, nth: int) -> int:
    """The number that would stand at this index if all were in order. Source: Hoare's FIND, CACM 4 (1961) 321."""
    low = 0
    high = size - 1
    while low < high:
        pivot = numbers[nth]
        left = low
        right = high
        while left <= right:
            while numbers[left] < pivot:
                left += 1
            while numbers[right] > pivot:
                right -= 1
            if left <= right:
                number = numbers[left]
                numbers[left] = numbers[right]
                numbers[right] = number
                left += 1
                right -= 1
        if right < nth:
            low = left
        if nth < left:
            high = right
    return numbers[nth]


def _part(service: Service, part: int) -> int:
    """One of the PARTS by which services are put in order: openings, most first, then 63, 63 and 2 bits of the address."""
    if part == 0:
        return -service.syns
    if part == 1:
        return service.hi >> 1
    if part == 2:
        return (service.hi & 1) << 62 | service.lo >> 2
    return (service.lo & 3) << 24 | service.port << 8 | service.ip_version


def _by_peak(flood: Flood) -> tuple[int, str, int]:
    return (-flood.half_open_peak, flood.host, flood.port)


def _flood(service: Service, peak: int) -> Flood:
    host = ip_text(service.hi, service.lo, service.ip_version)
    sources = service.sources()
    spread = f"{'' if sources < 1000 else 'at least ' if sources >= MAX_SOURCES else 'about '}{sources:,} addresses"
    line = (
        f"SYN flood on {host} port {service.port}: {service.syns:,} openings, up to {service.rate_peak:,} in a second, "
        f"{service.completed:,} of them completed; {peak:,} half-open at once, from {spread} "
        f"(packets {service.first_packet} to {service.last_packet})."
    )
    return Flood(
        host, service.port, service.syns, service.completed, peak, sources, service.rate_peak, service.first_packet,
        service.last_packet, line,
    )  # fmt: skip
