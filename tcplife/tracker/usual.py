# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The usual segments that are not plain, most of which open or close: to each its way, if it has one of its own.

In: a life, and a segment that is not plain. Out: whether it was taken (`usual_opening`, `usual_closing`).
"""

from __future__ import annotations

from ..model.names import (
    ACK,
    CWR,
    ECE,
    ESTABLISHED,
    FIN,
    FIN_WAIT_1,
    LAST_ACK,
    LISTEN,
    SYN,
    SYN_RECEIVED,
    SYN_SENT,
)
from .facts import TOLD
from .usual_closing import closes
from .usual_opening import accepts, answers, asks, completes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life

FIN_ACK = FIN | ACK
SYN_ACK = SYN | ACK


def take_usual(life: Life, e: Endpoint, p: Endpoint, s: Segment, two_msl_ns: int) -> bool:
    """Take a segment of e to p if it is usual; False, and nothing has changed, if it is not."""
    flags = s.flags & TOLD
    if flags == ACK:
        if p.state == SYN_RECEIVED:
            if e.state == ESTABLISHED:
                return asks(life, e, p, s)
            return e.state == SYN_SENT and completes(life, e, p, s)
        if e.state == SYN_RECEIVED:
            return p.state == ESTABLISHED and accepts(life, e, p, s)
        if p.state == FIN_WAIT_1:
            return e.state == ESTABLISHED and closes(life, e, p, s, flags)
        if p.state == LAST_ACK and e.state == FIN_WAIT_1 and s.ts_ns - e.fins.ts_ns < two_msl_ns:
            return closes(life, e, p, s, flags)
    elif flags == FIN_ACK:
        if p.state == FIN_WAIT_1 or (p.state == ESTABLISHED and e.state == ESTABLISHED):
            return closes(life, e, p, s, flags)
    elif flags & ~(ECE | CWR) == SYN_ACK:
        return p.state == SYN_SENT and e.state == LISTEN and answers(life, e, p, s)
    return False
