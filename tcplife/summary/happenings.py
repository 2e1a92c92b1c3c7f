"""What happens to connections, event by event, for somebody who watches: openings, moves of state, anomalies.

In: a Life before and after each of its segments. Out: Happenings, collected until they are asked for. Costs something
per segment, so a run keeps this log only when it is wanted. Bounded: beyond MAX_KEPT the oldest half is dropped and
counted.
"""

from __future__ import annotations

from ..model.address import ip_text
from ..model.catalogue import KINDS
from ..model.names import ROLES, STATES
from ..model.values import Address
from ..model.watching import Happening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.segment import Segment
    from ..tracker.life import Life

MAX_KEPT: Final = 20_000
ROW: Final = 4
"""Numbers of an anomaly row, `model.connection.ANOMALY_WIDTH`."""


class Happenings:
    """The log. dropped: events that nobody asked for in time."""

    __slots__ = ("_anomalies", "_events", "_state_a", "_state_b", "dropped")

    def __init__(self) -> None:
        self._events: list[Happening] = []
        self._state_a = 0
        self._state_b = 0
        self._anomalies = 0
        self.dropped = 0

    def take(self) -> list[Happening]:
        """Return what happened since the last call."""
        events = self._events
        self._events = []
        return events

    def before(self, life: Life) -> None:
        """Remember how the life looks before its next segment."""
        self._state_a = life.view(life.a)
        self._state_b = life.view(life.b)
        self._anomalies = 0 if life.anomalies is None else len(life.anomalies)

    def after(self, life: Life, s: Segment) -> None:
        """Note what the segment has changed."""
        new_a = life.view(life.a)
        new_b = life.view(life.b)
        anomalies = life.anomalies
        changed = new_a != self._state_a or new_b != self._state_b
        grown = anomalies is not None and len(anomalies) > self._anomalies
        first = s.packet == life.first_packet
        if not (changed or grown or first):
            return
        client_side = client_side_of(life)
        client, server = ends_of(life, client_side)
        known = (s.ts_ns, s.packet, life.index, client, server)
        if first:
            self._add(Happening("opened", *known))
        for side, old, new in ((0, self._state_a, new_a), (1, self._state_b, new_b)):
            if old != new:
                self._add(Happening("moved", *known, ROLES[side ^ client_side], STATES[old], STATES[new]))
        if anomalies is None:
            return
        for at in range(self._anomalies, len(anomalies), ROW):
            code = anomalies[at + 1]
            kind = KINDS[code >> 1]
            role = ROLES[code & 1 ^ client_side]
            self._add(Happening("anomaly", *known, role, None, None, kind.name, kind.severity))

    def _add(self, event: Happening) -> None:
        if len(self._events) >= MAX_KEPT:
            del self._events[: MAX_KEPT // 2]
            self.dropped += MAX_KEPT // 2
        self._events.append(event)


def client_side_of(life: Life) -> int:
    """Return the side that is the client as far as is known now; without a SYN the one with the higher port."""
    if life.syn_side >= 0:
        return life.syn_side
    if life.synack_side >= 0:
        return 1 - life.synack_side
    return 0 if life.a_port >= life.b_port else 1


def ends_of(life: Life, client_side: int) -> tuple[Address, Address]:
    """Return client and server."""
    a = Address(ip_text(life.a_hi, life.a_lo, life.ip_version), life.a_port)
    b = Address(ip_text(life.b_hi, life.b_lo, life.ip_version), life.b_port)
    return (a, b) if client_side == 0 else (b, a)
