"""The facts that the tracker states about one segment: bits of `Observation.facts`.

A fact is what was seen, never a judgement; the anomaly rules name the facts they care for in `when=`.
"""

from __future__ import annotations

from ..model.names import ACK, CWR, ECE, FIN, RST, SYN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# The octets of this segment against everything its sender was seen to send before.
SEEN_BEFORE: Final = 1 << 0  # every payload octet was seen before
PARTLY_SEEN: Final = 1 << 1  # some were
FILLS_GAP: Final = 1 << 2  # never seen, but below the highest number seen
OPENS_GAP: Final = 1 << 3  # begins beyond the highest number seen: octets before it are missing
ACKS_UNSEEN: Final = 1 << 4  # acknowledges octets that were never captured
DUPLICATE: Final = 1 << 5  # the very same packet captured twice (same id, octets, within a millisecond)
BELOW_ACK: Final = 1 << 6  # the peer had acknowledged all of it already: it was received before
# Openings
SYN_REPEATED: Final = 1 << 7
SYN_ACK_REPEATED: Final = 1 << 8
SYN_OTHER: Final = 1 << 9  # a SYN that does not open or belong to this life (old duplicate, challenge, scan)
SYN_ACK_OTHER: Final = 1 << 10  # a SYN+ACK that acknowledges no SYN of the peer
SYN_IN_LIFE: Final = 1 << 11  # a SYN within a synchronized connection
# Closings
FIN_REPEATED: Final = 1 << 12
DATA_AFTER_FIN: Final = 1 << 13
TO_CLOSED: Final = 1 << 14  # payload for an endpoint that is closed
AFTER_CLOSE: Final = 1 << 15  # from an endpoint that is closed
RST_TAKEN: Final = 1 << 16  # a reset its receiver accepts (RFC 5961)
RST_IGNORED: Final = 1 << 17  # a reset its receiver does not accept
RST_IN_TIME_WAIT: Final = 1 << 18
RST_FOREIGN: Final = 1 << 19  # a reset whose number its supposed sender would not use
# What a segment disproves: something that passed earlier was lost behind the capture point
LOST_SYN_ACK: Final = 1 << 20
LOST_HANDSHAKE_ACK: Final = 1 << 21
LOST_FIN: Final = 1 << 22
LOST_ACK_OF_FIN: Final = 1 << 23
LOST_RST: Final = 1 << 24
# Windows, clocks, the rest
OUT_OF_WINDOW: Final = 1 << 25
WINDOW_SHRUNK: Final = 1 << 26
TIMESTAMP_BACK: Final = 1 << 27
CLOCK_BACK: Final = 1 << 28  # captured earlier than the packet before it, by more than mixed-up storing explains
CHALLENGE_ACK: Final = 1 << 29  # an empty ACK that answers something unacceptable
MISSING_ACK: Final = 1 << 30  # no ACK flag in a synchronized connection
DSACK: Final = 1 << 31  # its first SACK block reports a duplicate (RFC 2883)
REOPENED: Final = 1 << 32  # the first segment of a new incarnation of a known 4-tuple
REOPENED_IN_2MSL: Final = 1 << 33  # ... while an endpoint was in TIME_WAIT
KEEP_ALIVE: Final = 1 << 34  # one octet or none, just below the next number (RFC 9293 3.8.4)
WINDOW_PROBE: Final = 1 << 35  # data into a closed window
TIME_WAIT_REACK: Final = 1 << 36  # a FIN repeated into TIME_WAIT
BAD_CHECKSUM: Final = 1 << 37
BAD_ACK: Final = 1 << 38  # acknowledges what the peer cannot have sent
UNDID_RST: Final = 1 << 39  # shows that a reset under this endpoint's name was not its own
ICMP_ERROR: Final = 1 << 40
FIN_FOREIGN: Final = 1 << 41  # a FIN without the timestamps both sides use: not of its supposed sender
# Why octets come late or again (`account`): each such packet has exactly one of the next three, BELOW_ACK, REFUSED or LATE_COPY
LOST_BEFORE: Final = 1 << 42  # fills a gap, and was sent again to do so: lost before the capture point
LOST_AFTER: Final = 1 << 43  # seen before, not acknowledged in between: lost behind the capture point, or its ACK was
OVERTAKEN: Final = 1 << 44  # fills a gap, and was only overtaken on its way
TWIN: Final = 1 << 45  # the same IP packet as its sender's last one, over a millisecond later
NOT_CAPTURED: Final = 1 << 46  # proves that octets (`missing`) were sent and delivered which the capture does not have
ECN_MARKED: Final = 1 << 47  # a router met congestion on its way (RFC 3168 5)
ECN_ECHO: Final = 1 << 48  # its sender has got such a mark (ECE)
ECN_REDUCED: Final = 1 << 49  # its sender slows down (CWR)
MSS_CHANGED: Final = 1 << 50  # the same SYN, seen twice with another MSS
ACCEPTED_LATE: Final = 1 << 52  # a server's first segment of its own, after the peer had to repeat its octets twice
AFTER_PAUSE: Final = 1 << 51  # a reset whose sender had sent nothing since the connection's last long pause
REFUSED: Final = 1 << 53  # seen before, and turned down by its receiver then: a closed window, or octets in a SYN
LATE_COPY: Final = 1 << 54  # seen before, and older by its timestamp than what passed since: nobody sent it again now
CLOCK_JUMP: Final = 1 << 55  # both sides' timestamps agree that the capture's clock was set during the last silence
STORED_LATE: Final = 1 << 56  # captured a little earlier than the packet before it: stored in another order
SIGNED_IN_VAIN: Final = 1 << 57  # signed by TCP MD5 (RFC 2385), and its receiver does not sign: dropped unread

