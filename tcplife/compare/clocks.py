"""How far the clocks of two taps are apart, which tap is nearer to whom, and how long the way between them takes.

In: time differences of segments that both taps have, each way. Out: a Between. The offset is exact if the shortest
ways there and back take equally long; the sum of both is exact in any case.
Source: RFC 5905 8 (offset from four times).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Between:
    """offset_ns: clock of b less clock of a. near: the side (0 client, 1 server) that a is nearer to.

    round_ns: shortest time from one tap to the other and back, -1 unknown. sure: both ways were seen.
    """

    offset_ns: int
    near: int
    round_ns: int
    sure: bool

    def delay(self, difference_ns: int, way: int) -> int:
        """What a segment took from tap to tap, from the difference of its times."""
        delay = difference_ns - self.offset_ns
        return delay if way == self.near else -delay


def between(forth: Sequence[int], back: Sequence[int], hint: Between | None = None) -> Between | None:
    """forth, back: time at b less time at a, of segments of the client and of the server. None: nothing is known."""
    if forth and back:
        # Whatever delays some segments: nearer to the client, every difference forth exceeds every one back.
        inverted = min(forth) < max(back) and (max(forth) <= min(back) or median_low(forth) < median_low(back))
        if not inverted:
            low, high, near = min(forth), max(back), 0
            return Between((low + high) // 2, near, max(low - high, 0), sure=True)
        low, high = max(forth), min(back)
        return Between((low + high) // 2, 1, max(high - low, 0), sure=True)
    if hint is not None:
        return hint
    if forth or back:
        return Between(min(forth) if forth else max(back), 0, -1, sure=False)
    return None
