# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""UDP: no segment of ours, unless its port says that a tunnel is inside.

In: a cursor at a UDP header. Out: the next layer inside a tunnel, else the Skip code UDP.
Source: RFC 768; RFC 7348 (VXLAN), RFC 8926 (Geneve), 3GPP TS 29.281 (GTP-U), RFC 2661 (L2TP), RFC 4380 (Teredo),
RFC 7510 (MPLS), RFC 8086 (GRE), RFC 9300 (LISP), 3GPP TS 09.60 (GTP version 0), draft-ietf-nvo3-vxlan-gpe,
draft-massar-v6ops-ayiya, TZSP as Wireshark's wiki describes it.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .layers import (
    AYIYA,
    ETHERNET,
    ETHERTYPE,
    GENEVE,
    GRE,
    GRE_UDP,
    GTP_OLD,
    GTP_U,
    IN_AYIYA,
    IN_GENEVE,
    IN_GTP,
    IN_L2TP,
    IN_LISP,
    IN_MPLS_UDP,
    IN_TEREDO,
    IN_TZSP,
    IN_VXLAN,
    IPV4,
    IPV6,
    L2TP,
    LISP,
    MPLS,
    MPLS_UDP,
    NETWORK,
    PPP,
    TEREDO,
    TYPE_NSH,
    TZSP,
    VXLAN,
    VXLAN_GPE,
    VXLAN_LINUX,
    WIFI,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cursor import Cursor

UDP = Skip.UDP.code

GPE_IPV4, GPE_IPV6, GPE_ETHERNET, GPE_NSH, GPE_MPLS = 1, 2, 3, 4, 5


def udp(c: Cursor) -> int:
    """Step over the header; a port of a tunnel at either end leads on, the destination's asked first."""
    b = c.data
    o = c.at
    if c.quoted or c.end - o < 16:
        return UDP
    size = wire.u16(b, o + 4)
    c.at = o + 8
    if size < 8:
        return UDP
    c.shorten(o + size)
    layer = inside(c, wire.u16(b, o + 2))
    if layer == UDP:
        layer = inside(c, wire.u16(b, o))
    return layer


def inside(c: Cursor, port: int) -> int:
    """Enter the tunnel that has this port."""
    if c.end - c.at < 8:
        return UDP
    if port in (VXLAN, VXLAN_LINUX):
        return vxlan(c)
    if port == GENEVE:
        return geneve(c)
    if port == GTP_U:
        return gtp(c)
    if port == L2TP:
        return l2tp(c)
    if port == VXLAN_GPE:
        return vxlan_gpe(c)
    if port == TEREDO:
        return teredo(c)
    if port == MPLS_UDP:
        c.enter(IN_MPLS_UDP, 0)
        return MPLS
    if port == LISP:
        c.enter(IN_LISP, wire.u32(c.data, c.at + 4) >> 8 if c.data[c.at] & 8 else 0)
        c.at += 8
        return NETWORK
    if port == TZSP:
        return tzsp(c)
    if port == GRE_UDP:
        return GRE
    if port == AYIYA:
        return ayiya(c)
    if port == GTP_OLD:
        return gtp_old(c)
    return UDP


def vxlan(c: Cursor) -> int:
    """Flag I must be set: the network identifier is valid. RFC 7348 5."""
    if not c.data[c.at] & 8:
        return UDP
    c.enter(IN_VXLAN, wire.u32(c.data, c.at + 4) >> 8)
    c.at += 8
    return ETHERNET


def vxlan_gpe(c: Cursor) -> int:
    """As VXLAN, with a next protocol (flag P) in the fourth octet."""
    b = c.data
    o = c.at
    following = b[o + 3] if b[o] & 4 else GPE_ETHERNET
    if following < GPE_IPV4 or following > GPE_MPLS:
        return UDP
    c.enter(IN_VXLAN, wire.u32(b, o + 4) >> 8)
    c.at = o + 8
    if following == GPE_IPV4:
        return IPV4
    if following == GPE_IPV6:
        return IPV6
    if following == GPE_MPLS:
        return MPLS
    if following == GPE_NSH:
        c.kind = TYPE_NSH
        return ETHERTYPE
    return ETHERNET


