# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""From a record's link type to its first header, over what capturing systems put before it.

In: a cursor at the record's first octet, its link type in cursor.kind. Out: the next layer, or a Skip code.
Source: tcpdump.org "Link-layer header types", which names the layout of each.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .layers import (
    ETHERNET,
    ETHERTYPE,
    IPV4,
    IPV6,
    LINK,
    LLC,
    MPLS,
    NETWORK,
    PPP,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_PPPOE,
    WIFI,
)
from .link import arcnet, fddi, token_ring
from .serial import cisco, frame_relay, hdlc
from .wifi import avs, ppi, prism, radiotap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cursor import Cursor

OTHER_LINK = Skip.OTHER_LINK.code
SHORT_LINK = Skip.SHORT_LINK.code
UNKNOWN_LINK = Skip.UNKNOWN_LINK.code

# LINKTYPE_ numbers.
NULL, EN10MB, TOKEN_RING, ARCNET, PPP_LINK, FDDI, RFC1483_BSD, RAW_BSD, RAW_OPENBSD = 0, 1, 6, 7, 9, 10, 11, 12, 14
PPP_SERIAL, PPP_ETHER, RFC1483, RAW, C_HDLC, WLAN, FRELAY, LOOP = 50, 51, 100, 101, 104, 105, 107, 108
ENC, LINUX_SLL, PFLOG, PRISM, IP_OVER_FC, SUNATM, RADIOTAP, ARCNET_LINUX = 109, 113, 117, 119, 122, 123, 127, 129
IEEE1394, AVS, PPP_PPPD, PPI, ERF, PPP_DIR, C_HDLC_DIR, FRELAY_DIR = 138, 163, 166, 192, 197, 204, 205, 206
MPLS_LABEL, IPNET, IPV4_LINK, IPV6_LINK, NFLOG = 219, 226, 228, 229, 239
IPOIB, PKTAP, MPACKET, LINUX_SLL2, DSA_BRCM, DSA_BRCM_PREPEND, DSA, EDSA = 242, 258, 274, 276, 281, 282, 284, 285
JUNIPER_ATM2, JUNIPER_ATM1, JUNIPER_ETHER, JUNIPER_PPP, JUNIPER_FRELAY, JUNIPER_CHDLC = 135, 137, 178, 179, 180, 181

# ARPHRD_ numbers in Linux cooked headers: linux/if_arp.h.
HW_FRAD, HW_WLAN, HW_PRISM, HW_RADIOTAP, HW_NETLINK = 770, 801, 802, 803, 824
COOKED_802_2, COOKED_PPP = 4, 7  # no ethertypes: linux/if_ether.h ETH_P_802_2, libpcap's LINUX_SLL_P_PPPHDLC

JUNIPER_MAGIC, JUNIPER_EXTENDED, JUNIPER_BARE = 0x4D4743, 0x80, 0x02
NFLOG_PAYLOAD = 9  # the attribute that holds the packet: linux/netfilter/nfnetlink_log.h


def link(c: Cursor) -> int:
    """Enter the record by its link type; the frequent ones are here."""
    kind = c.kind
    if kind == EN10MB:
        return ETHERNET
    if kind == LINUX_SLL:
        return cooked(c, 14, 2, 16)
    if kind == LINUX_SLL2:
        return cooked(c, 0, 8, 20)
    if kind in (RAW, RAW_BSD, RAW_OPENBSD):
        return raw(c)
    if kind in (NULL, LOOP):
        return loopback(c)
    if kind == RADIOTAP:
        return radiotap(c)
    if kind == WLAN:
        return WIFI
    if kind in (PPP_LINK, PPP_SERIAL):
        return hdlc(c)
    if kind == C_HDLC:
        return cisco(c)
    if kind == IPV4_LINK:
        return IPV4
    if kind == IPV6_LINK:
        return IPV6
    if kind in (PFLOG, NFLOG, IPNET, ENC, ERF, PKTAP):
        return logged(c, kind)
    return rare_link(c, kind)


