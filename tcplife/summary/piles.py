# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Pile-ups: how many connections of a host and service are in TIME_WAIT, CLOSE_WAIT or SYN_RECEIVED at once.

In: finished connections, in any order. Out: a PileReport. Bounded: at most MAX_HEAPS hosts and services are followed;
those with a single connection give way to new ones, and what found no room is counted.
"""

from __future__ import annotations

from ..model import longs
from ..model.address import ip_text
from ..model.catalogue import ROWS
from ..model.names import CLOSE_WAIT, ROLES, STATES, SYN_RECEIVED, TIME_WAIT
from ..model.piling import Pile, PileReport, PortBudget
from ..model.pool import pooled
from ..model.verdict import span
from .floods import Floods
from .spots import Spot, Spots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection

MAX_HEAPS = 4096
"""Hosts and services followed at once."""
HALF_OPEN_NS = 63_000_000_000
"""A half-open connection is forgotten 63 s after its last packet: Linux repeats a SYN+ACK 5 times (1+2+4+8+16+32 s)."""
NOTABLE = 10
"""So many at once are worth a line; one in CLOSE_WAIT is worth it after a minute, too."""
STUCK_NS = 60_000_000_000
SHOWN = 100
PORTS = 28_232
"""Ports of Linux's default range (net.ipv4.ip_local_port_range 32768-60999)."""
BUDGET_SHARE = 10
"""A client's TIME_WAIT is worth a line from a tenth of its ports on."""

_STATES = bytearray()


def _row_states() -> bytearray:
    """From and to state of each row of the table; made once, as it is published after this module is read."""
    for row in ROWS:
        _STATES.append(row.from_state << 4 | row.to_state)
    return _STATES


class Heap(Spot):
    """One host and service in one state, and how many are there at once. Made by `Piles`, which names it.

    longest_ns: longest finished stay; since_ns: entry of the oldest there.
    The host is the client (side 0, of the service at peer_*) or the server (side 1); what: state and side.
    """

    __slots__ = ("first_packet", "left", "longest_ns", "side", "since_ns", "state", "total")

    def name(self, c: Connection, state: int, side: int) -> None:
        """Whose and what it is, with nothing in it: one that this connection adds to."""
        self.begin()
        self.total = 0
        self.left = 0
        self.longest_ns = 0
        self.since_ns = -1
        self.state = state
        self.side = side
        self.what = state << 1 | side
        self.port = c.server_port
        self.ip_version = c.ip_version
        self.first_packet = c.first_packet
        if side == 0:
            self.hi = c.client_hi
            self.lo = c.client_lo
            self.peer_hi = c.server_hi
            self.peer_lo = c.server_lo
        else:
            self.hi = c.server_hi
            self.lo = c.server_lo
            self.peer_hi = 0
            self.peer_lo = 0

    def is_for(self, c: Connection) -> bool:
        """Whether a connection adds to it, if it adds to this state and side."""
        if self.port != c.server_port or self.ip_version != c.ip_version:
            return False
        if self.side == 0:
            return (
                self.lo == c.client_lo
                and self.hi == c.client_hi
                and self.peer_lo == c.server_lo
                and self.peer_hi == c.server_hi
            )
        return self.lo == c.server_lo and self.hi == c.server_hi

    def oldest_ns(self, now_ns: int) -> int:
        """How long the one has stayed that is there for longest; if none is left, how long any did."""
        return now_ns - self.since_ns if self.left else self.longest_ns


pooled(Heap)


