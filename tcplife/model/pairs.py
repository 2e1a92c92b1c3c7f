# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Pairs of endpoints, divided into parts by a number that is the same in every process and whichever end is first.

What is bounded per part (`anomalies.streams`) answers alike whether one process keeps all parts or many keep some.
"""

from __future__ import annotations

from .names import M64

PARTS = 256
MASK = PARTS - 1
MULTIPLIER = 0x9E3779B97F4A7C15
"""2**64 divided by the golden ratio, odd: spreads consecutive addresses and ports over all bits."""

LEAST_EACH = 64
"""A bound that is divided leaves each share at least so many: fewer would make it a lottery."""


def shares_of(bound: int) -> int:
    """Into how many shares a bound on a number of pairs is divided: a power of two, 1 to PARTS; 1 for a small bound."""
    shares = PARTS
    while shares > 1 and bound < shares * LEAST_EACH:
        shares >>= 1
    return shares


def part_of(a_hi: int, a_lo: int, a_port: int, b_hi: int, b_lo: int, b_port: int) -> int:
    """The part of this pair, 0 to PARTS - 1. Addresses as two 64-bit halves."""
    return mixed(a_hi, a_lo, a_port, b_hi, b_lo, b_port) & MASK


def mixed(a_hi: int, a_lo: int, a_port: int, b_hi: int, b_lo: int, b_port: int) -> int:
    """64 bits that the pair gives, whichever end is first; the lowest are its part."""
    x = ((a_lo ^ (a_hi * 31 & M64) ^ a_port << 40) * MULTIPLIER) & M64
    y = ((b_lo ^ (b_hi * 31 & M64) ^ b_port << 40) * MULTIPLIER) & M64
    z = ((x ^ x >> 29) + (y ^ y >> 29)) & M64
    return z ^ z >> 32
