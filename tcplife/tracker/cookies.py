# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""SYN cookies (RFC 4987 3.6): a listener that keeps nothing of the SYNs it answers, and whom a late ACK opens anew.

In: two endpoints and numbers of a segment. Out: what is known of the listener (`Endpoint.stateless`). Such a listener
is known by its poor SYN+ACK; whether an ACK with the cookie, come after the end, was taken, is told by a reset only.
"""

from __future__ import annotations

from ..model.names import CLOSED, LISTEN, SYN_RECEIVED
from .transitions import FROM_OF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from .endpoint import Endpoint

SIZES = ((1300, 1440, 1460), (1420, 1440, 8940))
"""The sizes of segments that Linux's cookies tell apart, by IP version; the smallest one needs no bound (msstab)."""
IPV4 = 4
KEEPS_NOTHING = 1
GOT_LATE_ACK = 2
PERHAPS_BACK = 3
"""`Endpoint.stateless`: 0: no cookies; perhaps; an ACK that would open it anew waits for the reset that refuses it; none came."""


def may_keep_nothing(e: Endpoint, p: Endpoint) -> bool:
    """Whether its SYN+ACK takes up none of the options that the SYN offered: a cookie has no room for them.

    With timestamps Linux keeps them there (cookie_init_timestamp), and nothing tells.
    """
    return p.syns > 0 and not e.timestamps and not e.sack_ok and e.wscale < 0 and (
        p.timestamps > 0 or p.sack_ok > 0 or p.wscale >= 0
    )  # fmt: skip


def comes_late(p: Endpoint, state: int, off: int) -> None:
    """A segment with ACK passes towards one that perhaps keeps nothing, and seems to be in that state; off: how much is
    left over of its cookie (`left_over`).
    """
    if p.stateless == GOT_LATE_ACK:
        p.stateless = PERHAPS_BACK  # and was not refused
    if p.stateless == KEEPS_NOTHING and state in (CLOSED, LISTEN) and 0 <= off <= len(SIZES[0]):
        p.stateless = GOT_LATE_ACK


def left_over(e: Endpoint, ip_version: int, ahead: int) -> int:
    """What its ACK yields as a cookie: the size of segments that it offered, and by what the number acknowledged is ahead
    of its own. What is no size is no cookie (Linux __cookie_v4_check).
    """
    index = ahead
    for size in SIZES[0] if ip_version == IPV4 else SIZES[1]:
        index += e.mss >= size
    return index


def refuses(e: Endpoint, p: Endpoint, seq_raw: int) -> None:
    """It sends a reset without ACK, of this number."""
    if e.stateless == GOT_LATE_ACK and seq_raw == p.ack_raw:
        e.stateless = KEEPS_NOTHING


def is_in_doubt(e: Endpoint) -> bool:
    """At the end: whether it was perhaps brought back."""
    return e.stateless > KEEPS_NOTHING


def had_opened(rows: array[int], side: int) -> bool:
    """Whether more is told of it than answers to SYNs, and how they ended."""
    for at in range(0, len(rows), 4):  # ROW_WIDTH, as in `log`
        code = rows[at + 2]
        if code >= 0 and code & 1 == side and FROM_OF[code >> 3] not in (LISTEN, SYN_RECEIVED):
            return True
    return False
