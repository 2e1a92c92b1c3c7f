"""Addresses and ports as a packet has them: the octets by which plain Python finds a flow in a dict.

In: the two ends of a segment, numbers or octets of its headers. Out: the one as the other. Compiled, who looks for a flow
computes a hash (`mix`); in plain Python the octets are at hand, and a dict of them costs a third.
Source: RFC 791 3.1, RFC 8200 3, RFC 9293 3.1: in both headers the addresses stand last, and the ports follow.
"""

from __future__ import annotations

from struct import Struct

FOUR_OCTETS = 12
"""Of two IPv4 addresses and ports; IPv6's are 36."""
_FOUR = Struct(">IIHH")
_SIX = Struct(">QQQQHH")


def ends_of(version: int, src_hi: int, src_lo: int, sport: int, dst_hi: int, dst_lo: int, dport: int) -> bytes:
    """Return the octets of source and destination, then of their ports."""
    if version == 4:
        return _FOUR.pack(src_lo, dst_lo, sport, dport)
    return _SIX.pack(src_hi, src_lo, dst_hi, dst_lo, sport, dport)


four_ends = _FOUR.unpack
six_ends = _SIX.unpack
