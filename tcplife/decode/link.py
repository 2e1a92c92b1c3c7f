# cython: annotation_typing=False, language_level=3, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Link headers: from a captured record to the ethertype or IP header inside it.

In: a cursor at a link header. Out: the next layer, or the Skip code that ends the walk.
Source: tcpdump.org "Link-layer header types"; IEEE 802.3, 802.1Q.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tcplife.model.names import Skip

from . import wire
from .layers import (
    ETHERNET,
    ETHERTYPE,
    IPV4,
    IPV6,
    LINK_ETHERNET,
    LINK_IPV4,
    LINK_IPV6,
    LINK_LOOP,
    LINK_NULL,
    LINK_RAW,
    LINK_RAW_BSD,
    LINK_RAW_OPENBSD,
    LINK_SLL,
    LINK_SLL2,
    NETWORK,
    TYPE_ARP,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_QINQ,
    TYPE_QINQ_OLD,
    TYPE_VLAN,
)

if TYPE_CHECKING:
    from .cursor import Cursor

ARP = Skip.ARP.code
OTHER_LINK = Skip.OTHER_LINK.code
SHORT_LINK = Skip.SHORT_LINK.code
UNKNOWN_LINK = Skip.UNKNOWN_LINK.code


def link(c: Cursor) -> int:
    """Enter the record by its link type, c.kind."""
    kind = c.kind
    if kind == LINK_ETHERNET:
        return ETHERNET
    if kind == LINK_SLL:
        return cooked(c, 14, 16)
    if kind == LINK_SLL2:
        return cooked(c, 0, 20)
    if kind == LINK_RAW or kind == LINK_RAW_BSD or kind == LINK_RAW_OPENBSD:
        return NETWORK
    if kind == LINK_IPV4:
        return IPV4
    if kind == LINK_IPV6:
        return IPV6
    if kind == LINK_NULL or kind == LINK_LOOP:
        return loopback(c)
    return UNKNOWN_LINK


def ethernet(c: Cursor) -> int:
    """Step over the two addresses; the type follows them."""
    if c.end - c.at < 14:
        return SHORT_LINK
    c.kind = wire.u16(c.data, c.at + 12)
    c.at += 14
    return ETHERTYPE


def cooked(c: Cursor, type_at: int, size: int) -> int:
    """Step over a header of Linux's "any" device: an ethertype at type_at, size octets in all."""
    if c.end - c.at < size:
        return SHORT_LINK
    c.kind = wire.u16(c.data, c.at + type_at)
    c.at += size
    return ETHERTYPE


def loopback(c: Cursor) -> int:
    """Step over BSD's address family, which stands in the order of the capturing machine or the network's."""
    b = c.data
    o = c.at
    if c.end - o < 4:
        return SHORT_LINK
    family = b[o + 3] if b[o] == 0 and b[o + 1] == 0 else b[o]
    c.at = o + 4
    if family == 2 or family == 24 or family == 28 or family == 30 or family == 10:
        return NETWORK
    return OTHER_LINK


def ethertype(c: Cursor) -> int:
    """Follow an ethertype, through any number of VLAN tags."""
    while c.kind == TYPE_VLAN or c.kind == TYPE_QINQ or c.kind == TYPE_QINQ_OLD:
        if c.end - c.at < 4:
            return SHORT_LINK
        c.kind = wire.u16(c.data, c.at + 2)
        c.at += 4
    if c.kind == TYPE_IPV4:
        return NETWORK
    if c.kind == TYPE_IPV6:
        return IPV6
    if c.kind == TYPE_ARP:
        return ARP
    return OTHER_LINK
