# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's and Zeek's views of a life sleep while it is calm, and learn from its endpoints what passed meanwhile.

In: a life whose latest segment all views have taken. Out: whether they sleep (`Life.asleep`); later, on waking, both
are as if they had been shown each segment. Then a plain segment, nine of ten, touches the life and its endpoints and
nothing else. A view sleeps only if its own short way (`WireStream.analyse`, `ZeekLife.segment`) would take whatever
`tracker.plain` takes: what depends on the life is tested here, what depends on the segment there.
"""

from __future__ import annotations

from ..anomalies.wireshark import WireStream, WireWay
from ..model.names import M32
from ..summary.zeek import ZeekLife
from ..summary.zeek_names import CUT_OFF, HELD, SAID_ACK, SAID_DATA, WHOLE
from ..summary.zeek_row import ZeekRow
from ..summary.zeek_side import ZeekSide
from ..tracker.endpoint import Endpoint
from ..tracker.life import Life

UNKNOWN_SCALE = -1
FAR = 1 << 29
"""Octets up to which numbers on the circle need no care, with as many in flight."""
FEW = 4096
"""Unacknowledged segments; at 10,000 Wireshark would count otherwise, and nobody sleeps beyond these and as many more."""
CALM_IN_WINDOWS = 2
NO_END = 1 << 30
"""So many acknowledgements that nobody waits for the last of them."""


def fall_asleep(life: Life) -> None:
    """Let the views of a calm life sleep if both can vouch for what is plain; else nothing happens."""
    wire: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row = zeek.row
    if (
        row is None
        or not row.steady
        or row.last_ns != life.last_ns
        or life.raw_ns != life.last_ns
        or life.odd_packet
        or life.close_packet
        or life.held is not None
        or (wire.first_rtt_ns == 0 and wire.syn_ns)
    ):
        return
    a = life.a
    b = life.b
    way_a = wire.way1 if life.wire_flip else wire.way0
    way_b = wire.way0 if life.wire_flip else wire.way1
    if way_a is None or way_b is None:
        return
    if not (_wire_is_plain(way_a, a, b, life.calm) and _wire_is_plain(way_b, b, a, life.calm)):
        return
    if not (_zeek_is_plain(row.a, a, b) and _zeek_is_plain(row.b, b, a)):
        return
    _leave_word(a, way_a, row, row.a)
    _leave_word(b, way_b, row, row.b)
    life.until_ns = row.look_ns
    life.asleep = True


def _wire_is_plain(way: WireWay, e: Endpoint, p: Endpoint, calm: int) -> bool:
    """Whether Wireshark has the endpoint's own numbers and windows."""
    scale = e.shift
    return (
        way.top == e.next_raw
        and way.maxack == way.top
        and way.top != 0
        and way.lastack == (p.base + e.ack) & M32
        and way.win == e.window
        and way.last_ns == e.last_ns
        and way.firstack == 0
        and way.fresh + way.stale <= FEW
        and (way.scale == scale or (scale == 0 and way.scale < 0) or way.scale == UNKNOWN_SCALE)
        and (way.top - way.mark) & M32 < FAR
        and e.snd_max - p.ack < FAR
        and e.last_right == (e.ack + (e.window << e.shift) if calm == CALM_IN_WINDOWS else -1)
    )


def _zeek_is_plain(z: ZeekSide, e: Endpoint, p: Endpoint) -> bool:
    """Whether Zeek has the endpoint's own numbers, and moves them alone."""
    return z.pace > HELD and z.last == e.next_raw and z.ack == (e.base + p.ack) & M32 and z.ack <= z.last


def _leave_word(e: Endpoint, way: WireWay, row: ZeekRow, z: ZeekSide) -> None:
    """When to wake up, and what the endpoint counts meanwhile."""
    e.data_ns = way.top_ns
    e.last_right = e.ack + (e.window << e.shift)
    e.fresh = way.fresh
    e.stale = way.stale
    e.mark = e.snd_max - ((way.top - way.mark) & M32)
    e.whole = z.pace == WHOLE
    e.limit = min(z.limit, e.next_raw + FAR) if z.said & SAID_DATA else -1
    e.mute = not z.said & SAID_ACK
    e.rises = _rises(row, z)
    z.uncounted = e.packets


def _rises(row: ZeekRow, z: ZeekSide) -> int:
    """How many acknowledgements of new octets Zeek takes without a word: each may show a hole, the 1st, 10th, 100th is told."""
    if z.pace != CUT_OFF or not row.clean:
        return NO_END
    told = 1
    while told <= z.gaps:
        told *= 10
    return told - 1 - z.gaps


def wake(life: Life) -> None:
    """Somebody wants to see the views, or shows them a segment that is not plain: they learn what passed."""
    if not life.asleep:
        return
    life.asleep = False
    wire: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row = zeek.row
    if row is None:
        return
    a = life.a
    b = life.b
    way_a = wire.way1 if life.wire_flip else wire.way0
    way_b = wire.way0 if life.wire_flip else wire.way1
    if way_a is None or way_b is None:
        return
    if a.packets != row.a.uncounted:
        _tell_wire(way_a, a, b, wire.operations)
        _sum_up(life, a, row.a)
    if b.packets != row.b.uncounted:
        _tell_wire(way_b, b, a, wire.operations)
        _sum_up(life, b, row.b)
    _tell_zeek(row, row.a, a, b)
    _tell_zeek(row, row.b, b, a)
    if life.calm != CALM_IN_WINDOWS:
        a.last_right = b.last_right = -1
    _tell_acks(way_a, a)
    _tell_acks(way_b, b)
    row.last_ns = life.raw_ns = life.last_ns


def _sum_up(life: Life, e: Endpoint, z: ZeekSide) -> None:
    """An endpoint that sent something: what follows from the rest."""
    octets = e.next_raw - z.last
    e.bytes += octets
    e.unique += octets
    if octets:
        e.edge = e.data_end = e.snd_max
    life.last_packet = max(life.last_packet, e.last_packet)


def _tell_wire(way: WireWay, e: Endpoint, p: Endpoint, operations: int) -> None:
    """What an endpoint has sent."""
    ack = (p.base + e.ack) & M32
    if way.lastack != ack:
        way.dup = 0
    way.top = way.maxack = e.next_raw
    way.top_ns = e.data_ns
    way.lastack = ack
    way.lastflags = 0
    way.operations = operations
    way.win = e.window
    way.last_ns = e.last_ns


def _tell_acks(way: WireWay, e: Endpoint) -> None:
    """How much of it is acknowledged."""
    way.fresh = e.fresh
    way.stale = e.stale
    way.mark = (e.next_raw - (e.snd_max - e.mark)) & M32


def _tell_zeek(row: ZeekRow, z: ZeekSide, e: Endpoint, p: Endpoint) -> None:
    ack = (e.base + p.ack) & M32
    if z.pace == CUT_OFF and row.clean:
        z.gaps += _rises(row, z) - e.rises
        z.missed += ack - z.ack
    z.ack = ack
    z.last = e.next_raw
    z.packets += e.packets - z.uncounted
