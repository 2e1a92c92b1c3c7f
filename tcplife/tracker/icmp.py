"""ICMP errors about a connection's segments: facts for the judge, and the end of an unanswered opening.

In: the quoted TCP header (its sender is the endpoint the error is for). Out: an event for that endpoint in SYN_SENT
(RFC 1122 4.2.3.9, RFC 5461; Linux ends the attempt), else only a note on the life.
"""

from __future__ import annotations

from ..model.names import SYN_SENT
from .inbox import candidate_of
from .transitions import GETS_ICMP_ERROR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .life import Life

UNREACHABLE_V4 = 3
FRAGMENTATION_NEEDED_V4 = 4
TIME_EXCEEDED_V4 = 11
UNREACHABLE_V6 = 1
TIME_EXCEEDED_V6 = 3
MAX_NOTES = 16


def icmp_error(life: Life, side: int, s: Segment) -> None:
    """Take one error; `Incidents.icmp` collects (packet, side, type, code), at most MAX_NOTES."""
    e = life.a if side == 0 else life.b
    incidents = life.own_incidents()
    if incidents.icmp is None:
        incidents.icmp = []
    if len(incidents.icmp) < MAX_NOTES:
        incidents.icmp.append((s.packet, side, s.icmp_type, s.icmp_code))
    if e.state == SYN_SENT and s.seq == e.base and _is_hard(s):
        ts_ns = max(s.ts_ns, life.last_ns)
        e.await_event(candidate_of(GETS_ICMP_ERROR, s.packet, ts_ns, e.snd_max, -1, False, 0, -1, False))


def _is_hard(s: Segment) -> bool:
    if s.ip_version == 4:
        if s.icmp_type == UNREACHABLE_V4:
            return s.icmp_code != FRAGMENTATION_NEEDED_V4
        return s.icmp_type == TIME_EXCEEDED_V4
    return s.icmp_type in (UNREACHABLE_V6, TIME_EXCEEDED_V6)
