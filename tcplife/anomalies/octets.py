"""Rules by content: which octets were seen before, which fill a gap, which were lost, and on which side of us.

Wireshark judges by the clock (3 ms, 20 ms, a round trip); these by the octets seen, the acknowledgements and IP ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.connection import NO_VALUE
from ..model.names import Severity
from ..tracker import facts as f
from .rule import Found, rule

if TYPE_CHECKING:
    from ..tracker.observation import Observation

_I, _W = Severity.INFO, Severity.WARNING
OCTETS = "octets"


@rule("duplicate_packet", _I, source="RFC 9293 3.8.1 (it is no retransmission)", when=f.DUPLICATE)
def duplicate_packet(seen: Observation) -> Found:
    """The very same packet again within a millisecond: same IP id, same numbers, same octets.

    A mirror port or a capture on two interfaces shows each packet twice; no endpoint sent anything again.
    """
    return bool(seen.facts & f.DUPLICATE)


@rule("packet_seen_twice", _I, source="RFC 6864 4 (an IP id is not used again so soon)", when=f.TWIN)
def packet_seen_twice(seen: Observation) -> Found:
    """An earlier IP packet of its sender once more, over a millisecond later.

    It was copied on its way, or captured at two places. Its IP id says that the endpoint sent it
    once; it is no retransmission.
    """
    return bool(seen.facts & f.TWIN)


@rule("octets_repeated", _I, source="RFC 9293 3.8.1", when=f.SEEN_BEFORE | f.PARTLY_SEEN, value_name=OCTETS)
def octets_repeated(seen: Observation) -> Found:
    """Octets that the capture has seen before, whatever the reason; the value counts them."""
    return not seen.facts & (f.TWIN | f.KEEP_ALIVE) and (seen.repeated, 0)


@rule("lost_after_capture", _W, source="RFC 9293 3.8.1; RFC 6298", when=f.LOST_AFTER, value_name=OCTETS, guess=True)
def lost_after_capture(seen: Observation) -> Found:
    """Octets seen before and not acknowledged since are sent again: lost behind the capture point.

    Or their acknowledgement was lost before it, or is late: the capture cannot tell, unless the receiver reports that it got
    them twice (D-SACK); then it is repeated_needlessly instead.
    """
    return (seen.repeated, 0)


@rule("octets_refused", _I, source="RFC 9293 3.8.6.1; RFC 7413 4.2.2", when=f.REFUSED, value_name=OCTETS)
def octets_refused(seen: Observation) -> Found:
    """Octets sent again that their receiver had turned down, so they were not lost.

    Its window was closed when they came, or it took only the SYN and not the octets in it (Fast Open).
    """
    return (seen.repeated, 0)


@rule("late_copy", _I, source="RFC 7323 5.3", when=f.LATE_COPY)
def late_copy(seen: Observation) -> Found:
    """Octets or a FIN seen before, with a timestamp older than what its sender sent since: nobody sent it again now.

    The network copied it, or held it up for so long that its own repeat (the related packet, where it was seen)
    overtook it.
    """
    return bool(seen.facts & f.LATE_COPY) and (NO_VALUE, seen.answers)


@rule("repeated_needlessly", _W, source="RFC 9293 3.8.1; RFC 2883", when=f.SEEN_BEFORE, value_name=OCTETS)
def repeated_needlessly(seen: Observation) -> Found:
    """Octets sent again although they had arrived.

    Their acknowledgement had passed (and was lost behind the capture point, or late), or the receiver reports that it
    got them twice (D-SACK), or the first sending came by later.
    """
    return (
        bool(seen.facts & f.BELOW_ACK) and not seen.facts & (f.KEEP_ALIVE | f.TWIN | f.LATE_COPY) and (seen.repeated, 0)
    )


@rule("gap_opened", _I, source="RFC 9293 3.10.7.4", when=f.OPENS_GAP, value_name=OCTETS)
def gap_opened(seen: Observation) -> Found:
    """It begins beyond everything its sender was seen to send: what lies between has not come by (yet)."""
    return not seen.facts & f.OUT_OF_WINDOW and (seen.seq - seen.snd_max_before, 0)


@rule("gap_filled", _I, source="RFC 9293 3.10.7.4", when=f.FILLS_GAP, value_name=OCTETS)
def gap_filled(seen: Observation) -> Found:
    """Octets never seen before, although later ones were: they close a gap, whoever was late."""
    return not seen.facts & f.DATA_AFTER_FIN and (seen.length - seen.repeated, 0)


@rule("overtaken", _I, source="RFC 9293 3.10.7.4; RFC 4737", when=f.OVERTAKEN, value_name=OCTETS)
def overtaken(seen: Observation) -> Found:
    """It fills a gap and was sent before what opened it: packets overtook each other on their way.

    By the IP ids where the sender counts them up, else because it comes sooner than any answer could have asked for it.
    """
    return (seen.length - seen.repeated, 0)


@rule(
    "lost_before_capture",
    _W,
    source="RFC 9293 3.8.1; RFC 6298",
    when=f.LOST_BEFORE,
    value_name=OCTETS,
    guess=True,
)
def lost_before_capture(seen: Observation) -> Found:
    """It fills a gap and was sent after what opened it: the first sending was lost before the capture point.

    One that passed, was missed by the capture and lost behind it would look the same.
    """
    return not seen.facts & f.DATA_AFTER_FIN and (seen.length - seen.repeated, 0)


@rule("not_captured", _W, source="RFC 9293 3.4", when=f.NOT_CAPTURED, value_name=OCTETS)
def not_captured(seen: Observation) -> Found:
    """Octets were sent and acknowledged that the capture does not have: the capture lost them, the network did not."""
    return (seen.missing, 0)


@rule("unseen_octets_acknowledged", _I, source="RFC 9293 3.10.7.4 fifth", when=f.ACKS_UNSEEN, value_name=OCTETS)
def unseen_octets_acknowledged(seen: Observation) -> Found:
    """It acknowledges octets that have not come by: not captured, or still to come (captured in another order).

    Not told where nothing at all of the other direction was captured.
    """
    beyond = seen.ack - seen.receiver.snd_max
    return seen.receiver.packets > 0 and (beyond if beyond > 0 else NO_VALUE, 0)


@rule("duplicate_reported", _I, source="RFC 2883 4", when=f.DSACK)
def duplicate_reported(seen: Observation) -> Found:
    """Its first SACK block lies below its acknowledgement: the receiver got these octets twice (D-SACK).

    So a retransmission was not needed (the related packet, where it was seen), or the network copied a packet.
    """
    return (NO_VALUE, seen.answers)
