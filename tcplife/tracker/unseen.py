# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Numbers beyond what was captured: octets that were sent all the same, probes just below the next number.

In: an Observation and its sender. Out: its sender's highest number, octets written off, facts. No state changes here.
"""

from __future__ import annotations

from .facts import KEEP_ALIVE, NOT_CAPTURED, OPENS_GAP, OUT_OF_WINDOW
from .timing import new_timing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .observation import Observation


def empty_elsewhere(o: Observation, e: Endpoint) -> None:
    """A segment without octets whose number is not the next one."""
    if o.seq == e.snd_max - 1:
        o.facts |= KEEP_ALIVE
        odd = e.own_odd()
        odd.keep_alives += 1
    elif o.seq > e.snd_max:
        if o.receiver.right >= 0 and o.seq > o.receiver.right:
            o.facts |= OUT_OF_WINDOW
            return
        o.facts |= OPENS_GAP
        odd = e.own_odd()
        odd.jump_packet = o.segment.packet
        odd.jump_seq = o.seq
        odd.jump_ack = o.ack
        odd.jump_dsack = False
        odd.jump_ns = o.ts_ns
        odd.jump_ts_val = o.segment.ts_val
        if e.acked_unseen > e.edge:
            write_off(o, e, o.seq)
        e.advance(o.seq)


def fin_alone(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """A FIN without octets takes a number of its own."""
    if p.right >= 0 and o.seq > p.right and o.seq != e.snd_max:
        o.facts |= OUT_OF_WINDOW
    elif o.end > e.snd_max:
        if o.seq > e.snd_max:
            o.facts |= OPENS_GAP
            write_off(o, e, o.seq)
        e.advance(o.end)
        if e.timing is None:
            e.timing = new_timing()
        e.timing.sends(o.end, o.ts_ns)
    elif e.timing is not None:
        e.timing.repeats(o.seq)


def sure_edge(e: Endpoint) -> int:
    """Up to where its receiver has had everything, as far as is seen: without what it may have refused."""
    return e.edge if e.sure < 0 else e.sure


def octets_in_doubt(o: Observation, e: Endpoint, end: int) -> int:
    """Account for octets up to `end`, of which some came with an ACK of what nobody saw: if that was never sent, their
    receiver drops the whole segment (RFC 9293 3.10.7.4 fifth), and only an ACK or a repeat makes sure of them.
    """
    edge = e.edge
    facts = e.octets(o.seq, end)
    if not 0 < o.ack <= o.receiver.snd_max:
        if e.sure < 0 and end > edge:
            e.sure = edge
    else:
        if o.seq <= e.sure < end:
            e.sure = end
        if e.sure >= e.edge and e.islands is None:
            e.sure = -1
    return facts


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


def has_beyond_window(o: Observation, e: Endpoint, p: Endpoint) -> None:
    """It reports what its peer sent beyond the window that it offers: its own is wider (Linux tcp_select_window bounds
    what it says, not what it takes).
    """
    islands = p.islands
    if o.sack_at > e.right or (islands is not None and islands.begins_last(o.sack_at)):
        e.right = max(e.right, p.data_end, p.fins.later + 1)
