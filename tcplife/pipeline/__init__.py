"""The loop from records to finished connections, and the only room that knows all rooms before the reports.

`lives`: what a segment does to the table. `analysis`: one run over one input, from its first record to the totals.
"""

from __future__ import annotations

from .analysis import Analysis

__all__ = ["Analysis"]
