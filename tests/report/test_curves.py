"""Counts of states over time, as the page draws them."""

from __future__ import annotations

from tcplife.report.html_curves import Curves, Slices


def test_connections_of_which_no_state_is_known_draw_empty_bands() -> None:
    """A capture of nothing but strays has a page, too."""
    assert Slices().counts("anything") == []
    svg = Curves().bands()
    drawn = "".join(svg.lines())
    assert "client endpoints" in drawn
    assert 'class="f"' not in drawn


def test_counts_are_those_at_the_end_of_each_slice() -> None:
    slices = Slices()
    slices.add("a", 0, 3 << slices.shift)
    slices.add("a", 1 << slices.shift, None)
    assert slices.counts("a") == [1, 2, 2, 1]
    assert slices.counts("b") == [0, 0, 0, 0]
