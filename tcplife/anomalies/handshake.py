# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Rules about openings: SYNs repeated, lost, stray, unanswered, refused; what the two sides offer each other."""

from __future__ import annotations

from ..model.connection import NO_VALUE
from ..model.names import SYN_RECEIVED, Severity
from ..tracker.facts import (
    ACCEPTED_LATE,
    LOST_HANDSHAKE_ACK,
    LOST_SYN_ACK,
    MSS_CHANGED,
    SYN_ACK_OTHER,
    SYN_ACK_REPEATED,
    SYN_IN_LIFE,
    SYN_OTHER,
    SYN_REPEATED,
    TWIN,
)
from . import ending as at
from .ending import QUIET_NS
from .rule import LOST, NO, OWN_SYN, YES, at_end, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tracker.observation import Observation
    from .ending import Ending

_I, _W = Severity.INFO, Severity.WARNING
TRIES = "tries"
IGNORED_TRIES = 2
"""A server must ignore what completes the handshake so many times before it looks like a full queue."""


def syn_repeated(seen: Observation) -> int:
    """The same SYN again: nobody had answered in time, or the answer was lost; the value counts the SYNs."""
    return NO if seen.facts & (SYN_IN_LIFE | TWIN) else seen.sender.syns


rule(syn_repeated, _I, source="RFC 9293 3.8.1", when=SYN_REPEATED, value_name=TRIES, related=OWN_SYN)


def syn_ack_repeated(seen: Observation) -> int:
    """The same SYN+ACK again: the ACK that ends the handshake did not come, or was ignored (a full accept queue)."""
    return NO if seen.facts & TWIN else seen.sender.syn_acks


rule(syn_ack_repeated, _I, source="RFC 9293 3.8.1", when=SYN_ACK_REPEATED, value_name=TRIES, related=OWN_SYN)


def syn_ack_lost(seen: Observation) -> int:
    """The SYN comes again although its SYN+ACK had passed: that was lost behind the capture point."""
    return YES


rule(syn_ack_lost, _W, source="RFC 9293 3.8.1", when=LOST_SYN_ACK, guess=True, related=LOST)


def handshake_ack_lost(seen: Observation) -> int:
    """The SYN+ACK comes again although its ACK had passed: lost behind us, or ignored by a full queue."""
    return YES


rule(handshake_ack_lost, _W, source="RFC 9293 3.10.7.4", when=LOST_HANDSHAKE_ACK, guess=True, related=LOST)


def accept_queue_full(seen: Observation) -> int:
    """Suspected: the server sent its SYN+ACK and then ignored, twice and more, what completes the handshake.

    Its application does not accept() as fast as clients come, and the listen queue is full. Told when it answers at
    last, or repeats its SYN+ACK for the second time; loss in just this place would look the same.
    """
    server = seen.sender
    if seen.facts & ACCEPTED_LATE or server.syn_acks == IGNORED_TRIES + 1:
        return server.syn_acks - 1 + seen.receiver.odd.repeated_packets
    return NO


rule(
    accept_queue_full,
    _W,
    source="Linux tcp_v4_syn_recv_sock: a full accept queue drops the ACK",
    when=ACCEPTED_LATE | LOST_HANDSHAKE_ACK,
    value_name="times ignored",
    guess=True,
    related=OWN_SYN,
)


def stray_syn(seen: Observation) -> int:
    """A SYN that neither opens nor belongs to this connection.

    An old duplicate, a forged one, or a peer that crashed and opens the same ports again. The receiver answers with a
    challenge ACK and goes on.
    """
    return YES


rule(stray_syn, _W, source="RFC 9293 3.10.7.4 fourth; RFC 5961 4", when=SYN_OTHER | SYN_IN_LIFE)


def stray_syn_ack(seen: Observation) -> int:
    """A SYN+ACK that acknowledges no SYN of its receiver: the answer to an old duplicate, or a forged one."""
    return YES


rule(stray_syn_ack, _W, source="RFC 9293 3.10.7.3 first", when=SYN_ACK_OTHER)


def mss_changed(seen: Observation) -> int:
    """The same SYN, captured at two places, with another MSS: a router between them clamps it; the value is the new."""
    return seen.segment.mss if seen.segment.mss >= 0 else YES


rule(mss_changed, _W, source="RFC 9293 3.7.1; RFC 879", when=MSS_CHANGED, value_name="MSS", related=OWN_SYN)


def syn_unanswered(end: Ending) -> None:
    """No segment answers the SYN in this capture: the host is down, or a firewall drops it without a word.

    Told when the capture goes on for a second, or the SYN was repeated.
    """
    if (
        end.connection.close_kind == "unanswered"
        and end.client.syn_packet
        and (end.client.syns > 1 or end.waited_ns(end.client.syn_ns) >= QUIET_NS)
    ):
        end.tell(end.client.syn_packet, 0, end.client.syns, 0)


