"""A usual three-way handshake at once, in plain Python: the life, and Wireshark's and Zeek's views of it.

In: a SYN that was answered, and later what the two said. Out: a life in the table that has not begun yet; a life, as if
SYN, SYN+ACK and ACK had been taken one by one (`birth.born`, `Lives._take`; tests/pipeline hold both equal).
This module is never compiled: compiled, those take no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..anomalies.streams import answered_by, is_above, opened_by
from ..summary.zeek import new_zeek_life
from ..tracker.greeting import greeted, is_usual
from ..tracker.life import Life

if TYPE_CHECKING:
    from ..anomalies.wireshark import WireStream, WireWay
    from ..flows.seedling import Seedling
    from ..model.segment import Segment
    from .lives import Lives


def sprout(run: Lives, seedling: Seedling) -> Life | None:
    """Return a life in the place of a SYN that was answered, as `Lives._hatch` does, which has yet to begin with it.

    None where the pair was seen before, perhaps: then somebody else might forget it meanwhile.
    """
    if run._streams.may_know(seedling):
        return None
    life = Life.__new__(Life)
    life.begin()
    run._table.replace(seedling, life)
    life.first_packet = seedling.packet
    life.start_ns = seedling.last_ns
    life.tunnel = seedling.shape.segment.tunnel
    life.wire_flip = 1 if is_above(life) else 0
    life.zeek = new_zeek_life()
    return life


def greets(life: Life, syn: Segment, answer: Segment, ack: Segment) -> bool:
    """Let a life begin with a handshake; False, and nothing has changed, if that is not quite usual."""
    if not is_usual(syn, answer, ack):
        return False
    greeted(life, syn, answer, ack)
    life.wire = _stream_of(syn, answer, ack, life.wire_flip)
    zeek = life.zeek
    zeek.segment(syn, 0, True)
    zeek.segment(answer, 1, True)
    zeek.segment(ack, 0, True)
    return True


def _stream_of(syn: Segment, answer: Segment, ack: Segment, side: int) -> WireStream:
    """As `WireStream.analyse` leaves a stream that has taken these, and shows no flags. side: of the SYN."""
    stream = opened_by(syn, side)
    me: WireWay = stream.way1 if side else stream.way0  # type: ignore[assignment]
    answered_by(stream, answer, 1 - side)
    peer: WireWay = stream.way0 if side else stream.way1  # type: ignore[assignment]
    peer.mark = peer.top
    peer.fresh = 0
    me.win = ack.window
    me.lastack = ack.ack
    me.last_ns = ack.ts_ns
    stream.scale_and_time(me, ack, side)
    return stream
