# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A segment as a row of 64-bit words, and back: what travels between processes instead of packets.

In: Segments as the decoder left them. Out: the same Segments, without their octets: no rule looks at payload. Seven
words for plain IPv4, one more with timestamps; rare fields take a word when they are there.
"""

from __future__ import annotations

from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.segment import Segment

BLOCK = 4096
"""Words that are gathered before they are handed on."""
LONGEST = 16
M16 = 0xFFFF
M32 = 0xFFFF_FFFF
M36 = 0xF_FFFF_FFFF
BIT63 = 1 << 63
IS_BARE = 1 << 11
"""Among the marks of a segment."""
HAS_IPV6, HAS_TIMES, HAS_OPTIONS, HAS_SACK, IS_LATE, HAS_TUNNEL, HAS_ICMP = 1, 2, 4, 8, 16, 32, 64


class RowWriter:
    """Rows of one bucket; `flush` hands blocks of octets to `sink` (anything with append)."""

    __slots__ = ("_at", "_words", "octets", "sink")

    def __init__(self, sink: Any) -> None:
        self._words = array("Q", bytes(8 * BLOCK))
        self._at = 0
        self.octets = 0
        self.sink = sink

    def put(self, s: Segment, position: int, key_ns: int, code: int, sack_start: int) -> None:
        """One segment. position: of its record in its file, from 0. key_ns: latest time in the file up to it."""
        if self._at + LONGEST > BLOCK:
            self.flush()
        w = self._words
        at = self._at
        mask = 0
        w[at] = s.ts_ns + BIT63
        one = s.sport
        two = s.dport
        three = s.seq
        w[at + 3] = one << 48 | two << 32 | three
        one = s.ack
        two = s.window
        three = s.checksum
        w[at + 4] = one << 32 | two << 16 | three
        one = s.flags | s.ttl << 12
        two = s.ip_id + 1
        three = s.ecn | s.bad_checksum << 8 | s.options_cut << 9 | s.sack_ok << 10 | code << 12
        if s.bare:  # true by any number
            three |= IS_BARE
        w[at + 5] = one | two << 20 | three << 37
        one = s.length
        two = s.payload_end - s.payload_at
        w[at + 6] = one << 32 | two
        end = at + 7
        if s.ip_version == 6:
            mask = HAS_IPV6
            w[at + 2] = s.src_lo
            w[end] = s.src_hi
            w[end + 1] = s.dst_lo
            w[end + 2] = s.dst_hi
            end += 3
        else:
            one = s.src_lo
            two = s.dst_lo
            w[at + 2] = one << 32 | two
        if s.ts_val >= 0:
            mask |= HAS_TIMES
            one = s.ts_val
            two = s.ts_ecr
            w[end] = one << 32 | two
            end += 1
        if s.mss >= 0 or s.wscale >= 0 or s.tfo >= 0 or s.mptcp >= 0 or s.signed:
            mask |= HAS_OPTIONS
            one = s.mss + 1
            two = s.wscale + 1 | (s.tfo + 1) << 9
            three = s.mptcp + 1 | s.signed << 18
            w[end] = one | two << 17 | three << 36
            end += 1
        if s.sack_count > 0:
            mask |= HAS_SACK
            one = sack_start
            two = s.sack_count
            w[end] = one << 8 | two
            end += 1
        if key_ns != s.ts_ns:
            mask |= IS_LATE
            w[end] = key_ns + BIT63
            end += 1
        if s.tunnel:
            mask |= HAS_TUNNEL
            w[end] = s.tunnel
            end += 1
        if s.icmp_type >= 0:
            mask |= HAS_ICMP
            one = s.icmp_type << 8 | s.icmp_code
            w[end] = one
            end += 1
        one = position
        w[at + 1] = one | mask << 36
        self._at = end

    def flush(self) -> None:
        """Hand on what is gathered."""
        if self._at:
            block = bytes(memoryview(self._words)[: self._at])
            self.octets += len(block)
            self.sink.append(block)
            self._at = 0


class RowReader:
    """Rows of one bucket and file, one after the other: position, key_ns, code, sack_start, and the Segment filled."""

    __slots__ = ("_at", "_blocks", "_end", "_held", "_words", "code", "key_ns", "position", "sack_start")

    def __init__(self, blocks: Any) -> None:
        self._blocks = iter(blocks)
        self._held = b""
        self._words = memoryview(b"").cast("Q")
        self._at = 0
        self._end = 0
        self.position = -1
        self.key_ns = 0
        self.code = 0
        self.sack_start = -1

    def more(self) -> bool:
        """Whether there is another row; `position` is then its."""
        while self._at >= self._end:
            held = next(self._blocks, None)
            if held is None:
                return False
            self._held = held
            self._words = memoryview(held).cast("Q")
            self._at = 0
            self._end = len(held) >> 3
        self.position = self._words[self._at + 1] & M36
        return True

    def fill(self, s: Segment) -> None:
        """Read the row into the Segment and go on to the next; s.packet is the caller's to set."""
        w = self._words
        at = self._at
        s.ts_ns = w[at] - BIT63
        mask = w[at + 1] >> 36
        word = w[at + 3]
        s.sport = word >> 48
        s.dport = word >> 32 & M16
        s.seq = word & M32
        word = w[at + 4]
        s.ack = word >> 32
        s.window = word >> 16 & M16
        s.checksum = word & M16
        word = w[at + 5]
        s.flags = word & 0xFFF
        s.ttl = word >> 12 & 0xFF
        s.ip_id = word >> 20 & 0x1FFFF
        s.ip_id -= 1
        word >>= 37
        s.ecn = word & 0xFF
        s.bad_checksum = word >> 8 & 1
        s.options_cut = word >> 9 & 1
        s.sack_ok = word >> 10 & 1
        s.bare = (word & IS_BARE) != 0
        self.code = word >> 12
        word = w[at + 6]
        s.length = word >> 32
        s.payload_at = 0
        s.payload_end = word & M32
        end = at + 7
        word = w[at + 2]
        if mask & HAS_IPV6:
            s.ip_version = 6
            s.src_lo = word
            s.src_hi = w[end]
            s.dst_lo = w[end + 1]
            s.dst_hi = w[end + 2]
            end += 3
        else:
            s.ip_version = 4
            s.src_lo = word >> 32
            s.dst_lo = word & M32
            s.src_hi = s.dst_hi = 0
        s.ts_val = s.ts_ecr = s.mss = s.wscale = s.tfo = s.mptcp = -1
        s.icmp_type = s.icmp_code = -1
        s.sack_count = s.signed = s.tunnel = 0
        self.sack_start = -1
        self.key_ns = s.ts_ns
        if mask:
            self._fill_rare(s, mask, end)
        else:
            self._at = end

    def _fill_rare(self, s: Segment, mask: int, end: int) -> None:
        w = self._words
        if mask & HAS_TIMES:
            s.ts_val = w[end] >> 32
            s.ts_ecr = w[end] & M32
            end += 1
        if mask & HAS_OPTIONS:
            word = w[end]
            s.mss = word & 0x1FFFF
            s.wscale = word >> 17 & 0x1FF
            s.tfo = word >> 26 & 0x3FF
            s.mptcp = word >> 36 & 0x3FFFF
            s.signed = word >> 54 & 1
            s.mss -= 1
            s.wscale -= 1
            s.tfo -= 1
            s.mptcp -= 1
            end += 1
        if mask & HAS_SACK:
            self.sack_start = w[end] >> 8
            s.sack_count = w[end] & 0xFF
            end += 1
        if mask & IS_LATE:
            self.key_ns = w[end] - BIT63
            end += 1
        if mask & HAS_TUNNEL:
            s.tunnel = w[end] & M32
            end += 1
        if mask & HAS_ICMP:
            s.icmp_type = w[end] >> 8 & 0xFF
            s.icmp_code = w[end] & 0xFF
            end += 1
        self._at = end