def rare_link(c: Cursor, kind: int) -> int:
    """Enter records of links seldom met."""
    if kind == PRISM:
        return prism(c)
    if kind == AVS:
        return avs(c)
    if kind == PPI:
        return ppi(c)
    if kind == PPP_ETHER:
        c.kind = TYPE_PPPOE
        return ETHERTYPE
    if kind in (PPP_DIR, C_HDLC_DIR, FRELAY_DIR, PPP_PPPD):
        return directed(c, kind)
    if kind == FRELAY:
        return frame_relay(c)
    if kind == MPLS_LABEL:
        return MPLS
    if kind == FDDI:
        return fddi(c)
    if kind == TOKEN_RING:
        return token_ring(c)
    if kind == ARCNET:
        return arcnet(c, 2)
    if kind == ARCNET_LINUX:
        return arcnet(c, 4)
    return fixed(c, kind)


def fixed(c: Cursor, kind: int) -> int:
    """Step over headers of one size before something known."""
    o = c.at
    if kind in (RFC1483, RFC1483_BSD):
        return LLC
    if kind == SUNATM:
        c.at = o + 4
        return LLC if c.end - o >= 4 and c.data[o] & 15 == 2 else OTHER_LINK
    if kind == IP_OVER_FC:
        c.at = o + 16
        return LLC
    if kind == IEEE1394:
        if c.end - o < 18:
            return SHORT_LINK
        c.kind = wire.u16(c.data, o + 16)
        c.at = o + 18
        return ETHERTYPE
    if kind == IPOIB:  # addresses of 40 octets, an ethertype, 2 octets unused
        if c.end - o < 44:
            return SHORT_LINK
        c.kind = wire.u16(c.data, o + 40)
        c.at = o + 44
        return ETHERTYPE
    if kind in (DSA_BRCM, DSA_BRCM_PREPEND, DSA, EDSA):
        return switched(c, kind)
    if kind in (JUNIPER_ETHER, JUNIPER_PPP, JUNIPER_CHDLC, JUNIPER_FRELAY, JUNIPER_ATM1, JUNIPER_ATM2):
        return juniper(c, kind)
    if kind == MPACKET:
        c.at = o + 8
        return ETHERNET if c.end - o >= 8 and c.data[o + 7] == 0xD5 else OTHER_LINK
    return UNKNOWN_LINK


def switched(c: Cursor, kind: int) -> int:
    """Step over the tag of a switch chip: before the frame, or where its ethertype would be.

    Source: tcpdump.org LINKTYPE_DSA_TAG_BRCM and those after it; linux/net/dsa/tag_brcm.c, tag_dsa.c.
    """
    o = c.at
    if kind == DSA_BRCM_PREPEND:
        c.at = o + 4
        return ETHERNET
    o += 12 + (8 if kind == EDSA else 4)
    if c.end - o < 2:
        return SHORT_LINK
    c.kind = wire.u16(c.data, o)
    c.at = o + 2
    return ETHERTYPE


def juniper(c: Cursor, kind: int) -> int:
    """Step over the magic, the flags, and what extensions there are. Source: tcpdump.org LINKTYPE_JUNIPER_ETHER."""
    b = c.data
    o = c.at
    if c.end - o < 6 or wire.u32(b, o) >> 8 != JUNIPER_MAGIC:
        return SHORT_LINK
    c.at = o + 4
    if b[o + 3] & JUNIPER_EXTENDED:
        c.at += 2 + wire.u16(b, o + 4)
    if b[o + 3] & JUNIPER_BARE:  # the packet, or four octets that number its protocol, the lowest first
        if c.end - c.at >= 4 and b[c.at] >> 4 == 0:
            c.at += 4
        return NETWORK
    if kind == JUNIPER_PPP:
        return PPP
    if kind == JUNIPER_CHDLC:
        return cisco(c)
    if kind == JUNIPER_FRELAY:
        return frame_relay(c)
    return ETHERNET if kind == JUNIPER_ETHER else juniper_cells(c, kind)


def juniper_cells(c: Cursor, kind: int) -> int:
    """Step over an ATM card's cookie; LLC behind it, or the packet itself. Source: Juniper's PIC cookies, libpcap."""
    c.at += 4 if kind == JUNIPER_ATM1 else 8
    if c.end - c.at < 4:
        return SHORT_LINK
    return LLC if c.data[c.at] >> 4 in {10, 15} else NETWORK


def raw(c: Cursor) -> int:
    """Take IP at once; old captures of modems have PPP's address and control here."""
    if c.end - c.at >= 4 and c.data[c.at] == 0xFF and c.data[c.at + 1] == 3:
        return PPP
    return NETWORK


