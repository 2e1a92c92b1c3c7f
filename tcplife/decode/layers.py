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

# Link types.
LINK_NULL, LINK_ETHERNET, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_RAW = 0, 1, 12, 14, 101
LINK_LOOP, LINK_SLL, LINK_IPV4, LINK_IPV6, LINK_SLL2 = 108, 113, 228, 229, 276

# Ethertypes.
TYPE_IPV4, TYPE_ARP, TYPE_IPV6 = 0x0800, 0x0806, 0x86DD
TYPE_VLAN, TYPE_QINQ, TYPE_QINQ_OLD = 0x8100, 0x88A8, 0x9100

# IP protocols.
PROTO_HOPOPTS, PROTO_ICMP, PROTO_IPV4, PROTO_TCP, PROTO_UDP, PROTO_IPV6, PROTO_ROUTING = 0, 1, 4, 6, 17, 41, 43
PROTO_FRAGMENT, PROTO_GRE, PROTO_AH, PROTO_ICMPV6, PROTO_NONE, PROTO_DSTOPTS = 44, 47, 51, 58, 59, 60
PROTO_SCTP, PROTO_MOBILITY, PROTO_MPLS, PROTO_HIP, PROTO_SHIM6 = 132, 135, 137, 139, 140

MAX_NESTED = 16  # IP headers, and tunnels without one, inside one frame
MAX_STEPS = 128  # headers of every kind inside one frame
