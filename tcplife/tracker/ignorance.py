# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What the capture does not have, and a FIN may have been: then nobody can tell in which states its endpoints are.

In: the two endpoints of a life that is over, x as the one whose segments are missing. Out: whether to admit it. It looks
at numbers alone: one that was used or acknowledged, and at which neither an octet nor a FIN was captured.
"""

from __future__ import annotations

from ..model.names import M32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import Endpoint

DELAYED_ACK_NS = 40_000_000
"""How long an ACK is usually held back (Linux TCP_DELACK_MIN)."""


def may_have_begun_closed(x: Endpoint, y: Endpoint) -> bool:
    """Of a life older than the capture: whether x may have closed before, or unseen; not by the number of its SYN."""
    shown = max(x.data_end, 1)
    first = 1 if x.syn_packet else 0
    if y.fin >= 0 and y.fins.ack > first and x.snd_max <= y.fins.ack and x.data_end < y.fins.ack:
        return True
    return x.fin < 0 and (x.snd_max > shown or x.acked_unseen > shown)


def may_have_closed_before(x: Endpoint, y: Endpoint) -> bool:
    """Of a life of which the capture has y's FIN first: whether x, whose next word was its own FIN, had sent that before.

    An acknowledgement would have come sooner, so a word of x is missing, and this FIN is perhaps only a repeat.
    """
    return x.fins.seen_packet == x.fins.packet > 0 and x.fins.ts_ns - y.fins.ts_ns > DELAYED_ACK_NS


def may_have_closed(x: Endpoint, y: Endpoint) -> bool:
    """Of a life that began in the capture, and in which y was seen to close: whether x had closed before, or since, unseen.

    So it may be if the last of x's numbers that y acknowledged was not captured. Without a single packet of x all that y
    sends after its own FIN reads two ways. What x was not seen to use, it has perhaps sent all the same, if it could and
    said nothing else since. Where nothing shows its ISN, the first number that y acknowledged may follow its FIN.
    """
    shown = max(x.data_end, 1)
    if x.fin >= 0 or y.fin < 0:
        return False
    if not x.packets:
        return y.fins.ack > shown
    if y.ack > shown and y.ack_packet > x.syn_packet:
        return True
    if not (x.syns or x.syn_acks or y.syn_acks) and x.snd_max == shown == 1 and x.packets > x.odd.resets:
        return True
    if x.acked_unseen <= shown or (y.right >= 0 and x.acked_unseen > y.right):
        return False
    return x.snd_max >= x.acked_unseen or (
        not x.odd.resets and y.ack_raw == x.base + x.acked_unseen & M32 and y.ack_raw_packet > x.last_packet
    )
