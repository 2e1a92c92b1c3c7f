"""A Segment filled with what plain Python has read of the usual record by its own way (`stride`, `mail`).

In: numbers of the headers. Out: the Segment as `Decoder.decode` would have left it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..flows.ends import FOUR_OCTETS, four_ends, six_ends

if TYPE_CHECKING:
    from ..model.segment import Segment


def fill_ip(s: Segment, packet: int, ts_ns: int, ends: bytes, tcp: int, ecn: int, ip_id: int, ttl: int) -> None:
    """What the record and its IP header say. ends: as in `flows.ends`, tcp: where that header begins."""
    s.packet = packet
    s.ts_ns = ts_ns
    if len(ends) == FOUR_OCTETS:
        s.src_lo, s.dst_lo, s.sport, s.dport = four_ends(ends)
        s.src_hi = s.dst_hi = 0
        s.ip_version = 4
        s.ip_at = tcp - 20
    else:
        s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, s.sport, s.dport = six_ends(ends)
        s.ip_version = 6
        s.ip_at = tcp - 40
    s.ecn = ecn
    s.ip_id = ip_id
    s.ttl = ttl
    s.icmp_type = s.icmp_code = -1
    s.tunnel = 0


def fill_bare(
    s: Segment, tcp: int, data: int, end: int, length: int, seq: int, ack: int, flags: int, window: int, checksum: int,
    urgent: int, ts_val: int, ts_ecr: int,
) -> None:  # fmt: skip
    """What a TCP header says that has no options but timestamps. data, end: where its captured payload is."""
    s.bare = True
    s.seq = seq
    s.ack = ack
    s.flags = flags
    s.window = window
    s.checksum = checksum
    s.urgent = urgent
    s.ts_val = ts_val
    s.ts_ecr = ts_ecr
    s.length = length
    s.payload_at = s.opt_end = data
    s.payload_end = end
    s.opt_at = tcp + 20
    s.sack_at = tcp
    s.mss = s.wscale = s.tfo = s.mptcp = -1
    s.sack_ok = s.sack_count = s.bad_checksum = s.options_cut = 0