def directed(c: Cursor, kind: int) -> int:
    """Step over the direction before the frame."""
    c.at += 1
    if c.end - c.at < 4:
        return SHORT_LINK
    if kind == C_HDLC_DIR:
        return cisco(c)
    if kind == FRELAY_DIR:
        return frame_relay(c)
    if kind == PPP_PPPD and c.data[c.at] == 3:  # the direction stands in place of the address
        c.at += 1
        return PPP
    return hdlc(c)


def cooked(c: Cursor, type_at: int, hardware_at: int, size: int) -> int:
    """Step over a header of Linux's "any" device: a protocol and the hardware it came from, size octets in all."""
    o = c.at
    if c.end - o < size:
        return SHORT_LINK
    c.kind = wire.u16(c.data, o + type_at)
    hardware = wire.u16(c.data, o + hardware_at)
    c.at = o + size
    if hardware == HW_NETLINK:
        return OTHER_LINK
    if hardware == HW_WLAN:
        return WIFI
    if hardware == HW_RADIOTAP:
        return radiotap(c)
    if hardware == HW_PRISM:
        return prism(c)
    if hardware == HW_FRAD:
        return frame_relay(c)
    if c.kind == COOKED_802_2:
        return LLC
    if c.kind == COOKED_PPP:
        return hdlc(c)
    return ETHERTYPE


def loopback(c: Cursor) -> int:
    """Step over BSD's address family, which stands in the order of the capturing machine or the network's."""
    b = c.data
    o = c.at
    if c.end - o < 4:
        return SHORT_LINK
    family = wire.le16(b, o) if b[o + 2] == 0 and b[o + 3] == 0 else wire.u16(b, o + 2)
    c.at = o + 4
    return by_family(family)


def by_family(family: int) -> int:
    """Tell IP by the AF_ numbers of the BSDs, Linux (10), macOS (30) and Solaris (26); some write an ethertype."""
    if family in (2, TYPE_IPV4):
        return NETWORK
    if family in (24, 28, 30, 10, 26, TYPE_IPV6):
        return NETWORK
    return OTHER_LINK


def logged(c: Cursor, kind: int) -> int:
    """Step over what packet filters, zones, encapsulating interfaces and cards write before the packet."""
    b = c.data
    o = c.at
    if c.end - o < 24:
        return SHORT_LINK
    if kind == PFLOG:  # the header's length, less its filling
        c.at = o + (b[o] + 3 & ~3)
        return by_family(b[o + 1])
    if kind == IPNET:
        c.at = o + 24
        return NETWORK
    if kind == ENC:
        c.at = o + 12
        return NETWORK
    if kind == ERF:
        return card(c)
    if kind == PKTAP:
        return tapped(c)
    return netfilter(c)


def card(c: Cursor) -> int:
    """Step over an ERF header and its extensions. Source: Endace "ERF types"."""
    b = c.data
    o = c.at
    kind = b[o + 8] & 0x7F
    more = b[o + 8] & 0x80
    c.at = o + 16
    while more and c.end - c.at >= 8:
        more = b[c.at] & 0x80
        c.at += 8
    if kind in {2, 11, 16, 20}:  # Ethernet, after 2 octets
        c.at += 2
        return ETHERNET
    if kind == 1:
        return hdlc(c)
    if kind == 22:
        return IPV4
    return IPV6 if kind == 23 else OTHER_LINK


def tapped(c: Cursor) -> int:
    """Step over macOS's packet tap header, which names the link type inside."""
    b = c.data
    o = c.at
    size = wire.le16(b, o)
    if b[o + 2] or b[o + 3] or size < 12 or size > c.end - o:
        return SHORT_LINK
    c.kind = wire.le16(b, o + 8)
    c.at = o + size
    return LINK


def netfilter(c: Cursor) -> int:
    """Find the packet among the attributes; lengths are in the order of the machine that logged.

    An attribute's length is at least 4, so the octet order is the one in which the first length is small.
    """
    b = c.data
    o = c.at + 4
    little = wire.le16(b, o) <= wire.u16(b, o)
    while c.end - o >= 4:
        size = wire.le16(b, o) if little else wire.u16(b, o)
        kind = wire.le16(b, o + 2) if little else wire.u16(b, o + 2)
        if size < 4:
            return SHORT_LINK
        if kind & 0x7FFF == NFLOG_PAYLOAD:
            c.at = o + 4
            c.shorten(o + size)
            return NETWORK
        o += size + 3 & ~3
    return SHORT_LINK
