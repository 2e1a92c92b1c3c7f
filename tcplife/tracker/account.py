# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The account of one connection: where its time went, why octets were sent again, and how its reset came about.

In: each Observation, after the endpoints have moved. Out: nanoseconds by what the connection was waiting for, which
add up to its duration exactly, since every gap between two packets is entered once and whole; counters per side; one
row of evidence about a reset. Nothing is judged here: the summary room reads all of it.
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.names import ACK, FIN, M32, RST, SYN
from ..model.pool import pooled
from .evidence import hop_ns
from .facts import (
    BELOW_ACK,
    CALM_IDS,
    DSACK,
    DUPLICATE,
    FILLS_GAP,
    FIN_REPEATED,
    KEEP_ALIVE,
    LATE_COPY,
    LOST_AFTER,
    LOST_BEFORE,
    OPENS_GAP,
    OVERTAKEN,
    PARTLY_SEEN,
    REFUSED,
    RST_TAKEN,
    SEEN_BEFORE,
    TIMESTAMP_BACK,
    TWIN,
)
from .mending import Mending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation

OVERTAKEN_NS = 3_000_000
"""Where no IP id and no round trip tells, octets that fill a gap within 3 ms were overtaken (as in Wireshark)."""
REPEATS = SEEN_BEFORE | PARTLY_SEEN | FILLS_GAP
HALF = 0x80000000


class SideAccount:
    """What one side sent, beyond Endpoint's counters.

    mending: what it sent again, or late, if it ever did. refused_end: end of the highest octet that its peer turned
    down. probes: keep-alives since the peer sent anything.
    window, right: what it offered, before the segment at hand. ttl_min, ttl_max, ip_id: of all but its resets. While the
    life is calm these five are the Endpoint's own (`plain`).
    """

    __slots__ = (
        "ip_id",
        "mending",
        "probes",
        "refused_end",
        "right",
        "ttl_max",
        "ttl_min",
        "window",
    )

    def begin(self, e: Endpoint) -> None:
        """What is known of its side by now."""
        if not COMPILED:
            self._blank()
        self.refused_end = -1
        self.window = e.window if e.packets else -1
        self.right = e.right
        self.ttl_min = e.ttl_min
        self.ttl_max = e.ttl_max
        self.ip_id = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.probes = 0
        self.mending: Mending | None = None


class Account:
    """Nanoseconds by what was waited for, but for what its endpoints have (network_ns, own_ns); a, b: the sides of the Life.

    reset: see `_note_reset`, or None.
    """

    __slots__ = (
        "a", "b", "closing_ns", "established_ns", "handshake_ns", "idle_ns", "recovery_ns", "reset", "window_ns",
    )  # fmt: skip

    def begin(self, life: Life) -> None:
        """Nothing was spent yet."""
        self.a = SideAccount.__new__(SideAccount)
        self.b = SideAccount.__new__(SideAccount)
        self.a.begin(life.a)
        self.b.begin(life.b)
        self.handshake_ns = 0
        self.window_ns = 0
        self.recovery_ns = 0
        self.idle_ns = 0
        self.closing_ns = 0
        self.established_ns = -1
        self.reset: tuple[int, ...] | None = None


pooled(SideAccount, Account)


def charge(o: Observation, life: Life, e: Endpoint, p: Endpoint) -> None:
    """Enter one segment; the first packet of a connection alone opens no account (a flood of SYNs costs nothing)."""
    account = life.spent
    if account is None:
        if o.segment.packet == life.first_packet and not o.flags & RST:
            return
        account = life.spent = Account.__new__(Account)
        account.begin(life)
    if e.side == 0:
        mine = account.a
        other = account.b
    else:
        mine = account.b
        other = account.a
    facts = o.facts
    if o.gap_ns > 0:
        _spend(o, account, e, p, mine, other)
    if facts & DUPLICATE:
        return
    flags = o.flags
    if flags & (SYN | FIN | RST):
        if flags & RST:
            _note_reset(o, account, mine, other)
            return
        if flags & FIN and e.fins.tries == 1 and e.fins.peer_sent < 0:
            e.fins.first_ack = o.ack
            e.fins.peer_sent = p.snd_max
    elif account.established_ns < 0:
        account.established_ns = o.ts_ns
    if facts & DSACK:
        _mending_of(other).was_not_lost(o, o.sack_at)
    if facts & TWIN:
        mending = _mending_of(mine)
        mending.twins += 1
    elif facts & TIMESTAMP_BACK and facts & (SEEN_BEFORE | PARTLY_SEEN | FIN_REPEATED) and not facts & KEEP_ALIVE:
        o.facts |= LATE_COPY
        _mending_of(mine).was_not_lost(o, o.seq)
    elif facts & (REPEATS | OPENS_GAP | KEEP_ALIVE):
        _note_repeat(o, e, mine, _mending_of(mine))
    elif o.snd_max_before < o.end <= e.acked_unseen and o.length:
        mending = _mending_of(mine)
        mending.late_packets += 1  # its receiver had acknowledged it in a packet captured before
    if e.window == 0 or other.window == 0 or flags & SYN:
        _note_refusal(o, p, mine, other)
    note_sent(mine, other, e, p, o.segment, o.ts_ns, o.ack > o.ack_before)


