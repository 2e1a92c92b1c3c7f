# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The account of one connection: where its time went, why octets were sent again, and how its reset came about.

In: each Observation, after the endpoints have moved. Out: nanoseconds by what the connection was waiting for, which
add up to its duration exactly, since every gap between two packets is entered once and whole; counters per side; one
row of evidence about a reset. Nothing is judged here: the summary room reads all of it.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..model import longs
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

if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life
    from .observation import Observation

MAX_REPEATS = 64
"""Repeats of one side that a duplicate report can still take back: a report comes a round trip later."""
OVERTAKEN_NS = 3_000_000
"""Where no IP id and no round trip tells, octets that fill a gap within 3 ms were overtaken (as in Wireshark)."""
REPEATS = SEEN_BEFORE | PARTLY_SEEN | FILLS_GAP
HALF = 0x80000000
NUMBERS = array("q")


class SideAccount:
    """What one side sent, beyond Endpoint's counters.

    lost_before: packets with octets that were lost before the capture point and sent again. lost_after: octets seen
    before, not acknowledged in between. spurious: octets acknowledged before. reordered: overtaken on the way.
    refused_end: end of the highest octet that its peer turned down. repeats: rows of first
    octet, packet, 1 if before the capture point, of the latest that were taken for lost. gap_...: of the segment that opened the latest hole. tries_...: of its `Endpoint.tries` the
    first, the times of the latest two. probes: keep-alives since the peer sent anything,
    probe_packet: the first of them. late_packets: captured after their acknowledgement. twins: the same IP id twice
    running, so one packet seen at two places.
    window, right: what it offered, before the segment at hand. ttl_min, ttl_max, ip_id: of all but its resets. While the
    life is calm these five are the Endpoint's own (`plain`). fin_ack: what its first FIN acknowledged.
    peer_sent_at_fin: how far the peer had sent when its first FIN passed.
    """

    __slots__ = (
        "fin_ack",
        "gap_ip_id",
        "gap_ns",
        "gap_ts_ecr",
        "gap_ts_val",
        "ip_id",
        "late_packets",
        "lost_after",
        "lost_before",
        "peer_sent_at_fin",
        "probe_packet",
        "probes",
        "refused_end",
        "reordered",
        "repeats",
        "right",
        "spurious",
        "tries_before_ns",
        "tries_ns",
        "tries_packet",
        "ttl_max",
        "ttl_min",
        "twins",
        "window",
    )  # fmt: skip

    def begin(self, e: Endpoint) -> None:
        """What is known of its side by now."""
        if not COMPILED:
            self._blank()
        self.refused_end = -1
        self.gap_ip_id = -1
        self.gap_ts_val = -1
        self.gap_ts_ecr = -1
        self.fin_ack = -1
        self.peer_sent_at_fin = -1
        self.window = e.window if e.packets else -1
        self.right = e.right
        self.ttl_min = e.ttl_min
        self.ttl_max = e.ttl_max
        self.ip_id = -1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.lost_before = self.lost_after = self.spurious = self.reordered = self.twins = self.late_packets = 0
        self.probes = self.probe_packet = self.tries_packet = self.tries_ns = self.tries_before_ns = self.gap_ns = 0
        self.repeats: array[int] | None = None


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
        if flags & FIN and e.fin_tries == 1 and mine.peer_sent_at_fin < 0:
            mine.fin_ack = o.ack
            mine.peer_sent_at_fin = p.snd_max
    elif account.established_ns < 0:
        account.established_ns = o.ts_ns
    if facts & DSACK:
        _was_not_lost(o, other, o.sack_at)
    if facts & TWIN:
        mine.twins += 1
    elif facts & TIMESTAMP_BACK and facts & (SEEN_BEFORE | PARTLY_SEEN | FIN_REPEATED) and not facts & KEEP_ALIVE:
        o.facts |= LATE_COPY
        _was_not_lost(o, mine, o.seq)
    elif facts & (REPEATS | OPENS_GAP | KEEP_ALIVE):
        _note_repeat(o, e, mine)
    elif o.snd_max_before < o.end <= e.acked_unseen and o.length:
        mine.late_packets += 1  # its receiver had acknowledged it in a packet captured before
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


