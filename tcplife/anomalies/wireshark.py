# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's own judgement of each segment: tcp.stream, relative numbers, windows and the tcp.analysis.* flags.

In: the segments of one pair of endpoints in capture order, each with its direction. Out: a bit set of kinds
(`kinds.py`) per segment, the same that tshark 4.0 prints with its default preferences, its quirks included.
Knows nothing of connections, octets or states: those judge in rooms of their own, under kinds of their own.
A true 0 stands for "not known" in some numbers, as it does there.

Named differences, all of them rare (tests/anomalies/test_differences.py shows each beside the real tshark):
mptcp_subflows_apart    tshark knows an MPTCP connection's subflows by their keys, and an operation of one silences a
                        duplicate ACK of another; here every stream knows only its own operations.
mptcp_gives_up          it fails inside some MPTCP options (an opening one where the connection is known, one without
                        a subtype) and then shows no flags of that packet; here they are shown.
unacked_in_generations  more than MAX_UNACKED unacknowledged segments make tshark miscount SYN and FIN; here they are
                        counted in two generations, not listed, so that the limit may be met a little early.
planted_streams         some of its application dissectors (VNC's greeting on a port of no protocol) begin the stream
                        anew in its middle; here only TCP's own numbers do.
broken_headers          a SYN whose header is longer than its segment may open a stream there; here it is no segment.
"""

from __future__ import annotations

from tcplife.anomalies.kinds import (
    ACK_LOST_SEGMENT,
    DUPLICATE_ACK,
    FAST_RETRANSMISSION,
    KEEP_ALIVE,
    KEEP_ALIVE_ACK,
    LOST_SEGMENT,
    OUT_OF_ORDER,
    RETRANSMISSION,
    REUSED_PORTS,
    SPURIOUS_RETRANSMISSION,
    WINDOW_FULL,
    WINDOW_UPDATE,
    ZERO_WINDOW,
    ZERO_WINDOW_PROBE,
    ZERO_WINDOW_PROBE_ACK,
)
from tcplife.model.names import ACK, FIN, M32, M64, RST, SYN
from tcplife.model.pool import pooled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcplife.model.segment import Segment

SYN_FIN = SYN | FIN
SYN_FIN_RST = SYN | FIN | RST
SYN_FIN_RST_ACK = SYN | FIN | RST | ACK
SYN_ACK = SYN | ACK
HALF = 0x8000_0000
"""Half the circle: a is after b if (b - a) & M32 >= HALF."""
NOT_AFTER = HALF - 1
"""a is not after b if (a - b - 1) & M32 >= NOT_AFTER; like Wireshark, both hold at exactly half the circle."""
UNKNOWN, UNUSED = -1, -2
"""Window scales that are no shifts: nothing seen yet; not used."""
MAX_SHIFT = 14
"""Largest shift count, RFC 7323 2.3."""
MPTCP_SUBTYPES = 0xFFFF
MPTCP_KEYLESS = 1 << 16
"""MPTCP options of a segment, as bits; an MP_CAPABLE without a key does not yet make an MPTCP connection."""
MAX_UNACKED = 10_000
"""Segments of one direction that tshark remembers as unacknowledged; beyond, SYN and FIN no longer count one."""
ENOUGH_DUPLICATES = 2
"""Duplicate ACKs before a fast retransmission; some may be missing from the capture."""
FAST_NS = 20_000_000
"""A fast retransmission follows the last acknowledgment within this time."""
REORDER_NS = 3_000_000
"""An out-of-order segment follows the highest one within this time where the handshake gave no round trip."""


class WireWay:
    """One direction of a stream: what Wireshark remembers of the packets that travelled in it.

    base: raw number shown as 0. top, top_ns: highest end seen, and when. maxack: end of what it takes to be
    contiguous. win: last raw window. lastack, last_ns, lastflags: of the last packet. dup: duplicate ACKs, M32 after
    an acknowledgment of the unseen. operations: the stream's at the last packet. scale: shift, UNKNOWN or UNUSED.
    fresh, stale, mark: how many segments are unacknowledged (`_acknowledge`).
    """

    __slots__ = (
        "base", "dup", "firstack", "fresh", "last_ns", "lastack", "lastflags", "mark", "maxack", "operations",
        "scale", "stale", "top", "top_ns", "win",
    )  # fmt: skip

    def begin(self) -> None:
        """Nothing is known yet."""
        self.base = self.top = self.top_ns = self.maxack = self.lastack = self.last_ns = self.lastflags = self.dup = 0
        self.firstack = self.operations = self.fresh = self.stale = self.mark = 0
        self.win = M32
        self.scale = UNKNOWN


NOBODY, NOBODY_SCALES = WireWay(), WireWay()
NOBODY.begin()
NOBODY_SCALES.begin()
"""Stand in for a direction of which nothing is known yet (but that windows are not scaled); never written to."""
NOBODY_SCALES.scale = UNUSED
pooled(WireWay)  # but for these two, which would keep their memory for ever


class WireStream:
    """One tcp.stream: both directions, and the flags of each segment in turn.

    reused: the stream was opened because `splits` said so, and its first segment is told `reused_ports`.
    number: count of the latest duplicate ACK. window: the last segment's window as tshark shows it.
    operations: MPTCP subtypes seen so far, as bits. A direction's memory is made when the first segment tells
    something about it (a lone SYN makes one).
    """

    __slots__ = ("first_rtt_ns", "number", "operations", "reused", "syn_ns", "unscaled", "way0", "way1", "window")

    def __init__(self, reused: int = 0) -> None:
        """Start without any segment."""
        self.reused = reused
        self.way0: WireWay | None = None
        self.way1: WireWay | None = None
        self.unscaled = self.operations = self.syn_ns = self.first_rtt_ns = self.number = self.window = 0

    def splits(self, segment: Segment, side: int) -> bool:
        """Whether tshark opens a new stream with this segment: a SYN from another number than its sender's base.

        side: the direction, 0 or 1. The caller then makes `WireStream(reused=1)` and hands it the segment.
        """
        me = self.way1 if side else self.way0
        return segment.flags & SYN_ACK == SYN and me is not None and me.base != segment.seq

    def quotes(self, segment: Segment, side: int) -> bool:
        """Take note of a TCP header quoted in an ICMP error: tshark reads its SYN like any other, but judges nothing.

        segment: the quoted header, all 20 octets of it (flags 0 otherwise, then nothing happens). True: tshark opens
        a new stream; the caller then makes `WireStream()`, whose segments are not told `reused_ports`.
        """
        me = self.way1 if side else self.way0
        if me is not None and segment.flags & SYN:
            if self.splits(segment, side):
                return True
            _syn_again(me, segment.seq, segment.flags)
        return False

    def rel_seq(self, segment: Segment, side: int) -> int:
        """tcp.seq of a segment just analysed."""
        me = self.way1 if side else self.way0
        return segment.seq if me is None else (segment.seq - me.base) & M32

    def rel_ack(self, segment: Segment, side: int) -> int:
        """tcp.ack of a segment just analysed; the raw field where the ACK flag is missing."""
        peer = self.way0 if side else self.way1
        if peer is None or not segment.flags & ACK:
            return segment.ack
        return (segment.ack - peer.base) & M32

    def analyse(self, segment: Segment, side: int) -> int:
        """Judge the next segment in capture order: a bit set of `kinds`; side: its direction, 0 or 1.

        A plain segment (the next octets, or none and a new acknowledgement; no flag but ACK and PSH; windows open) is
        taken here at once, as `weigh` takes it, which judges all others. Where both ends are the same address and port,
        every segment has the same side.
        """
        me = self.way1 if side else self.way0
        peer = self.way0 if side else self.way1
        if me is None or peer is None or segment.flags & SYN_FIN_RST_ACK != ACK:
            return self.weigh(segment, side)
        seq = segment.seq
        ack = segment.ack
        window = segment.window
        if (
            seq != me.top
            or seq == 0
            or window == 0
            or peer.win == 0
            or (peer.maxack - ack) & M32 >= HALF
            or (self.first_rtt_ns == 0 and self.syn_ns)
            or segment.mptcp >= 0
            or segment.wscale >= 0
            or segment.options_cut
        ):
            return self.weigh(segment, side)
        length = segment.length
        ts_ns = segment.ts_ns
        if length:
            end = (seq + length) & M32
            if (
                (seq - end) & M32 < HALF
                or (end - peer.lastack - 1) & M32 >= NOT_AFTER
                or (peer.scale != UNKNOWN and _fills(peer, end))
            ):
                return self.weigh(segment, side)
            if me.fresh + me.stale < MAX_UNACKED:
                me.fresh += 1
            me.top = end
            me.top_ns = ts_ns
            if seq == me.maxack or me.maxack == 0:
                me.maxack = end
        elif ack == me.lastack:
            return self.weigh(segment, side)
        elif me.maxack == 0:
            me.maxack = seq
        if ack != me.lastack:
            me.dup = 0
            me.lastack = ack
        me.win = window
        me.last_ns = ts_ns
        me.lastflags = 0
        me.firstack = 0
        me.operations = self.operations
        self.window = window << me.scale if me.scale > 0 else window
        if peer.fresh + peer.stale and (ack - peer.mark) & M32 < HALF:
            _acknowledge(peer, ack)
        return 0

    def weigh(self, segment: Segment, side: int) -> int:
        """Judge any segment, like `analyse`."""
        me = self.way1 if side else self.way0
        peer = self.way0 if side else self.way1
        seq = segment.seq
        ack = segment.ack
        flags = segment.flags
        length = segment.length
        found = 0
        if me is None:
            me = self.open_way(side, seq if flags & SYN else seq - 1)
            if self.reused:
                self.reused = 0
                found = REUSED_PORTS
        elif flags & SYN:
            found = _syn_again(me, seq, flags)
        if peer is None:
            peer = self.open_way(1 - side, ack - 1) if flags & ACK else NOBODY_SCALES if self.unscaled else NOBODY
        top = me.top
        end = (seq + length) & M32

        if length == 1 and seq == top and peer.win == 0:
            found |= ZERO_WINDOW_PROBE
        else:
            if seq != top:
                found |= _displaced(top, seq, length, flags)
            if not flags & SYN_FIN_RST:
                if segment.window == 0:
                    found |= ZERO_WINDOW
                if length:
                    if peer.scale != UNKNOWN:
                        found |= _fills(peer, end)
                elif seq == top and ack == me.lastack:
                    found |= self._repeats(me, peer, segment)
        if ack != me.lastack:
            me.dup = 0
        if ack != peer.maxack and flags & ACK and (peer.maxack - ack) & M32 >= HALF and peer.maxack:
            found |= _unseen(peer)
        if length or flags & SYN_FIN:
            if seq != top or (end - peer.lastack - 1) & M32 >= NOT_AFTER:
                found |= _again(me, peer, segment, found, self.first_rtt_ns)
            if me.fresh + me.stale < MAX_UNACKED:
                me.fresh += 1
                if flags & SYN_FIN:
                    end = (end + 1) & M32

        if not found & ZERO_WINDOW_PROBE:
            if (top - end) & M32 >= HALF or top == 0:
                me.top = end
                me.top_ns = segment.ts_ns
            if seq == me.maxack or me.maxack == 0:
                me.maxack = me.top
        me.win = segment.window
        me.lastack = ack
        me.last_ns = segment.ts_ns
        me.lastflags = found
        if peer.fresh + peer.stale and (ack - peer.mark) & M32 < HALF:
            _acknowledge(peer, ack)
        self.scale_and_time(me, segment, side)
        return 0 if segment.options_cut else found

    def open_way(self, side: int, base: int) -> WireWay:
        """Memory of a direction of which the first number is told: its own, or by its peer's acknowledgment."""
        way = WireWay.__new__(WireWay)
        way.begin()
        way.base = way.mark = base & M32
        if self.unscaled:
            way.scale = UNUSED
        if side:
            self.way1 = way
        else:
            self.way0 = way
        return way

    def _repeats(self, me: WireWay, peer: WireWay, segment: Segment) -> int:
        """Flag of an empty segment with the number and the acknowledgment of the one before it."""
        if segment.window == 0:
            probed = me.win == 0 and peer.lastflags & ZERO_WINDOW_PROBE
            return ZERO_WINDOW_PROBE_ACK if probed else 0
        if segment.window != me.win:
            return WINDOW_UPDATE
        if peer.lastflags & KEEP_ALIVE:
            return KEEP_ALIVE_ACK
        if self.operations != me.operations:
            return 0
        me.dup = 1 if me.dup == M32 else me.dup + 1
        self.number = me.dup
        return DUPLICATE_ACK

    def scale_and_time(self, me: WireWay, segment: Segment, side: int) -> None:
        """Window as shown, then what this segment's options and flags change for later ones."""
        flags = segment.flags
        me.operations = self.operations
        if segment.mptcp >= 0 and (self.operations or segment.mptcp != MPTCP_KEYLESS):
            self.operations |= segment.mptcp & MPTCP_SUBTYPES
        self.window = segment.window << me.scale if me.scale > 0 and not flags & SYN else segment.window
        if segment.wscale >= 0:
            me.scale = min(segment.wscale, MAX_SHIFT)
        if flags & SYN_ACK == SYN:
            self.syn_ns = segment.ts_ns
        elif flags & SYN_ACK == ACK and self.first_rtt_ns == 0 and self.syn_ns:
            self.first_rtt_ns = segment.ts_ns - self.syn_ns
        if segment.options_cut:
            return
        if flags & SYN:
            self._syn_done(me, segment, side)
        elif flags & ACK:
            me.firstack = 0

    def _syn_done(self, me: WireWay, segment: Segment, side: int) -> None:
        """Note what a SYN leaves behind: whether windows are scaled at all."""
        peer = self.way0 if side else self.way1
        me.firstack = 1
        if me.scale == UNKNOWN:
            me.scale = UNUSED
            self.unscaled = 1
            if peer is not None:
                peer.scale = UNUSED
        elif segment.flags & ACK and peer is not None and peer.scale == UNUSED:
            me.scale = UNUSED


pooled(WireStream)


def _syn_again(me: WireWay, seq: int, flags: int) -> int:
    """Take a SYN from a sender whose base is known: the same number again, or a SYN-ACK that moves the base."""
    if seq == me.base:
        if not flags & ACK:
            me.top = me.maxack
        return 0
    me.base = seq
    return REUSED_PORTS


def _displaced(top: int, seq: int, length: int, flags: int) -> int:
    """Flag of a segment that does not start where its direction has come to (top, 0 if not known)."""
    lost = LOST_SEGMENT if top and (top - seq) & M32 >= HALF and not flags & RST else 0
    if length <= 1 and seq == (top - 1) & M32 and not flags & SYN_FIN_RST:
        return lost | KEEP_ALIVE
    return lost


def _fills(peer: WireWay, end: int) -> int:
    """Flag of octets that end exactly where the peer's last segment closed its window."""
    shift = 0 if peer.firstack or peer.scale == UNUSED else peer.scale
    return WINDOW_FULL if end == (peer.lastack + (peer.win << shift)) & M32 else 0


def _unseen(peer: WireWay) -> int:
    """Flag of an acknowledgment beyond what the peer was seen to send."""
    if (peer.maxack - peer.top) & M32 >= HALF:
        peer.maxack = peer.top
        return ACK_LOST_SEGMENT
    first = peer.dup == 0
    peer.dup = M32
    return ACK_LOST_SEGMENT if first else 0


def _again(me: WireWay, peer: WireWay, segment: Segment, found: int, first_rtt_ns: int) -> int:
    """Flag of octets, SYN or FIN that do not advance the direction, or were acknowledged before."""
    seq = segment.seq
    end = (seq + segment.length) & M32
    old = me.top != 0 and (seq - me.top) & M32 >= HALF
    if found & KEEP_ALIVE:
        return 0
    if segment.length > 1 and seq == (me.top - 1) & M32:
        old = False
    if segment.length and peer.lastack and (end - peer.lastack - 1) & M32 >= NOT_AFTER:
        return SPURIOUS_RETRANSMISSION
    if not old:
        return 0
    if peer.dup >= ENOUGH_DUPLICATES and peer.lastack == seq and (segment.ts_ns - peer.last_ns) & M64 < FAST_NS:
        return FAST_RETRANSMISSION
    limit = first_rtt_ns & M64 if first_rtt_ns else REORDER_NS
    if segment.flags & SYN_FIN:
        end = (end + 1) & M32
    if (segment.ts_ns - me.top_ns) & M64 < limit and end != me.top:
        return OUT_OF_ORDER
    return RETRANSMISSION


def _acknowledge(peer: WireWay, ack: int) -> None:
    """Forget the peer's segments up to the mark, or all; only their number matters (`MAX_UNACKED`), so none is listed."""
    peer.stale = 0 if (ack - peer.top) & M32 < HALF else peer.fresh
    peer.fresh = 0
    peer.mark = peer.top
