"""A finished life as the rules at the end see it, and the bits that say which of them are worth asking.

In: a Connection whose close and judgement are filled, and the life it comes from. Nothing is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life

NOT_OPENED: Final = 1 << 0  # the handshake was asked for and not finished
BOTH_SYNS: Final = 1 << 1  # SYN and SYN+ACK are in the capture, and offer different options
FIN_OPEN: Final = 1 << 2  # a FIN was not acknowledged
HALF_CLOSED: Final = 1 << 3  # one side had closed while the other went on, or had not closed yet
RESET: Final = 1 << 4  # there was a reset
ICMP: Final = 1 << 5  # there was an ICMP error
REOPENED: Final = 1 << 6  # it reopened a known 4-tuple
UNACKED: Final = 1 << 7  # octets were never acknowledged
PROBED: Final = 1 << 8  # keep-alives got no answer
TIMED_OUT: Final = 1 << 9  # one side gave up
CUT: Final = 1 << 10  # one side's TCP cut its octets into segments


QUIET_NS: Final = 1_000_000_000
"""The capture must go on for so long before silence says anything: the first retransmission timeout (RFC 6298 2.1)."""


class Ending(NamedTuple):
    """A life that is over, or open when the capture ended; endpoints as client and server."""

    connection: Connection
    life: Life
    client: Endpoint
    server: Endpoint

    def waited_ns(self, since_ns: int) -> int:
        """Capture time from then on to the end of the capture, or to when it left."""
        return self.life.last_ns + self.life.quiet_ns - since_ns

    def side(self, endpoint: Endpoint) -> int:
        """0 for the client, 1 for the server."""
        return 0 if endpoint is self.client else 1

    def pairs(self) -> tuple[tuple[Endpoint, Endpoint], tuple[Endpoint, Endpoint]]:
        """Each endpoint with its peer."""
        return (self.client, self.server), (self.server, self.client)
