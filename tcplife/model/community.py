"""Community ID version 1: one name for a flow, the same in Zeek, Suricata, Arkime and Wireshark.

In: the two ends of a connection. Out: "1:" and a base64 SHA-1. Source: github.com/corelight/community-id-spec.
"""

from __future__ import annotations

from binascii import b2a_base64
from hashlib import sha1
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .connection import Connection

_V4 = Struct(">HIIBBHH").pack
_V6 = Struct(">HQQQQBBHH").pack
_TCP = 6
_SEED = 0


def community_id(c: Connection) -> bytes:
    """The ID of a connection, ASCII: b"1:wCb3OG7yAFWelaUydu0D+125CLM="; either direction gives the same.

    The lower end (address, then port) comes first; the seed is 0, as everywhere by default.
    """
    one, two = (c.client_hi, c.client_lo, c.client_port), (c.server_hi, c.server_lo, c.server_port)
    if one > two:
        one, two = two, one
    if c.ip_version == 4:
        octets = _V4(_SEED, one[1], two[1], _TCP, 0, one[2], two[2])
    else:
        octets = _V6(_SEED, one[0], one[1], two[0], two[1], _TCP, 0, one[2], two[2])
    return b"1:" + b2a_base64(sha1(octets, usedforsecurity=False).digest(), newline=False)
