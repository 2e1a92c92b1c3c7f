# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Numbers beyond what was captured: octets that were sent all the same, probes just below the next number.

In: an Observation and its sender. Out: its sender's highest number, octets written off, facts. No state changes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import KEEP_ALIVE, NOT_CAPTURED, OPENS_GAP, OUT_OF_WINDOW

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .observation import Observation


def empty_elsewhere(o: Observation, e: Endpoint) -> None:
    """A segment without octets whose number is not the next one."""
    if o.seq == e.snd_max - 1:
        o.facts |= KEEP_ALIVE
        e.keep_alives += 1
    elif o.seq > e.snd_max:
        if o.receiver.right >= 0 and o.seq > o.receiver.right:
            o.facts |= OUT_OF_WINDOW
            return
        o.facts |= OPENS_GAP
        e.jump_packet = o.segment.packet
        e.jump_seq = o.seq
        e.jump_ack = o.ack
        e.jump_dsack = False
        if e.acked_unseen > e.edge:
            write_off(o, e, o.seq)
        e.advance(o.seq)


def write_off(o: Observation, e: Endpoint, upto: int) -> None:
    """Octets that the peer acknowledged and the sender went past: they were sent, and never captured."""
    limit = min(upto, e.acked_unseen)
    if limit > e.edge:
        miss(o, e.acknowledged(limit))


def miss(o: Observation, octets: int) -> None:
    """So many octets were sent and delivered which the capture does not have."""
    if octets > 0:
        o.missing += octets
        o.facts |= NOT_CAPTURED
