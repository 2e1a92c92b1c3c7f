# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Local networks: Ethernet, its tags, LLC, and the older rings; from a link header to what it carries.

In: a cursor at a link header. Out: the next layer, or the Skip code that ends the walk.
Source: IEEE 802.3, 802.1Q, 802.1ad, 802.1ah, 802.1BR, 802.1AE, 802.2; RFC 1042, RFC 1390 (FDDI), RFC 6325 (TRILL),
RFC 8300 (NSH); IEC 62439-3 (HSR); Cisco ISL, FabricPath, VNTag and MetaData.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .layers import (
    ETHERNET,
    ETHERTYPE,
    IPV4,
    IPV6,
    LLC,
    MAX_802_3,
    MPLS,
    NETWORK,
    PPP,
    TYPE_ARP,
    TYPE_BRIDGED,
    TYPE_ETAG,
    TYPE_FABRIC,
    TYPE_HSR,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_MACSEC,
    TYPE_METADATA,
    TYPE_MPLS,
    TYPE_MPLS_UPSTREAM,
    TYPE_NSH,
    TYPE_PBB,
    TYPE_PPP,
    TYPE_PPPOE,
    TYPE_QINQ,
    TYPE_QINQ_OLD,
    TYPE_TRILL,
    TYPE_VLAN,
    TYPE_VNTAG,
)
from .serial import network_layer, pppoe, snap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cursor import Cursor

ARP = Skip.ARP.code
ENCRYPTED = Skip.ENCRYPTED.code
OTHER_LINK = Skip.OTHER_LINK.code
SHORT_LINK = Skip.SHORT_LINK.code

SAP_IP, SAP_SNAP, SAP_ISO = 0x06, 0xAA, 0xFE  # IEEE 802.2 service access points
ISL_SIZE = 26  # Cisco ISL puts so much before a frame, for 01:00:0c:00:00 or 03:00:0c:00:00
SOURCE_ROUTED = 0x80  # first octet of a token ring source address


def ethernet(c: Cursor) -> int:
    """Step over the two addresses; type or length follows them."""
    b = c.data
    o = c.at
    if c.end - o < 14:
        return SHORT_LINK
    c.kind = wire.u16(b, o + 12)
    if c.kind <= MAX_802_3 and b[o] | 2 == 3 and wire.u32(b, o + 1) == 0x000C0000:
        c.at = o + ISL_SIZE
        return ETHERNET
    c.at = o + 14
    if c.kind <= MAX_802_3:
        c.shorten(c.at + c.kind)
        return LLC
    return ETHERTYPE


def vlan(c: Cursor) -> int:
    """Step over a VLAN tag; the type behind it may be a length again."""
    if c.end - c.at < 4:
        return SHORT_LINK
    c.kind = wire.u16(c.data, c.at + 2)
    c.at += 4
    if c.kind <= MAX_802_3:
        c.shorten(c.at + c.kind)
        return LLC
    return ETHERTYPE


def ethertype(c: Cursor) -> int:
    """Follow an ethertype."""
    kind = c.kind
    if kind == TYPE_IPV4:
        return NETWORK
    if kind == TYPE_IPV6:
        return IPV6
    if kind in (TYPE_VLAN, TYPE_QINQ, TYPE_QINQ_OLD):
        return vlan(c)
    if kind == TYPE_ARP:
        return ARP
    if kind in (TYPE_MPLS, TYPE_MPLS_UPSTREAM):
        return MPLS
    if kind == TYPE_PPPOE:
        return pppoe(c)
    if kind == TYPE_BRIDGED:
        return ETHERNET
    if kind == TYPE_PPP:
        return PPP
    return rare_ethertype(c)


