# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's view of a usual parting: all of it at once.

In: a stream both ways of which have shown all they sent, and had it acknowledged; FIN, the peer's ACK of it or none, its
FIN, the ACK of that, as `tracker.parting` knows them. Out: the stream as `WireStream.analyse` leaves it, which shows no
flags (tests/pipeline hold both equal).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .wireshark import WireStream, WireWay


def may_part(stream: WireStream, me: WireWay, peer: WireWay, seq: int, other: int) -> bool:
    """Whether the ways stand at these numbers, and nothing is open."""
    return (
        me.top == me.maxack == peer.lastack == seq
        and peer.top == peer.maxack == me.lastack == other
        and me.win > 0
        and peer.win > 0
        and not (stream.first_rtt_ns == 0 and stream.syn_ns)
    )


def parted(
    stream: WireStream, me: WireWay, peer: WireWay, began_ns: int, now_ns: int, window: int, closed_ns: int, other: int
) -> None:
    """Take the parting that me begins then, and ends now. closed_ns: when the peer's FIN passed; the windows: the latest."""
    number = me.top + 1
    answer = peer.top + 1
    _close(stream, me, number, answer, began_ns)
    me.last_ns = now_ns
    me.win = window
    _close(stream, peer, answer, number, closed_ns)
    peer.last_ns = closed_ns
    peer.win = other


def _close(stream: WireStream, way: WireWay, top: int, ack: int, top_ns: int) -> None:
    way.top = way.maxack = way.mark = top
    way.lastack = ack
    way.top_ns = top_ns
    way.lastflags = way.firstack = way.dup = way.fresh = way.stale = 0
    way.operations = stream.operations
