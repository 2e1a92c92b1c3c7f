"""The small integers that stand for links, ethertypes, protocols and for what header comes next.

A decoding step returns one number: below `ETHERNET` a Skip code (the walk ends), from there on the layer that begins at
the cursor (the walk goes on).
Source: tcpdump.org "Link-layer header types", IEEE 802 ethertypes, IANA "Protocol Numbers".
"""

from __future__ import annotations

# What begins at the cursor.
ETHERNET = 100  # destination, source, type or length
ETHERTYPE = 101  # what cursor.kind, an ethertype, says
NETWORK = 102  # an IP header, version by its first four bits
IPV4 = 103
IPV6 = 104
PROTOCOL = 105  # what cursor.kind, an IP protocol, says
UDP = 106  # a UDP header
LINK = 107  # what cursor.kind, a link type, says
LLC = 108  # an IEEE 802.2 header
PPP = 109  # a PPP protocol field, address and control octets before it or not
MPLS = 110  # a label stack
WIFI = 111  # an IEEE 802.11 header
GRE = 112  # a GRE header

UNTOLD = -1  # neither a layer nor a Skip code: only going header by header can tell

# Ethertypes.
TYPE_IPV4, TYPE_ARP, TYPE_IPV6 = 0x0800, 0x0806, 0x86DD
TYPE_VLAN, TYPE_QINQ, TYPE_QINQ_OLD = 0x8100, 0x88A8, 0x9100
TYPE_BRIDGED, TYPE_PPP, TYPE_PPPOE = 0x6558, 0x880B, 0x8864
TYPE_MPLS, TYPE_MPLS_UPSTREAM, TYPE_PBB, TYPE_ETAG, TYPE_NSH = 0x8847, 0x8848, 0x88E7, 0x893F, 0x894F
TYPE_MACSEC, TYPE_FABRIC = 0x88E5, 0x8903
TYPE_HSR, TYPE_VNTAG, TYPE_METADATA, TYPE_TRILL = 0x892F, 0x8926, 0x8909, 0x22F3
MAX_802_3 = 1500  # up to here the field is a length: IEEE 802.3 3.2.6

# IP protocols.
PROTO_HOPOPTS, PROTO_ICMP, PROTO_IPV4, PROTO_TCP, PROTO_UDP, PROTO_IPV6, PROTO_ROUTING = 0, 1, 4, 6, 17, 41, 43
PROTO_FRAGMENT, PROTO_GRE, PROTO_AH, PROTO_ICMPV6, PROTO_DSTOPTS, PROTO_ETHERIP = 44, 47, 51, 58, 60, 97
PROTO_IPCOMP, PROTO_SCTP, PROTO_MPLS, PROTO_SHIM6, PROTO_ETHERNET = 108, 132, 137, 140, 143

# Ports, IANA "Service Name and Transport Protocol Port Number Registry"; 8472 is Linux's default of before the RFC.
VXLAN, VXLAN_LINUX, VXLAN_GPE, GENEVE, GTP_U, L2TP = 4789, 8472, 4790, 6081, 2152, 1701
TEREDO, LISP, MPLS_UDP, TZSP = 3544, 4341, 6635, 37008
GRE_UDP, AYIYA, GTP_OLD = 4754, 5072, 3386

# How a tunnel is told by name; the number is what tells two tunnels of a kind apart.
IN_IPIP, IN_6IN4, IN_4IN6, IN_6IN6, IN_GRE, IN_GRE_KEY, IN_ERSPAN, IN_PPTP, IN_ETHERIP = range(9)
IN_VXLAN, IN_GENEVE, IN_GTP, IN_L2TP, IN_TEREDO, IN_LISP, IN_TZSP, IN_MPLS_UDP, IN_MPLS_IP = range(9, 18)
IN_AYIYA, IN_ETHERNET_IP = 18, 19

MAX_NESTED = 16  # IP headers, and Ethernet headers inside tunnels, inside one frame
MAX_STEPS = 128  # headers of every kind inside one frame
MAX_TUNNELS = 4096  # names of tunnels kept; hostile traffic can make one up per packet
