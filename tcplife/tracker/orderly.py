# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What a segment leaves of itself that comes in order and in time, whatever it opens or closes.

In: a life, an endpoint and a segment of it. Out: whether it is such a segment; its traces in the endpoint, as the general
way leaves them (`Tracker.segment`). No state changes here.
"""

from __future__ import annotations

from ..model.names import M32
from .account import note_sent
from .endpoint import first_word, second_word
from .evidence import is_denied
from .facts import HALF, STEP_NS, UNSURE
from .inbox import candidate_of
from .timestamps import sent_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .account import Account, SideAccount
    from .endpoint import Endpoint
    from .inbox import Candidate
    from .life import Life

OTHERS = -1


def is_in_order(life: Life, s: Segment, gap: int) -> bool:
    """Whether it was captured in time, and nothing else asks for attention."""
    return (
        0 <= gap <= STEP_NS
        and s.packet > life.last_packet
        and not life.incidents.step_ns
        and not life.incidents.odd_packet
        and not s.wire_flags
    )


def is_timely(e: Endpoint, s: Segment) -> bool:
    """Whether its timestamp is not older than the ones before; or there are none."""
    if s.ts_val < 0:
        return e.clock_raw < 0
    return (
        e.clock_raw >= 0
        and e.ts_recent >= 0
        and (s.ts_val - e.ts_recent) & M32 < HALF
        and (s.ts_val - e.clock_max) & M32 < HALF
    )


def denies(s: Segment, e: Endpoint, p: Endpoint, candidate: Candidate) -> bool:
    """As `evidence.denies`: whether e had not received the candidate when it sent this."""
    return is_denied(candidate, sent_by(e, s.ts_val, s.ts_ns), s.ts_ecr, p.ack)


def count(inbox: Candidate | None, event: int) -> int:
    """How many candidates for the event wait; OTHERS if something else does, or one does not count any more."""
    number = 0
    candidate = inbox
    while candidate is not None:
        if candidate.event != event or not candidate.alive:
            return OTHERS
        number += 1
        candidate = candidate.later
    return number


def candidate_from(event: int, e: Endpoint, p: Endpoint, s: Segment, sent: int, octets: bool) -> Candidate:
    """As `evidence.offer` makes it of a segment that acknowledges no less than those before."""
    echoes = s.ts_val >= 0 and sent <= p.ack
    return candidate_of(event, s.packet, s.ts_ns, sent, s.ts_val, octets, sent, e.ack, echoes)


def enter(life: Life, e: Endpoint, s: Segment) -> None:
    """What it leaves before anything else: in its life, and of its header in its sender."""
    ts = s.ts_ns
    life.last_ns = ts
    life.raw_ns = ts
    life.last_packet = s.packet
    e.packets += 1
    e.note_header(s)
    e.note_packet(first_word(s), second_word(s), ts)
    note_ack(e, s)


def note_ack(e: Endpoint, s: Segment) -> None:
    """As each segment is noted that is not plain."""
    e.ack_raw_count = e.ack_raw_count + 1 if s.ack == e.ack_raw else 1
    e.ack_raw = s.ack
    e.ack_raw_packet = s.packet


def offer_window(e: Endpoint, p: Endpoint, s: Segment) -> None:
    """As `Tracker._offer_window` does for one that does not shrink, and no SYN."""
    window = s.window
    e.window = window
    if e.scale > 0 and p.scale >= 0:
        window <<= e.scale
    if e.window_min < 0 or window < e.window_min:
        e.window_min = window
    if window > e.window_max:
        e.window_max = window
    if e.syn_packet and p.syn_packet and e.scale > UNSURE and p.scale > UNSURE:
        right = e.ack + window
        e.last_right = right
        if right > e.right:
            e.right = right


def leave(account: Account, e: Endpoint, p: Endpoint, s: Segment, rises: bool) -> None:
    """What it leaves at last. rises: it acknowledges something new."""
    mine: SideAccount = account.a
    other: SideAccount = account.b
    if e.side:
        mine = account.b
        other = account.a
    note_sent(mine, other, e, p, s, s.ts_ns, rises)
    e.last_ns = s.ts_ns
    e.last_packet = s.packet
