# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Rules about closings: FINs repeated, lost or never acknowledged, what comes after them, who does not close."""

from __future__ import annotations

from ..model.names import CLOSE_WAIT, FIN_WAIT_2, Severity
from ..tracker.evidence import hop_ns
from ..tracker.facts import (
    AFTER_CLOSE,
    DATA_AFTER_FIN,
    FIN_FOREIGN,
    FIN_REPEATED,
    LATE_COPY,
    LOST_ACK_OF_FIN,
    TIME_WAIT_REACK,
    TO_CLOSED,
    TWIN,
)
from . import ending as at
from .ending import LONG_HALF_NS, QUIET_NS
from .rule import LOST, NO, OWN_FIN, YES, at_end, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..tracker.account import Account
    from ..tracker.endpoint import Endpoint
    from ..tracker.observation import Observation
    from .ending import Ending

_I, _W, _E = Severity.INFO, Severity.WARNING, Severity.ERROR
COPIES: Final = TWIN | LATE_COPY
"""The network's work, not an endpoint's."""
MS: Final = 1_000_000
MILLISECONDS = "milliseconds"
OCTETS = "octets"
STUCK_NS: Final = 40_000_000
"""Beyond the way there and back, a side that has not closed for so long is told: who closes at the end of the stream does
so before the FIN's ACK would go out on its own (Linux's delayed ACK: 40 ms; RFC 1122 4.2.3.2 allows 500)."""
SILENT_NS: Final = 1_000_000_000
"""One that has sent octets after the peer's FIN is told only after so long without any."""


def fin_repeated(seen: Observation) -> int:
    """The same FIN again: its acknowledgement was late or lost, or it was lost itself."""
    return NO if seen.facts & COPIES else seen.sender.fins.tries


rule(fin_repeated, _I, source="RFC 9293 3.8.1", when=FIN_REPEATED, value_name="tries", related=OWN_FIN)


def fin_lost(seen: Observation) -> int:
    """A FIN comes again that nothing has acknowledged: it was lost behind the capture point, or its ACK before it."""
    return NO if seen.facts & COPIES or seen.receiver.ack > seen.sender.fin else YES


rule(fin_lost, _W, source="RFC 9293 3.8.1", when=FIN_REPEATED, guess=True, related=OWN_FIN)


def ack_of_fin_lost(seen: Observation) -> int:
    """A FIN comes again although its acknowledgement had passed: that was lost behind the capture point, or is late."""
    return YES


rule(ack_of_fin_lost, _W, source="RFC 9293 3.8.1", when=LOST_ACK_OF_FIN, guess=True, related=LOST)


def fin_in_time_wait(seen: Observation) -> int:
    """A FIN repeated to an endpoint in TIME_WAIT, which acknowledges it again and waits 2MSL anew: its very purpose."""
    return NO if seen.facts & COPIES else YES


rule(fin_in_time_wait, _I, source="RFC 9293 3.10.7.4 eighth", when=TIME_WAIT_REACK, related=OWN_FIN)


def data_after_fin(seen: Observation) -> int:
    """Octets beyond the sender's own FIN: against the protocol, so that FIN or these octets are not its own."""
    return seen.length


rule(data_after_fin, _E, source="RFC 9293 3.6", when=DATA_AFTER_FIN, value_name=OCTETS, related=OWN_FIN)


def data_to_closed(seen: Observation) -> int:
    """Octets for an endpoint that is closed: nobody will read them, a reset answers."""
    return seen.length


rule(data_to_closed, _W, source="RFC 9293 3.10.7.1", when=TO_CLOSED, value_name=OCTETS)


def sent_after_close(seen: Observation) -> int:
    """A segment of an endpoint that is closed already: it was late on its way, or its reset crossed it."""
    return YES


rule(sent_after_close, _I, source="RFC 9293 3.10.7.1", when=AFTER_CLOSE)


