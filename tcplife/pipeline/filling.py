"""A Segment filled with what plain Python has read of the usual record by its own way (`stride`, `mail`).

In: where its headers are, all octets of which are there. Out: the Segment as `Decoder.decode` would have left it; the
usual options are read at once, others by `decode.tcp`, which does it option by option.
"""

from __future__ import annotations

from struct import Struct

from ..decode.straight import NOP_NOP_TS
from ..decode.tcp import read_tcp
from ..flows.ends import FOUR_OCTETS, four_ends, six_ends
from ..tracker.named import FLAGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment

BARE = 5
STAMPED = 8
"""Words of 32 bits in a TCP header without options, and with timestamps."""
OFFERING = 10
OFFER = (0x0204, 0x0402, 0x080A, 0x01_0303)
"""Of a SYN with everything, as Linux lays it out: MSS, SACK permitted, timestamps, a NOP and the window scale, of each
kind and length."""
NO_STAMPS = (-1, -1, -1)
SACK_LAYOUTS = {blocks: 0x0101_0500 | 2 + 8 * blocks for blocks in (1, 2, 3)}
"""Two NOPs, the kind of SACK and its length: RFC 2018 3, RFC 7323 appendix A."""

_NUMBERS = Struct(">IIHHHH").unpack_from
_STAMPS = Struct(">III").unpack_from
_OFFER = Struct(">HHHHIII").unpack_from
_BEGIN = Struct(">I").unpack_from


def fill_ip(s: Segment, packet: int, ts_ns: int, octets: bytes, ends: bytes, tcp: int) -> None:
    """What the record and its IP header say. octets: as in `mail`, ends: as in `flows.ends`, tcp: where that header begins."""
    s.packet = packet
    s.ts_ns = ts_ns
    if len(ends) == FOUR_OCTETS:
        s.src_lo, s.dst_lo, s.sport, s.dport = four_ends(ends)
        s.src_hi = s.dst_hi = 0
        s.ip_version = 4
        s.ip_at = tcp - 20
        s.ip_id = octets[18] << 8 | octets[19]
        s.ttl = octets[22]
        s.ecn = octets[15] & 3
    else:
        s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, s.sport, s.dport = six_ends(ends)
        s.ip_version = 6
        s.ip_at = tcp - 40
        s.ip_id = -1
        s.ttl = octets[21]
        s.ecn = octets[15] >> 4 & 3
    s.icmp_type = s.icmp_code = -1
    s.tunnel = 0


def fill_tcp(s: Segment, b: bytes | bytearray, tcp: int, after: int, limit: int) -> None:
    """What its header at `tcp` says. after: where the captured octets end, limit: the segment."""
    seq, ack, word, window, checksum, urgent = _NUMBERS(b, tcp + 4)
    words = word >> 12
    layout, val, ecr = _STAMPS(b, tcp + 20) if words >= STAMPED else NO_STAMPS
    data = tcp + 4 * words
    sacks = 0
    bare = words == BARE or (words == STAMPED and layout == NOP_NOP_TS)
    s.mss = s.wscale = s.tfo = s.mptcp = -1
    s.sack_ok = 0
    if not bare:
        if words == OFFERING:
            kind, mss, may_sack, stamps, val, ecr, scale = _OFFER(b, tcp + 20)
            if (kind, may_sack, stamps, scale >> 8) != OFFER:
                read_tcp(s, b, tcp, after, limit)
                return
            s.mss = mss
            s.wscale = scale & 0xFF
            s.sack_ok = 1
        else:
            sacks = sacks_of(b, tcp, data) if layout == NOP_NOP_TS else 0
            if not sacks:
                read_tcp(s, b, tcp, after, limit)
                return
    s.seq = seq
    s.ack = ack
    s.flags = word & FLAGS
    s.window = window
    s.checksum = checksum
    s.urgent = urgent
    s.ts_val = val
    s.ts_ecr = ecr
    s.length = limit - data
    s.payload_at = s.opt_end = data
    s.payload_end = limit if limit < after else after  # noqa: FURB136 - min() costs a call
    s.opt_at = tcp + 20
    s.bad_checksum = s.options_cut = s.signed = 0
    s.bare = bare
    s.sack_at = tcp + 36 if sacks else tcp
    s.sack_count = sacks


def sacks_of(b: bytes | bytearray, tcp: int, data: int) -> int:
    """How many blocks of SACK stand behind timestamps as every busy stack lays them out, and nothing else; 0 if it is so not."""
    blocks, rest = divmod(data - tcp - 36, 8)
    if rest or blocks not in SACK_LAYOUTS or _BEGIN(b, tcp + 32)[0] != SACK_LAYOUTS[blocks]:
        return 0
    return blocks
