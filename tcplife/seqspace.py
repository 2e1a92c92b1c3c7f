# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Arithmetic modulo 2**32 (RFC 9293 3.4): the one place that orders raw sequence numbers.

In: raw 32-bit numbers. Out: signed distances and unwrapped 64-bit offsets. The compiled rooms inline the same
expressions through `seqspace.pxd`.
"""

from __future__ import annotations

CIRCLE = 0x1_0000_0000
HALF = 0x8000_0000
MASK = 0xFFFF_FFFF
"""Named, so that they are C numbers when compiled: written out, numbers beyond an int are Python objects."""


def distance(a: int, b: int) -> int:
    """Signed distance from b to a on the circle: a - b in -2**31..2**31-1.

    Source: RFC 9293 3.4.
    """
    d = (a - b) & MASK
    return d - CIRCLE if d >= HALF else d


def unwrap(raw: int, base: int, near: int) -> int:
    """64-bit offset of the raw number from base, the one closest to the offset `near`.

    Source: RFC 9293 3.4; more than 4 GiB per direction works because `near` moves along.
    """
    d = (raw - base - near) & MASK
    return near + d - CIRCLE if d >= HALF else near + d
