"""What is told of a parting that waits until it is complete is what is told where nothing waits, whatever is odd about it."""

from __future__ import annotations

import io
from typing import Any, Final

import pytest

from tcplife import Options
from tcplife.api import analyze_with_totals
from tcplife.model.names import FIN
from tests.flows.test_departure import told_of
from tests.test_forms import pcap_of

from .test_farewell import farewells
from .test_sleep import HEADER

MASK: Final = 0xFFFF_FFFF
CIRCLE: Final = (0, 1, MASK, MASK - 1, MASK - 4, MASK - 5)
"""Numbers where the circle of sequence numbers closes."""
TCP: Final = 34
PORT: Final = b"\0\x50"
"""Where TCP begins in a frame, and the port of the second end."""


def ending_at(end: int, records: list[Any]) -> tuple[int, int]:
    """Return where the numbers of a life must begin that begin with 0 here, so that those of its FINs are there."""
    starts = [0, 0]
    for _, _, frame in records:
        if frame[TCP + 13] & FIN and len(frame) > TCP + 13:
            starts[frame[TCP : TCP + 2] == PORT] = end - int.from_bytes(frame[TCP + 4 : TCP + 8], "big") & MASK
    return starts[0], starts[1]


def told_alike(octets: bytes, **options: Any) -> bool:
    """Whether the same is told where somebody asks for the segments, and nothing waits."""
    waited = analyze_with_totals(io.BytesIO(octets), Options(**options))
    attended = analyze_with_totals(io.BytesIO(octets), Options(segments=True, **options))
    return [told_of(life) for life in waited] == [told_of(life) for life in attended]


@pytest.mark.parametrize("options", [{}, {"max_connections": 1}, {"idle_timeout_s": 0.02}, {"count": 20}])
def test_it_is_told_as_where_nothing_waits(options: dict[str, Any]) -> None:
    for seed in range(50):
        assert told_alike(pcap_of(HEADER, farewells(seed)), **options), seed


@pytest.mark.parametrize("end", CIRCLE)
def test_at_the_end_of_the_circle(end: int) -> None:
    """The number of the first FIN, or of both, is there."""
    for seed in range(24):
        starts = ending_at(end, farewells(seed, (0, 0)))
        assert told_alike(pcap_of(HEADER, farewells(seed, starts))), seed
