# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Rules about what a receiver accepts: windows, acknowledgements out of place, and its answers to them."""

from __future__ import annotations

from ..model.names import Severity
from ..tracker.facts import (
    BAD_ACK,
    CHALLENGE_ACK,
    MISSING_ACK,
    OUT_OF_WINDOW,
    SIGNED_IN_VAIN,
    WINDOW_SHRUNK,
)
from . import ending as at
from .ending import FULL_OF_FOUR, MANY_SEGMENTS, TIMESTAMPS
from .rule import ANSWERED, NO, YES, at_end, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..tracker.endpoint import Endpoint
    from ..tracker.observation import Observation
    from .ending import Ending

_I, _W = Severity.INFO, Severity.WARNING
OCTETS = "octets"
WINDOWS = 4
"""A receiver that offers less than so many segments may be the reason for short ones (RFC 9293 3.8.6.2)."""


def out_of_window(seen: Observation) -> int:
    """It begins beyond the window its receiver offered, which drops it and answers with an ACK; value: how far."""
    return seen.seq - seen.receiver.right


rule(out_of_window, _W, source="RFC 9293 3.10.7.4 first", when=OUT_OF_WINDOW, value_name=OCTETS)


def window_shrunk(seen: Observation) -> int:
    """The right edge of the offered window goes back: discouraged, as octets may be on their way into it.

    Less than the window scale's unit is rounding and not told.
    """
    return NO if seen.shrunk < 1 << max(seen.sender.scale, 0) else seen.shrunk


rule(window_shrunk, _I, source="RFC 9293 3.8.6", when=WINDOW_SHRUNK, value_name=OCTETS)


def impossible_ack(seen: Observation) -> int:
    """It acknowledges what its peer cannot have sent, or far less than long ago: dropped, and answered with an ACK."""
    return YES


rule(impossible_ack, _W, source="RFC 9293 3.10.7.4 fifth; RFC 5961 5", when=BAD_ACK)


def no_ack_flag(seen: Observation) -> int:
    """A segment without the ACK flag after the opening: no TCP sends that, and none accepts it."""
    return YES


rule(no_ack_flag, _W, source="RFC 9293 3.10.7.4 fifth", when=MISSING_ACK)


def signed_in_vain(seen: Observation) -> int:
    """It is signed by TCP MD5 (or its options are nonsense), and its receiver signs nothing: that drops it unread."""
    return YES


rule(signed_in_vain, _W, source="RFC 2385 2; Linux tcp_inbound_hash", when=SIGNED_IN_VAIN)


def challenge_ack(seen: Observation) -> int:
    """An ACK with nothing new that answers something unacceptable: a stray SYN or reset, octets out of the window.

    It asks the peer to prove itself: one that does not know the connection answers with a reset that counts.
    """
    return YES


rule(challenge_ack, _I, source="RFC 5961 3.2, 4.2, 5.2; RFC 9293 3.10.7.4", when=CHALLENGE_ACK, related=ANSWERED)


def mss_clamped(end: Ending) -> None:
    """Suspected: full segments stay below the MSS that both ends announced in this capture.

    A router beyond the capture point lowers the MSS in passing SYNs (or the path MTU was found to be smaller).
    """
    _clamped(end, end.client, end.server)
    _clamped(end, end.server, end.client)


def _clamped(end: Ending, e: Endpoint, p: Endpoint) -> None:
    """The same of one side."""
    stamped = (e.timestamps and p.timestamps) or e.ts_recent >= 0  # a short snaplen hides it in the SYN
    limit = min(e.mss, p.mss) - (TIMESTAMPS if stamped else 0)
    if (
        e.cut
        and min(e.mss, p.mss) > 0
        and not (e.mptcp or p.mptcp)
        and e.max_segment < limit
        and e.data_packets >= MANY_SEGMENTS
        and 4 * e.bytes >= FULL_OF_FOUR * e.data_packets * e.max_segment
        and p.window_max >= WINDOWS * limit
    ):
        end.tell(e.syn_packet, end.side(e), e.max_segment, 0)


at_end(
    mss_clamped,
    _I,
    source="RFC 9293 3.7.1; RFC 2923 2.1",
    when=at.CUT,
    value_name="octets in the largest segment",
    guess=True,
)