def note_sent(
    mine: SideAccount, other: SideAccount, e: Endpoint, p: Endpoint, s: Segment, ts_ns: int, rises: bool
) -> None:
    """What any segment but a reset leaves of itself. rises: it acknowledges something new."""
    other.probes = 0
    if rises:
        p.tries = 0
        e.ack_ns = ts_ns
        e.ack_packet = s.packet
    ttl = s.ttl
    if ttl < mine.ttl_min:
        mine.ttl_min = ttl
    if ttl > mine.ttl_max:
        mine.ttl_max = ttl
    ip_id = s.ip_id
    if ip_id > 0:
        if mine.ip_id > 0 and ip_id != mine.ip_id:
            if (ip_id - mine.ip_id) & 0xFFFF <= CALM_IDS:
                e.ip_calm += 1
            else:
                e.ip_jumps += 1
        mine.ip_id = ip_id
    mine.window = e.window
    mine.right = e.right


def _note_refusal(o: Observation, p: Endpoint, mine: SideAccount, other: SideAccount) -> None:
    """Octets that their receiver turns down will be sent again, though nothing was lost.

    Into a closed window (RFC 9293 3.8.6.1), or in a SYN whose SYN+ACK acknowledges nothing else (RFC 7413 4.2.2).
    """
    flags = o.flags
    if flags & SYN:
        if flags & ACK and o.ack == 1:
            other.refused_end = p.snd_max
        return
    if o.length and other.window == 0 and o.end > mine.refused_end:
        mine.refused_end = o.end
    if flags & ACK and o.segment.window == 0:
        p.tries = 0  # it is there, and says so
        if p.snd_max > other.refused_end:
            other.refused_end = p.snd_max


def _mending_of(mine: SideAccount) -> Mending:
    """What it sent again, or late: from now on there is some."""
    mending = mine.mending
    if mending is None:
        mending = mine.mending = Mending.__new__(Mending)
        mending.begin()
    return mending


def _note_repeat(o: Observation, e: Endpoint, mine: SideAccount, mending: Mending) -> None:
    """Why these octets come again, or late: by what was seen, what was acknowledged, and the order of sending."""
    facts = o.facts
    if facts & KEEP_ALIVE:
        if mine.probes == 0:
            mending.probe_packet = o.segment.packet
        mine.probes += 1
        return
    if facts & OPENS_GAP:
        mending.gap_ns = o.ts_ns
        mending.gap_ip_id = o.segment.ip_id
        mending.gap_ts_val = o.segment.ts_val
        mending.gap_ts_ecr = o.segment.ts_ecr
    if not facts & REPEATS:
        return
    if facts & (SEEN_BEFORE | PARTLY_SEEN):
        if facts & BELOW_ACK:
            mending.spurious += 1
        elif o.seq + o.length <= mine.refused_end:
            o.facts |= REFUSED
        else:
            mending.lost_after += 1
            o.facts |= LOST_AFTER
            mending.keep_repeat(o, 0)
            if e.tries == 0:
                mending.tries_packet = o.segment.packet
            e.tries += 1
            mending.tries_before_ns = mending.tries_ns
            mending.tries_ns = o.ts_ns
    elif o.seq < 1:
        return  # sent first before the capture began
    elif _was_overtaken(o, mending):
        mending.reordered += 1
        o.facts |= OVERTAKEN
        return
    else:
        mending.lost_before += 1
        o.facts |= LOST_BEFORE
        mending.keep_repeat(o, 1)
    end = o.seq + o.length
    if end > e.repeat_end:
        e.repeat_end = end


