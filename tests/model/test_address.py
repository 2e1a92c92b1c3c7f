"""Addresses in text: ours and the C library's are the same."""

from __future__ import annotations

from random import Random
from socket import AF_INET, AF_INET6, inet_ntop

from tcplife.model.address import ip_text

GROUPS = (0, 0, 0, 0, 1, 0xFFFF, 0x0DB8, 0xA00)


def test_four_as_inet_ntop_writes_it() -> None:
    rng = Random(4)
    for word in [0, 0xFFFF_FFFF, *(rng.getrandbits(32) for _ in range(100))]:
        assert ip_text(0, word, 4) == inet_ntop(AF_INET, word.to_bytes(4, "big"))


def test_six_as_inet_ntop_writes_it() -> None:
    rng = Random(6)
    for _ in range(5000):
        address = 0
        for _ in range(8):
            address = address << 16 | rng.choice(GROUPS)
        wanted = inet_ntop(AF_INET6, address.to_bytes(16, "big"))
        assert ip_text(address >> 64, address & (1 << 64) - 1, 6) == wanted
