# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Rules about what got no answer: probes, octets, whole peers; and the errors of routers."""

from __future__ import annotations

from ..model.names import Severity
from . import ending as at
from .ending import ENOUGH_TRIES, QUIET_NS
from .rule import at_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import SideStats
    from ..tracker.endpoint import Endpoint
    from .ending import Ending

_I, _W, _E = Severity.INFO, Severity.WARNING, Severity.ERROR


def keep_alive_unanswered(end: Ending) -> None:
    """Keep-alive probes to which nothing came back: the peer is gone, or the way to it is. The packet is the first."""
    _unanswered_probes(end, end.life.a)
    _unanswered_probes(end, end.life.b)


def _unanswered_probes(end: Ending, e: Endpoint) -> None:
    """The same of one side."""
    mine = end.account(e)
    if mine.mending is None:
        return
    if mine.probes > 1 or (mine.probes and (end.life.quiet_ns >= QUIET_NS or e.odd.rst_packet)):
        end.tell(mine.mending.probe_packet, end.side(e), mine.probes, 0)


at_end(keep_alive_unanswered, _W, source="RFC 9293 3.8.4", when=at.PROBED, value_name="probes")


def gave_up(end: Ending) -> None:
    """One side repeated its octets in vain and then stopped: the peer was gone. A guess from silence.

    The packet is the first repeat.
    """
    c = end.connection
    if c.close_kind == "timed_out":
        e = end.client if c.close_initiator == 0 else end.server
        end.tell(c.close_packet, c.close_initiator, e.tries, 0)


at_end(gave_up, _E, source="RFC 9293 3.8.3", when=at.TIMED_OUT, value_name="tries", guess=True)


def data_never_acknowledged(end: Ending) -> None:
    """Octets without an acknowledgement when the capture ended.

    Told when it went on for a second, or they were sent again twice. Not told where a reset says so already, nor where
    the other direction was not captured.
    """
    c = end.connection
    if c.close_kind == "reset" or end.life.spent is None:
        return
    _unacknowledged(end, end.client, end.server, c.client_stats)
    _unacknowledged(end, end.server, end.client, c.server_stats)


def _unacknowledged(end: Ending, e: Endpoint, p: Endpoint, stats: SideStats) -> None:
    """The same of one side."""
    if stats.unacked_bytes and p.packets and (end.life.quiet_ns >= QUIET_NS or e.tries >= ENOUGH_TRIES):
        end.tell(e.last_packet, end.side(e), stats.unacked_bytes, 0)


at_end(data_never_acknowledged, _W, source="RFC 9293 3.8.1", when=at.UNACKED, value_name="octets")


def icmp_error(end: Ending) -> None:
    """A router's error about a segment of this endpoint, which did not end the connection.

    The value is 256 times its type plus its code; type 3, code 4 (1028) asks for smaller packets.
    """
    c = end.connection
    for packet, side, kind, code in end.life.incidents.icmp or ():
        if packet != c.close_packet or c.close_kind != "unreachable":
            end.tell(packet, end.side(end.life.a if side == 0 else end.life.b), kind << 8 | code, 0)


at_end(icmp_error, _I, source="RFC 1122 4.2.3.9; RFC 5927", when=at.ICMP, value_name="ICMP type and code")