class Piles:
    """Everything that piles up in one run. most: hosts and services to follow."""

    __slots__ = ("_floods", "_heaps", "_latest", "_most", "_omitted")

    def __init__(self, most: int = MAX_HEAPS) -> None:
        self._most = most
        self._heaps = Spots()
        self._floods = Floods()
        self._omitted = 0
        self._latest: list[Heap | None] | None = None  # of each state and side

    def take(self, c: Connection, now_ns: int, time_wait_ns: int = 0) -> None:
        """Count a connection that leaves; now_ns: capture time. time_wait_ns: how long TIME_WAIT will last."""
        self._floods.take(c, now_ns)
        if c.transition_rows is None:
            return
        states = _STATES if len(_STATES) else _row_states()
        size = len(c.transition_rows)
        rows = longs.of(c.transition_rows)
        for at in range(2, size, 4):
            code = rows[at]
            state = states[code >> 3] & 15
            if state != TIME_WAIT and state != CLOSE_WAIT and state != SYN_RECEIVED:
                continue
            side = code & 1
            leave_ns = -1
            for later in range(at + 4, size, 4):
                if rows[later] & 1 == side:
                    leave_ns = rows[later - 1]
                    break
            if leave_ns < 0 and state == TIME_WAIT and time_wait_ns:
                leave_ns = rows[at - 1] + time_wait_ns
            if leave_ns < 0 and state == SYN_RECEIVED and c.end_ns + HALF_OPEN_NS < now_ns:
                leave_ns = c.end_ns + HALF_OPEN_NS
            self._stay(c, state, side, rows[at - 1], leave_ns)

    def _stay(self, c: Connection, state: int, side: int, enter_ns: int, leave_ns: int) -> None:
        heap = self._heap_of(c, state, side)
        if heap is None:
            self._omitted += 1
            return
        heap.total += 1
        heap.stay(enter_ns, leave_ns)
        if leave_ns < 0:
            heap.left += 1
            if heap.since_ns < 0 or enter_ns < heap.since_ns:
                heap.since_ns = enter_ns
        elif leave_ns - enter_ns > heap.longest_ns:
            heap.longest_ns = leave_ns - enter_ns
        if c.first_packet < heap.first_packet:
            heap.first_packet = c.first_packet

    def _heap_of(self, c: Connection, state: int, side: int) -> Heap | None:
        """The heap that a connection adds to, often that which another one added to last; None where there is no room."""
        what = state << 1 | side
        latest = self._latest
        if latest is None:
            latest = self._latest = [None] * (2 * len(STATES))
        heap = latest[what]
        if heap is None or not heap.is_for(c):
            heap = latest[what] = self._found(c, state, side, what)
        return heap

    def _found(self, c: Connection, state: int, side: int, what: int) -> Heap | None:
        heaps = self._heaps
        version = c.ip_version
        if side == 0:
            found = heaps.find(c.client_hi, c.client_lo, c.server_hi, c.server_lo, c.server_port, version, what)
        else:
            found = heaps.find(c.server_hi, c.server_lo, 0, 0, c.server_port, version, what)
        if found is not None:
            return found  # type: ignore[no-any-return]
        if len(heaps.all) >= self._most and not self._make_room():
            return None
        heap = Heap.__new__(Heap)
        heap.name(c, state, side)
        heaps.add(heap)
        return heap

    def _make_room(self) -> bool:
        """Forget hosts with a single connection: nothing has piled up there."""
        kept: list[Heap] = []
        before = self._heaps.all
        for heap in before:
            if heap.total > 1:
                kept.append(heap)  # noqa: PERF401 - compiled, a comprehension does not know what a heap is
        self._omitted += len(before) - len(kept)
        self._heaps.keep(kept)
        self._latest = None
        return len(kept) < self._most * 3 // 4

    def report(self, now_ns: int, two_msl_ns: int) -> PileReport:
        """What has piled up by the end of the capture, at now_ns; two_msl_ns: how long TIME_WAIT lasts."""
        piles = [_pile(heap, now_ns, peak, peak_ns) for peak, _, heap, peak_ns in self._greatest(now_ns)]
        piles.sort(key=_by_size)
        budgets = [_budget(pile, two_msl_ns) for pile in piles if _strains_ports(pile)]
        floods = self._floods.report()
        lines = [flood.line for flood in floods]
        lines += [_line(pile) for pile in piles if _is_notable(pile)][:SHOWN]
        lines += [budget.line for budget in budgets]
        return PileReport(tuple(piles[:SHOWN]), tuple(floods), tuple(budgets[:SHOWN]), tuple(lines), self._omitted)

    def _greatest(self, now_ns: int) -> list[tuple[int, float, Heap, int]]:
        """Peak, age of the oldest, heap and time of the peak of all that can be SHOWN, be notable or strain ports."""
        found = []
        for heap in self._heaps.all:
            oldest_s = _seconds(heap.oldest_ns(now_ns))
            stuck = heap.left > 0 and oldest_s * 1e9 >= STUCK_NS
            if heap.total > 1 or stuck:  # most are of one connection, which is told only after a while
                peak, peak_ns = heap.peak()
                if peak > 1 or stuck:
                    found.append((peak, oldest_s, heap, peak_ns))
        if len(found) <= SHOWN:
            return found
        least = sorted([row[:2] for row in found], reverse=True)[SHOWN - 1]
        return [row for row in found if row[:2] >= least or row[0] >= NOTABLE or row[2].state == CLOSE_WAIT]


