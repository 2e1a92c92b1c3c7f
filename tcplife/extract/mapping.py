"""New names for addresses and ports, the same one for the same old one everywhere.

In: addresses of IP and link, ports. Out: others, from ranges that mean nobody. What tcplife concludes from a port or an
address is kept: which of two ports is a well-known, a dynamic, the higher one; that an address is the machine's own.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

FIRST_FREE: Final = 1024
"""Ports below name services, not hosts: RFC 6335 6."""
FIRST_DYNAMIC: Final = 32768
"""Where Linux's own choice of ports begins: the boundary `flows.roles` judges by."""
SERVICES: Final = frozenset((
    1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080,
    8888, 20000,
))  # fmt: skip
"""Further ports that stay: Zeek takes their owner for the server, so that another port would change its letters."""
V4: Final = int(IPv4Address("10.0.0.0"))
V6: Final = int(IPv6Address("fd00::"))
MAC: Final = 0x02 << 40
"""Locally administered: IEEE 802 8.2."""
GROUP: Final = 0x01
MAC_SIZE: Final = 6


class Mapping:
    """One mapping. key: with it addresses keep their common prefixes (and the same key maps the same way again)."""

    def __init__(self, ports: Iterable[int], *, key: bytes | None = None) -> None:
        """ports: every port that will be asked for; they keep their order."""
        self._ports = _ports(sorted(set(ports)))
        self._key = key
        self._addresses: dict[bytes, bytes] = {}
        self._macs: dict[bytes, bytes] = {}
        self._counts = {4: 0, 16: 0}

    def port(self, port: int) -> int:
        """The new port; 0 for one that nobody announced."""
        return self._ports.get(port, port if _stays(port) else 0)

    def address(self, address: bytes) -> bytes:
        """The new address of 4 or 16 octets; the machine's own, the unspecified and groups stay."""
        found = self._addresses.get(address)
        if found is None:
            found = self._addresses[address] = self._new(address)
        return found

    def _new(self, address: bytes) -> bytes:
        known = ip_address(address)
        if known.is_loopback or known.is_unspecified or known.is_multicast or address == b"\xff" * 4:
            return address
        if self._key is not None:
            return prefix_preserved(address, self._key)
        size = len(address)
        self._counts[size] += 1
        return ((V4 if size == MAC_SIZE - 2 else V6) + self._counts[size]).to_bytes(size, "big")

    def ends(self, ends: bytes, version: int) -> bytes:
        """Both addresses of a pair of 16 octets each; IPv4 lies in the last four of each."""
        if version == 6:
            return self.address(ends[:16]) + self.address(ends[16:])
        return bytes(12) + self.address(ends[12:16]) + bytes(12) + self.address(ends[28:])

    def mac(self, mac: bytes) -> bytes:
        """The new link address of 6 octets; a group's stays, but for the octets that repeat an IPv6 address."""
        if not any(mac):
            return mac
        if mac[0] & GROUP:
            return mac[:2] + bytes(4) if mac.startswith(b"\x33\x33") else mac
        found = self._macs.get(mac)
        if found is None:
            found = self._macs[mac] = (MAC + len(self._macs) + 1).to_bytes(MAC_SIZE, "big")
        return found


def _stays(port: int) -> bool:
    return port < FIRST_FREE or port in SERVICES


def _ports(ports: list[int]) -> dict[int, int]:
    """Each port's new one: its rank among those of its range, so that order and range stay."""
    made = {port: port for port in ports if _stays(port)}
    fixed = sorted(SERVICES | set(made))
    edges = [FIRST_FREE, *(port for port in fixed if port >= FIRST_FREE), FIRST_DYNAMIC, 65536]
    edges = sorted(set(edges))
    moved = [port for port in ports if not _stays(port)]
    for low, high in pairwise(edges):
        first = low if low not in SERVICES else low + 1
        inside = moved[bisect_left(moved, first) : bisect_left(moved, high)]
        room = high - first - len(inside)
        base = first + min(room, 1000 if high != FIRST_DYNAMIC else 100)
        made |= {port: base + rank for rank, port in enumerate(inside)}
    return made


def fresh_key() -> bytes:
    """A key nobody knows."""
    return secrets.token_bytes(32)


def prefix_preserved(address: bytes, key: bytes) -> bytes:
    """The address with each bit turned round or not as the bits before it and the key say.

    Two addresses with n first bits in common have n new ones in common. Source: Xu, Fan, Ammar, Moon,
    "Prefix-preserving IP address anonymization" (2002), with BLAKE2 for its cipher.
    """
    size = len(address) * 8
    bits = int.from_bytes(address, "big")
    made = 0
    for place in range(size):
        before = bits >> (size - place)
        octets = b"%d %d %d" % (size, place, before)
        flip = blake2b(octets, key=key, digest_size=1).digest()[0] & 1
        made = made << 1 | ((bits >> (size - 1 - place) & 1) ^ flip)
    return made.to_bytes(len(address), "big")
