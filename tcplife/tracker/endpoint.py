# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One endpoint of a connection as seen from outside: its state, its numbers, what it was seen to send.

In: offsets of its own segments (sequence numbers unwrapped at the door, SYN = 0, first octet = 1). Out: the
RFC 9293 3.3.1 variables as far as a watcher can know them, octet accounting and counters. No state changes here.
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.names import M32, UNKNOWN
from ..model.pool import pooled
from . import named
from .facts import FILLS_GAP, LAST_PLACE, OPENS_GAP, PARTLY_SEEN, SEEN_BEFORE
from .fins import NO_FINS, Fins
from .oddity import NO_ODDITY, Oddity
from .stream import Islands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .inbox import Candidate
    from .timing import Timing


class Endpoint:
    """One side. Offsets are relative to its own ISN, `ack` and `right` to its peer's; -1: not known.

    snd_max: one beyond the highest number sent (SYN and FIN count). edge: one beyond the last octet up to which
    everything was seen; sure: up to where in segments that its receiver surely takes, -1: up to edge. ack: highest acknowledgement it sent, so what it surely received. right: right edge of the
    window it offered, the highest; last_right: the latest. fin: number its FIN occupies; fins: all else of it.
    cut: its largest segment was cut by its TCP, not by the application (no PSH). ecn_offer: ECE and CWR of its SYN.
    timing: round trips of what it sent, so the way capture - peer - capture. data_end: one beyond the highest octet or
    FIN that was itself captured. odd: what only few have.
    ack_raw: of its latest segment that was no reset, ack_raw_packet; ack_raw_count: segments running that had it.
    early: its SYN carried octets (RFC 7413). after_life: it answers a copy of the SYN of its last
    connection. low: it sent an octet or FIN with its SYN's number.
    joined: its FIN came behind a hole, and then octets right behind the FIN.
    attended: it took octets after its FIN, so its application has not closed it for good.
    syn_ts_last: the timestamp of its latest SYN, or SYN+ACK.
    stateless: whether it perhaps answers SYNs by cookies (`cookies`).
    ack_ns, ack_packet: where its acknowledgement last rose. ip_calm, ip_jumps: how often its IP id went on by little, or not.
    recent: its four latest packets, each as two words that name it and its time;
    recent_at: where the oldest of the four begins.
    shift: how far its windows are scaled, while its life is calm; patchy: whether octets of it are missing then, or in doubt.
    data_ns, fresh, stale, mark, limit, until_ns, whole, mute, rises: only while its life is asleep, for those who sleep (`plain`).
    tries: repeats since the peer acknowledged anything new; repeat_end: end of the highest octet sent again. network_ns,
    own_ns: what of the time before its segments was their way, and what its own (`account`).
    clock_*: its timestamps as a clock: the first value and when it came; when that tick was at the latest, by the
    fastest segment since; the highest value and when that came.
    """

    __slots__ = (
        "ack", "ack_before", "ack_ns", "ack_packet", "ack_raw", "ack_raw_count", "ack_raw_packet", "acked_unseen",
        "after_life", "attended", "base", "based", "bytes", "clock_from_ns", "clock_max", "clock_max_ns", "clock_ns",
        "clock_raw", "cut", "data_end", "data_ns", "data_packets", "early", "ecn_offer", "edge", "end_ns", "fin",
        "fins", "first_window", "fresh", "ids_vary", "inbox", "ip_calm", "ip_id", "ip_jumps", "islands", "joined",
        "last_ns", "last_packet", "last_right", "limit", "low", "mark", "max_segment", "middle", "mptcp", "mss",
        "mute", "network_ns", "next_raw", "odd", "own_ns", "packets", "patchy", "recent", "recent_at", "repeat_end", "right",
        "rises", "sack_ok", "scale", "shift", "side", "snd_max", "stale", "state", "stateless", "sure", "syn_acks",
        "syn_id", "syn_ns", "syn_packet", "syn_ts_last", "syn_ts_val", "syns", "tfo", "timestamps", "timing", "tries",
        "ts_recent", "ttl", "ttl_max", "ttl_min", "unique", "until_ns", "whole", "window", "window_max", "window_min",
        "wscale",
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
        self.syn_id = -1
        self.syn_ts_val = -1
        self.syn_ts_last = -1
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
        self.fins = NO_FINS
        self.odd = NO_ODDITY

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.base = self.next_raw = self.snd_max = self.edge = self.ack_ns = self.ack_packet = self.ack_raw_packet = 0
        self.ack_raw_count = self.window = self.shift = 0
        self.stateless = self.syn_packet = 0
        self.syn_ns = self.syns = self.syn_acks = self.last_ns = self.last_packet = self.end_ns = 0
        self.clock_from_ns = self.clock_ns = self.clock_max_ns = self.packets = self.bytes = self.unique = 0
        self.acked_unseen = self.data_packets = 0
        self.max_segment = self.sack_ok = self.timestamps = self.mptcp = 0
        self.ecn_offer = self.ttl = self.ttl_max = self.ip_calm = self.ip_jumps = self.recent_at = self.data_ns = 0
        self.fresh = self.stale = self.mark = self.limit = self.rises = self.until_ns = self.tries = 0
        self.network_ns = self.own_ns = 0
        self.based = self.early = self.low = self.attended = self.joined = self.after_life = False
        self.middle = self.cut = self.ids_vary = self.whole = self.mute = self.patchy = False
        self.islands: Islands | None = None
        self.inbox: Candidate | None = None
        self.timing: Timing | None = None

    def own_fins(self) -> Fins:
        """What is known of its FINs, to be written to."""
        fins = self.fins
        if fins.blank:
            fins = self.fins = Fins.__new__(Fins)
            fins.begin()
        return fins

    def own_odd(self) -> Oddity:
        """What is odd about it, to be written to."""
        odd = self.odd
        if odd.blank:
            odd = self.odd = Oddity.__new__(Oddity)
            odd.begin()
        return odd

    def forget_fins(self) -> None:
        """Its FINs never counted; what they were stays known."""
        fins = self.fins
        if not fins.blank:
            fins.tries = 0
            fins.later = -1

    def forget_reset(self) -> None:
        """Its resets never counted."""
        odd = self.odd
        if not odd.blank:
            odd.rst_packet = 0

    def empty(self) -> None:
        """Nothing more is asked about it than what tells late segments and another life from its own."""
        self.inbox = None
        self.islands = None
        self.timing = None
        if self.odd.gone_inbox is not None:
            self.odd.gone_inbox = None

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
            odd = self.own_odd()
            odd.ecn_ce += 1
        if s.sack_count:
            odd = self.own_odd()
            odd.sack_blocks += s.sack_count
        if s.mptcp >= 0:
            self.mptcp = 1
        if s.signed:
            odd = self.own_odd()
            odd.signed += 1
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
            odd = self.own_odd()
            odd.out_of_order += 1
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
            if start < self.odd.floor and self.middle:  # from before the capture began: never seen either
                odd = self.own_odd()
                new = min(end, odd.floor) - start
                odd.floor = start
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
            odd = self.own_odd()
            odd.repeated_packets += 1
            odd.repeated_bytes += size - new
            facts |= PARTLY_SEEN if new else SEEN_BEFORE
        if new > max(0, end - self.snd_max):  # some lie below the highest number
            facts |= FILLS_GAP
            if new == size:
                odd = self.own_odd()
                odd.out_of_order += 1
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
        if missing:
            odd = self.own_odd()
            odd.unseen += missing
        return missing


NOBODY = Endpoint(0)
"""Both sides of who has left."""
pooled(Endpoint)  # but for that one, which would keep its memory for ever


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
