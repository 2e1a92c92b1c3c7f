# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""GRE and what it carries: IP, Ethernet, mirrored Ethernet (ERSPAN), PPP (PPTP), labels, 802.11.

In: a cursor at a GRE header. Out: the next layer, or the Skip code that ends the walk.
Source: RFC 2784, RFC 2890 (key, sequence), RFC 1701 (routing), RFC 2637 (version 1), RFC 7637,
draft-foschiano-erspan-03.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .layers import (
    ETHERNET,
    ETHERTYPE,
    IN_ERSPAN,
    IN_GRE,
    IN_GRE_KEY,
    IN_PPTP,
    NETWORK,
    PPP,
    TYPE_PPP,
    WIFI,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cursor import Cursor

BAD_TUNNEL = Skip.BAD_TUNNEL.code
OTHER_IP = Skip.OTHER_IP.code

CHECKSUM, ROUTING, KEY, SEQUENCE, ACKNOWLEDGE = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
TYPE_ERSPAN, TYPE_ERSPAN_3, TYPE_WCCP = 0x88BE, 0x22EB, 0x883E
ARUBA_FIRST, ARUBA_LAST = 0x8200, 0x8370  # every sixteenth of them: 802.11 frames of Aruba's access points


def gre(c: Cursor) -> int:
    """Step over a GRE header of either version."""
    b = c.data
    o = c.at
    if c.end - o < 4:
        return BAD_TUNNEL
    flags = wire.u16(b, o)
    c.kind = wire.u16(b, o + 2)
    c.at = o + 4
    if flags & 7 == 1:
        return point_to_point(c, flags)
    if flags & 7 != 0:
        return OTHER_IP
    if flags & (CHECKSUM | ROUTING):
        c.at += 4
    key = -1
    if flags & KEY:
        if c.end - c.at < 4:
            return BAD_TUNNEL
        key = wire.u32(b, c.at)
        c.at += 4
    if flags & SEQUENCE:
        c.at += 4
    if flags & ROUTING and not skip_routes(c):
        return BAD_TUNNEL
    if c.kind in (TYPE_ERSPAN, TYPE_ERSPAN_3):
        return erspan(c, flags)
    if key >= 0:
        c.enter(IN_GRE_KEY, key)
    else:
        c.enter(IN_GRE, 0)
    return carried(c)


def carried(c: Cursor) -> int:
    """Follow the protocol type, an ethertype; WCCP's redirect header is there or not, as the first bits tell."""
    if c.kind == TYPE_WCCP:
        if c.end - c.at >= 5 and c.data[c.at] >> 4 != 4:
            c.at += 4
        return NETWORK
    if c.kind & 15 == 0 and ARUBA_FIRST <= c.kind <= ARUBA_LAST:
        return WIFI
    return ETHERTYPE


def skip_routes(c: Cursor) -> bool:
    """Step over source route entries: family, offset, length; one of zeros is the last. False when they do not end.

    Source: RFC 1701 "Source Route Entries".
    """
    while c.end - c.at >= 4:
        size = c.data[c.at + 3]
        family = wire.u16(c.data, c.at)
        c.at += 4 + size
        if size == 0 and family == 0:
            return True
    return False


def erspan(c: Cursor, flags: int) -> int:
    """Step over a mirror's header: none in type I (no sequence number), 8 octets in II, 12 or 20 in III."""
    o = c.at
    if c.kind == TYPE_ERSPAN and not flags & SEQUENCE:
        c.enter(IN_ERSPAN, 0)
        return ETHERNET
    size = 8 if c.kind == TYPE_ERSPAN else 12
    if c.end - o < size:
        return BAD_TUNNEL
    if size == 12 and c.data[o + 11] & 1:
        size = 20
    c.enter(IN_ERSPAN, wire.u16(c.data, o + 2) & 0x3FF)
    c.at = o + size
    return ETHERNET


def point_to_point(c: Cursor, flags: int) -> int:
    """Step over version 1: payload length and call in the key; no sequence number means no payload.

    Source: RFC 2637 4.1.
    """
    o = c.at
    if c.kind != TYPE_PPP or not flags & KEY:
        return OTHER_IP
    if c.end - o < 4:
        return BAD_TUNNEL
    size = wire.u16(c.data, o)
    c.at = o + 4
    if flags & SEQUENCE:
        c.at += 4
    if flags & ACKNOWLEDGE:
        c.at += 4
    if not flags & SEQUENCE or size == 0:
        return OTHER_IP
    c.enter(IN_PPTP, wire.u16(c.data, o + 2))
    c.shorten(c.at + size)
    return PPP
