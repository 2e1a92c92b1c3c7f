"""Figures over many connections: count, share, smallest, mean, percentiles."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    Numbers = Sequence[int | float]


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure. of_condition: it counts connections (count, share); else `of` sorted values, never empty."""

    doc: str
    of_condition: bool = False
    of: Callable[[Numbers], int | float] = min


def percentile(share: int) -> Callable[[Numbers], int | float]:
    """The nearest-rank percentile of sorted values: always one that occurred.

    Source: ISO 2602 / Hyndman and Fan (1996), definition 1.
    """

    def of(values: Numbers) -> int | float:
        return values[max(0, -(-len(values) * share // 100) - 1)]

    return of


def _mean(values: Numbers) -> int | float:
    return sum(values) / len(values)


STATISTICS: Final = {
    "count": Statistic("how many of the selected connections there are, or fit a condition", of_condition=True),
    "share": Statistic("the share of the selected connections that fit a condition, 0 to 1", of_condition=True),
    "min": Statistic("the smallest value among the selected connections", of=lambda values: values[0]),
    "max": Statistic("the largest value", of=lambda values: values[-1]),
    "avg": Statistic("the mean", of=_mean),
    "sum": Statistic("the sum", of=sum),
    "p50": Statistic("the median (nearest rank)", of=percentile(50)),
    "p90": Statistic("the 90th percentile", of=percentile(90)),
    "p95": Statistic("the 95th percentile", of=percentile(95)),
    "p99": Statistic("the 99th percentile", of=percentile(99)),
}