at_end(syn_unanswered, _W, source="RFC 9293 3.8.3", when=at.UNANSWERED, value_name=TRIES)


def connection_refused(end: Ending) -> None:
    """The host itself answers the SYN with a reset: nobody listens on that port (or a firewall says so in its name)."""
    if end.connection.close_kind == "refused":
        end.tell(end.connection.close_packet, 1, NO_VALUE, end.client.syn_packet)


at_end(connection_refused, _W, source="RFC 9293 3.10.7.1", when=at.REFUSED)


def connection_unreachable(end: Ending) -> None:
    """An ICMP error answers the SYN: a router or firewall refuses; the value is 256 times its type plus its code."""
    c = end.connection
    if c.close_kind == "unreachable":
        for packet, _, kind, code in end.life.incidents.icmp or ():
            if packet == c.close_packet:
                end.tell(packet, 0, kind << 8 | code, end.client.syn_packet)


at_end(
    connection_unreachable,
    _W,
    source="RFC 1122 4.2.3.9; RFC 5461",
    when=at.UNREACHABLE,
    value_name="ICMP type and code",
)


def handshake_unfinished(end: Ending) -> None:
    """Half open to the end: the server answered with SYN+ACK, and the client never completed it (a flood, a scan).

    Told when the capture goes on for a second, or the SYN+ACK was repeated.
    """
    if (
        end.server.state == SYN_RECEIVED
        and end.server.syn_packet
        and (end.server.syn_acks > 1 or end.waited_ns(end.server.syn_ns) >= QUIET_NS)
    ):
        end.tell(end.server.syn_packet, 1, end.server.syn_acks, end.client.syn_packet)


at_end(handshake_unfinished, _W, source="RFC 9293 3.5; RFC 4987", when=at.HALF_OPEN, value_name=TRIES)


def stale_syn(end: Ending) -> None:
    """The client answers the SYN+ACK with a reset: it knows nothing of that SYN, which was an old duplicate.

    A port scanner that opens half looks the same.
    """
    reset = end.connection.judgement.reset
    syn_ack = end.server.syn_packet
    if (
        reset is not None
        and reset.by == 0
        and reset.provoked_sure
        and syn_ack
        and end.client.ack < 1
        and end.server.syn_acks
    ):
        end.tell(end.client.syn_packet or end.connection.first_packet, 0, NO_VALUE, reset.packet)


at_end(stale_syn, _W, source="RFC 9293 3.5 figure 8", when=at.PROVOKED, guess=True)


def _one_sided(end: Ending, has_client: bool, has_server: bool) -> None:
    """One finding when one side offers what the other does not: it names the SYN that lacks it."""
    of_client = end.client.syn_packet
    of_server = end.server.syn_packet
    if of_client and of_server and has_client != has_server:
        if has_client:
            end.tell(of_server, 1, NO_VALUE, of_client)
        else:
            end.tell(of_client, 0, NO_VALUE, of_server)


def scale_one_sided(end: Ending) -> None:
    """One side offers a window scale, the other does not: neither may scale beyond 65,535 octets on the way."""
    _one_sided(end, end.client.wscale >= 0, end.server.wscale >= 0)


at_end(scale_one_sided, _I, source="RFC 7323 2.2", when=at.BOTH_SYNS)


def sack_one_sided(end: Ending) -> None:
    """One side permits SACK, the other does not: losses are repaired one per round trip, or by timeout."""
    _one_sided(end, end.client.sack_ok > 0, end.server.sack_ok > 0)


at_end(sack_one_sided, _I, source="RFC 2018 2", when=at.BOTH_SYNS)


def timestamps_one_sided(end: Ending) -> None:
    """One side offers timestamps, the other does not: no protection against wrapped numbers, fewer RTT samples."""
    _one_sided(end, end.client.timestamps > 0, end.server.timestamps > 0)


at_end(timestamps_one_sided, _I, source="RFC 7323 3.2", when=at.BOTH_SYNS)


def ecn_refused(end: Ending) -> None:
    """The client asks for ECN and the server does not agree, so congestion shows by loss only."""
    _one_sided(end, end.client.ecn_offer > 0, end.server.ecn_offer > 0)


at_end(ecn_refused, _I, source="RFC 3168 6.1.1", when=at.BOTH_SYNS)


def reopened_in_2msl(end: Ending) -> None:
    """A new connection on addresses and ports whose last one was still in TIME_WAIT: old duplicates may reach it.

    Allowed where timestamps or the initial number tell both apart (RFC 6191); many of them mean too few ports.
    """
    if end.life.reopened > 1:
        end.tell(end.life.first_packet, end.side(end.life.a), NO_VALUE, 0)


at_end(reopened_in_2msl, _I, source="RFC 6191; RFC 9293 3.6.1", when=at.REOPENED)
