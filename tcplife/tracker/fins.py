# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What passed of one side's FIN, and what it was seen to answer to its peer's.

In: what the closing's guards find. Out: numbers that they and the summary room read. Made at the first FIN: until then
an endpoint shares a blank one with all others (`Endpoint.own_fins`), and ten thousand that are open take less memory.
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.pool import pooled


class Fins:
    """packet, ts_ns, ip_id, ts_val, ack: of its FIN seen first, tries and last_packet: of all of them. later: number of
    the highest FIN behind the one it has by `Endpoint.fin`, -1: none. acked_packet, acked_ns: of the first segment that
    acknowledges it. seen_packet: the first in which it acknowledged its peer's. tw_ns: when its TIME_WAIT began, or was
    last restarted, -1: never. first_ack, peer_sent: what its first FIN acknowledged, and how far
    the peer had sent by then, -1: not known (`account`). blank: shared by all of whom nothing is known; never written to.
    """

    __slots__ = (
        "ack", "acked_ns", "acked_packet", "blank", "first_ack", "ip_id", "last_packet", "later", "packet", "peer_sent",
        "seen_packet", "tries", "ts_ns", "ts_val", "tw_ns",
    )  # fmt: skip

    def begin(self) -> None:
        """Nothing yet."""
        if not COMPILED:
            self._blank()
        self.ack = -1
        self.first_ack = -1
        self.ip_id = -1
        self.later = -1
        self.peer_sent = -1
        self.ts_val = -1
        self.tw_ns = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0 and False."""
        self.packet = self.ts_ns = self.last_packet = self.tries = self.seen_packet = 0
        self.acked_packet = self.acked_ns = 0
        self.blank = False


NO_FINS = Fins()
NO_FINS.begin()
NO_FINS.blank = True
pooled(Fins)  # but for that one, which would keep its memory for ever