def foreign_fin(seen: Observation) -> int:
    """A FIN without the timestamps that both sides use on every segment: somebody else sent it."""
    return YES


rule(foreign_fin, _W, source="RFC 7323 3.2", when=FIN_FOREIGN, guess=True)


def fin_never_acknowledged(end: Ending) -> None:
    """A FIN without an acknowledgement to the end of the capture.

    Told when it goes on for a second, or the FIN was repeated. Not told where a reset ended all, or where the other
    direction was not captured.
    """
    if end.client.odd.rst_packet or end.server.odd.rst_packet:
        return
    _unacknowledged_fin(end, end.client, end.server)
    _unacknowledged_fin(end, end.server, end.client)


def _unacknowledged_fin(end: Ending, e: Endpoint, p: Endpoint) -> None:
    """The same of one side."""
    late = e.fins.tries > 1 or end.waited_ns(e.fins.ts_ns) >= QUIET_NS
    if e.fin >= 0 and not e.fins.acked_packet and p.packets and late:
        end.tell(e.fins.packet, end.side(e), e.fins.tries, e.fins.last_packet if e.fins.tries > 1 else 0)


at_end(fin_never_acknowledged, _W, source="RFC 9293 3.8.3", when=at.FIN_OPEN, value_name="tries")


def _stuck(end: Ending, e: Endpoint, fin: Endpoint, other: Endpoint) -> None:
    """A finding if e stayed as it is after fin's FIN for long, to the end of the capture. other: who has not closed."""
    account: Account | None = end.life.spent
    if not fin.fins.acked_packet or account is None:
        return
    waited = end.waited_ns(fin.fins.ts_ns)
    idle = waited - hop_ns(other, fin)
    if other.snd_max > fin.fins.peer_sent >= 0:
        idle = STUCK_NS if end.waited_ns(other.last_ns) >= SILENT_NS else 0
    if idle >= STUCK_NS:
        end.tell(fin.fins.packet, end.side(e), waited // MS, 0)


def stuck_in_close_wait(end: Ending) -> None:
    """The peer has closed, and this side's application had not when the capture ended: often a socket forgotten open.

    The packet is the peer's FIN, the value the capture time since: told from 40 ms beyond a round trip on, by when a
    program that closes at the end of the stream has done so; after seconds it is hardly anything else. A program that
    still works on its answer looks the same.
    """
    if end.client.state == CLOSE_WAIT:
        _stuck(end, end.client, end.server, end.client)
    if end.server.state == CLOSE_WAIT:
        _stuck(end, end.server, end.client, end.server)


at_end(stuck_in_close_wait, _W, source="RFC 9293 3.6 case 2", when=at.STUCK, value_name=MILLISECONDS, guess=True)


def stuck_in_fin_wait_2(end: Ending) -> None:
    """It has closed and its FIN is acknowledged, but the peer's FIN had not come when the capture ended.

    The packet is its FIN, the value the capture time since: told as stuck_in_close_wait is.
    """
    if end.client.state == FIN_WAIT_2:
        _stuck(end, end.client, end.client, end.server)
    if end.server.state == FIN_WAIT_2:
        _stuck(end, end.server, end.server, end.client)


at_end(
    stuck_in_fin_wait_2,
    _W,
    source="RFC 9293 3.6 case 1; RFC 1122 4.2.2.13",
    when=at.STUCK,
    value_name=MILLISECONDS,
    guess=True,
)


def half_closed_long(end: Ending) -> None:
    """A minute and more between the first FIN and the second: one direction was closed, the other open meanwhile."""
    judgement = end.connection.judgement
    if judgement.half_to and judgement.half_ns >= LONG_HALF_NS:
        end.tell(judgement.half_from, judgement.half_by, judgement.half_ns // MS, judgement.half_to)


at_end(half_closed_long, _I, source="RFC 9293 3.6", when=at.LONG_HALF, value_name=MILLISECONDS)