# Flags that several modules of this room, and of the next, ask for at once.
CONTROL: Final = SYN | FIN | RST
TOLD: Final = CONTROL | ACK | ECE | CWR
"""All but what says nothing of states and numbers (PSH, URG, and the newer ones)."""

# Measures that several modules of this room share; a compiled module's own constants are seen by no other.
UNSURE: Final = -2
"""A window scale that the capture has cut off: what the endpoint's windows mean is not known."""
DOUBLE_NS: Final = 1_000_000
"""Two captures of one packet lie within a millisecond (a mirror port, two interfaces of one host)."""
SOONEST_REPEAT_NS: Final = 200_000_000
"""No retransmission timer fires before (Linux TCP_RTO_MIN; RFC 6298 2.4 asks for a second)."""
CROSSING_NS: Final = 1_000_000
"""What the way to an endpoint and back may vary by: what comes sooner may have been sent before a reset arrived."""
STEP_NS: Final = 1_000_000_000
"""A silence after which the clocks are compared (`clocks`): less than a second may be a queue on the way."""
TICK_NS: Final = 1_000_000
"""The tick of the usual timestamp clock, 1 kHz."""
CALM_IDS: Final = 256
"""Two IP ids of one sender at most so far apart are taken for consecutive: a host may serve others meanwhile."""
LAST_PLACE: Final = 9
"""Where the last of the four packets stands that an Endpoint remembers, three numbers each."""
FLIGHT_ROOM: Final = 8
"""Segments in flight that a Timing has room for itself; beyond that in an array, which doubles."""
MAX_CANDIDATES: Final = 24
"""Events under way to one endpoint that are kept: repeats beyond that add nothing, the first and the latest matter."""
MAX_ISLANDS: Final = 256
"""Islands kept per direction: a receiver with a 16 MiB window and every second MSS missing has more, no real one has."""
HALF: Final = 0x8000_0000
"""Half the circle of 32-bit numbers: what is ahead by less is newer (RFC 7323 5.2)."""
CONGESTED: Final = 3
"""The ECN field of a packet that a router has marked (RFC 3168 5): a fact."""
MANY: Final = 4096
"""Unacknowledged segments beyond which nobody sleeps: `anomalies.wireshark` takes another way at 10,000."""
ENOUGH_ACKS: Final = 6
"""Segments kept of those that would do the same to their receiver: whichever arrived first is the cause."""
STALE_CLOCK_NS: Final = 20_000_000
"""A timestamp clock ticks at least every 10 ms in practice (RFC 7323 5.4 allows 1 s): a repeat has a newer one."""
