"""What occurs often in a long stream, in little memory; and how long things take, in little memory.

In: keys, or nanoseconds, one after the other. Out: the frequent keys with their counts, or quantiles.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

K = TypeVar("K")
STEPS: Final = 8
"""Buckets per doubling: a quantile is at most an eighth above the truth."""


EXACT: Final = 4
"""Numbers of fewer bits have a bucket each; of longer ones the first bits choose it."""


class Frequent(Generic[K]):
    """Counts of keys. Exact while there are no more than `room`; then each count may be too low by `error` at most.

    Source: Misra and Gries, "Finding repeated elements" (1982): every key that makes up more than 1/(room + 1) is kept.
    """

    __slots__ = ("_counts", "error", "room")

    def __init__(self, room: int) -> None:
        self.room = room
        self.error = 0
        self._counts: dict[K, int] = {}

    def add(self, key: K) -> None:
        """One more."""
        counts = self._counts
        if key in counts:
            counts[key] += 1
        elif len(counts) < self.room:
            counts[key] = 1
        else:
            self.error += 1
            self._counts = {each: count - 1 for each, count in counts.items() if count > 1}

    def most(self, limit: int) -> list[tuple[K, int]]:
        """The most frequent keys, the first seen first among equals."""
        return sorted(self._counts.items(), key=lambda item: -item[1])[:limit]

    def count(self, key: K) -> int:
        """How often a key came, at least."""
        return self._counts.get(key, 0)

    def __len__(self) -> int:
        """How many keys are kept."""
        return len(self._counts)


class Times:
    """Quantiles of nanoseconds from a histogram whose buckets grow with the value; least and most are exact."""

    __slots__ = ("_buckets", "count", "least", "most")

    def __init__(self) -> None:
        self._buckets: dict[int, int] = {}
        self.count = 0
        self.least = 0
        self.most = 0

    def add(self, ns: int) -> None:
        """One more."""
        self.least = ns if not self.count else min(self.least, ns)
        self.most = max(self.most, ns)
        self.count += 1
        size = ns.bit_length()
        bucket = size * STEPS + (ns >> max(size - EXACT, 0) & STEPS - 1)
        self._buckets[bucket] = self._buckets.get(bucket, 0) + 1

    def quantile(self, share: float) -> int:
        """The value below which this share lies, rounded up to its bucket's end and never outside least..most."""
        wanted = share * self.count
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= wanted:
                size, step = divmod(bucket, STEPS)
                top = step if size < EXACT else ((STEPS + step + 1) << (size - EXACT)) - 1
                return max(self.least, min(self.most, top))
        return self.most
