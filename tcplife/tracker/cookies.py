# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""SYN cookies (RFC 4987 3.6): a listener that keeps nothing of the SYNs it answers, and whom a late ACK opens anew.

In: two endpoints and numbers of a segment. Out: what is known of the listener (`Endpoint.stateless`). Such a listener
is known by its poor SYN+ACK, or by its clock; whether an ACK with the cookie, come after the end, was taken, is told by a
reset only.
"""

from __future__ import annotations

from ..model.names import CLOSED, LISTEN, M32, SYN_RECEIVED
from .facts import TICK_NS
from .transitions import FROM_OF, GETS_ACK_OF_SYN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from .endpoint import Endpoint

SIZES = ((1300, 1440, 1460), (1420, 1440, 8940))
"""The sizes of segments that Linux's cookies tell apart, by IP version; the smallest one needs no bound (msstab)."""
IPV4 = 4
LAG_NS = 3_000_000
MOST_LAG_NS = 66_000_000
"""A SYN+ACK whose timestamp is older by so much, by the clock of what else its sender said, is a cookie."""
KEEPS_NOTHING = 1
GOT_LATE_ACK = 2
PERHAPS_BACK = 3
PERHAPS_NEVER = 4
"""`Endpoint.stateless`: 0: no cookies; perhaps; an ACK that would open it anew waits for the reset that refuses it; none
came; what should have opened it was refused.
"""


def may_keep_nothing(e: Endpoint, p: Endpoint) -> bool:
    """Whether its SYN+ACK takes up none of the options that the SYN offered: a cookie has no room for them.

    With timestamps Linux keeps them there (`may_lag`).
    """
    return p.syns > 0 and not e.timestamps and not e.sack_ok and e.wscale < 0 and (
        p.timestamps > 0 or p.sack_ok > 0 or p.wscale >= 0
    )  # fmt: skip


def lies_back(zero_ns: int, value: int, syn_ns: int) -> bool:
    """Whether the timestamp of a SYN+ACK is older than the SYN, as a cookie's may be, by the clock of its sender's last life:
    zero_ns is when that showed 0, as far as is known.
    """
    lag = ((syn_ns - zero_ns) // TICK_NS - value) & M32
    return zero_ns > 0 and value >= 0 and LAG_NS < lag * TICK_NS <= MOST_LAG_NS


def comes_late(e: Endpoint, p: Endpoint, state: int, off: int) -> None:
    """A segment with ACK passes from e towards one that perhaps keeps nothing, and seems to be in that state; off: how much
    is left over of its cookie (`left_over`).
    """
    if p.stateless == GOT_LATE_ACK:
        p.stateless = PERHAPS_BACK  # and was not refused
    if p.stateless <= KEEPS_NOTHING and state in (CLOSED, LISTEN) and 0 <= off <= len(SIZES[0]):
        if p.stateless or (_was_open(p) and _may_be_older(e, p)):
            p.stateless = GOT_LATE_ACK


def _was_open(p: Endpoint) -> bool:
    """Whether a reset has ended more than what a cookie stands for, which no reset can."""
    return p.state not in (SYN_RECEIVED, LISTEN) or (p.inbox is not None and p.inbox.has(GETS_ACK_OF_SYN))


def _may_be_older(e: Endpoint, p: Endpoint) -> bool:
    """Whether the timestamp of its SYN+ACK is older than the SYN by its clock; or that is still to be told, and the SYN+ACK
    was not long under way.
    """
    if p.clock_max == p.clock_raw:
        return p.clock_from_ns - e.syn_ns < LAG_NS
    return e.syn_ns - p.clock_ns > LAG_NS


def may_lag(p: Endpoint) -> bool:
    """Whether it listened, and its SYN+ACK had a timestamp. Linux keeps options in its last bits if it is a cookie, and
    takes one that lies before the present one (cookie_init_timestamp) by up to 64 ms: before the SYN came, as its next
    segment will tell.
    """
    return p.syn_acks > 0 and p.timestamps > 0 and not p.syns


def speaks(e: Endpoint, p: Endpoint, value: int, ts_ns: int) -> None:
    """It says something else than a reset, with this timestamp, after it got what might open it anew."""
    if value < 0 or not e.timestamps:
        return
    since = ts_ns - ((value - e.clock_raw) & M32) * TICK_NS
    e.stateless = PERHAPS_BACK if p.syn_ns - min(since, e.clock_ns) > LAG_NS else 0


def left_over(e: Endpoint, ip_version: int, ahead: int) -> int:
    """What its ACK yields as a cookie: the size of segments that it offered, and by what the number acknowledged is ahead
    of its own. What is no size is no cookie (Linux __cookie_v4_check).
    """
    index = ahead
    for size in SIZES[0] if ip_version == IPV4 else SIZES[1]:
        index += e.mss >= size
    return index


def refuses(e: Endpoint, p: Endpoint, seq_raw: int, explained: bool) -> None:
    """It sends a reset without ACK, of this number. One that answers the ACK of a SYN+ACK, and nothing before it, may be
    all that ever came of a cookie that was not valid any more. explained: it seemed to be gone, or got what it cannot take.
    """
    if seq_raw != p.ack_raw:
        return
    if e.stateless == GOT_LATE_ACK:
        e.stateless = KEEPS_NOTHING
    elif (
        e.stateless == KEEPS_NOTHING
        and not explained
        and seq_raw == (e.base + 1) & M32
        and e.odd.resets == 1
        and e.packets == e.syn_acks + 1
        and p.packets == p.syns + 1
    ):
        e.stateless = PERHAPS_NEVER


def is_in_doubt(e: Endpoint) -> bool:
    """At the end: whether it was perhaps brought back, or never there."""
    return e.stateless > KEEPS_NOTHING


def had_opened(rows: array[int], side: int) -> bool:
    """Whether more is told of it than answers to SYNs, and how they ended."""
    for at in range(0, len(rows), 4):  # ROW_WIDTH, as in `log`
        code = rows[at + 2]
        if code >= 0 and code & 1 == side and FROM_OF[code >> 3] not in (LISTEN, SYN_RECEIVED):
            return True
    return False


def may_stand(e: Endpoint, p: Endpoint) -> bool:
    """Whether p, who listened to e, is perhaps no mere request, but a Fast Open socket: for octets on the SYN, or as the SYN
    asked for a cookie and was given none, for that is how who needs none answers (Linux tcp_fastopen_no_cookie).
    """
    return e.early or e.tfo >= 0 > p.tfo
