"""The frame that most captures consist of, in one go: Ethernet, IP without options, TCP with timestamps or nothing.

In: a buffer and a record in it that holds 54 octets at least. Out: the Segment filled as `Decoder.walk` fills it, or
False, with no address, port or option changed, where it is any other frame. `straight.pxd` says the same for the
compiled rooms, as C inline, and in two parts for who needs no more than the first: what a plain segment is known by, and
the rest; this file is what plain Python runs, so it is never compiled itself.
Source: RFC 894, RFC 2464, RFC 791 3.1, RFC 8200 3, RFC 9293 3.1, RFC 7323 appendix A.
"""

from __future__ import annotations

from struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcplife.model.segment import Segment

# From the EtherType to the end of the TCP header.
_FOUR = Struct(">HBBHHHBB2xIIHHIIHHHH").unpack_from
_SIX = Struct(">HIHBBQQQQHHIIHHHH").unpack_from
_STAMPS = Struct(">III").unpack_from
NOP_NOP_TS = 0x0101080A


def fill(s: Segment, b: bytes | bytearray, at: int, end: int, limit: int) -> bool:
    """Fill s from the record in b[at:end], which ends at `limit` by its length on the wire; False if it is none such."""
    tcp = at + 34
    kind, first, tos, total, ip_id, part, ttl, protocol, src, dst, sport, dport, seq, ack, word, window, checksum, urgent = (
        _FOUR(b, at + 12)
    )  # fmt: skip
    if kind == 0x0800:
        if first != 0x45 or protocol != 6 or part & 0x3FFF or total < 40:
            return False
        if at + 14 + total < limit:  # noqa: PLR1730 - min() costs a call, here and below
            limit = at + 14 + total
        version, src_hi, dst_hi, ecn = 4, 0, 0, tos & 3
    elif kind == 0x86DD and first >> 4 == 6 and end - at >= 74:
        (
            kind, first, total, protocol, ttl, src_hi, src, dst_hi, dst, sport, dport, seq, ack, word, window, checksum, urgent
        ) = _SIX(b, at + 12)  # fmt: skip
        if protocol != 6 or total < 20:
            return False
        tcp = at + 54
        if tcp + total < limit:  # noqa: PLR1730
            limit = tcp + total
        version, ip_id, ecn = 6, -1, first >> 20 & 3
    else:
        return False
    if end > limit:  # noqa: PLR1730
        end = limit
    size = word >> 10 & 0x3C
    if size == 32 and end - tcp >= 32:
        layout, ts_val, ts_ecr = _STAMPS(b, tcp + 20)
        if layout != NOP_NOP_TS:
            return False
        s.ts_val = ts_val
        s.ts_ecr = ts_ecr
    elif size == 20:
        s.ts_val = s.ts_ecr = -1
    else:
        return False
    s.ecn = ecn
    s.bare = ecn != 3
    s.ip_id = ip_id
    s.ttl = ttl
    s.src_hi = src_hi
    s.src_lo = src
    s.dst_hi = dst_hi
    s.dst_lo = dst
    s.ip_version = version
    s.ip_at = at + 14
    s.sport = sport
    s.dport = dport
    s.seq = seq
    s.ack = ack
    s.flags = word & 0x1FF
    s.window = window
    s.checksum = checksum
    s.urgent = urgent
    s.length = limit - tcp - size
    s.payload_end = end
    s.payload_at = s.opt_end = tcp + size
    s.opt_at = tcp + 20
    s.sack_at = tcp
    s.mss = s.wscale = s.tfo = s.mptcp = s.icmp_type = s.icmp_code = -1
    s.sack_ok = s.sack_count = s.bad_checksum = s.options_cut = s.signed = s.tunnel = 0
    return True