def _seconds(ns: int) -> float:
    return max(ns, 0) / 1e9


def _pile(heap: Heap, now_ns: int, peak: int, peak_ns: int) -> Pile:
    peer = ip_text(heap.peer_hi, heap.peer_lo, heap.ip_version) if heap.side == 0 else ""
    return Pile(
        ip_text(heap.hi, heap.lo, heap.ip_version), heap.port, peer, ROLES[heap.side], STATES[heap.state], heap.total,
        peak, peak_ns, heap.exact, heap.left, _seconds(heap.oldest_ns(now_ns)), heap.first_packet,
    )  # fmt: skip


def _by_size(pile: Pile) -> tuple[int, float, str, int, str, str]:
    return (-pile.peak, -pile.oldest_s, pile.host, pile.port, pile.state, pile.endpoint)


def _is_notable(pile: Pile) -> bool:
    if pile.endpoint == ROLES[0] and pile.state == STATES[SYN_RECEIVED]:
        return False
    stuck = pile.state == STATES[CLOSE_WAIT] and pile.left > 0 and pile.oldest_s * 1e9 >= STUCK_NS
    return pile.peak >= NOTABLE or stuck


_WHY = {
    str(STATES[TIME_WAIT]): "it closes first",
    str(STATES[CLOSE_WAIT]): "its application does not close",
    str(STATES[SYN_RECEIVED]): "handshakes that are not finished",
}


def _line(pile: Pile) -> str:
    """One sentence for a reader."""
    whose = f"{pile.host} (client of {pile.peer} port {pile.port})" if pile.peer else f"{pile.host} port {pile.port}"
    how_many = f"{pile.peak:,} connections at once" if pile.peak > 1 else "1 connection"
    about = "" if pile.exact else "about "
    oldest = span(int(pile.oldest_s * 1e9))
    if pile.left > 1:
        rest = f"{pile.left:,} are left at the end, the oldest for {oldest}"
    elif pile.left:
        rest = f"1 is left at the end, for {oldest}"
    else:
        rest = f"none is left at the end, the longest stayed {oldest}"
    return (
        f"{whose}: {about}{how_many} in {pile.state} ({_WHY[str(pile.state)]}), from packet {pile.first_packet} on; "
        f"{rest}."
    )


def _strains_ports(pile: Pile) -> bool:
    return pile.state == STATES[TIME_WAIT] and bool(pile.peer) and pile.peak * BUDGET_SHARE >= PORTS


def _budget(pile: Pile, two_msl_ns: int) -> PortBudget:
    rate = PORTS / (two_msl_ns / 1e9) if two_msl_ns else 0.0
    line = (
        f"{pile.host} has {pile.peak:,} of its {PORTS:,} ports towards {pile.peer} port {pile.port} in TIME_WAIT at "
        "once: more than "
        f"{rate:.0f} connections per second use them up (Linux's default range, 2MSL of {two_msl_ns / 1e9:.0f} s)."
    )
    return PortBudget(pile.host, pile.peer, pile.port, pile.peak, PORTS, rate, line)
