"""Numbers and octets in, whole frames out: just enough Ethernet, IP and TCP to write a segment by hand.

For the captures no stack makes on demand, and for frames put on a link between two real stacks. Every checksum is right
unless the caller spoils it. Refuses to know: connections, time, files.
"""

from __future__ import annotations

import ipaddress
import struct
from typing import NamedTuple

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 1, 2, 4, 8, 16, 32, 64, 128
FLAG_LETTERS = {"F": FIN, "S": SYN, "R": RST, "P": PSH, ".": ACK, "U": URG, "E": ECE, "W": CWR}

ETHERTYPE_IPV4, ETHERTYPE_IPV6 = 0x0800, 0x86DD
PROTO_ICMP, PROTO_TCP, PROTO_ICMPV6 = 1, 6, 58
DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000
DEFAULT_TTL = 64
IP_VERSION_6 = 6


class Tcp(NamedTuple):
    """One TCP segment; seq and ack are absolute, window is the unscaled field, options already padded to 32 bits."""

    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    window: int
    options: bytes = b""
    payload: bytes = b""


def flags_of(letters: str) -> int:
    """Return the flag octet for tcpdump's letters, e.g. ``"S."``."""
    return sum(FLAG_LETTERS[letter] for letter in letters)


def checksum(octets: bytes) -> int:
    """Return the Internet checksum of the octets. Source: RFC 1071."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address: str) -> bytes:
    """Return the 4 or 16 octets of an IP address."""
    return ipaddress.ip_address(address).packed


def tcp_octets(src: str, dst: str, segment: Tcp) -> bytes:
    """Return header, options and payload with the checksum over the pseudo header of src and dst."""
    header_len = 20 + len(segment.options)
    head = struct.pack(
        "!HHIIBBHHH",
        segment.sport,
        segment.dport,
        segment.seq % 2**32,
        segment.ack % 2**32,
        header_len // 4 << 4,
        segment.flags,
        segment.window,
        0,
        0,
    )
    whole = head + segment.options + segment.payload
    pseudo = packed(src) + packed(dst) + struct.pack("!II", len(whole), PROTO_TCP)
    total = checksum(pseudo + whole)
    return whole[:16] + struct.pack("!H", total) + whole[18:]


def ipv4_octets(
    src: str,
    dst: str,
    payload: bytes,
    *,
    ident: int = 0,
    ttl: int = DEFAULT_TTL,
    fragment: int = DONT_FRAGMENT,
    tos: int = 0,
    protocol: int = PROTO_TCP,
) -> bytes:
    """Return an IPv4 packet without options; fragment is the 16-bit field of flags and offset in units of 8 octets."""
    head = struct.pack("!BBHHHBBH", 0x45, tos, 20 + len(payload), ident & 0xFFFF, fragment, ttl, protocol, 0)
    head += packed(src) + packed(dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6_octets(
    src: str, dst: str, payload: bytes, *, protocol: int = PROTO_TCP, hop_limit: int = DEFAULT_TTL
) -> bytes:
    """Return an IPv6 packet without extension headers."""
    return struct.pack("!IHBB", 0x60000000, len(payload), protocol, hop_limit) + packed(src) + packed(dst) + payload


def ethernet(dst_mac: str, src_mac: str, payload: bytes) -> bytes:
    """Return an Ethernet frame; its type follows the version of the IP packet in it."""
    kind = ETHERTYPE_IPV6 if payload[0] >> 4 == IP_VERSION_6 else ETHERTYPE_IPV4
    return mac(dst_mac) + mac(src_mac) + struct.pack("!H", kind) + payload


def mac(text: str) -> bytes:
    """Return the 6 octets of a colon-separated hardware address."""
    return bytes.fromhex(text.replace(":", ""))


def option_mss(octets: int) -> bytes:
    """Return the maximum segment size option. Source: RFC 9293 3.2."""
    return struct.pack("!BBH", 2, 4, octets)


def option_timestamps(value: int, echo: int) -> bytes:
    """Return the timestamps option, without padding. Source: RFC 7323 3.2."""
    return struct.pack("!BBII", 8, 10, value, echo)


NOP = b"\x01"
SACK_PERMITTED = b"\x04\x02"


def option_window_scale(shift: int) -> bytes:
    """Return the window scale option, without padding. Source: RFC 7323 2.2."""
    return struct.pack("!BBB", 3, 3, shift)
