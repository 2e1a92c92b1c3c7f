# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Hosts and services, each with how many of something are there at once, found by who they are.

In: addresses, a port, and what else tells two apart. Out: the Spot of them, if there is one. A chained hash over the
spots themselves, as `flows.table` has: no key object (measured: a quarter of what a dict of octets costs), and seeded
anew in every process, so that nobody can send a capture that fills one chain.
"""

from __future__ import annotations

import os

from ..flows import mix
from .levels import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FEWEST = 128
"""Chains of the smallest table; a power of two."""


class Spot(Level):
    """A host, alone or towards a peer, and a service. what: what is counted there. hash, chain: its place in `Spots`."""

    __slots__ = ("chain", "hash", "hi", "ip_version", "lo", "peer_hi", "peer_lo", "port", "what")

    hi: int
    lo: int
    peer_hi: int
    peer_lo: int
    port: int
    ip_version: int
    what: int
    hash: int
    chain: Spot | None


class Spots:
    """Every spot of one kind. all: in the order in which they were added."""

    __slots__ = ("_heads", "_mask", "_secret", "all")

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._heads: list[Spot | None] | None = None  # made when first needed, also after a checkpoint was read
        self._mask = 0
        self._secret = 0

    def find(self, hi: int, lo: int, peer_hi: int, peer_lo: int, port: int, ip_version: int, what: int) -> Any:
        """The one that is all this, or None."""
        heads = self._heads
        if heads is None:
            heads = self._placed()
        h = mix.of(self._secret, hi, lo, peer_hi, peer_lo, port, what << 8 | ip_version)
        at = h & self._mask
        spot = heads[at]
        while spot is not None:
            if (
                spot.hash == h
                and spot.lo == lo
                and spot.hi == hi
                and spot.port == port
                and spot.what == what
                and spot.ip_version == ip_version
                and spot.peer_lo == peer_lo
                and spot.peer_hi == peer_hi
            ):
                return spot
            spot = spot.chain
        return None

    def add(self, spot: Spot) -> None:
        """One more, which find() did not know."""
        self.all.append(spot)
        heads = self._heads
        if heads is None or len(self.all) > len(heads):
            self._heads = None
        else:
            spot.hash = self._hash(spot)
            at = spot.hash & self._mask
            spot.chain = heads[at]
            heads[at] = spot

    def keep(self, spots: list[Any]) -> None:
        """Forget all but these."""
        self.all = spots
        self._heads = None

    def _hash(self, spot: Spot) -> int:
        what = spot.what << 8 | spot.ip_version
        return mix.of(self._secret, spot.hi, spot.lo, spot.peer_hi, spot.peer_lo, spot.port, what)

    def _placed(self) -> list[Spot | None]:
        """The first of each chain, of all there are: more chains than spots, or nobody has made them yet."""
        size = FEWEST
        while size < 2 * len(self.all):
            size *= 4
        heads: list[Spot | None] = [None] * size
        self._heads = heads
        self._mask = size - 1
        self._secret = int.from_bytes(os.urandom(8), "little")
        for spot in self.all:
            spot.hash = self._hash(spot)
            at = spot.hash & self._mask
            spot.chain = heads[at]
            heads[at] = spot
        return heads
