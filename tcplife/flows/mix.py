"""The hash of a 4-tuple, the same either way round: the sum of one mixed word per end.

In: both ends, and a secret of the process. Out: 64 bits. `mix.pxd` says the same for the compiled rooms, as C inline;
this file is what plain Python runs, so it is never compiled itself.
"""

from __future__ import annotations

from ..model.names import M64

MULTIPLIER = 0x9E3779B97F4A7C15
"""2**64 divided by the golden ratio, odd: spreads consecutive addresses and ports over all bits."""


def of(secret: int, src_hi: int, src_lo: int, dst_hi: int, dst_lo: int, sport: int, dport: int) -> int:
    """Mix both ends with the secret."""
    x = ((src_lo ^ (src_hi * 31 & M64) ^ sport << 40 ^ secret) * MULTIPLIER) & M64
    y = ((dst_lo ^ (dst_hi * 31 & M64) ^ dport << 40 ^ secret) * MULTIPLIER) & M64
    z = ((x ^ x >> 29) + (y ^ y >> 29)) & M64
    return z ^ z >> 32
