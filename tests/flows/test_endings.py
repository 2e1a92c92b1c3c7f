"""What ended a moment ago waits to be told, in order, and only if it is still there."""

from __future__ import annotations

from tcplife.flows.endings import LINGER_NS, Endings
from tcplife.flows.table import Flow


def test_each_waits_equally_long_and_comes_in_order() -> None:
    endings = Endings()
    first, second = Flow(), Flow()
    endings.note(first, 1_000)
    endings.note(second, 2_000)
    assert endings.due(999 + LINGER_NS) is None
    assert endings.due(1_000 + LINGER_NS) is first
    assert endings.due(1_999 + LINGER_NS) is None
    assert len(endings) == 1
    assert endings.due(10 * LINGER_NS) is second
    assert endings.due(10 * LINGER_NS) is None


def test_one_that_has_left_the_table_is_passed_over() -> None:
    endings = Endings()
    left, here = Flow(), Flow()
    endings.note(left, 0)
    endings.note(here, 0)
    left.gone = True
    assert endings.due(LINGER_NS) is here
    assert len(endings) == 0
