"""Community IDs computed in place: those of the specification, either way round."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha1
from random import Random

import pytest

from tcplife.model.community import choose, community_id
from tcplife.model.connection import Connection


def by_the_specification(size: int, one: tuple[int, int], two: tuple[int, int]) -> bytes:
    """Seed 0, the lower end first, protocol 6, a zero octet, the ports. Source: community-id-spec."""
    low, high = sorted((one, two))
    octets = b"\0\0" + low[0].to_bytes(size, "big") + high[0].to_bytes(size, "big") + b"\x06\0"
    octets += low[1].to_bytes(2, "big") + high[1].to_bytes(2, "big")
    return b"1:" + b64encode(sha1(octets, usedforsecurity=False).digest())


@pytest.fixture(params=[False, True], ids=["as C", "by the processor"])
def _way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compiled, SHA-1 is made by the processor's own instructions where it has some, else written out: both are asked."""
    choose(native=request.param)
    yield
    choose(native=True)


@pytest.mark.usefixtures("_way")
def test_ids_are_those_of_the_specification() -> None:
    rng = Random(20261121)
    for number in range(2000):
        size = rng.choice((4, 16))
        one, two = rng.getrandbits(8 * size), rng.getrandbits(8 * size)
        if number % 10 == 0:
            two = one
        c = Connection()
        c.ip_version = 4 if size == 4 else 6
        c.client_hi, c.client_lo, c.client_port = one >> 64, one & (1 << 64) - 1, rng.randrange(65536)
        c.server_hi, c.server_lo, c.server_port = two >> 64, two & (1 << 64) - 1, rng.randrange(65536)
        expected = by_the_specification(size, (one, c.client_port), (two, c.server_port))
        assert community_id(c) == expected, (hex(one), hex(two))