def rare_ethertype(c: Cursor) -> int:
    """Follow the tags of providers, fabrics, port extenders, rings, service chains, of MACsec that does not encrypt."""
    b = c.data
    o = c.at
    if c.kind == TYPE_PBB:
        c.at = o + 4
        return ETHERNET
    if c.kind == TYPE_FABRIC:  # its frames are handed out with their check sequence
        c.shorten(c.limit - 4)
        c.at = o + 2
        return ETHERNET
    if c.end - o < 8:
        return OTHER_LINK
    if c.kind in (TYPE_HSR, TYPE_VNTAG):
        c.kind = wire.u16(b, o + 4)
        c.at = o + 6
        return ETHERTYPE
    if c.kind in (TYPE_ETAG, TYPE_METADATA):
        c.kind = wire.u16(b, o + 6)
        c.at = o + 8
        return ETHERTYPE
    if c.kind == TYPE_TRILL:  # its options are counted in 4 octets: RFC 6325 3.1
        c.at = o + 6 + (wire.u16(b, o) >> 6 & 0x1F) * 4
        return ETHERNET
    if c.kind == TYPE_NSH:
        return service_chain(c)
    if c.kind == TYPE_MACSEC:
        return macsec(c)
    return OTHER_LINK


def service_chain(c: Cursor) -> int:
    """Step over a network service header; its length counts in 4 octets. RFC 8300 2.2."""
    o = c.at
    following = c.data[o + 3]
    c.at = o + (c.data[o + 1] & 0x3F) * 4
    if c.at < o + 8:
        return OTHER_LINK
    if following == 1:
        return IPV4
    if following == 2:
        return IPV6
    if following == 3:
        return ETHERNET
    return MPLS if following == 5 else OTHER_LINK


def macsec(c: Cursor) -> int:
    """Step over a security tag unless it says that what follows is encrypted or changed. IEEE 802.1AE 9.3."""
    o = c.at
    control = c.data[o]
    if control & 0x0C:
        return ENCRYPTED
    o += 14 if control & 0x20 else 6
    if c.end - o < 2:
        return SHORT_LINK
    c.kind = wire.u16(c.data, o)
    c.at = o + 2
    return ETHERTYPE


def llc(c: Cursor) -> int:
    """Follow destination and source service access points; only unnumbered information carries packets."""
    b = c.data
    o = c.at
    if c.end - o < 3:
        return SHORT_LINK
    if b[o + 2] & 0xEF != 3:
        return OTHER_LINK
    c.at = o + 3
    if b[o] == SAP_SNAP and b[o + 1] == SAP_SNAP:
        return snap(c) if c.end - c.at >= 5 else SHORT_LINK
    if b[o] == SAP_IP:
        return NETWORK
    if b[o] == SAP_ISO and c.end - c.at >= 1:
        return network_layer(c)
    return OTHER_LINK


def fddi(c: Cursor) -> int:
    """Step over frame control and addresses; LLC in the frames that carry it. RFC 1390."""
    if c.end - c.at < 13:
        return SHORT_LINK
    if c.data[c.at] & 0xF0 != 0x50:
        return OTHER_LINK
    c.at += 13
    return LLC


def token_ring(c: Cursor) -> int:
    """Step over access and frame control, addresses, and the route when the source address says there is one."""
    b = c.data
    o = c.at
    if c.end - o < 16:
        return SHORT_LINK
    if b[o + 1] & 0xC0 != 0x40:
        return OTHER_LINK
    c.at = o + 14
    if b[o + 8] & SOURCE_ROUTED:
        c.at += b[o + 14] & 0x1F
    return LLC


def arcnet(c: Cursor, size: int) -> int:
    """Step over ARCNET addresses (and Linux's offset); RFC 1201 packets have a split flag and a sequence number."""
    b = c.data
    o = c.at + size
    if c.end - o < 8:
        return SHORT_LINK
    c.kind = b[o]
    if c.kind == 240:  # RFC 1051 IP
        c.at = o + 1
        return IPV4
    if c.kind == 212:  # RFC 1201 IP
        c.at = o + (8 if b[o + 1] == 0xFF else 4)
        return IPV4
    if c.kind == 196:
        c.at = o + (8 if b[o + 1] == 0xFF else 4)
        return IPV6
    return OTHER_LINK
