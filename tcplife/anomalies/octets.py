# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Rules by content: which octets were seen before, which fill a gap, which were lost, and on which side of us.

Wireshark judges by the clock (3 ms, 20 ms, a round trip); these by the octets seen, the acknowledgements and IP ids.
"""

from __future__ import annotations

from ..model.names import Severity
from ..tracker.facts import (
    ACKS_UNSEEN,
    BELOW_ACK,
    DATA_AFTER_FIN,
    DSACK,
    DUPLICATE,
    FILLS_GAP,
    KEEP_ALIVE,
    LATE_COPY,
    LOST_AFTER,
    LOST_BEFORE,
    NOT_CAPTURED,
    OPENS_GAP,
    OUT_OF_WINDOW,
    OVERTAKEN,
    PARTLY_SEEN,
    REFUSED,
    SEEN_BEFORE,
    TWIN,
)
from .rule import ANSWERED, NO, YES, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tracker.observation import Observation

_I, _W = Severity.INFO, Severity.WARNING
OCTETS = "octets"


def duplicate_packet(seen: Observation) -> int:
    """The very same packet again within a millisecond: same IP id, same numbers, same octets.

    A mirror port or a capture on two interfaces shows each packet twice; no endpoint sent anything again.
    """
    return YES


rule(duplicate_packet, _I, source="RFC 9293 3.8.1 (it is no retransmission)", when=DUPLICATE)


def packet_seen_twice(seen: Observation) -> int:
    """An earlier IP packet of its sender once more, over a millisecond later.

    It was copied on its way, or captured at two places. Its IP id says that the endpoint sent it
    once; it is no retransmission.
    """
    return YES


rule(packet_seen_twice, _I, source="RFC 6864 4 (an IP id is not used again so soon)", when=TWIN)


def octets_repeated(seen: Observation) -> int:
    """Octets that the capture has seen before, whatever the reason; the value counts them."""
    return NO if seen.facts & (TWIN | KEEP_ALIVE) else seen.repeated


rule(octets_repeated, _I, source="RFC 9293 3.8.1", when=SEEN_BEFORE | PARTLY_SEEN, value_name=OCTETS)


def lost_after_capture(seen: Observation) -> int:
    """Octets seen before and not acknowledged since are sent again: lost behind the capture point.

    Or their acknowledgement was lost before it, or is late: the capture cannot tell, unless the receiver reports that it got
    them twice (D-SACK); then it is repeated_needlessly instead.
    """
    return seen.repeated


rule(lost_after_capture, _W, source="RFC 9293 3.8.1; RFC 6298", when=LOST_AFTER, value_name=OCTETS, guess=True)


def octets_refused(seen: Observation) -> int:
    """Octets sent again that their receiver had turned down, so they were not lost.

    Its window was closed when they came, or it took only the SYN and not the octets in it (Fast Open).
    """
    return seen.repeated


rule(octets_refused, _I, source="RFC 9293 3.8.6.1; RFC 7413 4.2.2", when=REFUSED, value_name=OCTETS)


def late_copy(seen: Observation) -> int:
    """Octets or a FIN seen before, with a timestamp older than what its sender sent since: nobody sent it again now.

    The network copied it, or held it up for so long that its own repeat (the related packet, where it was seen)
    overtook it.
    """
    return YES


rule(late_copy, _I, source="RFC 7323 5.3", when=LATE_COPY, related=ANSWERED)


def repeated_needlessly(seen: Observation) -> int:
    """Octets sent again although they had arrived.

    Their acknowledgement had passed (and was lost behind the capture point, or late), or the receiver reports that it
    got them twice (D-SACK), or the first sending came by later.
    """
    if seen.facts & (BELOW_ACK | KEEP_ALIVE | TWIN | LATE_COPY) == BELOW_ACK:
        return seen.repeated
    return NO


rule(repeated_needlessly, _W, source="RFC 9293 3.8.1; RFC 2883", when=SEEN_BEFORE, value_name=OCTETS)


def gap_opened(seen: Observation) -> int:
    """It begins beyond everything its sender was seen to send: what lies between has not come by (yet)."""
    return NO if seen.facts & OUT_OF_WINDOW else seen.seq - seen.snd_max_before


rule(gap_opened, _I, source="RFC 9293 3.10.7.4", when=OPENS_GAP, value_name=OCTETS)


def gap_filled(seen: Observation) -> int:
    """Octets never seen before, although later ones were: they close a gap, whoever was late."""
    return NO if seen.facts & DATA_AFTER_FIN else seen.length - seen.repeated


rule(gap_filled, _I, source="RFC 9293 3.10.7.4", when=FILLS_GAP, value_name=OCTETS)


def overtaken(seen: Observation) -> int:
    """It fills a gap and was sent before what opened it: packets overtook each other on their way.

    By the IP ids where the sender counts them up, else because it comes sooner than any answer could have asked for it.
    """
    return seen.length - seen.repeated


rule(overtaken, _I, source="RFC 9293 3.10.7.4; RFC 4737", when=OVERTAKEN, value_name=OCTETS)


def lost_before_capture(seen: Observation) -> int:
    """It fills a gap and was sent after what opened it: the first sending was lost before the capture point.

    One that passed, was missed by the capture and lost behind it would look the same.
    """
    return NO if seen.facts & DATA_AFTER_FIN else seen.length - seen.repeated


rule(lost_before_capture, _W, source="RFC 9293 3.8.1; RFC 6298", when=LOST_BEFORE, value_name=OCTETS, guess=True)


def not_captured(seen: Observation) -> int:
    """Octets were sent and acknowledged that the capture does not have: the capture lost them, the network did not."""
    return seen.missing


rule(not_captured, _W, source="RFC 9293 3.4", when=NOT_CAPTURED, value_name=OCTETS)


def unseen_octets_acknowledged(seen: Observation) -> int:
    """It acknowledges octets that have not come by: not captured, or still to come (captured in another order).

    Not told where nothing at all of the other direction was captured.
    """
    if not seen.receiver.packets:
        return NO
    return seen.ack - seen.receiver.snd_max if seen.ack > seen.receiver.snd_max else YES


rule(unseen_octets_acknowledged, _I, source="RFC 9293 3.10.7.4 fifth", when=ACKS_UNSEEN, value_name=OCTETS)


def duplicate_reported(seen: Observation) -> int:
    """Its first SACK block lies below its acknowledgement: the receiver got these octets twice (D-SACK).

    So a retransmission was not needed (the related packet, where it was seen), or the network copied a packet.
    """
    return YES


rule(duplicate_reported, _I, source="RFC 2883 4", when=DSACK, related=ANSWERED)
