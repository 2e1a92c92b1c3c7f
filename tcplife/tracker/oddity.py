# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What only few endpoints have: octets sent again, numbers beyond the captured ones, resets, answers to strangers.

In: what the guards find. Out: numbers that they and the summary room read. Made when there is something to enter:
until then an endpoint shares a blank one with all others (`Endpoint.own_odd`).
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.names import UNKNOWN
from ..model.pool import pooled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .inbox import Candidate


class Oddity:
    """jump_*: where it first used a number beyond all that was captured of it; jump_dsack: that was in a duplicate
    report. gone_*: what was known of it before a reset without ACK told that it was gone: how long the log was, its
    state, its inbox. rst_*: of its first reset; undo_state: its state before that. isn_before: of an earlier SYN+ACK
    that the peer may take still, -1: none. stale_ack: what its SYN+ACK acknowledged, for a SYN that was not the peer's
    present one. refused_packet: of the peer, what it refused in SYN_SENT. unseen: octets of it that were acknowledged
    and never captured. floor: where begins what was seen of it. blank: shared by all that have nothing here; never
    written to. The rest are counters.
    """

    __slots__ = (
        "blank", "duplicates", "ecn_ce", "floor", "gone_inbox", "gone_rows", "gone_state", "isn_before", "jump_ack",
        "jump_dsack", "jump_ns", "jump_packet", "jump_seq", "jump_ts_val", "keep_alives", "out_of_order",
        "refused_packet", "repeated_bytes", "repeated_packets", "resets", "rst_ns", "rst_packet", "sack_blocks", "signed",
        "stale_ack", "undo_state", "unseen", "zero_windows",
    )  # fmt: skip

    def begin(self) -> None:
        """Nothing yet."""
        if not COMPILED:
            self._blank()
        self.floor = 1
        self.gone_rows = -1
        self.gone_state = UNKNOWN
        self.isn_before = -1
        self.jump_ack = -1
        self.jump_seq = -1
        self.jump_ts_val = -1
        self.stale_ack = -1
        self.undo_state = UNKNOWN

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.jump_packet = self.jump_ns = self.refused_packet = self.rst_packet = self.rst_ns = self.unseen = 0
        self.duplicates = self.ecn_ce = self.keep_alives = self.out_of_order = self.repeated_bytes = 0
        self.repeated_packets = self.resets = self.sack_blocks = self.signed = self.zero_windows = 0
        self.blank = self.jump_dsack = False
        self.gone_inbox: list[Candidate] | None = None


NO_ODDITY = Oddity()
NO_ODDITY.begin()
NO_ODDITY.blank = True
pooled(Oddity)  # but for that one, which would keep its memory for ever
