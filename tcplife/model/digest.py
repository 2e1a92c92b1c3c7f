"""The digest behind a Community ID; compiled rooms inline `digest.pxd`, which does all of it in place.

In: two ends. Out: "1:" and a base64 SHA-1, ASCII. This module is never compiled itself. Source:
github.com/corelight/community-id-spec; FIPS 180-4 6.1.2 (a hash object for each costs ten times as much).
"""

from __future__ import annotations

from struct import Struct

from .compiled import COMPILED

if not COMPILED:  # what compiled code has no use for should not cost its start-up
    from binascii import b2a_base64
    from hashlib import sha1

_V4 = Struct(">HIIBBHH").pack
_V6 = Struct(">HQQQQBBHH").pack
_TCP = 6
_SEED = 0


def choose(native: bool) -> bool:
    """Compiled: whether digests are made by the processor's own instructions from now on, if it has them."""
    return False


def put_id(
    to: bytearray, at: int, version: int, hi: int, lo: int, port: int, peer_hi: int, peer_lo: int, peer_port: int
) -> int:
    """Put the ID of two ends behind `at`, 30 octets; returns the place behind it.

    The lower end (address, then port) comes first; the seed is 0, as everywhere by default.
    """
    one, two = sorted(((hi, lo, port), (peer_hi, peer_lo, peer_port)))
    if version == 4:
        octets = _V4(_SEED, one[1], two[1], _TCP, 0, one[2], two[2])
    else:
        octets = _V6(_SEED, one[0], one[1], two[0], two[1], _TCP, 0, one[2], two[2])
    to[at:] = b"1:" + b2a_base64(sha1(octets, usedforsecurity=False).digest(), newline=False)
    return len(to)
