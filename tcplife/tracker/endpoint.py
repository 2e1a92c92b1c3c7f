# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One endpoint of a connection as seen from outside: its state, its numbers, what it was seen to send.

In: offsets of its own segments (sequence numbers unwrapped at the door, SYN = 0, first octet = 1). Out: the
RFC 9293 3.3.1 variables as far as a watcher can know them, octet accounting and counters. No state changes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.compiled import COMPILED
from ..model.names import M32, UNKNOWN
from ..model.pool import pooled
from . import named
from .facts import FILLS_GAP, LAST_PLACE, OPENS_GAP, PARTLY_SEEN, SEEN_BEFORE
from .stream import Islands

if TYPE_CHECKING:
    from ..model.segment import Segment
    from .inbox import Candidate
    from .timing import Timing


class Endpoint:
    """One side. Offsets are relative to its own ISN, `ack` and `right` to its peer's; -1: not known.

    snd_max: one beyond the highest number sent (SYN and FIN count). edge: one beyond the last octet up to which
    everything was seen; sure: up to where in segments that its receiver surely takes, -1: up to edge. ack: highest acknowledgement it sent, so what it surely received. right: right edge of the
    window it offered, the highest; last_right: the latest. fin: number its FIN occupies; fin_later: the highest one of a FIN behind that.
    cut: its largest segment was cut by its TCP, not by the application (no PSH). ecn_offer: ECE and CWR of its SYN.
    timing: round trips of what it sent, so the way capture - peer - capture. data_end: one beyond the highest octet or
    FIN that was itself captured. jump_*: where it first used a number beyond all that was captured of it.
    ack_raw: of its latest segment that was no reset, ack_raw_packet; ack_raw_count: segments running that had it.
    early: its SYN carried octets (RFC 7413). jump_dsack: that first use was in a duplicate report. gone_*: what was known of it before a reset without ACK told
    that it was gone: how long the log was, its state, its inbox.
    isn_before: of an earlier SYN+ACK that the peer may take still, -1: none. after_life: it answers a copy of the SYN of its last
    connection. low: it sent an octet or FIN with its SYN's number.
    joined: its FIN came behind a hole, and then octets right behind the FIN.
    attended: it took octets after its FIN, so its application has not closed it for good.
    refused_packet: of the peer, what it refused in SYN_SENT. syn_ts_last: the timestamp of its latest SYN, or SYN+ACK.
    stateless: whether it perhaps answers SYNs by cookies (`cookies`).
    ack_ns, ack_packet: where its acknowledgement last rose. ip_calm, ip_jumps: how often its IP id went on by little, or not.
    recent: its four latest packets, each as two words that name it and its time;
    recent_at: where the oldest of the four begins.
    shift: how far its windows are scaled, while its life is calm.
    data_ns, fresh, stale, mark, limit, until_ns, whole, mute, rises: only while its life is asleep, for those who sleep (`plain`).
    tries: repeats since the peer acknowledged anything new; repeat_end: end of the highest octet sent again. network_ns,
    own_ns: what of the time before its segments was their way, and what its own (`account`).
    clock_*: its timestamps as a clock: the first value and when it came; when that tick was at the latest, by the
    fastest segment since; the highest value and when that came.
    """

    __slots__ = (
        "ack", "ack_before", "ack_ns", "ack_packet", "ack_raw", "ack_raw_count", "ack_raw_packet", "acked_unseen",
        "after_life", "attended", "base", "based", "bytes", "clock_from_ns", "clock_max", "clock_max_ns", "clock_ns",
        "clock_raw", "cut", "data_end", "data_ns", "data_packets", "duplicates", "early", "ecn_ce", "ecn_offer",
        "edge", "end_ns", "fin", "fin_ack", "fin_acked_ns", "fin_acked_packet", "fin_id", "fin_last_packet",
        "fin_later", "fin_ns", "fin_packet", "fin_seen_packet", "fin_tries", "fin_ts_val", "first_window", "floor",
        "fresh", "gone_inbox", "gone_rows", "gone_state", "ids_vary", "inbox", "ip_calm", "ip_id", "ip_jumps",
        "islands", "isn_before", "joined", "jump_ack", "jump_dsack", "jump_ns", "jump_packet", "jump_seq",
        "jump_ts_val", "keep_alives", "last_ns", "last_packet", "last_right", "limit", "low", "mark", "max_segment",
        "middle", "mptcp", "mss", "mute", "network_ns", "next_raw", "out_of_order", "own_ns", "packets", "recent",
        "recent_at", "refused_packet", "repeat_end", "repeated_bytes", "repeated_packets", "resets", "right", "rises",
        "rst_ns", "rst_packet", "sack_blocks", "sack_ok", "scale", "shift", "side", "snd_max", "stale", "stale_ack",
        "state", "stateless", "sure", "syn_acks", "syn_id", "syn_ns", "syn_packet", "syn_ts_last", "syn_ts_val",
        "syns", "tfo", "timestamps", "timing", "tries", "ts_recent", "ttl", "ttl_max", "ttl_min", "tw_ns",
        "undo_state", "unique", "unseen", "until_ns", "whole", "window", "window_max", "window_min", "wscale",
        "zero_windows",
    )  # fmt: skip

    def __init__(self, side: int) -> None:
        self.begin(side)

    def begin(self, side: int) -> None:
        """Nothing was seen of it yet."""
        if not COMPILED:
            self._blank()
        self.side = side
        self.state = UNKNOWN
        self.sure = -1
        self.ack = -1
        self.ack_before = -1
        self.ack_raw = -1
        self.scale = -1
        self.right = -1
        self.last_right = -1
        self.fin = -1
        self.fin_later = -1
        self.fin_id = -1
        self.fin_ts_val = -1
        self.fin_ack = -1
        self.jump_seq = -1
        self.jump_ack = -1
        self.jump_ts_val = -1
        self.isn_before = -1
        self.gone_rows = -1
        self.gone_state = UNKNOWN
        self.floor = 1
        self.syn_id = -1
        self.stale_ack = -1
        self.syn_ts_val = -1
        self.syn_ts_last = -1
        self.tw_ns = -1
        self.undo_state = UNKNOWN
        self.ts_recent = -1
        self.clock_raw = -1
        self.clock_max = -1
        self.data_end = -1
        self.mss = -1
        self.wscale = -1
        self.tfo = -1
        self.first_window = -1
        self.window_min = -1
        self.window_max = -1
        self.ttl_min = 256
        self.ip_id = -1
        self.recent = [-1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0]
        self.repeat_end = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.base = self.next_raw = self.snd_max = self.edge = self.ack_ns = self.ack_packet = self.ack_raw_packet = 0
        self.ack_raw_count = self.window = self.shift = self.fin_packet = self.fin_ns = self.fin_last_packet = 0
        self.fin_tries = self.fin_acked_packet = self.fin_acked_ns = self.fin_seen_packet = self.jump_packet = 0
        self.jump_ns = self.refused_packet = self.stateless = self.rst_packet = self.rst_ns = self.syn_packet = 0
        self.syn_ns = self.syns = self.syn_acks = self.last_ns = self.last_packet = self.end_ns = 0
        self.clock_from_ns = self.clock_ns = self.clock_max_ns = self.packets = self.bytes = self.unique = 0
        self.unseen = self.acked_unseen = self.data_packets = self.repeated_packets = self.repeated_bytes = 0
        self.out_of_order = self.duplicates = self.keep_alives = self.zero_windows = self.sack_blocks = 0
        self.resets = self.max_segment = self.sack_ok = self.timestamps = self.mptcp = self.ecn_ce = 0
        self.ecn_offer = self.ttl = self.ttl_max = self.ip_calm = self.ip_jumps = self.recent_at = self.data_ns = 0
        self.fresh = self.stale = self.mark = self.limit = self.rises = self.until_ns = self.tries = 0
        self.network_ns = self.own_ns = 0
        self.based = self.early = self.jump_dsack = self.low = self.attended = self.joined = self.after_life = False
        self.middle = self.cut = self.ids_vary = self.whole = self.mute = False
        self.islands: Islands | None = None
        self.gone_inbox: list[Candidate] | None = None
        self.inbox: Candidate | None = None
        self.timing: Timing | None = None

    def start_at(self, raw: int, offset: int) -> None:
        """The raw number `raw` has this offset: fixes the base (RFC 9293 3.4.1: the ISN)."""
        self.based = True
        self.base = (raw - offset) & M32
        self.snd_max = offset
        self.edge = offset
        self.next_raw = raw

    def note_header(self, s: Segment) -> None:
        """Count what one of its segments has in its header besides its numbers."""
        ttl = s.ttl
        self.ttl = ttl
        if ttl < self.ttl_min:
            self.ttl_min = ttl
        if ttl > self.ttl_max:
            self.ttl_max = ttl
        if s.ecn == 3:
            self.ecn_ce += 1
        if s.sack_count:
            self.sack_blocks += s.sack_count
        if s.mptcp >= 0:
            self.mptcp = 1
        if s.ip_id > 0:
            if s.ip_id != self.ip_id and self.ip_id > 0:
                self.ids_vary = True
            self.ip_id = s.ip_id

    def note_packet(self, first: int, second: int, ts_ns: int) -> None:
        """Remember a packet by two words that name it; the oldest of four is forgotten."""
        recent = self.recent
        at = self.recent_at
        recent[at] = first
        recent[at + 1] = second
        recent[at + 2] = ts_ns
        self.recent_at = at + 3 if at < LAST_PLACE else 0

    def age(self, first: int, second: int, ts_ns: int) -> int:
        """Nanoseconds since this very packet last passed, -1 if it did not."""
        recent = self.recent
        named.put_in_words(recent)
        at = self.recent_at
        for _ in range(4):
            at = at - 3 if at else LAST_PLACE
            if recent[at] == first and recent[at + 1] == second:
                return ts_ns - recent[at + 2]
        return -1

    def goes_on(self, end: int) -> None:
        """The octets behind the highest number seen, up to `end`, were seen as well."""
        self.data_end = end
        if self.islands is None:
            self.edge = end
        else:
            self.islands.stretch(end)

    def await_event(self, candidate: Candidate) -> None:
        """Something that may move it has passed towards it."""
        if self.inbox is None:
            self.inbox = candidate
        else:
            self.inbox.offer(candidate)

    def octets(self, start: int, end: int) -> int:
        """Account for payload [start, end); returns the facts about its octets. Exact by content, not by time."""
        size = end - start
        self.data_packets += 1
        self.bytes += size
        if size > self.max_segment:
            self.max_segment = size
        if start == self.edge and self.islands is None:
            self.edge = end
            self.unique += size
            if start >= self.snd_max:
                self.data_end = end
                return 0
            self.out_of_order += 1
            if end > self.data_end:
                self.data_end = end
            return FILLS_GAP
        return self._octets_out_of_order(start, end, size)

    def _octets_out_of_order(self, start: int, end: int, size: int) -> int:
        facts = 0
        edge = self.edge
        if end > self.data_end:
            self.data_end = end
        if end <= edge:
            new = 0
            if start < self.floor and self.middle:  # from before the capture began: never seen either
                new = min(end, self.floor) - start
                self.floor = start
        else:
            islands = self.islands
            if islands is None:
                islands = self.islands = Islands.__new__(Islands)
                islands.begin()
            low = max(edge, start)
            new = islands.add(low, end)
            self.edge = islands.reach(edge)
            if not len(islands.bounds):
                self.islands = None
        self.unique += new
        if new < size:
            self.repeated_packets += 1
            self.repeated_bytes += size - new
            facts |= PARTLY_SEEN if new else SEEN_BEFORE
        if new > max(0, end - self.snd_max):  # some lie below the highest number
            facts |= FILLS_GAP
            if new == size:
                self.out_of_order += 1
        if start > self.snd_max:
            facts |= OPENS_GAP
        return facts

    def advance(self, end: int) -> None:
        """It was seen to send up to `end`."""
        self.next_raw = (self.next_raw + end - self.snd_max) & M32
        self.snd_max = end

    def acknowledged(self, upto: int) -> int:
        """The peer acknowledged up to `upto`: returns how many octets below it were never captured, now written off.

        The FIN's and SYN's numbers are no octets: the caller hands over the end of the payload.
        """
        edge = self.edge
        if upto <= edge:
            return 0
        islands = self.islands
        missing = upto - edge
        if islands is not None:
            missing -= islands.covered(edge, upto)
            self.edge = islands.reach(upto)
            if not len(islands.bounds):
                self.islands = None
        else:
            self.edge = upto
        self.unseen += missing
        return missing


pooled(Endpoint)


def first_word(s: Segment) -> int:
    """The first of two words that name a packet (`note_packet`): its numbers."""
    return s.seq << 30 ^ s.ack


def second_word(s: Segment) -> int:
    """The other: IP id, window, flags, length. Without an IP id also its checksum, where there are octets, else its
    timestamp: the checksum of one packet may be done and not done (offload).
    """
    ident = s.ip_id + 1
    proof = 0
    if ident <= 1:
        proof = s.checksum if s.length or s.ts_val < 0 else s.ts_val & 0xFFFF
    return (proof << 46) ^ (ident << 29) ^ (s.window << 12) ^ (s.flags << 20) ^ s.length
