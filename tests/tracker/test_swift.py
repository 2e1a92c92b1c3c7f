"""The wider ring that plain Python fills at once is the one `Timing` fills one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import given
from hypothesis import strategies as st

from tcplife.model.compiled import COMPILED
from tcplife.tracker.swift import sends_further
from tcplife.tracker.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Sequence

__test__ = not COMPILED

FIELDS: Final = ("count", "from_", "head", "in_flight", "kept", "max_ns", "min_ns", "room", "size", "sum_ns")


def flight_of(timing: Timing) -> Sequence[tuple[int, int]]:
    """Return what is in flight, in order."""
    pairs = timing._pairs()
    places = [(timing.head + at & timing.size - 1) * 2 for at in range(timing.in_flight)]
    return [(pairs[place], pairs[place + 1]) for place in places]


@given(steps=st.lists(st.tuples(st.integers(1, 400), st.integers(0, 450)), min_size=1, max_size=12))
def test_a_ring_filled_at_once_is_one_filled_one_by_one(steps: list[tuple[int, int]]) -> None:
    one, other, end, acknowledged = Timing(), Timing(), 0, 0
    for sends, leaves in steps:
        for _ in range(sends):
            end += 10
            one.sends(end, 7 * end)
            sends_further(other, end, 7 * end)
        assert flight_of(one) == flight_of(other)
        acknowledged = min(end, acknowledged + 10 * leaves)
        for timing in (one, other):
            timing.acknowledged(acknowledged, 7 * acknowledged + 1_000)
            timing.sum_up()
        assert [getattr(one, name) for name in FIELDS] == [getattr(other, name) for name in FIELDS]
        assert flight_of(one) == flight_of(other)
