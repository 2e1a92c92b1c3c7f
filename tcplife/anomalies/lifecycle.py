"""Rules about the life of the connection: openings, closings, resets, what was lost behind the capture point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.names import Severity
from ..tracker import facts as f
from .rule import Found, rule

if TYPE_CHECKING:
    from ..tracker.observation import Observation


@rule("syn_repeated", Severity.INFO, source="RFC 9293 3.8.1", when=f.SYN_REPEATED)
def syn_repeated(seen: Observation) -> Found:
    """The same SYN again: nobody had answered in time, or the answer was lost."""
    return not seen.facts & f.SYN_IN_LIFE
