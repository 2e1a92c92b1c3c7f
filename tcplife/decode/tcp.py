# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The TCP header and its options, read in place into the Segment.

In: a buffer, where the header begins, where the captured octets end, where the segment ends by the lengths of the
headers around it (further out when the capture is cut). Out: Skip code, and the Segment filled. Knows no links, no IP.
Source: RFC 9293 3.1 and 3.2, RFC 7323, RFC 2018, RFC 7413, RFC 8684.
"""

from __future__ import annotations

from tcplife.model.names import M32, Skip

from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcplife.model.segment import Segment

TCP = Skip.TCP.code
SHORT_TCP = Skip.SHORT_TCP.code
BAD_TCP = Skip.BAD_TCP.code

# Option kinds, IANA "TCP Option Kind Numbers".
END, NOP, MSS, WSCALE, SACK_OK, SACK, TIMESTAMPS, MPTCP, TFO = 0, 1, 2, 3, 4, 5, 8, 30, 34
MD5, EXPERIMENT_1, EXPERIMENT_2 = 19, 253, 254
SIGNATURE = 18  # octets of an MD5 option (RFC 2385 3)
# The MPTCP subtype that opens a connection, and its size from which on it tells a key (RFC 8684 3.1); else bit 16.
MP_CAPABLE, CAPABLE_WITH_KEY, KEYLESS = 0, 12, 16
TFO_MAGIC = 0xF989  # RFC 7413 4.1.1: what tells Fast Open apart in the experimental kinds
NOP_NOP_TS = 0x0101080A  # how every busy stack lays out its timestamps: RFC 7323 appendix A
# And Linux the options of its SYNs: MSS, SACK permitted, timestamps, a NOP, the window's scale.
MSS_HEAD, SACK_OK_TS, NOP_WSCALE, OF_A_SYN = 0x0204, 0x0402080A, 0x010303, 20


def read_tcp(s: Segment, b: bytes | bytearray, o: int, end: int, limit: int) -> int:
    """Fill s from the segment that begins at o; return the Skip code.

    end: where the captured octets end; limit: where the segment ends by the lengths of the headers around it.
    BAD_TCP still leaves addresses and ports in s when the header was there, 0 where it was not.
    Source: RFC 9293 3.1.
    """
    end = min(end, limit)
    s.mss = s.wscale = s.tfo = s.mptcp = -1
    s.ts_val = s.ts_ecr = -1
    s.sack_ok = s.sack_count = s.bad_checksum = 0
    s.length = 0
    s.opt_at = s.opt_end = s.payload_at = s.payload_end = s.sack_at = o
    if end - o < 20:
        s.sport = s.dport = s.flags = s.window = s.urgent = s.checksum = 0
        s.seq = s.ack = 0
        return SHORT_TCP if limit - o >= 20 else BAD_TCP
    size = wire.tcp_head(s, b, o)
    if size < 20 or size > limit - o:
        return BAD_TCP
    s.length = limit - o - size
    s.payload_end = end
    head_end = min(o + size, end)
    s.payload_at = head_end
    s.opt_at = o + 20
    s.opt_end = head_end
    s.options_cut = s.signed = 0
    s.bare = s.ecn != 3
    if size > 20:
        if size == 32 and head_end == o + 32 and wire.u32(b, o + 20) == NOP_NOP_TS:
            s.ts_val = wire.u32(b, o + 24)
            s.ts_ecr = wire.u32(b, o + 28)
        else:
            s.options_cut = 1 if head_end < o + size else 0
            s.bare = False
            read_options(s, b, o + 20, head_end)
    return TCP


def read_options(s: Segment, b: bytes | bytearray, o: int, end: int) -> None:
    """Fill s from the options in o..end; an option cut by end, or of an impossible length, ends the reading.

    Where a signature would have room still, Linux takes nonsense for one that is wrong (tcp_do_parse_auth_options).
    Source: RFC 9293 3.2.
    """
    if (
        end - o >= OF_A_SYN
        and wire.u32(b, o + 4) == SACK_OK_TS
        and wire.u16(b, o) == MSS_HEAD
        and wire.u32(b, o + 16) >> 8 == NOP_WSCALE
    ):
        s.mss = wire.u16(b, o + 2)
        s.sack_ok = 1
        s.ts_val = wire.u32(b, o + 8)
        s.ts_ecr = wire.u32(b, o + 12)
        s.wscale = b[o + 19]
        o += OF_A_SYN
    while o < end:
        kind = b[o]
        if kind == NOP:
            o += 1
            continue
        if kind == END or end - o < 2:
            return
        size = b[o + 1]
        broken = size < 2 or size > end - o
        if (kind == MD5 or (broken and not s.options_cut)) and end - o >= SIGNATURE:
            s.signed = 1
        if broken:
            return
        read_option(s, b, o, kind, size)
        o += size


def read_option(s: Segment, b: bytes | bytearray, o: int, kind: int, size: int) -> None:
    """Take one whole option; one whose length does not fit its kind says nothing."""
    if kind == TIMESTAMPS:
        if size == 10:
            s.ts_val = wire.u32(b, o + 2)
            s.ts_ecr = wire.u32(b, o + 6)
    elif kind == SACK:
        if size >= 10 and (size - 2) & 7 == 0:
            s.sack_at = o + 2
            s.sack_count = (size - 2) >> 3
    elif kind == MSS:
        if size == 4:
            s.mss = wire.u16(b, o + 2)
    elif kind == WSCALE:
        if size == 3:
            s.wscale = b[o + 2]
    elif kind == SACK_OK:
        if size == 2:
            s.sack_ok = 1
    elif kind == MPTCP:
        if size > 2:
            kind = b[o + 2] >> 4
            if kind == MP_CAPABLE and size < CAPABLE_WITH_KEY:
                kind = KEYLESS
            s.mptcp = (max(s.mptcp, 0)) | 1 << kind
    elif kind == TFO:
        s.tfo = size - 2
    elif (kind in (EXPERIMENT_1, EXPERIMENT_2)) and size >= 4 and wire.u16(b, o + 2) == TFO_MAGIC:
        s.tfo = size - 4


def bad_checksum(s: Segment, b: bytes | bytearray, o: int, end: int, limit: int) -> int:
    """Sum the segment and its pseudo-header; 1 if the sum is wrong, 0 if right or not all of it was captured.

    Source: RFC 9293 3.1, RFC 8200 8.1, RFC 1071 (sums of 32-bit words fold to the same).
    """
    if end < limit:
        return 0
    size = limit - o
    total = 6 + size + folded(s.src_hi) + folded(s.src_lo) + folded(s.dst_hi) + folded(s.dst_lo)
    while limit - o >= 4:
        total += wire.u32(b, o)
        o += 4
    if limit - o >= 2:
        total += wire.u16(b, o)
        o += 2
    if limit - o == 1:
        total += b[o] * 256
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0 if total == 0xFFFF else 1


def folded(half: int) -> int:
    """Add the two 32-bit words of half an address."""
    return (half >> 32) + (half & M32)
