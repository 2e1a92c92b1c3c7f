"""Rules about what got no answer: probes, octets, whole peers; and the errors of routers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import Severity
from . import ending as at
from .ending import ENOUGH_TRIES, QUIET_NS
from .rule import at_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .ending import Ending
    from .rule import Finding

_I, _W, _E = Severity.INFO, Severity.WARNING, Severity.ERROR


@at_end("keep_alive_unanswered", _W, source="RFC 9293 3.8.4", when=at.PROBED, value_name="probes")
def keep_alive_unanswered(end: Ending) -> Iterator[Finding]:
    """Keep-alive probes to which nothing came back: the peer is gone, or the way to it is. The packet is the first."""
    account = end.life.spent
    for e, mine in ((end.life.a, account.a), (end.life.b, account.b)):
        if mine.probes > 1 or (mine.probes and (end.life.quiet_ns >= QUIET_NS or e.rst_packet)):
            yield mine.probe_packet, end.side(e), mine.probes, 0


@at_end("gave_up", _E, source="RFC 9293 3.8.3", when=at.TIMED_OUT, value_name="tries", guess=True)
def gave_up(end: Ending) -> Iterator[Finding]:
    """One side repeated its octets in vain and then stopped: the peer was gone. A guess from silence.

    The packet is the first repeat.
    """
    c = end.connection
    if c.close_kind == "timed_out":
        e = end.client if c.close_initiator == 0 else end.server
        account = end.life.spent
        yield c.close_packet, c.close_initiator, (account.a if e is end.life.a else account.b).tries, 0


@at_end("data_never_acknowledged", _W, source="RFC 9293 3.8.1", when=at.UNACKED, value_name="octets")
def data_never_acknowledged(end: Ending) -> Iterator[Finding]:
    """Octets without an acknowledgement when the capture ended.

    Told when it went on for a second, or they were sent again twice. Not told where a reset says so already, nor where
    the other direction was not captured.
    """
    c = end.connection
    account = end.life.spent
    if c.close_kind == "reset" or account is None:
        return
    for (e, p), stats in zip(end.pairs(), (c.client_stats, c.server_stats), strict=True):
        tries = (account.a if e is end.life.a else account.b).tries
        if stats.unacked_bytes and p.packets and (end.life.quiet_ns >= QUIET_NS or tries >= ENOUGH_TRIES):
            yield e.last_packet, end.side(e), stats.unacked_bytes, 0


@at_end("icmp_error", _I, source="RFC 1122 4.2.3.9; RFC 5927", when=at.ICMP, value_name="ICMP type and code")
def icmp_error(end: Ending) -> Iterator[Finding]:
    """A router's error about a segment of this endpoint, which did not end the connection.

    The value is 256 times its type plus its code; type 3, code 4 (1028) asks for smaller packets.
    """
    c = end.connection
    for packet, side, kind, code in end.life.icmp or ():
        if packet != c.close_packet or c.close_kind != "unreachable":
            yield packet, end.side(end.life.a if side == 0 else end.life.b), kind << 8 | code, 0
