# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A finished life as the rules at the end see it, and the bits that say which of them are worth asking.

In: a Connection whose close and judgement are filled, and the life it comes from. Nothing is decided here. Every bit is
a fact without which its rules find nothing, as narrow as it can be had cheaply: a rule costs a hundred times its bit.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.connection import MAX_ANOMALIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection
    from ..tracker.account import Account, SideAccount
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life

UNANSWERED: Final = 1 << 0  # nothing came back
REFUSED: Final = 1 << 1  # the SYN was answered by a reset
UNREACHABLE: Final = 1 << 2  # ... by an ICMP error
HALF_OPEN: Final = 1 << 3  # the server answered the SYN, and waits for the client's ACK
BOTH_SYNS: Final = 1 << 4  # SYN and SYN+ACK are in the capture, and offer different options
FIN_OPEN: Final = 1 << 5  # a FIN was not acknowledged, and no reset ended all
STUCK: Final = 1 << 6  # one side had closed, and the other not yet
LONG_HALF: Final = 1 << 7  # one side closed LONG_HALF_NS before the other
PROVOKED: Final = 1 << 8  # it is known which packet a reset answers
RESET_LOSES: Final = 1 << 9  # a reset ended it with octets on their way
FORGED: Final = 1 << 10  # a reset does not fit its supposed sender
ICMP: Final = 1 << 11  # there was an ICMP error
REOPENED: Final = 1 << 12  # it reopened a known 4-tuple
UNACKED: Final = 1 << 13  # octets were not acknowledged for long, or when sent again twice, and nobody reset it
PROBED: Final = 1 << 14  # keep-alives got no answer
TIMED_OUT: Final = 1 << 15  # one side gave up
CUT: Final = 1 << 16  # one side's TCP cut its octets into full segments that are shorter than both MSS allow


QUIET_NS: Final = 1_000_000_000
"""The capture must go on for so long before silence says anything: the first retransmission timeout (RFC 6298 2.1)."""
LONG_HALF_NS: Final = 60_000_000_000
"""Linux lets an orphan wait in FIN_WAIT_2 for 60 s (tcp_fin_timeout); longer is long for anybody."""
ENOUGH_TRIES: Final = 2
TIMESTAMPS: Final = 12
"""Octets that the timestamp option takes from every segment (RFC 7323 appendix A)."""
MANY_SEGMENTS: Final = 8
FULL_OF_FOUR: Final = 3
"""Three quarters of the octets that so many of the largest segment would hold: they are full but for the last of each."""


NUMBERS = array("q")


class Ending:
    """A life that is over, or open when the capture ended; endpoints as client and server.

    kind: of the rule that is asked; what it finds is written into the Connection's rows (sides are client and server there).
    """

    __slots__ = ("client", "connection", "kind", "life", "server")

    def __init__(self, connection: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
        self.connection = connection
        self.life = life
        self.client = client
        self.server = server
        self.kind = 0

    def tell(self, packet: int, side: int, value: int, related: int) -> None:
        """Write down a finding. side: 0 client, 1 server; value: NO_VALUE for none; related: packet, 0 for none."""
        c = self.connection
        rows = c.anomaly_rows
        if rows is None:
            rows = c.anomaly_rows = longs.zeros(NUMBERS, 0)
        if len(rows) >= MAX_ANOMALIES * 4:
            c.anomalies_omitted += 1
        else:
            longs.push4(rows, packet, side | self.kind << 1, value, related)

    def waited_ns(self, since_ns: int) -> int:
        """Capture time from then on to the end of the capture, or to when it left."""
        return self.life.last_ns + self.life.quiet_ns - since_ns

    def side(self, endpoint: Endpoint) -> int:
        """0 for the client, 1 for the server."""
        return 0 if endpoint is self.client else 1

    def account(self, endpoint: Endpoint) -> SideAccount:
        """The endpoint's account; only of a life that has one (`spent`)."""
        account: Account = self.life.spent
        return account.a if endpoint is self.life.a else account.b
