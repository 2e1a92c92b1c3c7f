"""What is no TCP, told by its first octets: datagrams of UDP that are no tunnel's, ICMP that is no error, ARP.

In: what a frame's headers say. Out: the Skip code that `Decoder.walk` ends with, or UNTOLD where it must be walked
through: a walk costs as much as taking a plain segment when compiled, in plain Python as ten. `aside.pxd` says the same
for the compiled rooms, as C inline; this file is what plain Python runs, so it is never compiled itself.
Source: RFC 768, RFC 792.
"""

from __future__ import annotations

from ..model.names import Skip
from .layers import (
    AYIYA,
    GENEVE,
    GRE_UDP,
    GTP_OLD,
    GTP_U,
    L2TP,
    LISP,
    MPLS_UDP,
    PROTO_ICMP,
    PROTO_UDP,
    TEREDO,
    TZSP,
    UNTOLD,
    VXLAN,
    VXLAN_GPE,
    VXLAN_LINUX,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

UDP: Final = Skip.UDP.code
ICMP: Final = Skip.ICMP.code
TUNNELS: Final = frozenset([
    port.to_bytes(2, "big")
    for port in (
        VXLAN, VXLAN_LINUX, VXLAN_GPE, GENEVE, GTP_U, L2TP, TEREDO, LISP, MPLS_UDP,
        TZSP, GRE_UDP, AYIYA, GTP_OLD,
    )
])  # fmt: skip
"""Ports, at either end, behind which `udp.inside` looks for a packet."""
ERRORS: Final = frozenset([3, 4, 5, 11, 12])
"""Types of ICMP that quote a packet."""
IPV4_HEADER: Final = 20


def code_of(b: bytes | bytearray, o: int, total: int, protocol: int) -> int:
    """The code of a whole datagram, IPv4 without options or IPv6. total: its length; b[o:o + 4]: what is behind its header."""
    if total < IPV4_HEADER:
        return UNTOLD
    if protocol == PROTO_UDP:
        ports = bytes(b[o : o + 4])
        return UNTOLD if ports[:2] in TUNNELS or ports[2:] in TUNNELS else UDP
    if protocol == PROTO_ICMP and b[o] not in ERRORS:
        return ICMP
    return UNTOLD
