# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Links between two points: PPP in its framings, PPPoE, Cisco HDLC, frame relay, and label stacks.

In: a cursor at such a header. Out: the next layer, or the Skip code that ends the walk.
Source: RFC 1661, RFC 1662, RFC 2516, RFC 2427, RFC 3032, RFC 4385; Cisco HDLC by tcpdump.org LINKTYPE_C_HDLC.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .layers import (
    ETHERNET,
    ETHERTYPE,
    IPV4,
    IPV6,
    MAX_802_3,
    MPLS,
    NETWORK,
    PPP,
    TYPE_ARP,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_MPLS,
    TYPE_QINQ,
    TYPE_VLAN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cursor import Cursor

OTHER_LINK = Skip.OTHER_LINK.code
SHORT_LINK = Skip.SHORT_LINK.code

PPP_IPV4, PPP_IPV6, PPP_MPLS, PPP_MULTILINK, PPP_BRIDGE = 0x0021, 0x0057, 0x0281, 0x003D, 0x0031
SNAP_POINTS = 0xAAAA  # both service access points of a SNAP header
MULTILINK_WHOLE = 0xC0  # begin and end bits: a fragment that is a whole packet, RFC 1990 3


def hdlc(c: Cursor) -> int:
    """Tell Cisco HDLC (address 0x0F or 0x8F) from PPP."""
    if c.end - c.at < 4:
        return SHORT_LINK
    first = c.data[c.at]
    if first in {15, 143}:
        return cisco(c)
    return PPP


def cisco(c: Cursor) -> int:
    """Step over address, control and ethertype."""
    if c.end - c.at < 4:
        return SHORT_LINK
    c.kind = wire.u16(c.data, c.at + 2)
    c.at += 4
    return ETHERTYPE


def ppp(c: Cursor) -> int:
    """Follow the protocol field; address, control and the field's first octet may be compressed away.

    Source: RFC 1661 6.5 and 6.6.
    """
    b = c.data
    if c.end - c.at >= 2 and b[c.at] == 0xFF and b[c.at + 1] == 3:
        c.at += 2
    if c.end - c.at < 2:
        return SHORT_LINK
    if b[c.at] & 1:
        number = b[c.at]
        c.at += 1
    else:
        number = wire.u16(b, c.at)
        c.at += 2
    if number == PPP_IPV4:
        return NETWORK
    if number == PPP_IPV6:
        return IPV6
    if number == PPP_MPLS:
        return MPLS
    if number == PPP_MULTILINK and c.end - c.at >= 4 and b[c.at] & MULTILINK_WHOLE == MULTILINK_WHOLE:
        c.at += 4
        return PPP
    if number == PPP_BRIDGE and c.end - c.at >= 2 and b[c.at + 1] == 1:  # RFC 3518 4.2: IEEE 802.3
        c.at += 2
        return ETHERNET
    return OTHER_LINK


def pppoe(c: Cursor) -> int:
    """Step over a PPPoE session header; its length counts when it is the shortest.

    Source: RFC 2516 4.
    """
    o = c.at
    if c.end - o < 6:
        return SHORT_LINK
    c.shorten(o + 6 + wire.u16(c.data, o + 4))
    c.at = o + 6
    return PPP


def frame_relay(c: Cursor) -> int:
    """Step over the address (2 to 4 octets, the last has bit 0 set); then RFC 2427, or an ethertype as Cisco does."""
    b = c.data
    o = c.at
    size = 2
    while size <= 4 and size <= c.end - o and not b[o + size - 1] & 1:
        size += 1
    o += size
    if c.end - o < 2:
        return SHORT_LINK
    if b[o] != 3:
        c.kind = wire.u16(b, o)
        c.at = o + 2
        return ETHERTYPE
    c.at = o + 1
    return network_layer(c)


def network_layer(c: Cursor) -> int:
    """Follow a network layer protocol identifier, one octet (the caller has proved it), filled up by one of 0 or not.

    Source: ISO/IEC TR 9577; RFC 2427 3.
    """
    b = c.data
    number = b[c.at]
    c.at += 1
    if number == 0 and c.end - c.at >= 1:
        number = b[c.at]
        c.at += 1
    if number == 0xCC:
        return IPV4
    if number == 0x8E:
        return IPV6
    if number == 0x80 and c.end - c.at >= 5:
        return snap(c)
    return OTHER_LINK


def snap(c: Cursor) -> int:
    """Step over a SNAP header: who assigned the number, and the number.

    The caller has proved that its 5 octets are there. Source: IEEE 802 10.3; RFC 2427 4.2 for the bridged frames.
    """
    owner = wire.u16(c.data, c.at) << 8 | c.data[c.at + 2]
    c.kind = wire.u16(c.data, c.at + 3)
    c.at += 5
    if owner in {0, 248}:
        return ETHERTYPE
    if owner == 0x0080C2 and (c.kind in {1, 7}):
        return ETHERNET
    return OTHER_LINK


def mpls(c: Cursor) -> int:
    """Step over the label stack; what is inside must be guessed, as no field tells it.

    Source: RFC 3032 2.1, RFC 4928 3 (first four bits), RFC 4385 3 (control word of a pseudo-wire).
    """
    b = c.data
    o = c.at
    last = 0
    while not last:
        if c.end - o < 4:
            return SHORT_LINK
        last = b[o + 2] & 1
        o += 4
    c.at = o
    if c.end - o < 1:
        return SHORT_LINK
    version = b[o] >> 4
    if version != 1 and looks_ethernet(c, o) and not looks_ip(c, o):
        return ETHERNET
    if version == 0 and looks_ethernet(c, o + 4):
        c.at = o + 4
        return ETHERNET
    if version == 4:
        return IPV4
    if version == 6:
        return IPV6
    return OTHER_LINK


def looks_ethernet(c: Cursor, o: int) -> bool:
    """Tell whether the octets at o have a type where an Ethernet header has it, or a length and then SNAP."""
    if c.end - o < 16:
        return False
    kind = wire.u16(c.data, o + 12)
    if kind <= MAX_802_3:
        return wire.u16(c.data, o + 14) == SNAP_POINTS
    return kind in (TYPE_IPV4, TYPE_IPV6, TYPE_ARP, TYPE_VLAN, TYPE_QINQ, TYPE_MPLS)


def looks_ip(c: Cursor, o: int) -> bool:
    """Tell whether the octets at o begin like an IP header whose length fits."""
    b = c.data
    if b[o] >> 4 == 4:
        return c.end - o >= 20 and (b[o] & 15) >= 5 and o + wire.u16(b, o + 2) <= c.limit
    return b[o] >> 4 == 6 and c.end - o >= 40 and o + 40 + wire.u16(b, o + 4) <= c.limit