def geneve(c: Cursor) -> int:
    """Version 0; options are counted in 4 octets; the protocol is an ethertype. RFC 8926 3.4."""
    b = c.data
    o = c.at
    size = 8 + (b[o] & 0x3F) * 4
    if b[o] >> 6 != 0 or size > c.end - o:
        return UDP
    c.enter(IN_GENEVE, wire.u32(b, o + 4) >> 8)
    c.kind = wire.u16(b, o + 2)
    c.at = o + size
    return ETHERTYPE


def gtp(c: Cursor) -> int:
    """Version 1, a user's packet (type 255), through extension headers. 3GPP TS 29.281 5.1 and 5.2."""
    b = c.data
    o = c.at
    if b[o] >> 4 != 3 or b[o + 1] != 255:
        return UDP
    number = wire.u32(b, o + 4)
    c.shorten(o + 8 + wire.u16(b, o + 2))
    o += 8
    if b[c.at] & 7:
        if c.end - o < 4:
            return UDP
        following = b[o + 3] if b[c.at] & 4 else 0
        o += 4
        while following:
            if c.end - o < 4 or b[o] == 0 or c.end - o < b[o] * 4:
                return UDP
            o += b[o] * 4
            following = b[o - 1]
    c.enter(IN_GTP, number)
    c.at = o
    return NETWORK


def gtp_old(c: Cursor) -> int:
    """Version 0, a user's packet; its header has 20 octets, the tunnel's identifier the last 8. 3GPP TS 09.60 6."""
    b = c.data
    o = c.at
    if b[o] & 0xF0 != 0x10 or b[o + 1] != 255 or c.end - o < 40:
        return UDP
    c.enter(IN_GTP, wire.u32(b, o + 16))
    c.shorten(o + 20 + wire.u16(b, o + 2))
    c.at = o + 20
    return NETWORK


def ayiya(c: Cursor) -> int:
    """Step over identity and signature to the packet that is forwarded. draft-massar-v6ops-ayiya-02 3."""
    b = c.data
    o = c.at
    following = b[o + 3]
    if b[o + 2] & 15 != 1:
        return UDP
    o += 8 + (1 << (b[o] >> 4)) + (b[o + 1] >> 4) * 4
    if c.end - o < 20 or following not in {4, 41}:
        return UDP
    c.enter(IN_AYIYA, 0)
    c.at = o
    return NETWORK


def l2tp(c: Cursor) -> int:
    """Version 2, a data message: length, sequence numbers and offset are there when their bits say so. RFC 2661 3.1."""
    b = c.data
    o = c.at
    flags = wire.u16(b, o)
    if flags & 0x800F != 2:
        return UDP
    o += 2
    if flags & 0x4000:
        c.shorten(c.at + wire.u16(b, o))
        o += 2
    if c.end - o < 12:
        return UDP
    number = wire.u32(b, o)
    o += 4
    if flags & 0x0800:
        o += 4
    if flags & 0x0200:
        o += 2 + wire.u16(b, o)
    c.enter(IN_L2TP, number)
    c.at = o
    return PPP


def teredo(c: Cursor) -> int:
    """Step over authentication and origin, which may stand before the IPv6 packet. RFC 4380 5.1.1."""
    b = c.data
    o = c.at
    if wire.u16(b, o) == 1:
        o += 13 + b[o + 2] + b[o + 3]
    if c.end - o >= 8 and wire.u16(b, o) == 0:
        o += 8
    if c.end - o < 40 or b[o] >> 4 != 6:
        return UDP
    c.enter(IN_TEREDO, 0)
    c.at = o
    return IPV6


def tzsp(c: Cursor) -> int:
    """Version 1: what is carried, then tagged fields up to the tag 1; tag 0 pads."""
    b = c.data
    o = c.at
    if b[o] != 1 or b[o + 1] > 1:
        return UDP
    carried = wire.u16(b, o + 2)
    o += 4
    while c.end - o >= 2 and b[o] != 1:
        o += 1 if b[o] == 0 else 2 + b[o + 1]
    if c.end - o < 2 or (carried not in {1, 18}):
        return UDP
    c.enter(IN_TZSP, 0)
    c.at = o + 1
    return ETHERNET if carried == 1 else WIFI
