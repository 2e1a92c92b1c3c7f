# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The duplicate acknowledgement: an empty segment that says of its sender just what the one before said.

In: a life that is calm and asleep (`plain`), and a segment. Out: whether it was taken; then everything is as
`Tracker.segment` would have left it on its general way (but for what an Observation says), and there are no facts. A
receiver sends one for each segment that comes behind a hole (RFC 5681 4.2), so they come by the dozen.
"""

from __future__ import annotations

from ..model.names import ACK, M32
from ..seqspace import unwrap
from .account import awaits_repeat
from .endpoint import first_word, second_word
from .facts import CALM_IDS, HALF, STEP_NS, TOLD
from .plain import charge_wait
from .timestamps import note_newer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life


def is_duplicate(life: Life, e: Endpoint, p: Endpoint, s: Segment, sack_start: int) -> bool:
    """Whether a segment of endpoint e to p is one. sack_start: left edge of its first SACK block (raw), -1 without one."""
    gap = s.ts_ns - life.last_ns
    if (
        s.length
        or s.flags & TOLD != ACK
        or s.seq != e.next_raw
        or s.ack != (p.base + e.ack) & M32
        or s.window != e.window
        or gap < 0
        or gap > STEP_NS
        or s.ts_ns >= e.until_ns
        or e.mute
        or p.snd_max > e.last_right >= 0  # beyond the window octets are refused
    ):
        return False
    if not s.bare:
        if (
            s.sack_count == 0
            or s.ecn == 3
            or s.mptcp >= 0
            or s.wscale >= 0
            or s.options_cut
            or s.signed
            or s.bad_checksum
        ):
            return False
        if unwrap(sack_start, p.base, p.snd_max) < e.ack:
            return False  # it reports a duplicate
    if s.ts_val >= 0 and (e.ts_recent < 0 or (s.ts_val - e.ts_recent) & M32 >= HALF):
        return False
    return s.ip_id <= 0 or e.age(first_word(s), second_word(s), s.ts_ns) < 0


def take_duplicate(life: Life, e: Endpoint, p: Endpoint, s: Segment) -> None:
    """Take one."""
    ts = s.ts_ns
    ip_id = s.ip_id
    step = ip_id - e.ip_id
    if step and ip_id > 0 and e.ip_id > 0:
        if step & 0xFFFF <= CALM_IDS:
            e.ip_calm += 1
        else:
            e.ip_jumps += 1
    e.packets += 1
    e.note_header(s)
    e.note_packet(first_word(s), second_word(s), ts)
    note_newer(e, p, s, e.snd_max)
    gap = ts - life.last_ns
    if gap:
        if p.snd_max >= e.right >= 0 or e.snd_max >= p.right >= 0:
            charge_wait(life, gap, True)
        elif not s.bare or awaits_repeat(e, p, e.ack, p.ack):
            charge_wait(life, gap, False)
        else:
            e.network_ns += gap
    life.last_ns = ts
    e.last_ns = ts
    e.last_packet = s.packet