def _was_overtaken(o: Observation, mending: Mending) -> bool:
    """Whether what fills a gap was sent before what opened it: by timestamp, by IP id, or too soon to answer its report."""
    s = o.segment
    if s.ts_val >= 0 and mending.gap_ts_val >= 0:
        if s.ts_val != mending.gap_ts_val:
            return (mending.gap_ts_val - s.ts_val) & M32 < HALF
        return (mending.gap_ts_ecr - s.ts_ecr) & M32 < HALF  # what answers a report echoes it
    ip_id = s.ip_id
    e = o.sender
    if ip_id > 0 and mending.gap_ip_id > 0 and e.ip_calm > 2 * e.ip_jumps:
        return (mending.gap_ip_id - ip_id) & 0xFFFF < 0x8000
    way = hop_ns(o.receiver, e) + hop_ns(e, o.receiver)
    return o.ts_ns - mending.gap_ns < (way or OVERTAKEN_NS)


def _spend(o: Observation, account: Account, e: Endpoint, p: Endpoint, mine: SideAccount, other: SideAccount) -> None:
    """Enter the time since the connection's last packet under what it was spent on."""
    gap = o.gap_ns
    flags = o.flags
    length = o.length
    if flags & SYN or (account.established_ns < 0 and (e.syn_packet or p.syn_packet)):
        account.handshake_ns += gap
    elif length == 0 and (p.fins.packet or (e.fins.packet and not (flags & FIN and e.fins.tries == 1))):
        account.closing_ns += gap
    elif mine.window == 0 or other.window == 0 or p.snd_max >= mine.right >= 0 or o.snd_max_before >= other.right >= 0:
        account.window_ns += gap
    elif o.facts & KEEP_ALIVE:
        account.idle_ns += gap
    elif (
        o.facts & REPEATS
        or awaits_repeat(e, p, o.ack_before, p.ack)
        or (o.segment.sack_count > 0 and not o.facts & DSACK)
    ):
        account.recovery_ns += gap
    elif length == 0:
        if flags & (FIN | RST) and o.snd_max_before <= p.ack and p.snd_max <= o.ack_before:
            account.idle_ns += gap
        else:
            e.network_ns += gap
    elif e.last_ns > p.last_ns and o.snd_max_before > p.ack and p.packets:
        e.network_ns += gap
    else:
        _spend_on_answer(e, p, gap)


def awaits_repeat(e: Endpoint, p: Endpoint, before: int, taken: int) -> bool:
    """Whether octets that were sent again were not acknowledged yet. before: what e had acknowledged before the segment at
    hand, taken: what was acknowledged of its own.
    """
    return p.repeat_end > before or e.repeat_end > taken


def _spend_on_answer(e: Endpoint, p: Endpoint, gap: int) -> None:
    """Octets came: the way capture - sender - capture is the network's if it answers, the rest its own time."""
    if p.last_ns >= e.last_ns:
        way = hop_ns(e, p)
        if way > gap:
            way = gap
        e.network_ns += way
        gap -= way
    e.own_ns += gap


def _note_reset(o: Observation, account: Account, mine: SideAccount, other: SideAccount) -> None:
    """Keep the circumstances of a reset: of the first that its receiver takes, until then of the first at all.

    The row: packet, side, facts, seq, expected seq (the receiver's RCV.NXT, -1), right edge (-1), ack, flags, ttl,
    lowest and highest ttl before, IP id, IP id before, 1 if the ids were consecutive, window, the receiver's last
    packet, time since it, the first of its packets with the same acknowledgement, time since that, shortest answer of
    the sender, the sender's window before.
    """
    kept = account.reset
    if kept is not None and (kept[2] & RST_TAKEN or not o.facts & RST_TAKEN):
        return
    e = o.sender
    p = o.receiver
    s = o.segment
    account.reset = (
        s.packet, o.side, o.facts, o.seq, p.ack, p.right, o.ack, o.flags, s.ttl, mine.ttl_min, mine.ttl_max, s.ip_id,
        mine.ip_id, 1 if e.ip_calm > 1 and not e.ip_jumps else 0, s.window, p.last_packet,
        o.ts_ns - p.last_ns, p.ack_packet, o.ts_ns - p.ack_ns, hop_ns(e, p), mine.window,
    )  # fmt: skip
