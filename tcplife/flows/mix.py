"""The hash of a 4-tuple, the same either way round: products of what both ends have, each with a secret in it.

In: both ends, and a secret of the process. Out: 64 bits. Whoever does not know the secret knows of no two 4-tuples that
have the same hash, or the same lowest bits of it, more often than by chance: each factor of a product of 128 bits, the
halves of which are laid upon each other, is unknown to him. Of the two ports it is the sum and the product that go in,
which tell the two apart from all others. (But for which of the two hosts has which: two 4-tuples at most.)
`mix.pxd` says the same for the compiled rooms, as C inline; this file is what plain Python runs, so it is never compiled
itself.
Source: the multiplication is that of wyhash (Wang Yi).
"""

from __future__ import annotations

from ..model.names import M64

MULTIPLIER = 0x9E3779B97F4A7C15
"""2**64 divided by the golden ratio, odd: makes other secrets of the one there is."""


def of(secret: int, src_hi: int, src_lo: int, dst_hi: int, dst_lo: int, sport: int, dport: int) -> int:
    """Mix both ends with the secret."""
    x = src_lo ^ secret
    y = dst_lo ^ secret
    if src_hi | dst_hi:
        x = fold(x, src_hi ^ secret * MULTIPLIER & M64)
        y = fold(y, dst_hi ^ secret * MULTIPLIER & M64)
    return fold(fold(x, y) ^ (sport * dport << 17 | sport + dport), secret ^ MULTIPLIER)


def fold(x: int, y: int) -> int:
    """The upper and the lower half of a product, one upon the other."""
    product = x * y
    return product & M64 ^ product >> 64
