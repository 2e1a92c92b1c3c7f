"""What is told aside, without a walk: the same as a walk tells, and nothing that a packet may be inside of."""

from __future__ import annotations

import random
import struct
from typing import Final

import pytest

from tcplife.decode.aside import ERRORS, TUNNELS
from tcplife.decode.decoder import Decoder
from tcplife.decode.layers import PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP, UNTOLD
from tcplife.model.names import Skip
from tcplife.model.segment import Segment

LINK_ETHERNET: Final = 1
DNS: Final = 53
TAG: Final = b"\x81\0\0\7"
PORTS: Final = sorted(
    {int.from_bytes(port, "big") + by for port in TUNNELS for by in (-1, 0, 1)} | {0, DNS, 443, 65535}
)


def four(protocol: int, behind: bytes, *, total: int | None = None, part: int = 0) -> bytes:
    """Return an Ethernet frame, less its addresses, with an IPv4 datagram."""
    total = 20 + len(behind) if total is None else total
    return b"\x08\0" + struct.pack(">BBHHHBBHII", 0x45, 0, total, 7, part, 64, protocol, 0, 1, 2) + behind


def six(protocol: int, behind: bytes) -> bytes:
    """Return the same with IPv6."""
    return b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(behind), protocol, 64) + bytes(32) + behind


def datagram(sport: int, dport: int) -> bytes:
    """Return a header of UDP, and octets."""
    return struct.pack(">HHHH", sport, dport, 40, 0) + b"\x45" * 32


def glanced(decoder: Decoder, octets: bytes) -> int:
    """Return what is told at a glance, having seen that a walk tells the same if it is told."""
    frame = bytes(12) + octets
    code = decoder.glance(frame, 0, len(frame), len(frame), LINK_ETHERNET, Segment())
    if code != UNTOLD:
        assert code == decoder.walk(frame, 0, len(frame), len(frame), LINK_ETHERNET, Segment()), octets.hex()
    return code


@pytest.mark.parametrize("tags", [b"", TAG, TAG * 2])
def test_a_datagram_is_told_at_a_glance_unless_a_port_is_a_tunnel_s(tags: bytes) -> None:
    decoder = Decoder()
    for port in PORTS:
        expected = UNTOLD if port.to_bytes(2, "big") in TUNNELS else Skip.UDP.code
        for ports in ((port, DNS), (DNS, port)):
            behind = datagram(*ports)
            assert glanced(decoder, tags + four(PROTO_UDP, behind)) == expected, ports
            assert glanced(decoder, tags + six(PROTO_UDP, behind)) == expected, ports


def test_icmp_is_told_at_a_glance_unless_it_quotes_a_packet() -> None:
    decoder = Decoder()
    for kind in range(256):
        expected = UNTOLD if kind in ERRORS else Skip.ICMP.code
        assert glanced(decoder, four(PROTO_ICMP, bytes([kind]) + bytes(31))) == expected, kind
        assert glanced(decoder, six(PROTO_ICMPV6, bytes([kind]) + bytes(31))) == UNTOLD


def test_what_is_short_or_a_fragment_is_walked_through_and_arp_is_not() -> None:
    decoder = Decoder()
    behind = datagram(DNS, DNS)
    for total in (0, 19):
        assert glanced(decoder, four(PROTO_UDP, behind, total=total)) == UNTOLD
    assert glanced(decoder, four(PROTO_UDP, behind, total=20)) == Skip.UDP.code
    for part in (0x2000, 1, 0x1FFF):
        assert glanced(decoder, four(PROTO_UDP, behind, part=part)) == UNTOLD
    assert glanced(decoder, four(PROTO_UDP, behind, part=0x4000)) == Skip.UDP.code
    assert glanced(decoder, b"\x08\x06" + bytes(46)) == Skip.ARP.code
    assert glanced(decoder, b"\x08\x07" + bytes(46)) == UNTOLD


@pytest.mark.parametrize("seed", range(10))
def test_a_glance_never_contradicts_a_walk(seed: int) -> None:
    rng = random.Random(seed)
    decoder = Decoder()
    for _ in range(200):
        behind = struct.pack(">HH", rng.choice(PORTS), rng.choice(PORTS)) + rng.randbytes(rng.randrange(20, 60))
        made = rng.choice((four, six))(rng.choice((PROTO_UDP, PROTO_UDP, PROTO_ICMP, PROTO_TCP, 47)), behind)
        octets = bytearray(rng.choice((b"", TAG)) + made)
        if rng.random() < 0.5:
            octets[rng.randrange(30)] = rng.randrange(256)
        glanced(decoder, bytes(octets))