def _note_repeat(o: Observation, e: Endpoint, mine: SideAccount) -> None:
    """Why these octets come again, or late: by what was seen, what was acknowledged, and the order of sending."""
    facts = o.facts
    if facts & KEEP_ALIVE:
        if mine.probes == 0:
            mine.probe_packet = o.segment.packet
        mine.probes += 1
        return
    if facts & OPENS_GAP:
        mine.gap_ns = o.ts_ns
        mine.gap_ip_id = o.segment.ip_id
        mine.gap_ts_val = o.segment.ts_val
        mine.gap_ts_ecr = o.segment.ts_ecr
    if not facts & REPEATS:
        return
    if facts & (SEEN_BEFORE | PARTLY_SEEN):
        if facts & BELOW_ACK:
            mine.spurious += 1
        elif o.seq + o.length <= mine.refused_end:
            o.facts |= REFUSED
        else:
            mine.lost_after += 1
            o.facts |= LOST_AFTER
            _keep_repeat(o, mine, 0)
            if e.tries == 0:
                mine.tries_packet = o.segment.packet
            e.tries += 1
            mine.tries_before_ns = mine.tries_ns
            mine.tries_ns = o.ts_ns
    elif o.seq < 1:
        return  # sent first before the capture began
    elif _was_overtaken(o, mine):
        mine.reordered += 1
        o.facts |= OVERTAKEN
        return
    else:
        mine.lost_before += 1
        o.facts |= LOST_BEFORE
        _keep_repeat(o, mine, 1)
    end = o.seq + o.length
    if end > e.repeat_end:
        e.repeat_end = end


def _keep_repeat(o: Observation, mine: SideAccount, before: int) -> None:
    """What is taken for lost may turn out not to have been."""
    repeats = mine.repeats
    if repeats is None:
        repeats = mine.repeats = longs.zeros(NUMBERS, 0)
    longs.push(repeats, o.seq)
    longs.push(repeats, o.segment.packet)
    longs.push(repeats, before)
    if len(repeats) > 3 * MAX_REPEATS:
        longs.remove(repeats, 0, 3)


def _was_not_lost(o: Observation, sender: SideAccount, start: int) -> None:
    """The first sending of a repeat that began there arrived after all: its receiver got it twice (RFC 2883), or it
    passes late. So the repeat was not needed.
    """
    repeats = sender.repeats
    if repeats is None:
        return
    numbers = longs.of(repeats)
    for at in range(0, len(repeats), 3):
        if numbers[at] == start:
            before = numbers[at + 2]
            o.answers = numbers[at + 1]
            sender.lost_before -= before
            sender.lost_after -= 1 - before
            sender.spurious += 1
            longs.remove(repeats, at, 3)
            return


def _was_overtaken(o: Observation, mine: SideAccount) -> bool:
    """Whether what fills a gap was sent before what opened it: by timestamp, by IP id, or too soon to answer its report."""
    s = o.segment
    if s.ts_val >= 0 and mine.gap_ts_val >= 0:
        if s.ts_val != mine.gap_ts_val:
            return (mine.gap_ts_val - s.ts_val) & M32 < HALF
        return (mine.gap_ts_ecr - s.ts_ecr) & M32 < HALF  # what answers a report echoes it
    ip_id = s.ip_id
    e = o.sender
    if ip_id > 0 and mine.gap_ip_id > 0 and e.ip_calm > 2 * e.ip_jumps:
        return (mine.gap_ip_id - ip_id) & 0xFFFF < 0x8000
    way = hop_ns(o.receiver, e) + hop_ns(e, o.receiver)
    return o.ts_ns - mine.gap_ns < (way or OVERTAKEN_NS)


def _spend(o: Observation, account: Account, e: Endpoint, p: Endpoint, mine: SideAccount, other: SideAccount) -> None:
    """Enter the time since the connection's last packet under what it was spent on."""
    gap = o.gap_ns
    flags = o.flags
    length = o.length
    if flags & SYN or (account.established_ns < 0 and (e.syn_packet or p.syn_packet)):
        account.handshake_ns += gap
    elif length == 0 and (p.fin_packet or (e.fin_packet and not (flags & FIN and e.fin_tries == 1))):
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
